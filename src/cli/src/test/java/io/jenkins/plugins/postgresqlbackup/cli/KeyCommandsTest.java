package io.jenkins.plugins.postgresqlbackup.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyCommandsTest {
    @TempDir
    Path directory;

    private String repository;
    private String key;

    @BeforeEach
    void aRepository() {
        repository = "file:" + directory.resolve("repository");
        key = shell().run("key", "generate").out().strip();
        assertThat(init().code()).isEqualTo(ExitCodes.DONE);
    }

    private Shell shell() {
        return new Shell(directory.resolve("home"))
                .with("BACKUP_ENCRYPTION_KEY", key == null ? "" : key)
                .with("PGBACKUP_REPOSITORY", repository == null ? "" : repository);
    }

    private Shell.Result init() {
        return shell().run(
                        "init",
                        "--json",
                        "--recovery-key-file",
                        directory.resolve("recovery").toString());
    }

    private JsonNode slots() {
        return shell().run("key", "list", "--json").json().get("slots");
    }

    private static List<String> kinds(JsonNode slots) {
        List<String> kinds = new ArrayList<>();
        slots.forEach(slot -> kinds.add(slot.get("kind").asText()));
        kinds.sort(null);
        return kinds;
    }

    @Test
    void initSaysWhatItMade() throws IOException {
        JsonNode made = shell().run("init", "--repository", "file:" + directory.resolve("other"), "--json")
                .json();
        assertThat(made.get("id").asText()).matches("[0-9a-f]{32}");
        assertThat(made.get("fingerprint").asText()).matches("[0-9a-f]{64}");
        assertThat(made.get("recoveryKey").asText()).startsWith("PGB-RECOVERY-");
        assertThat(directory.resolve("recovery"))
                .satisfies(file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .isEqualTo("rw-------"));
    }

    @Test
    void theRecoveryKeyIsShownFramedEvenWhenQuiet() {
        Shell.Result made = shell().run("init", "--repository", "file:" + directory.resolve("other"), "--quiet");
        assertThat(made.out())
                .contains("RECOVERY KEY")
                .contains("PGB-RECOVERY-")
                .contains("key check")
                .doesNotContain("created");
    }

    @Test
    void theRecoveryKeyAsItIsPrintedOpensAndIsProven() {
        String shown = shell().run("init", "--repository", "file:" + directory.resolve("other"))
                .out();
        List<String> lines = shown.lines()
                .map(String::strip)
                .filter(line -> line.matches("[0-9A-Z-]{35,}"))
                .toList();
        assertThat(lines).hasSize(2);

        Shell person = shell().typing(lines.toArray(String[]::new))
                .with("PGBACKUP_REPOSITORY", "file:" + directory.resolve("other"));
        Shell.Result checked = person.run("key", "check", "--key", "prompt", "--json");
        assertThat(checked.code()).isEqualTo(ExitCodes.DONE);
        assertThat(checked.json().get("kind").asText()).isEqualTo("recovery");
        assertThat(checked.json().get("provenAt").asText()).isNotEmpty();

        JsonNode slots = person.without("BACKUP_ENCRYPTION_KEY")
                .with("BACKUP_ENCRYPTION_KEY", key)
                .run("key", "list", "--json")
                .json()
                .get("slots");
        slots.forEach(slot -> assertThat(slot.get("provenAt").isNull())
                .isEqualTo(!slot.get("kind").asText().equals("recovery")));
    }

    @Test
    void anUnprovenRecoveryKeyIsPointedOut() {
        assertThat(shell().run("key", "list").out()).contains("never proven");
        shell().run("key", "check", "--key", "file:" + directory.resolve("recovery"));
        assertThat(shell().run("key", "list").out()).doesNotContain("never proven");
    }

    @Test
    void aWriteSlotOpensAndMayNotReadOrGiveKeysAway() {
        String agent = shell().run("key", "generate").out().strip();
        assertThat(shell().with("AGENT", agent)
                        .run("key", "add", "--kind", "write", "--holder", "env:AGENT", "--label", "agent-7")
                        .code())
                .isEqualTo(ExitCodes.DONE);
        assertThat(kinds(slots())).containsExactly("full", "recovery", "write");

        Shell asAgent = shell().with("BACKUP_ENCRYPTION_KEY", agent);
        JsonNode checked = asAgent.run("key", "check", "--json").json();
        assertThat(checked.get("kind").asText()).isEqualTo("write");
        assertThat(checked.get("canRead").asBoolean()).isFalse();
        assertThat(checked.get("label").asText()).isEqualTo("agent-7");

        Shell.Result added = asAgent.with("OTHER", "another passphrase")
                .run("key", "add", "--kind", "full", "--holder", "env:OTHER");
        assertThat(added.code()).isEqualTo(ExitCodes.FAILED);
        assertThat(added.complaints()).singleElement().asString().contains("full");
        assertThat(kinds(slots())).containsExactly("full", "recovery", "write");
    }

    @Test
    void aRecipientsSlotNeedsOnlyThePublicText() {
        Path secret = directory.resolve("my.secret");
        JsonNode pair = shell().run("key", "generate", "--recipient", "--out", secret.toString(), "--json")
                .json();
        String recipient = pair.get("recipient").asText();
        assertThat(pair.toString()).doesNotContain("pgbackup-secret:");
        assertThat(shell().run("key", "add", "--kind", "full", "--holder", "recipient:" + recipient)
                        .code())
                .isEqualTo(ExitCodes.DONE);
        assertThat(shell().run("key", "check", "--key", "file:" + secret).out())
                .contains("full slot")
                .contains("everything");
    }

    @Test
    void aRemovedSlotOpensNoMore() {
        shell().with("OTHER", "a long passphrase").run("key", "add", "--kind", "full", "--holder", "env:OTHER");
        String id = "";
        for (JsonNode slot : slots()) {
            id = slot.get("method").asText().equals("passphrase")
                    ? slot.get("slot").asText()
                    : id;
        }
        assertThat(shell().run("key", "remove", id.substring(0, 8)).code()).isEqualTo(ExitCodes.DONE);
        Shell.Result opened =
                shell().with("BACKUP_ENCRYPTION_KEY", "a long passphrase").run("key", "check");
        assertThat(opened.code()).isEqualTo(ExitCodes.FAILED);
        assertThat(opened.complaints())
                .singleElement()
                .asString()
                .contains("opens none")
                .doesNotContain("a long passphrase");
    }

    @Test
    void theLastFullSlotStays() {
        String full = "";
        for (JsonNode slot : slots()) {
            full = slot.get("kind").asText().equals("full") ? slot.get("slot").asText() : full;
        }
        Shell.Result removed = shell().run("key", "remove", full);
        assertThat(removed.code()).isEqualTo(ExitCodes.FAILED);
        assertThat(removed.complaints())
                .singleElement()
                .asString()
                .contains(full)
                .contains("last full slot");
        assertThat(slots()).hasSize(2);
    }

    @Test
    void rotationGivesANewKeyTheRepositoryAndTakesItFromTheOld() throws IOException {
        String next = shell().run("key", "generate").out().strip();
        String fingerprint =
                shell().run("key", "list", "--json").json().get("fingerprint").asText();
        JsonNode rotated = shell().with("NEXT", next)
                .run("key", "rotate", "--new-key", "env:NEXT", "--json")
                .json();
        assertThat(rotated.get("generation").asInt()).isEqualTo(2);
        assertThat(rotated.get("fingerprint").asText()).isNotEqualTo(fingerprint);
        assertThat(rotated.get("recoveryKey").asText()).startsWith("PGB-RECOVERY-");

        assertThat(shell().run("key", "check").code()).isEqualTo(ExitCodes.FAILED);
        assertThat(shell().with("BACKUP_ENCRYPTION_KEY", next)
                        .run("key", "check")
                        .code())
                .isEqualTo(ExitCodes.DONE);
    }

    @Test
    void rotatingWithTheRecoveryKeyNeedsANewOne() {
        Shell.Result rotated = shell().run("key", "rotate", "--key", "file:" + directory.resolve("recovery"));
        assertThat(rotated.code()).isEqualTo(ExitCodes.USAGE);
        assertThat(rotated.complaints()).singleElement().asString().contains("--new-key");
    }

    @Test
    void aGeneratedKeyNeverOverwritesAFile() throws IOException {
        Path file = Files.writeString(directory.resolve("key"), "mine");
        Shell.Result generated = shell().run("key", "generate", "--out", file.toString());
        assertThat(generated.code()).isEqualTo(ExitCodes.FAILED);
        assertThat(generated.complaints()).singleElement().asString().contains(file.toString());
        assertThat(file).hasContent("mine");
    }

    @Test
    void aPassphraseIsAskedTwiceForANewRepository() {
        Shell person = new Shell(directory.resolve("home")).typing("correct horse", "correct horse", "correct horse");
        String other = "file:" + directory.resolve("other");
        assertThat(person.run("init", "--repository", other).code()).isEqualTo(ExitCodes.DONE);
        assertThat(person.run("key", "check", "--repository", other).out()).contains("full slot");
    }
}
