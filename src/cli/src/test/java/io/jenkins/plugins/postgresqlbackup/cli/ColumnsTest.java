package io.jenkins.plugins.postgresqlbackup.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ColumnsTest {
    private static final Paint PLAIN = new Paint(false, true);

    @Test
    void columnsLineUpAndNumbersStandAtTheRight() {
        Columns table =
                new Columns(PLAIN, "  ", "TABLE", ">ROWS").row("a", "1,000").row("größer", "7");
        assertThat(table.toString()).isEqualTo("""
                  TABLE    ROWS
                  a       1,000
                  größer      7
                """);
    }

    @Test
    void withoutHeadingsThereIsNoHeadLine() {
        assertThat(new Columns(PLAIN, "", "", "").row("a", "b").toString()).isEqualTo("a  b\n");
    }

    @Test
    void coloursTakeNoRoom() {
        Paint colours = new Paint(true, true);
        String plain =
                new Columns(PLAIN, "", "", "").row("ab", "c").row("abcd", "e").toString();
        String coloured = new Columns(colours, "", "", "")
                .row(colours.good("ab"), "c")
                .row("abcd", "e")
                .toString();
        assertThat(coloured.replaceAll("\u001b\\[[0-9;]*m", ""))
                .isEqualTo(plain)
                .isNotEqualTo(coloured);
    }
}
