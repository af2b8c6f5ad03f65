package io.jenkins.plugins.postgresqlbackup.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class TerminalTest {
    @Test
    void aPipeGetsNoColoursButEverySymbol() {
        assertThat(Terminal.none().paint()).isEqualTo(new Paint(false, true));
    }

    @Test
    void aTerminalGetsColoursUnlessNoneAreWanted() {
        assertThat(new Terminal(true, true, true, true, 80).paint().colours()).isTrue();
        assertThat(Terminal.ofProcess(Map.of("NO_COLOR", "1")).colour()).isFalse();
        assertThat(Terminal.ofProcess(Map.of("TERM", "dumb")).colour()).isFalse();
        assertThat(Terminal.ofProcess(Map.of("NO_COLOR", "")).colour()).isTrue();
    }

    @Test
    void symbolsNeedALocaleThatShowsThem() {
        assertThat(Terminal.ofProcess(Map.of("LANG", "de_DE.UTF-8")).symbols()).isTrue();
        assertThat(Terminal.ofProcess(Map.of("LANG", "de_DE.UTF-8", "LC_ALL", "C"))
                        .symbols())
                .isFalse();
        assertThat(Terminal.ofProcess(Map.of()).symbols()).isFalse();
        assertThat(new Terminal(true, true, false, false, 80).paint().tick()).isEqualTo("+");
    }

    @Test
    void widthsThatAreNoneCountAsEighty() {
        assertThat(Terminal.ofProcess(Map.of("COLUMNS", "132")).columns()).isEqualTo(132);
        assertThat(Terminal.ofProcess(Map.of("COLUMNS", "wide")).columns()).isEqualTo(80);
        assertThat(Terminal.ofProcess(Map.of()).columns()).isEqualTo(80);
    }
}
