package io.jenkins.plugins.postgresqlbackup.engine.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.postgresqlbackup.engine.archive.Compression;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.ClientPrograms;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.RowDigest;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.ScratchServer;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Selection;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TableName;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestPostgres;
import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import io.jenkins.plugins.postgresqlbackup.engine.testing.DatabaseComparison;
import io.jenkins.plugins.postgresqlbackup.engine.testing.Fixtures;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever a database holds, its restored copy dumps like it and digests like it. */
final class RoundTripTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "kitchen-sink | ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0 | zstd:3",
                "latin1       | ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0 | gzip",
                "sql-ascii    | ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0 | none",
                "many-tables  | ENCODING 'UTF8' TEMPLATE template0 | zstd:1",
            })
    void aFixtureComesBackAsItWas(String fixture, String options, String compression) throws Exception {
        Database source = TestPostgres.newDatabase(options);
        // Names in SQL_ASCII that are not UTF-8 cannot be had over JDBC, which is said in a sentence; see the guide.
        Fixtures.load(
                source, TestPostgres.clientPrograms(), fixture, Map.of("subscriptions", "off", "odd_names", "off"));
        // Small ranges, so that even fixtures are read in several.
        requireEqualCopy(
                source,
                BackupSettings.defaults()
                        .withCompression(Compression.parse(compression))
                        .withRangeBytes(256 * 1024));
    }

    @Test
    void anEmptyDatabaseComesBack() throws Exception {
        requireEqualCopy(TestPostgres.newDatabase(), BackupSettings.defaults());
    }

    @Test
    void aTableOfManyRangesComesBackThroughSeveralWorkers() throws Exception {
        Database source = TestPostgres.newDatabase();
        TestPostgres.run(
                source,
                "CREATE TABLE big AS SELECT i, repeat(md5(i::text), 3) AS t FROM generate_series(1, 300000) i",
                "DELETE FROM big WHERE i % 7 = 0");
        Manifest manifest = requireEqualCopy(
                source, BackupSettings.defaults().withRangeBytes(1 << 20).withJobs(4));
        assertThat(manifest.tables().get(0).ranges())
                .hasSizeGreaterThan(20)
                .allMatch(range -> range.addresses() != null);
    }

    private Manifest requireEqualCopy(Database source, BackupSettings settings) throws Exception {
        ClientPrograms programs = TestPostgres.clientPrograms();
        try (Repository repository = TestRepository.create(directory.resolve("repository"))) {
            Manifest manifest = TestRepository.backUp(
                            repository, source, settings.withPrograms(List.of(TestPostgres.home())))
                    .manifest();
            assertThat(TestRepository.verify(repository, manifest.id(), VerificationLevel.CONTENT)
                            .problems())
                    .isEmpty();
            Database copy = source.withDatabase(source.url().database() + "_copy");
            restore(repository, manifest.id(), copy);
            DatabaseComparison.of(source, copy, programs).assertEqual();
            assertThat(digests(copy, manifest)).isEqualTo(digests(source, manifest));
            assertThat(drill(repository, manifest.id()).problems()).isEmpty();
            return manifest;
        }
    }

    private static void restore(Repository repository, BackupId backup, Database copy) throws Exception {
        RestoreSettings settings = RestoreSettings.into(new RestoreInto.NewDatabase())
                .withPrograms(List.of(TestPostgres.home()))
                .withJobs(3);
        new RestoreBackup(repository, backup, copy, settings).run(Progress.silent());
    }

    private static VerificationResult drill(Repository repository, BackupId backup) throws Exception {
        Scratch scratch = new Scratch.Server(TestPostgres.server().database("postgres"));
        VerifySettings settings = new VerifySettings(
                VerificationLevel.RESTORE,
                2,
                Optional.of(scratch),
                List.of("SELECT count(*) > 0 FROM pg_class"),
                List.of(TestPostgres.home()));
        return new VerifyBackup(repository, backup, settings, Clock.systemUTC()).run(Progress.silent());
    }

    /** Rows that are loaded through a partitioned table may lie in other partitions: those count together. */
    private static Map<String, RowDigest> digests(Database database, Manifest manifest) throws Exception {
        Map<String, String> together = new TreeMap<>();
        for (Manifest.TableEntry table : manifest.tables()) {
            if (table.loadVia() != null) {
                together.put(table.tableName().toString(), table.loadVia().toString());
            }
        }
        Map<String, RowDigest> sums = new TreeMap<>();
        for (Map.Entry<TableName, RowDigest> table : new DatabaseDigests(database, Selection.everything(), 2)
                .run(Progress.silent())
                .entrySet()) {
            String name = table.getKey().toString();
            sums.merge(together.getOrDefault(name, name), table.getValue(), RowDigest::plus);
        }
        return sums;
    }

    @Test
    void aDrillOnAServerOfItsOwnLeavesNothingBehind() throws Exception {
        Database source = TestPostgres.newDatabase();
        TestPostgres.run(
                source, "CREATE TABLE t (id serial PRIMARY KEY, v text)", "INSERT INTO t (v) VALUES ('a'), ('b')");
        try (Repository repository = TestRepository.create(directory.resolve("repository"))) {
            BackupId backup = TestRepository.backUp(
                            repository, source, BackupSettings.defaults().withPrograms(List.of(TestPostgres.home())))
                    .manifest()
                    .id();
            VerifySettings settings = new VerifySettings(
                    VerificationLevel.RESTORE,
                    2,
                    Optional.of(new Scratch.Binaries(TestPostgres.home())),
                    List.of("SELECT count(*) = 2 FROM public.t", "SELECT count(*) = 3 FROM public.t", "SELECT no"),
                    List.of(TestPostgres.home()));
            VerificationResult result =
                    new VerifyBackup(repository, backup, settings, Clock.systemUTC()).run(Progress.silent());
            assertThat(result.problems())
                    .hasSize(2)
                    .anyMatch(problem -> problem.contains("count(*) = 3"))
                    .anyMatch(problem -> problem.contains("cannot be asked"));
        }
    }

    @Test
    void aDrillNoticesWhatTheServerChangesOnTheWay() throws Exception {
        Database source = TestPostgres.newDatabase();
        TestPostgres.run(source, "CREATE TABLE t (id int)", "INSERT INTO t VALUES (1)");
        try (ScratchServer other = TestPostgres.startServer(Map.of());
                Repository repository = TestRepository.create(directory.resolve("repository"))) {
            // A template that fills what the restore created: the copy has rows that the source never had.
            TestPostgres.run(
                    other.database("template1"),
                    "CREATE FUNCTION meddle() RETURNS event_trigger LANGUAGE plpgsql AS "
                            + "$$ BEGIN IF to_regclass('public.t') IS NOT NULL THEN INSERT INTO public.t VALUES (2); END IF; END $$",
                    "CREATE EVENT TRIGGER meddle ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION meddle()");
            TestPostgres.run(
                    other.database("postgres"),
                    "ALTER DATABASE template0 IS_TEMPLATE false",
                    "DROP DATABASE template0",
                    "CREATE DATABASE template0 TEMPLATE template1 IS_TEMPLATE true");
            BackupId backup = TestRepository.backUp(
                            repository, source, BackupSettings.defaults().withPrograms(List.of(TestPostgres.home())))
                    .manifest()
                    .id();
            VerifySettings settings = new VerifySettings(
                    VerificationLevel.RESTORE,
                    1,
                    Optional.of(new Scratch.Server(other.database("postgres"))),
                    List.of(),
                    List.of(TestPostgres.home()));
            VerificationResult result =
                    new VerifyBackup(repository, backup, settings, Clock.systemUTC()).run(Progress.silent());
            assertThat(result.problems()).isNotEmpty().anyMatch(problem -> problem.contains("public.t"));
        }
    }
}
