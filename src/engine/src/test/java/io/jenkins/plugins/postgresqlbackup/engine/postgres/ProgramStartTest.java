package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgramStartTest {
    private static final List<String> WORDS =
            List.of("plain", "Ä\u20ac'\"$x`\\n%s", "end\n\n", "", "--schema=\"Köln\"");

    /** What a program gets as its arguments and as one variable, each ended by a zero byte. */
    private static byte[] received(Charset charset, Charset platform) throws Exception {
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", "printf '%s\\000' \"$@\" \"$PGDATABASE\"", "sh");
        builder.command().addAll(WORDS);
        builder.environment().put("PGDATABASE", "Döner\n");
        Process process = ProgramStart.wrap(builder, charset, platform).start();
        byte[] bytes = process.getInputStream().readAllBytes();
        assertThat(process.waitFor()).isZero();
        return bytes;
    }

    @Test
    void argumentsAndVariablesArriveAsTheyAreUnderTheCLocale() throws Exception {
        assertThat(received(StandardCharsets.UTF_8, StandardCharsets.US_ASCII))
                .isEqualTo((String.join("\0", WORDS) + "\0Döner\n\0").getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void argumentsArriveInTheDatabasesEncoding() throws Exception {
        assertThat(new String(
                        received(StandardCharsets.ISO_8859_1, StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1))
                .contains("--schema=\"Köln\"\0DÃ¶ner");
    }

    @Test
    void whatNeedsNoHelpIsLeftAlone() {
        ProcessBuilder builder = new ProcessBuilder("ls", "-l");
        assertThat(ProgramStart.wrap(builder, StandardCharsets.UTF_8, StandardCharsets.US_ASCII)
                        .command())
                .containsExactly("ls", "-l");
    }
}
