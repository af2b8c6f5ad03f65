package io.jenkins.plugins.postgresqlbackup.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.postgresqlbackup.engine.keys.KeyException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeySourceTest {
    @TempDir
    Path directory;

    private final List<String> warnings = new ArrayList<>();

    private static Surroundings surroundings(Map<String, String> environment, String input, String... typed) {
        Deque<String> answers = new ArrayDeque<>(List.of(typed));
        return new Surroundings(
                environment,
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                new PrintStream(PrintStream.nullOutputStream(), true, StandardCharsets.UTF_8),
                new PrintStream(PrintStream.nullOutputStream(), true, StandardCharsets.UTF_8),
                Terminal.none(),
                typed.length == 0
                        ? Optional.empty()
                        : Optional.of(question -> answers.remove().toCharArray()),
                Clock.systemUTC(),
                new SecureRandom());
    }

    private String read(String source, Surroundings surroundings) throws IOException {
        return new String(KeySource.parse(source).read(surroundings, warnings::add), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"hunter2hunter2", "env:", "env:NOT A NAME", "file:", "", "ENV:X", "PGB-RECOVERY-AAAA"})
    void aKeyItselfIsRefusedAndNotRepeated(String text) {
        assertThatThrownBy(() -> KeySource.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("env:NAME, file:PATH")
                .satisfies(refusal -> assertThat(
                                text.isEmpty() || !refusal.getMessage().contains(text) || text.endsWith(":"))
                        .isTrue());
    }

    @Test
    void aVariableGivesItsValue() throws IOException {
        assertThat(read("env:MY_KEY", surroundings(Map.of("MY_KEY", "secret words"), "")))
                .isEqualTo("secret words");
    }

    @Test
    void aVariableThatIsNotSetIsNamed() {
        assertThatThrownBy(() -> read("env:MY_KEY", surroundings(Map.of("MY_KEY", ""), "")))
                .isInstanceOf(KeyException.class)
                .hasMessageContaining("MY_KEY");
    }

    @Test
    void aFileGivesItsContentAndWarnsWhenOthersCanReadIt() throws IOException {
        Path file = Files.writeString(directory.resolve("k"), "secret words\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        assertThat(read("file:" + file, surroundings(Map.of(), ""))).isEqualTo("secret words\n");
        assertThat(warnings).isEmpty();

        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        read("file:" + file, surroundings(Map.of(), ""));
        assertThat(warnings).singleElement().asString().contains("chmod 600").contains(file.toString());
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> read("file:" + directory.resolve("none"), surroundings(Map.of(), "")))
                .isInstanceOf(KeyException.class)
                .hasMessageContaining("none");
    }

    @Test
    void aHugeFileIsNoKey() throws IOException {
        Path file = Files.write(directory.resolve("k"), new byte[KeySource.MAX_BYTES + 1]);
        assertThatThrownBy(() -> read("file:" + file, surroundings(Map.of(), "")))
                .isInstanceOf(KeyException.class);
    }

    @Test
    void standardInputGivesWhatIsPipedIn() throws IOException {
        assertThat(read("-", surroundings(Map.of(), "piped"))).isEqualTo("piped");
    }

    @Test
    void aPersonIsAskedOnceToOpenAndTwiceForSomethingNew() throws IOException {
        assertThat(read("prompt", surroundings(Map.of(), "", "words"))).isEqualTo("words");

        KeySource asked = KeySource.parse("prompt");
        assertThat(asked.readNew(surroundings(Map.of(), "", "words", "words"), warnings::add))
                .isEqualTo("words".getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> asked.readNew(surroundings(Map.of(), "", "words", "wards"), warnings::add))
                .isInstanceOf(KeyException.class)
                .hasMessageContaining("not the same");
    }

    @Test
    void aRecoveryKeyIsTypedLineByLineAsItIsPrinted() throws IOException {
        assertThat(read("prompt", surroundings(Map.of(), "", "PGB-RECOVERY-AAAA-", "BBBB")))
                .isEqualTo("PGB-RECOVERY-AAAA-BBBB");
        assertThat(read("prompt", surroundings(Map.of(), "", "words-"))).isEqualTo("words-");
    }

    @Test
    void withoutATerminalNobodyIsAsked() {
        assertThatThrownBy(() -> read("prompt", surroundings(Map.of(), "")))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("--key");
    }
}
