package io.jenkins.plugins.postgresqlbackup.engine.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.ScratchServer;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Selection;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestPostgres;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestSql;
import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import io.jenkins.plugins.postgresqlbackup.engine.testing.DatabaseComparison;
import io.jenkins.plugins.postgresqlbackup.engine.testing.Fixtures;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestoreBackupTest {
    private static final RestoreSettings NEW = RestoreSettings.into(new RestoreInto.NewDatabase());
    private static final RestoreSettings EMPTY = RestoreSettings.into(new RestoreInto.EmptyDatabase());

    @TempDir
    private Path directory;

    private Repository repository;

    @BeforeEach
    void createARepository() throws Exception {
        repository = TestRepository.create(directory.resolve("repository"));
    }

    @AfterEach
    void closeTheRepository() {
        repository.close();
    }

    private static Database notThereYet() throws Exception {
        return TestPostgres.server().database("restored " + UUID.randomUUID());
    }

    private BackupId backUp(Database source) throws Exception {
        return TestRepository.backUp(repository, source).manifest().id();
    }

    private BackupId backUpAFewPets() throws Exception {
        Database source = TestPostgres.newDatabase();
        TestPostgres.run(
                source, "CREATE TABLE pets (id int PRIMARY KEY, name text)", "INSERT INTO pets VALUES (1, 'Rex')");
        return backUp(source);
    }

    private RestoreResult restore(BackupId backup, Database target, RestoreSettings settings) throws Exception {
        return TestRepository.restore(repository, backup, target, settings);
    }

    @Test
    void theKitchenSinkComesBackAsItWas() throws Exception {
        Database source = TestPostgres.newDatabase("TEMPLATE template0 ENCODING 'UTF8'");
        Fixtures.load(source, TestPostgres.clientPrograms(), "kitchen-sink", Map.of("subscriptions", "off"));
        Database copy = notThereYet();
        BackupResult backup = TestRepository.backUp(repository, source);

        RestoreResult result = restore(backup.manifest().id(), copy, NEW);

        assertThat(result.created()).isTrue();
        assertThat(result.tolerated()).isEmpty();
        assertThat(result.rows()).isEqualTo(backup.manifest().totals().rows());
        DatabaseComparison.of(source, copy, TestPostgres.clientPrograms()).assertEqual();
    }

    @Test
    void aTableThatSeveralWorkersLoadHasAllItsRows() throws Exception {
        Database source = TestPostgres.newDatabase();
        TestPostgres.run(
                source,
                "CREATE TABLE big (id int PRIMARY KEY, text text)",
                "INSERT INTO big SELECT n, repeat(md5(n::text), 20) FROM generate_series(1, 40000) n",
                "CREATE TABLE middle AS SELECT n, md5(n::text) FROM generate_series(1, 60000) n",
                "CREATE TABLE small AS SELECT 1 AS a");
        BackupId backup = TestRepository.backUp(
                        repository, source, TestRepository.settings().withRangeBytes(1 << 20))
                .manifest()
                .id();
        Database copy = notThereYet();

        restore(backup, copy, NEW.withJobs(4));

        assertThat(new DatabaseDigests(copy, Selection.everything(), 2).run(Progress.silent()))
                .isEqualTo(new DatabaseDigests(source, Selection.everything(), 2).run(Progress.silent()));
    }

    @Test
    void aDatabaseThatIsThereIsReplacedOnlyIfThatIsAllowed() throws Exception {
        BackupId backup = backUpAFewPets();
        Database target = TestPostgres.newDatabase();
        TestPostgres.run(target, "CREATE TABLE mine AS SELECT generate_series(1, 12345)", "ANALYZE");

        for (RestoreSettings settings : List.of(NEW, EMPTY)) {
            assertThatThrownBy(() -> restore(backup, target, settings))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("table public.mine (about 12,345 rows)")
                    .hasMessageContaining("--overwrite");
            assertThat(TestSql.rows(target, "SELECT count(*) FROM mine")).containsExactly("12345");
        }

        for (RestoreSettings settings : List.of(NEW, EMPTY)) {
            assertThat(restore(backup, target, settings.withOverwrite(true)).created())
                    .isTrue();
            assertThat(TestSql.rows(target, "SELECT name FROM pets")).containsExactly("Rex");
            assertThat(TestSql.rows(target, "SELECT to_regclass('mine')")).containsExactly("null");
        }
    }

    @Test
    void anEmptyDatabaseIsFilledAndKeepsWhatIsItsOwn() throws Exception {
        Database source = TestPostgres.newDatabase();
        TestPostgres.run(
                source,
                "CREATE TABLE pets (name text)",
                "INSERT INTO pets VALUES ('Rex')",
                "ALTER DATABASE \"" + source.url().database() + "\" SET work_mem = '7MB'");
        Database target = TestPostgres.newDatabase();
        TestPostgres.run(target, "ALTER DATABASE \"" + target.url().database() + "\" SET work_mem = '9MB'");

        RestoreResult result = restore(backUp(source), target, EMPTY);

        assertThat(result.created()).isFalse();
        assertThat(result.warnings()).anyMatch(warning -> warning.contains("keeps its own owner, grants, settings"));
        assertThat(TestSql.rows(target, "SELECT name FROM pets")).containsExactly("Rex");
        assertThat(TestSql.rows(target, "SHOW work_mem")).containsExactly("9MB");
    }

    @Test
    void whereThereIsNoDatabaseNothingIsFilled() throws Exception {
        BackupId backup = backUpAFewPets();
        Database target = notThereYet();

        assertThatThrownBy(() -> restore(backup, target, EMPTY))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("There is no database");
    }

    @Test
    void aDatabaseThatIsReadOnlyByItsSettingsComesBack() throws Exception {
        Database source = TestPostgres.newDatabase();
        String name = '"' + source.url().database() + '"';
        TestPostgres.run(
                source,
                "CREATE TABLE pets (name text)",
                "CREATE MATERIALIZED VIEW count AS SELECT count(*) FROM pets",
                "CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'",
                "CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION f()",
                "ALTER DATABASE " + name + " CONNECTION LIMIT 1",
                "ALTER DATABASE " + name + " SET default_transaction_read_only = on");
        Database copy = notThereYet();

        restore(backUp(source), copy, NEW);

        DatabaseComparison.of(source, copy, TestPostgres.clientPrograms()).assertEqual();
    }

    @Test
    void materialisedViewsShowWhatASessionOfTheDatabaseSees() throws Exception {
        Database source = TestPostgres.newDatabase();
        String name = '"' + source.url().database() + '"';
        TestPostgres.run(
                source,
                "ALTER DATABASE " + name + " SET timezone = 'Asia/Kathmandu'",
                "CREATE TABLE events (at timestamptz)",
                "INSERT INTO events VALUES ('2026-01-01 20:00:00+00')",
                "CREATE MATERIALIZED VIEW days AS SELECT at::date AS day FROM events",
                "CREATE FUNCTION first_day() RETURNS date LANGUAGE plpgsql AS"
                        + " 'BEGIN RETURN (SELECT min(day) FROM public.b_days); END'",
                "CREATE MATERIALIZED VIEW b_days AS SELECT day FROM days",
                "CREATE MATERIALIZED VIEW a_first AS SELECT first_day() AS day",
                "CREATE MATERIALIZED VIEW never AS SELECT 1 AS one WITH NO DATA");
        Database copy = notThereYet();

        restore(backUp(source), copy, NEW);

        assertThat(TestSql.rows(copy, "SELECT day FROM days UNION ALL SELECT day FROM a_first"))
                .containsExactly("2026-01-02", "2026-01-02");
        assertThat(TestSql.rows(copy, "SELECT relispopulated FROM pg_class WHERE relname = 'never'"))
                .containsExactly("f");
    }

    @Test
    void extensionsConfigurationTablesGetTheirUsersRowsAndKeepTheirOwn() throws Exception {
        Path copy = Files.createTempDirectory("pgbackup-test-");
        Files.setPosixFilePermissions(copy, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
        Path binaries =
                Fixtures.withExtension(TestPostgres.server().database("postgres"), TestPostgres.clientPrograms(), copy);
        try (ScratchServer server =
                ScratchServer.start(binaries, Files.createTempDirectory("pgbackup-test-"), Map.of())) {
            Database source = server.database("source");
            TestPostgres.run(server.database("postgres"), "CREATE DATABASE source");
            TestPostgres.run(
                    source,
                    "CREATE EXTENSION pgbackup_fixture",
                    "INSERT INTO fixture_setting VALUES ('colour', 'blue')",
                    "INSERT INTO fixture_region VALUES ('as', 'Asia', false)",
                    "SELECT setval('fixture_counter', 4711)");
            BackupId backup = backUp(source);
            Database target = server.database("copy");

            restore(backup, target, NEW);

            DatabaseComparison.of(source, target, TestPostgres.clientPrograms()).assertEqual();
            assertThat(TestSql.rows(target, "SELECT code FROM fixture_region ORDER BY code"))
                    .containsExactly("as", "eu", "na");

            assertThatThrownBy(() -> restore(backup, notThereYet(), NEW))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("lacks the extension pgbackup_fixture");
        }
    }

    @Test
    void aDatabaseInAnotherEncodingComesBackByteForByte() throws Exception {
        for (String name : List.of("latin1", "sql-ascii")) {
            String encoding = name.equals("latin1") ? "LATIN1" : "SQL_ASCII";
            Database source = TestPostgres.newDatabase(
                    "TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C' ENCODING '" + encoding + "'");
            Fixtures.load(
                    source,
                    TestPostgres.clientPrograms(),
                    name,
                    name.equals("latin1") ? Map.of() : Map.of("odd_names", "off"));
            Database copy = notThereYet();

            restore(backUp(source), copy, NEW);

            DatabaseComparison.of(source, copy, TestPostgres.clientPrograms()).assertEqual();
        }
    }
}
