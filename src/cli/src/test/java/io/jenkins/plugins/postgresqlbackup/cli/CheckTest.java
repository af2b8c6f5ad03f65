package io.jenkins.plugins.postgresqlbackup.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code pgbackup check}: what monitoring systems, people and scripts get to see. */
final class CheckTest {
    @TempDir
    private Path directory;

    private Session session;
    private String database;

    @BeforeEach
    void open() throws Exception {
        Database source = TestPostgres.newDatabase();
        TestPostgres.run(source, "CREATE TABLE pets AS SELECT generate_series(1, 120) AS id");
        database = source.url().database();
        session = Session.on(source, directory);
        session.shell().run("init");
    }

    private Shell.Result check(String... options) {
        return session.shell()
                .run(Stream.concat(Stream.of("check"), Stream.of(options)).toArray(String[]::new));
    }

    private static String first(Shell.Result result) {
        return result.out().lines().findFirst().orElse("");
    }

    private List<Path> stored(String folder) throws IOException {
        try (Stream<Path> files = Files.walk(session.repository().resolve(folder))) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static List<String> rules(JsonNode result) {
        return result.get("findings").findValuesAsText("rule");
    }

    @Test
    void goodBackupsAreFineInOneLine() {
        session.full();
        Shell.Result result = check();
        assertThat(result.code()).as(result.out() + result.err()).isZero();
        assertThat(result.err()).isEmpty();
        assertThat(result.out().lines()).hasSize(1);
        assertThat(first(result))
                .startsWith("OK: " + database + " backed up ")
                .contains(" ago (1 backup, ", " in file:" + session.repository());

        JsonNode json = check("--json").json();
        assertThat(json.get("state").asText()).isEqualTo("ok");
        assertThat(json.get("findings")).isEmpty();
        JsonNode shop = json.get("databases").get(0);
        assertThat(shop.get("name").asText()).isEqualTo(database);
        assertThat(shop.get("lastGood").asText()).isEqualTo(session.first());
        assertThat(shop.get("rows").asLong()).isEqualTo(120);
        assertThat(shop.get("ageSeconds").asLong()).isBetween(0L, 600L);
        assertThat(json.get("storage").get("bytes").asLong()).isPositive();
        assertThat(check("--quiet").out()).isEmpty();
    }

    @Test
    void aWarningIsToldWithWhatToDoUnlessItIsIgnored() {
        session.full();
        long bytes = check("--json").json().get("storage").get("bytes").asLong();
        String quota = bytes * 100 / 85 + "B";
        Shell.Result result = check("--quota", quota);
        assertThat(result.code()).isEqualTo(1);
        assertThat(first(result)).startsWith("WARNING: The repository file:").contains(" of its quota, 8");
        assertThat(result.out()).contains("warning  storage-full/file:", "  since 20", "Make room before backups fail");
        assertThat(result.err()).isEmpty();

        assertThat(check("--quota", quota, "--full-warning", "90", "--full-error", "95")
                        .code())
                .isZero();
        assertThat(check("--quota", quota, "--full-error", "80").code()).isEqualTo(2);
        assertThat(check("--quota", quota, "--ignore", "storage-full").code()).isZero();
        assertThat(check("--quiet", "--quota", quota).out()).startsWith("WARNING: ");
    }

    @Test
    void whatIsLostIsAnError() throws Exception {
        session.full();
        Files.delete(stored("packs").get(0));
        Shell.Result result = check();
        assertThat(result.code()).isEqualTo(2);
        assertThat(first(result)).startsWith("ERROR: 2 errors, first: There is no good backup of " + database);
        assertThat(result.out())
                .contains(
                        "error  backup-overdue/" + database, "error  pack-missing/", "does not count: it lacks 1 pack");

        JsonNode json = check("--json").json();
        assertThat(json.get("state").asText()).isEqualTo("error");
        assertThat(rules(json)).containsExactly("backup-overdue", "pack-missing");
        assertThat(json.get("databases").get(0).get("lastGood").isNull()).isTrue();
        assertThat(json.get("findings").get(1).get("advice").asText()).startsWith("Take a backup now");
    }

    @Test
    void aRepositoryWithoutBackupsIsAnError() {
        Shell.Result result = check();
        assertThat(result.code()).isEqualTo(2);
        assertThat(first(result)).startsWith("ERROR: There is no good backup of any database, and none may be older");
        assertThat(result.out()).doesNotContain("1970");
        Shell.Result named = check("--of", "orders");
        assertThat(named.code()).isEqualTo(2);
        assertThat(first(named)).contains("There is no good backup of orders,");
    }

    @Test
    void onlyTheDatabasesThatWereNamedAreJudged() throws Exception {
        session.full();
        assertThat(check("--of", database, "--of", "orders").code()).isEqualTo(2);
        assertThat(check("--of", database).code()).isZero();
    }

    @Test
    void theNewestBackupThatVanishesIsMissedOnce() throws Exception {
        session.full();
        session.full();
        assertThat(check().code()).isZero();
        List<Path> manifests = stored("manifests");
        Files.delete(manifests.get(1));
        Shell.Result result = check();
        assertThat(result.code()).isEqualTo(2);
        assertThat(result.err()).isEmpty();
        assertThat(first(result))
                .startsWith("ERROR: The backup " + manifests.get(1).getFileName() + " is gone");
        assertThat(check("--json").json().get("findings")).hasSize(1);
    }

    @Test
    void aProofThatIsOverdueIsAWarning() {
        session.full();
        Shell later = session.shell().at(Clock.offset(Clock.systemUTC(), Duration.ofMinutes(4)));
        Shell.Result result = later.run("check", "--verified-within", "2m", "--drilled-within", "3m", "--json");
        assertThat(result.code()).as(result.out()).isEqualTo(1);
        assertThat(rules(result.json())).containsExactly("drill-overdue", "verification-overdue");

        assertThat(session.shell().run("verify", "latest").code()).isZero();
        Shell.Result verified = later.run("check", "--verified-within", "5m");
        assertThat(verified.code()).as(verified.out()).isZero();
    }

    @Test
    void whatCannotBeCheckedIsUnknown() throws Exception {
        session.full();
        Shell.Result wrongKey = session.shell()
                .with("BACKUP_ENCRYPTION_KEY", "another passphrase")
                .run("check");
        assertThat(wrongKey.code()).isEqualTo(3);
        assertThat(first(wrongKey)).startsWith("UNKNOWN: This key opens none of the ");
        assertThat(wrongKey.complaints()).hasSize(1);

        Shell.Result nowhere = check("--repository", "file:" + directory.resolve("nowhere"));
        assertThat(nowhere.code()).isEqualTo(3);
        assertThat(first(nowhere)).startsWith("UNKNOWN: There is no directory ");
        JsonNode json = check("--json", "--repository", "file:" + directory.resolve("nowhere"))
                .json();
        assertThat(json.get("state").asText()).isEqualTo("unknown");

        for (String[] wrong : new String[][] {
            {"--max-age", "yesterday"},
            {"--quota", "much"},
            {"--ignore", "everything"},
            {"--full-warning", "95"},
            {"--keep-days", "-1"},
            {"--colour"},
            {"surplus"}
        }) {
            Shell.Result result = check(wrong);
            assertThat(result.code()).as(String.join(" ", wrong)).isEqualTo(3);
            assertThat(result.complaints()).hasSize(1);
            assertThat(result.out()).isEmpty();
        }
        assertThat(session.shell().without("PGBACKUP_REPOSITORY").run("check").code())
                .isEqualTo(3);
    }

    @Test
    void aRepositoryThatIsGoneOrNoLongerTheSameIsAnError() throws Exception {
        session.full();
        Path empty = Files.createDirectory(directory.resolve("empty"));
        Shell.Result gone = check("--repository", "file:" + empty);
        assertThat(gone.code()).isEqualTo(2);
        assertThat(first(gone)).startsWith("ERROR: There is no repository at ");

        // Somebody has exchanged the keys: what the state file remembers tells.
        Path memory;
        try (Stream<Path> files = Files.list(directory.resolve("home/.local/state/pgbackup"))) {
            memory = files.filter(file -> file.toString().endsWith(".json"))
                    .findFirst()
                    .orElseThrow();
        }
        Files.writeString(
                memory, Files.readString(memory).replaceFirst("\"fingerprint\":\"..", "\"fingerprint\":\"zz"));
        Shell.Result stranger = check("--json");
        assertThat(stranger.code()).isEqualTo(2);
        assertThat(rules(stranger.json())).containsExactly("key-slots");
    }

    @Test
    void theDatabaseIsLookedAtToo() {
        session.full();
        String url = session.source().url().toString();
        Shell.Result fine = check("--database", url);
        assertThat(fine.code()).as(fine.out() + fine.err()).isZero();
        assertThat(first(fine)).startsWith("OK: " + database + " backed up ");

        Shell.Result many = check("--database", url, "--jobs", "64", "--json");
        assertThat(many.code()).isIn(0, 1); // as many connections as this server has

        Shell.Result down = check("--database", "postgresql://me@127.0.0.1:1/" + database, "--of", database);
        assertThat(down.code()).isEqualTo(1);
        assertThat(first(down)).startsWith("WARNING: The database " + database + " cannot be looked at");
    }

    @Test
    void aDatabaseThatHasNoBackupsYetIsMissedWhenItIsLookedAt() {
        session.full();
        String other = session.source().url().toString().replace("/" + database, "/postgres");
        Shell.Result result = check("--database", other, "--json");
        assertThat(result.code()).isEqualTo(2);
        assertThat(rules(result.json())).containsExactly("backup-overdue");
        assertThat(result.json().get("findings").get(0).get("subject").asText()).isEqualTo("postgres");
    }

    @Test
    void aWriteKeySuffices() {
        session.full();
        Path key = directory.resolve("agent.key");
        session.shell().run("key", "generate", "--out", key.toString());
        session.shell().run("key", "add", "--kind", "write", "--holder", "file:" + key, "--label", "agent");
        assertThat(check("--key", "file:" + key).code()).isZero();
    }

    @Test
    void prometheusCanReadTheResult() throws Exception {
        session.full("--label", "database=we\"ird\\name");
        Path file = directory.resolve("collector/pgbackup.prom");
        assertThat(check("--prometheus", file.toString(), "--quota", "1GB").code())
                .isZero();
        Map<String, Double> metrics = Exposition.parse(Files.readString(file));
        String repository = "repository=\"file:" + session.repository() + "\"";
        String of = "{" + repository + ",database=\"we\"ird\\name\"}";
        assertThat(metrics)
                .containsEntry("pgbackup_check_success{" + repository + "}", 1.0)
                .containsEntry("pgbackup_check_findings{" + repository + ",severity=\"error\"}", 0.0)
                .containsEntry("pgbackup_newest_backup_rows" + of, 120.0)
                .containsEntry("pgbackup_backups" + of, 1.0)
                .containsEntry("pgbackup_repository_quota_bytes{" + repository + "}", 1e9)
                .containsKeys(
                        "pgbackup_newest_backup_raw_bytes" + of,
                        "pgbackup_newest_backup_stored_bytes" + of,
                        "pgbackup_newest_backup_duration_seconds" + of,
                        "pgbackup_repository_bytes{" + repository + "}",
                        "pgbackup_repository_disk_free_bytes{" + repository + "}");
        assertThat(metrics.get("pgbackup_last_good_backup_age_seconds" + of)).isBetween(0.0, 600.0);
        assertThat(metrics.get("pgbackup_check_timestamp_seconds{" + repository + "}"))
                .isCloseTo(System.currentTimeMillis() / 1000.0, within(600.0));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-r--r--");

        Files.delete(stored("packs").get(0));
        check("--prometheus", file.toString());
        metrics = Exposition.parse(Files.readString(file));
        assertThat(metrics)
                .containsEntry("pgbackup_check_findings{" + repository + ",severity=\"error\"}", 2.0)
                .containsEntry(
                        "pgbackup_check_rule_findings{" + repository + ",rule=\"pack-missing\",severity=\"error\"}",
                        1.0)
                .doesNotContainKey("pgbackup_last_good_backup_age_seconds" + of);

        session.shell()
                .with("BACKUP_ENCRYPTION_KEY", "another passphrase")
                .run("check", "--prometheus", file.toString());
        assertThat(Exposition.parse(Files.readString(file)))
                .hasSize(2)
                .containsEntry("pgbackup_check_success{" + repository + "}", 0.0);
        try (Stream<Path> files = Files.list(file.getParent())) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void eachCheckIsALineOfTheLog() throws Exception {
        session.full();
        Path log = directory.resolve("logs/backup-monitoring.log");
        check("--log", log.toString());
        session.shell().with("BACKUP_ENCRYPTION_KEY", "another passphrase").run("check", "--log", log.toString());
        List<String> lines = Files.readAllLines(log);
        assertThat(lines).hasSize(2);
        JsonNode fine = new ObjectMapper().readTree(lines.get(0));
        assertThat(fine.get("state").asText()).isEqualTo("ok");
        assertThat(fine.get("checkedAt").asText()).startsWith("20");
        assertThat(fine.get("ages").get(database).asLong()).isBetween(0L, 600L);
        assertThat(new ObjectMapper().readTree(lines.get(1)).get("state").asText())
                .isEqualTo("unknown");

        Files.write(log, new byte[10_000_000]);
        check("--log", log.toString());
        assertThat(Files.readAllLines(log)).hasSize(1);
        assertThat(log.resolveSibling("backup-monitoring.log.1")).hasSize(10_000_000);
    }

    @Test
    void aFileThatCannotBeWrittenIsNoCleanCheck() throws Exception {
        session.full();
        Path file = Files.writeString(directory.resolve("file"), "");
        Shell.Result result = check("--log", file.resolve("x.log").toString());
        assertThat(result.code()).isEqualTo(3);
        assertThat(result.err()).contains("warning: the file ", "cannot be written");
        assertThat(first(result)).startsWith("OK: ");
    }

    @Test
    void whatWasSeenIsRememberedPrivatelyAndMayBeLost() throws Exception {
        session.full();
        check();
        Path memory;
        try (Stream<Path> files = Files.list(directory.resolve("home/.cache/pgbackup"))) {
            memory = files.findFirst().orElseThrow();
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(memory)))
                .isEqualTo("rw-------");
        assertThat(Files.readString(memory)).contains(session.first());
        Files.writeString(memory, "rubbish");
        Shell.Result again = check();
        assertThat(again.code()).isZero();
        assertThat(again.err()).isEmpty();
        assertThat(Files.readString(memory)).contains(session.first());
    }

    @Test
    void theHelpNamesTheExitCodes() {
        Shell.Result help = session.shell().run("check", "--help");
        assertThat(help.code()).isZero();
        assertThat(help.out()).contains("0 fine, 1 warning, 2 error, 3", "--max-age=AGE");
    }
}
