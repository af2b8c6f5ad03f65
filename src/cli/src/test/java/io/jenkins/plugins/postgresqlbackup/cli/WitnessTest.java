package io.jenkins.plugins.postgresqlbackup.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** What a machine remembers of a repository, and what it says when the repository is not what it was. */
@TestInstance(Lifecycle.PER_CLASS)
class WitnessTest {
    @TempDir
    Path directory;

    private Database source;
    private Session session;
    private int number;

    @BeforeAll
    void aDatabase() throws Exception {
        source = TestPostgres.newDatabase();
        TestPostgres.run(source, "CREATE TABLE t (id int)");
    }

    @BeforeEach
    void aRepositoryWithTwoBackups() throws IOException {
        session = Session.on(source, Files.createDirectory(directory.resolve("case " + number++)));
        session.full();
        session.full();
    }

    private Path stateFile() throws IOException {
        try (Stream<Path> files = Files.list(session.directory().resolve("home/.local/state/pgbackup"))) {
            List<Path> all = files.toList();
            assertThat(all).hasSize(1);
            return all.get(0);
        }
    }

    private Shell anotherMachine() {
        return session.shell()
                .with("HOME", session.directory().resolve("another machine").toString());
    }

    private JsonNode state() throws IOException {
        return new ObjectMapper().readTree(stateFile().toFile());
    }

    private List<Path> manifests() throws IOException {
        try (Stream<Path> files = Files.list(session.repository().resolve("manifests"))) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    @Test
    void thePublicKeyAndTheNewestBackupAreRemembered() throws IOException {
        JsonNode list = session.shell().run("list", "--json").json();
        assertThat(state().get("fingerprint").asText())
                .isEqualTo(session.shell()
                        .run("key", "list", "--json")
                        .json()
                        .get("fingerprint")
                        .asText());
        assertThat(state().get("newest").get("id").asText())
                .isEqualTo(list.get(1).get("id").asText());
        assertThat(state().get("newest").get("counter").asLong()).isEqualTo(2);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(stateFile())))
                .isEqualTo("rw-------");
    }

    @Test
    void xdgStateHomeIsHeeded() {
        Path elsewhere = session.directory().resolve("elsewhere");
        session.shell().with("XDG_STATE_HOME", elsewhere.toString()).run("list");
        assertThat(elsewhere.resolve("pgbackup")).isDirectoryContaining("glob:**.json");
    }

    @Test
    void anOlderBackupIsNoNews() throws IOException {
        session.shell().run("show", session.first());
        assertThat(state().get("newest").get("counter").asLong()).isEqualTo(2);
    }

    @Test
    void aNewestBackupThatVanishedIsMissed() throws IOException {
        List<Path> manifests = manifests();
        Files.delete(manifests.get(1));
        Shell.Result list = session.shell().run("list");
        assertThat(list.code()).isZero();
        assertThat(list.err())
                .contains("warning")
                .contains(manifests.get(1).getFileName().toString())
                .contains("gone");
        assertThat(session.shell().run("list").err()).contains("gone");

        assertThat(session.shell().run("key", "trust").code()).isZero();
        assertThat(session.shell().run("list").err()).isEmpty();
    }

    @Test
    void anOldStateThatWasPutBackIsNoticedThoughItGrewAgain() throws IOException {
        Files.delete(manifests().get(1));
        session.full(anotherMachine());
        assertThat(session.shell().run("list").err()).contains("warning").contains("gone");
    }

    @Test
    void newerBackupsOfOthersAreFineThoughOldOnesWent() throws IOException {
        session.full(anotherMachine());
        Files.delete(manifests().get(0));
        Files.delete(manifests().get(0));
        assertThat(session.shell().run("list").err()).isEmpty();
        assertThat(state().get("newest").get("counter").asLong()).isEqualTo(3);
    }

    @Test
    void aStrangersKeyIsRefusedUntilItIsTrusted() throws IOException {
        String next = session.shell().run("key", "generate").out().strip();
        anotherMachine().with("NEXT", next).run("key", "rotate", "--new-key", "env:NEXT");
        Shell mine = session.shell().with("BACKUP_ENCRYPTION_KEY", next);
        Shell.Result refused = session.full(mine);
        assertThat(refused.code()).isEqualTo(ExitCodes.FAILED);
        assertThat(refused.complaints())
                .singleElement()
                .asString()
                .contains("another public key")
                .contains("key trust");
        assertThat(manifests()).hasSize(2);

        assertThat(mine.run("key", "trust").code()).isZero();
        assertThat(session.full(mine).code()).isZero();
    }

    @Test
    void aDamagedStateFileIsToldAndBegunAnew() throws IOException {
        Files.writeString(stateFile(), "{\"format\":1,");
        assertThat(session.shell().run("list").err()).contains("damaged");
        assertThat(session.shell().run("list").err()).isEmpty();
    }

    @Test
    void withoutAPlaceToRememberTheCommandWorksAndSaysSo() throws IOException {
        Path file = Files.writeString(session.directory().resolve("a file"), "");
        Shell.Result list =
                session.shell().with("XDG_STATE_HOME", file.toString()).run("list");
        assertThat(list.code()).isZero();
        assertThat(list.err()).contains("not remembered");
    }
}
