package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.SchemaRestore.Outcome;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.SchemaRestore.Pass;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.SchemaRestore.Settings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class SchemaRestoreTest {
    private static final Settings EVERYTHING = new Settings(true, true, true, 2, ToleranceRule.EVERYWHERE);

    @TempDir
    private Path directory;

    private InputStream dump(Database source) throws IOException, InterruptedException {
        Path file = directory.resolve("schema.dump");
        try (ClientEnvironment environment = source.clientEnvironment()) {
            ClientProcess.Result result = ClientProcess.run(
                    List.of(
                            TestPostgres.clientPrograms().pgDump().toString(),
                            "--schema-only",
                            "--format=custom",
                            "--file=" + file,
                            "--dbname=" + environment.connectionString()),
                    Optional.of(environment),
                    "");
            assertThat(result.errorLines()).isEmpty();
        }
        return new ByteArrayInputStream(Files.readAllBytes(file));
    }

    private static String plainDump(Database database) throws IOException, InterruptedException {
        try (ClientEnvironment environment = database.clientEnvironment()) {
            ClientProcess.Result result = ClientProcess.run(
                    List.of(
                            TestPostgres.clientPrograms().pgDump().toString(),
                            "--schema-only",
                            "--dbname=" + environment.connectionString()),
                    Optional.of(environment),
                    "");
            // psql's \restrict has a random key
            return String.join("\n", result.outputLines()).replaceAll("\\\\(un)?restrict \\w+", "");
        }
    }

    @Test
    void allPassesTogetherBringTheWholeSchemaBack() throws Exception {
        Database source = TestPostgres.newDatabase();
        TestPostgres.run(
                source,
                "CREATE SCHEMA \"My schema\"",
                "CREATE TABLE \"My schema\".\"a table\" (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, x text,"
                        + " parent int REFERENCES \"My schema\".\"a table\")",
                "CREATE MATERIALIZED VIEW totals AS SELECT count(*) FROM \"My schema\".\"a table\"",
                "CREATE UNIQUE INDEX ON totals (count)",
                "COMMENT ON MATERIALIZED VIEW totals IS 'two\nlines'",
                "GRANT SELECT (x) ON \"My schema\".\"a table\" TO pg_monitor",
                "CREATE FUNCTION stay() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''no''; END'",
                "CREATE TABLE days (day date NOT NULL) PARTITION BY RANGE (day)",
                "CREATE TABLE days_2026 PARTITION OF days FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')",
                "CREATE PUBLICATION p FOR TABLE days",
                "CREATE EVENT TRIGGER guard ON ddl_command_start EXECUTE FUNCTION stay()");
        Database target = TestPostgres.newDatabase();

        try (SchemaRestore restore = SchemaRestore.open(TestPostgres.clientPrograms(), dump(source))) {
            for (Pass pass : Pass.values()) {
                Outcome outcome = restore.run(pass, target, EVERYTHING);
                assertThat(outcome.errors()).isEmpty();
                assertThat(outcome.tolerated()).isEmpty();
            }
        }

        assertThat(plainDump(target)).isEqualTo(plainDump(source));
    }

    @Test
    void tablesPartitionedTwiceComeBackWithAllTheirIndexesAndWhatRefersToThem() throws Exception {
        Database source = TestPostgres.newDatabase();
        TestPostgres.run(
                source,
                "CREATE TABLE places (id int PRIMARY KEY)",
                "CREATE TABLE measures (day int, place int REFERENCES places, PRIMARY KEY (day, place))"
                        + " PARTITION BY LIST (day)",
                "CREATE INDEX ON measures (place)",
                "CREATE INDEX ON measures (place, day)",
                "DO $$ BEGIN FOR d IN 1..12 LOOP"
                        + " EXECUTE format('CREATE TABLE day_%s PARTITION OF measures FOR VALUES IN (%s)"
                        + " PARTITION BY HASH (place)', d, d);"
                        + " FOR p IN 0..1 LOOP EXECUTE format('CREATE TABLE day_%s_%s PARTITION OF day_%s"
                        + " FOR VALUES WITH (MODULUS 2, REMAINDER %s)', d, p, d, p); END LOOP; END LOOP; END $$",
                "CREATE TABLE notes (day int, place int, FOREIGN KEY (day, place) REFERENCES measures)");
        Database target = TestPostgres.newDatabase();
        Settings many = new Settings(true, true, true, 8, ToleranceRule.EVERYWHERE);

        try (SchemaRestore restore = SchemaRestore.open(TestPostgres.clientPrograms(), dump(source))) {
            for (Pass pass : Pass.values()) {
                assertThat(restore.run(pass, target, many).errors()).isEmpty();
            }
        }

        assertThat(plainDump(target)).isEqualTo(plainDump(source));
    }

    @Test
    void anErrorIsToldWithTheCommandThatFailedAndWhatFollowsIsRestored() throws Exception {
        Database source = TestPostgres.newDatabase();
        TestPostgres.run(source, "CREATE TABLE first (a int)", "CREATE TABLE second (b int)");
        Database target = TestPostgres.newDatabase();
        TestPostgres.run(target, "CREATE TABLE first (x int)");

        try (SchemaRestore restore = SchemaRestore.open(TestPostgres.clientPrograms(), dump(source))) {
            Outcome outcome = restore.run(Pass.PRE_DATA, target, EVERYTHING);

            assertThat(outcome.errors()).singleElement().satisfies(error -> {
                assertThat(error.message()).isEqualTo("relation \"first\" already exists");
                assertThat(error.command()).startsWith("CREATE TABLE public.first");
            });
        }
        TestPostgres.run(target, "SELECT b FROM second");
    }

    @Test
    void anErrorThatARuleCoversIsToldWithItsRuleAndIsNoError() throws Exception {
        ToleranceRule rule =
                ToleranceRule.of("tables that are there", "they stay", "relation \"first\"", "CREATE TABLE");
        ClientProcess.Result result = new ClientProcess.Result(
                1,
                List.of(),
                List.of(
                        "pg_restore: error: could not execute query: ERROR:  relation \"first\" already exists",
                        "Command was: CREATE TABLE public.first (",
                        "    a integer",
                        ");",
                        "",
                        "pg_restore: error: could not execute query: ERROR:  role \"ann\" does not exist",
                        "Command was: ALTER TABLE public.first OWNER TO ann;",
                        "pg_restore: warning: errors ignored on restore: 2"));

        Outcome outcome = SchemaRestore.judge(result, List.of(rule));

        assertThat(outcome.tolerated())
                .hasToString(
                        "[tables that are there: relation \"first\" already exists (CREATE TABLE public.first ( a integer );); they stay]");
        assertThat(outcome.errors())
                .containsExactly(
                        new SchemaError("role \"ann\" does not exist", "ALTER TABLE public.first OWNER TO ann;"));
    }

    @Test
    void errorsThatPgRestoreCountsButDoesNotShowAreErrors() throws Exception {
        ToleranceRule rule = ToleranceRule.of("anything", "a test", "", "");
        ClientProcess.Result result = new ClientProcess.Result(
                1,
                List.of(),
                List.of(
                        "pg_restore: error: could not execute query: ERROR:  out of shared memory",
                        "Command was: CREATE TABLE public.first (",
                        "pg_restore: warning: errors ignored on restore: 2"));

        assertThat(SchemaRestore.judge(result, List.of(rule)).errors()).hasSize(1);
    }

    @Test
    void aProgramThatFailsWithoutNamingAnErrorIsAFailure() {
        ClientProcess.Result result = new ClientProcess.Result(137, List.of(), List.of("Killed"));

        assertThatThrownBy(() -> SchemaRestore.judge(result, List.of()))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("137");
    }

    @Test
    void whatIsNoArchiveIsSaidToBeNone() {
        assertThatThrownBy(() -> SchemaRestore.open(
                        TestPostgres.clientPrograms(),
                        new ByteArrayInputStream("not an archive".getBytes(StandardCharsets.UTF_8))))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("cannot read the schema archive");
    }

    @Test
    void theArchiveIsPrivateAndGoneAfterwards() throws Exception {
        Database source = TestPostgres.newDatabase();
        SchemaArchive archive = SchemaArchive.store(dump(source));
        Path list = archive.list(List.of());

        for (Path file : List.of(archive.path(), list)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
        }
        archive.close();

        assertThat(archive.path()).doesNotExist();
        assertThat(list).doesNotExist();
    }

    @Test
    @Timeout(20)
    void anInterruptEndsPgRestoreAndWhatItRunsOnTheServer() throws Exception {
        Database source = TestPostgres.newDatabase();
        TestPostgres.run(
                source,
                "CREATE FUNCTION slow(int) RETURNS int IMMUTABLE LANGUAGE plpgsql"
                        + " AS 'BEGIN PERFORM pg_sleep(60); RETURN $1; END'",
                "CREATE TABLE t (a int)",
                "CREATE INDEX ON t (slow(a))");
        Database target = TestPostgres.newDatabase();
        try (SchemaRestore restore = SchemaRestore.open(TestPostgres.clientPrograms(), dump(source))) {
            restore.run(Pass.PRE_DATA, target, EVERYTHING);
            TestPostgres.run(target, "INSERT INTO t VALUES (1)");
            Thread test = Thread.currentThread();
            Thread interrupter = new Thread(() -> {
                try {
                    TimeUnit.SECONDS.sleep(2);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                test.interrupt();
            });
            interrupter.start();
            long began = System.nanoTime();

            assertThatThrownBy(() -> restore.run(Pass.POST_DATA, target, EVERYTHING))
                    .isInstanceOf(InterruptedException.class);

            assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began))
                    .isLessThan(7);
        }
        TestPostgres.run(
                TestPostgres.server().database("postgres"),
                "DROP DATABASE " + Sql.quote(target.url().database()));
    }
}
