package io.jenkins.plugins.postgresqlbackup.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.postgresqlbackup.engine.keys.Secrets;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestPostgres;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Activity;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Lease;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import io.jenkins.plugins.postgresqlbackup.engine.storage.ObjectStores;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What list and show say of a backup besides what its manifest says: whether it was verified, whether it is pinned; and who is at work. */
final class MarksTest {
    @TempDir
    private Path directory;

    private Session session;
    private String id;

    @BeforeEach
    void aBackup() throws Exception {
        Database source = TestPostgres.newDatabase();
        TestPostgres.run(source, "CREATE TABLE orders AS SELECT 1 AS id");
        session = Session.on(source, directory);
        assertThat(session.full().code()).isZero();
        id = session.first();
    }

    private Shell.Result run(String... arguments) {
        Shell.Result result = session.shell().run(arguments);
        assertThat(result.code()).as(result.err()).isZero();
        assertThat(result.err()).isEmpty();
        return result;
    }

    private Repository open() throws Exception {
        return Repository.open(
                ObjectStores.open(session.repository().toUri(), false),
                Secrets.parse(session.key().getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void aVerifiedBackupIsCalledSoAndOneThatIsNotIsToo() {
        assertThat(run("list").out()).contains("VERIFIED").contains("never");
        assertThat(run("show", id).out()).contains("never");
        run("verify", id, "--level", "structure");
        assertThat(run("list").out()).contains("never");
        run("verify", id);
        assertThat(run("list").out()).contains("content " + LocalDate.now(ZoneOffset.UTC));
        assertThat(run("show", id).out()).contains("content on ", "by " + System.getProperty("user.name"));
        for (JsonNode backup : new JsonNode[] {
            run("list", "--json").json().get(0), run("show", id, "--json").json()
        }) {
            JsonNode marks = backup.get("verifications");
            assertThat(marks).hasSize(1);
            assertThat(marks.get(0).get("level").asText()).isEqualTo("content");
            assertThat(Instant.parse(marks.get(0).get("at").asText())).isBefore(Instant.now());
        }
    }

    @Test
    void aWriteKeySaysThatItCannotTellWhetherABackupWasVerified() {
        run("verify", id);
        String agent = session.shell().run("key", "generate").out().strip();
        session.shell().with("AGENT", agent).run("key", "add", "--kind", "write", "--holder", "env:AGENT");
        Shell asAgent = session.shell().with("BACKUP_ENCRYPTION_KEY", agent);
        assertThat(asAgent.run("show", id).out()).contains("cannot be checked with a write key");
        assertThat(asAgent.run("list").out()).doesNotContain("content 2").doesNotContain("never");
        assertThat(asAgent.run("list", "--json")
                        .json()
                        .get(0)
                        .get("verifications")
                        .isNull())
                .isTrue();
    }

    @Test
    void aPinIsSetShownAndTakenAway() {
        assertThat(run("pin", "latest", "--reason", "before the migration").out())
                .contains(id, "is pinned");
        assertThat(run("list").out()).contains(id + ": before the migration, by " + System.getProperty("user.name"));
        assertThat(run("show", id).out()).contains("before the migration");
        assertThat(run("show", id, "--json").json().get("pinned").get("reason").asText())
                .isEqualTo("before the migration");

        Shell.Result again = session.shell().run("pin", id);
        assertThat(again.code()).isEqualTo(ExitCodes.REFUSED);
        assertThat(again.complaints()).singleElement().asString().contains("pinned already (before the migration)");

        assertThat(run("unpin", id, "--json").json().get("wasPinned").asBoolean())
                .isTrue();
        assertThat(run("unpin", id).out()).contains("was not pinned");
        assertThat(run("list", "--json").json().get(0).get("pinned").isNull()).isTrue();
    }

    @Test
    void aDamagedPinIsWarnedOf() throws Exception {
        run("pin", id);
        Path pin = session.repository().resolve("pins").resolve(id);
        Files.delete(pin);
        Files.writeString(pin, "nonsense");
        Shell.Result listed = session.shell().run("list");
        assertThat(listed.err()).contains("warning: ", "pins/" + id, "stays pinned");
        assertThat(listed.out()).contains(id + ": the pin is damaged");
    }

    @Test
    void whatCannotBePinnedIsSaid() {
        Shell.Result wrong = session.shell().run("pin", "20200101T000000Z-aaaaaa");
        assertThat(wrong.code()).isEqualTo(ExitCodes.FAILED);
        assertThat(wrong.complaints()).singleElement().asString().contains("no backup");
    }

    @Test
    void whoIsAtWorkIsListedWithWhatTheyDo() throws Exception {
        assertThat(run("list", "--at-work").out()).contains("Nobody is at work");
        Activity activity = new Activity("full backup", "orders", "db:5432", null, "agent-7", "ci", "build=17");
        try (Repository repository = open();
                Lease lease = Lease.begin(repository, activity)) {
            assertThat(lease.problems()).isEmpty();
            assertThat(run("list").out())
                    .contains("at work  full backup of orders at db:5432, by ci on agent-7 (build=17), since ");
            JsonNode held = run("list", "--at-work", "--json").json().get(0);
            assertThat(held.get("atWork").asBoolean()).isTrue();
            assertThat(held.get("operation").asText()).isEqualTo("full backup");
            assertThat(held.get("by").asText()).isEqualTo("build=17");

            Path object = session.repository()
                    .resolve("leases")
                    .resolve(held.get("lease").asText() + "/1");
            Files.setLastModifiedTime(object, FileTime.from(Instant.now().minusSeconds(600)));
            assertThat(run("list").out())
                    .contains("left behind  full backup of orders")
                    .contains("last seen");
            assertThat(run("list", "--at-work", "--json")
                            .json()
                            .get(0)
                            .get("atWork")
                            .asBoolean())
                    .isFalse();
        }
        assertThat(run("list", "--at-work").out()).contains("Nobody is at work");
    }
}
