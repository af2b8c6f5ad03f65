package io.jenkins.plugins.postgresqlbackup.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PruneTest {
    private static final String[] LAST = {"prune", "--keep-days", "0", "--minimum", "0", "--keep-last", "1"};

    @TempDir
    private Path directory;

    private Session session;

    @BeforeEach
    void open() throws Exception {
        Database source = TestPostgres.newDatabase();
        TestPostgres.run(source, "CREATE TABLE pets AS SELECT 1 AS id");
        session = Session.on(source, directory);
        session.shell().run("init");
    }

    private static String[] with(String[] command, String... more) {
        String[] all = java.util.Arrays.copyOf(command, command.length + more.length);
        System.arraycopy(more, 0, all, command.length, more.length);
        return all;
    }

    @Test
    void aPruneTellsOfEachBackupWhyItStaysOrGoes() {
        session.full();
        String first = session.first();
        session.full();

        Shell.Result dry = session.shell().run(with(LAST, "--dry-run"));
        assertThat(dry.code()).as(dry.err()).isZero();
        assertThat(dry.out())
                .contains(first, "would go", "stays", "It is among the newest 1 backups.", "no rule keeps it")
                .contains("Nothing was deleted: 1 backup and 0 packs would be");
        assertThat(session.shell().run("list").out()).contains(first);

        Shell.Result wet = session.shell().run(LAST);
        assertThat(wet.code()).as(wet.err()).isZero();
        assertThat(wet.out()).contains(first, "goes", "Deleted 1 backup and 0 packs", "wait for their grace time");
        assertThat(session.shell().run("list").out()).doesNotContain(first);
        assertThat(session.shell().run("verify", "latest").code()).isZero();

        JsonNode json = session.shell().run(with(LAST, "--json")).json();
        assertThat(json.get("backups")).hasSize(1);
        assertThat(json.get("backups").get(0).get("keep").asBoolean()).isTrue();
        assertThat(json.get("deleted")).isEmpty();
        assertThat(json.get("waiting").get("packs").asInt()).isPositive();
        assertThat(json.get("waiting").get("until").asText()).startsWith("20");
    }

    @Test
    void youngBackupsAreKeptIfNobodySaysOtherwise() {
        session.full();
        session.full();
        Shell.Result result = session.shell().run("prune", "--keep-last", "1");
        assertThat(result.out()).contains("Deleted 0 backups").contains("backups are kept for 30 days");
    }

    @Test
    void aPinnedOneAndThoseOfOtherDatabasesStay() {
        session.full();
        String first = session.first();
        session.full();
        assertThat(session.shell().run(with(LAST, "--database", "another")).out())
                .contains("Deleted 0 backups", "Another database was asked for.");
        session.shell().run("pin", first, "--reason", "before the migration");
        assertThat(session.shell().run(LAST).out()).contains("Deleted 0 backups", "It is pinned: before the migration");
    }

    @Test
    void whatCannotBeReadIsToldAndTheExitCodeIsOne() throws Exception {
        session.full();
        Files.writeString(session.repository().resolve("manifests/20200101T000000Z-aaaaaa"), "nonsense");
        Shell.Result result = session.shell().run(LAST);
        assertThat(result.code()).isEqualTo(1);
        assertThat(result.err()).contains("20200101T000000Z-aaaaaa", "no pack was deleted");
        assertThat(session.repository().resolve("manifests/20200101T000000Z-aaaaaa"))
                .exists();
    }

    @Test
    void aPolicyThatMakesNoSenseIsRefused() {
        assertRefused("would keep no backup", "prune", "--keep-days", "0", "--minimum", "0");
        assertRefused("-1", "prune", "--keep-last", "-1");
        assertRefused("72 hours", "prune", "--grace", "1");
        assertRefused("Europe/Berlin", "prune", "--time-zone", "Nowhere");
    }

    private void assertRefused(String sentence, String... command) {
        Shell.Result result = session.shell().run(command);
        assertThat(result.code()).isEqualTo(2);
        assertThat(result.err()).contains(sentence);
    }
}
