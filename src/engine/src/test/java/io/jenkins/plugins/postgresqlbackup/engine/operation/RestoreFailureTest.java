package io.jenkins.plugins.postgresqlbackup.engine.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.DatabaseUrl;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.PasswordSource;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TargetDatabase;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestPostgres;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestSql;
import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A restore that fails says exactly what is there and what is not, and never reports success. */
class RestoreFailureTest {
    private static final RestoreSettings NEW =
            RestoreSettings.into(new RestoreInto.NewDatabase()).withJobs(1);

    @TempDir
    private Path directory;

    private Repository repository;

    @BeforeEach
    void createARepository() throws Exception {
        repository = TestRepository.create(directory);
    }

    @AfterEach
    void closeTheRepository() {
        repository.close();
    }

    private static Database notThereYet() throws Exception {
        return TestPostgres.server().database("failing " + UUID.randomUUID());
    }

    private RestoreFailedException failure(BackupId backup, Database target, RestoreSettings settings) {
        return catchThrowableOfType(
                RestoreFailedException.class, () -> TestRepository.restore(repository, backup, target, settings));
    }

    /** A function that works in the source only. */
    private static String worksOnlyIn(Database source) {
        return "CREATE FUNCTION only_there(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS 'BEGIN IF current_database() <> ''"
                + source.url().database() + "'' THEN RAISE EXCEPTION ''not here''; END IF; RETURN $1; END'";
    }

    @Test
    void whatCannotBeBuiltAfterTheRowsIsNamedAndTheRestIsThere() throws Exception {
        Database source = TestPostgres.newDatabase();
        TestPostgres.run(
                source,
                worksOnlyIn(source),
                "CREATE TABLE pets (id int PRIMARY KEY)",
                "INSERT INTO pets VALUES (1)",
                "CREATE INDEX broken ON pets (only_there(id))",
                "CREATE INDEX works ON pets ((id + 1))",
                "CREATE MATERIALIZED VIEW empty_here AS SELECT only_there(id) FROM pets");
        Database target = notThereYet();

        RestoreFailedException failure =
                failure(TestRepository.backUp(repository, source).manifest().id(), target, NEW);

        assertThat(failure.problems()).hasSize(2);
        assertThat(failure.problems().get(0)).contains("not here", "CREATE INDEX broken");
        assertThat(failure.problems().get(1)).contains("public.empty_here could not be refreshed", "not here");
        assertThat(failure.standing())
                .contains(
                        "Rows: 1 of 1 tables are complete.",
                        "Not there, or not all of it: indexes, constraints, triggers and policies, rows of materialised"
                                + " views.");
        assertThat(failure)
                .hasMessageContaining("DROP DATABASE \"" + target.url().database() + "\";");
        assertThat(TestSql.rows(target, "SELECT count(*) FROM pg_indexes WHERE indexname IN ('works', 'pets_pkey')"))
                .containsExactly("2");
    }

    @Test
    void withoutItsDefinitionsNoRowsAreLoaded() throws Exception {
        Database source = TestPostgres.newDatabase();
        TestPostgres.run(
                source,
                worksOnlyIn(source),
                "CREATE TABLE pets (id int)",
                "INSERT INTO pets VALUES (1)",
                "CREATE TABLE days (day int) PARTITION BY LIST (day)",
                "CREATE TABLE days_1 PARTITION OF days FOR VALUES IN (1)");
        BackupId backup = TestRepository.backUp(repository, source).manifest().id();
        Database target = TestPostgres.newDatabase();
        TestPostgres.run(
                target,
                "CREATE EXTENSION hstore",
                "CREATE FUNCTION no() RETURNS event_trigger LANGUAGE plpgsql AS"
                        + " 'BEGIN IF current_query() LIKE ''CREATE TABLE public.days_1%'' THEN RAISE EXCEPTION ''no days''; END IF; END'",
                "ALTER EXTENSION hstore ADD FUNCTION no()",
                "CREATE EVENT TRIGGER no_days ON ddl_command_start EXECUTE FUNCTION no()");

        RestoreFailedException failure = failure(backup, target, RestoreSettings.into(new RestoreInto.EmptyDatabase()));

        assertThat(failure).hasMessageContaining("no days").hasMessageContaining("no rows were loaded");
        assertThat(failure.standing())
                .contains("The database " + target.url().database()
                        + " was there before; it has been changed as follows.");
        assertThat(TestSql.rows(target, "SELECT count(*) FROM pets")).containsExactly("0");
    }

    @Test
    void rowsThatAreNotThoseOfTheManifestDoNotArrive() throws Exception {
        Database source = TestPostgres.newDatabase();
        TestPostgres.run(
                source,
                "CREATE TABLE good AS SELECT generate_series(1, 10) AS id",
                "CREATE TABLE spoiled AS SELECT n AS id, repeat(md5(n::text), 10) AS text FROM generate_series(1, 30000) n");
        Manifest manifest = TestRepository.backUp(
                        repository, source, TestRepository.settings().withRangeBytes(1 << 20))
                .manifest();
        List<Manifest.Range> ranges = manifest.tables().stream()
                .filter(table -> table.name().equals("spoiled"))
                .flatMap(table -> table.ranges().stream())
                .toList();
        Manifest.Blob spoiled = ranges.get(ranges.size() / 2).base();
        flip(spoiled);
        Database target = notThereYet();

        RestoreFailedException failure = failure(manifest.id(), target, NEW.withJobs(2));

        assertThat(failure)
                .hasMessageContaining("The rows of public.spoiled are damaged")
                .hasMessageContaining(spoiled.pack());
        assertThat(failure.standing()).anyMatch(line -> line.contains("public.spoiled"));
        assertThat(failure.standing().get(0)).contains("was created by this restore and is not complete");
        long rows = Long.parseLong(
                TestSql.rows(target, "SELECT count(*) FROM spoiled").get(0));
        assertThat(rows).isLessThan(30_000);
    }

    private void flip(Manifest.Blob blob) throws IOException {
        Path pack = directory.resolve(blob.pack());
        byte[] content = Files.readAllBytes(pack);
        content[(int) (blob.offset() + blob.length() / 2)] ^= 1;
        Files.setPosixFilePermissions(pack, PosixFilePermissions.fromString("rw-------"));
        Files.write(pack, content);
    }

    @Test
    @Timeout(60)
    void anInterruptEndsItWithinSecondsAndSaysWhatIsThere() throws Exception {
        Database source = TestPostgres.newDatabase();
        TestPostgres.run(
                source,
                "CREATE FUNCTION slow(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS 'BEGIN IF current_database() <> ''"
                        + source.url().database() + "'' THEN PERFORM pg_sleep(100); END IF; RETURN $1; END'",
                "CREATE TABLE quick AS SELECT 1 AS id",
                "CREATE TABLE slow (id int CHECK (slow(id) > 0))",
                "INSERT INTO slow VALUES (1)");
        BackupId backup = TestRepository.backUp(repository, source).manifest().id();
        Database target = notThereYet();
        CountDownLatch loading = new CountDownLatch(1);
        AtomicReference<Throwable> end = new AtomicReference<>();
        Thread restoring = new Thread(() -> {
            try {
                new RestoreBackup(repository, backup, target, NEW.withPrograms(List.of(TestPostgres.home())))
                        .run(new Watching(loading));
            } catch (IOException | InterruptedException e) {
                end.set(e);
            }
        });
        restoring.start();
        assertThat(loading.await(20, TimeUnit.SECONDS)).isTrue();
        TimeUnit.SECONDS.sleep(1);

        long began = System.nanoTime();
        restoring.interrupt();
        restoring.join(TimeUnit.SECONDS.toMillis(20));

        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began)).isLessThan(5000);
        assertThat(end.get())
                .isInstanceOf(InterruptedException.class)
                .hasMessageContaining("Tables without their rows: public.slow")
                .hasMessageContaining("DROP DATABASE");
        // Nothing goes on there: the server has cancelled what ran.
        TimeUnit.SECONDS.sleep(2);
        TargetDatabase.of(target).drop();
    }

    private record Watching(CountDownLatch loading) implements Progress {
        @Override
        public void phase(String name, long expectedBytes) {
            if (name.equals("Loading rows")) {
                loading.countDown();
            }
        }

        @Override
        public void advance(long rows, long bytes) {
            // only the phases matter
        }

        @Override
        public void warn(String message) {
            // only the phases matter
        }
    }

    @Test
    void aServerThatCannotBeReachedIsToldAndNothingIsChanged() throws Exception {
        Database source = TestPostgres.newDatabase();
        BackupId backup = TestRepository.backUp(repository, source).manifest().id();
        Database nowhere = new Database(DatabaseUrl.parse("postgresql://me@127.0.0.1:1/x"), PasswordSource.none());

        assertThatThrownBy(() -> TestRepository.restore(repository, backup, nowhere, NEW))
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(RestoreFailedException.class)
                .hasMessageContaining("Nothing answers");
    }
}
