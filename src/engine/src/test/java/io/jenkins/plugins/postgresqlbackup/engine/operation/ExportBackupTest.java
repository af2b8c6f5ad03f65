package io.jenkins.plugins.postgresqlbackup.engine.operation;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.ClientEnvironment;
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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An export is plain files, and psql alone makes the database of them again. */
final class ExportBackupTest {
    @TempDir
    private Path root;

    private Path exported() {
        return root.resolve("exported");
    }

    private ExportSettings settings() throws IOException {
        return ExportSettings.to(exported()).withPrograms(List.of(TestPostgres.home()));
    }

    private static ExportResult export(Repository repository, BackupId id, ExportSettings settings) throws Exception {
        return new ExportBackup(repository, id, settings).run(Progress.silent());
    }

    /** Nothing but psql, as somebody would run it. */
    private static void psql(Database database, Path script, String... options) throws Exception {
        Path said = Files.createTempFile("psql-", ".out");
        try (ClientEnvironment environment = database.clientEnvironment()) {
            List<String> command = new ArrayList<>(List.of(
                    TestPostgres.clientPrograms().psql().toString(), "-X", "-d", environment.connectionString()));
            command.addAll(List.of(options));
            command.addAll(List.of("-f", script.toString()));
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile());
            environment.apply(builder);
            Process process = builder.start();
            process.getOutputStream().close();
            assertThat(process.waitFor()).as(Files.readString(said, ISO_8859_1)).isZero();
        } finally {
            Files.delete(said);
        }
    }

    private Database load(Database source, Database maintenance) throws Exception {
        String name = source.url().database() + "_copy";
        psql(maintenance, exported().resolve("globals.sql"), "-v", "database=" + name);
        Database copy = maintenance.withDatabase(name);
        psql(copy, exported().resolve("restore.sql"));
        return copy;
    }

    private static Database maintenance() throws Exception {
        return TestPostgres.server().database("postgres");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "kitchen-sink | ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0",
                "latin1       | ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0",
                "sql-ascii    | ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0",
                "many-tables  | ENCODING 'UTF8' TEMPLATE template0",
            })
    void aFixtureComesBackThroughPsqlAsItWas(String fixture, String options) throws Exception {
        Database source = TestPostgres.newDatabase(options);
        ClientPrograms programs = TestPostgres.clientPrograms();
        Fixtures.load(source, programs, fixture, Map.of("subscriptions", "off", "odd_names", "off"));
        try (Repository repository = TestRepository.create(root.resolve("repository"))) {
            Manifest manifest = TestRepository.backUp(
                            repository, source, TestRepository.settings().withRangeBytes(256 * 1024))
                    .manifest();
            ExportResult result = export(repository, manifest.id(), settings());
            assertThat(result.rows()).isEqualTo(manifest.totals().rows());
            assertThat(result.tables()).isEqualTo(manifest.tables().size());
            assertThat(result.largeObjects()).isEqualTo(manifest.totals().largeObjects());
        }
        Database copy = load(source, maintenance());
        DatabaseComparison.of(source, copy, programs).assertEqual();
    }

    @Test
    void partitionsInheritanceGeneratedColumnsIdentitiesAndStrangeNamesComeBack() throws Exception {
        Database source = TestPostgres.newDatabase();
        TestPostgres.run(
                source,
                "CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy')",
                "CREATE TABLE by_mood (id int GENERATED BY DEFAULT AS IDENTITY, m mood) PARTITION BY HASH (m)",
                "CREATE TABLE by_mood_0 PARTITION OF by_mood FOR VALUES WITH (MODULUS 2, REMAINDER 0)",
                "CREATE TABLE by_mood_1 PARTITION OF by_mood FOR VALUES WITH (MODULUS 2, REMAINDER 1)",
                "INSERT INTO by_mood (m) SELECT (enum_range(NULL::mood))[1 + i % 3] FROM generate_series(1, 100) i",
                "CREATE TABLE parent (id int PRIMARY KEY, note text)",
                "CREATE TABLE child (more int) INHERITS (parent)",
                "ALTER TABLE parent ADD COLUMN later text DEFAULT 'x'",
                "INSERT INTO parent VALUES (1, 'one')",
                "INSERT INTO child (id, note, more) VALUES (2, 'two', 22)",
                "CREATE TABLE \"a\nb\\c\" (\"x\ty\" int GENERATED ALWAYS AS IDENTITY, \"d\r\" int,"
                        + " twice int GENERATED ALWAYS AS (\"d\r\" * 2) STORED)",
                "INSERT INTO \"a\nb\\c\" (\"d\r\") SELECT i FROM generate_series(1, 10) i",
                "CREATE TABLE nothing ()",
                "INSERT INTO nothing DEFAULT VALUES",
                "CREATE TABLE texts (t text)",
                "INSERT INTO texts VALUES ('\\.'), ('.'), (''), (NULL), (E'\\\\.\\n\\\\.')",
                "CREATE MATERIALIZED VIEW shown AS SELECT count(*) FROM parent",
                "CREATE MATERIALIZED VIEW hidden AS SELECT 1 AS one WITH NO DATA");
        try (Repository repository = TestRepository.create(root.resolve("repository"))) {
            BackupId id = TestRepository.backUp(repository, source).manifest().id();
            export(repository, id, settings());
        }
        Database copy = load(source, maintenance());
        // pg_dump itself gives an inheriting table its columns in another order.
        DatabaseComparison.of(source, copy, TestPostgres.clientPrograms())
                .dumpedWith("--exclude-table=child")
                .assertEqual();
        assertThat(child(copy)).isEqualTo(child(source));
    }

    private static RowDigest child(Database database) throws Exception {
        TableName name = new TableName("public", "child");
        return new DatabaseDigests(database, Selection.everything(), 1)
                .run(Progress.silent(), Map.of(name, List.of("id", "note", "more", "later")))
                .get(name);
    }

    @Test
    void rolesAndAnExtensionsConfigurationComeBackOnAnotherServer() throws Exception {
        ClientPrograms programs = TestPostgres.clientPrograms();
        Path home = Files.createDirectory(root.resolve("home"));
        for (Path open : List.of(root, home)) {
            Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        Path binaries = Fixtures.withExtension(maintenance(), programs, home);
        try (ScratchServer here = ScratchServer.start(binaries, Files.createTempDirectory("pgbackup-test-"), Map.of());
                ScratchServer there =
                        ScratchServer.start(binaries, Files.createTempDirectory("pgbackup-test-"), Map.of())) {
            TestPostgres.run(here.database("postgres"), "CREATE DATABASE \"the 'sink' \\ %d\" TEMPLATE template0");
            Database source = here.database("the 'sink' \\ %d");
            Fixtures.load(source, programs, "kitchen-sink", Map.of());
            try (Repository repository = TestRepository.create(root.resolve("repository"))) {
                BackupId id =
                        TestRepository.backUp(repository, source).manifest().id();
                export(repository, id, settings());
            }
            // The name that the script has by itself.
            psql(there.database("postgres"), exported().resolve("globals.sql"));
            Database copy = there.database("the 'sink' \\ %d");
            psql(copy, exported().resolve("restore.sql"));
            DatabaseComparison comparison = DatabaseComparison.of(source, copy, programs);
            comparison.assertEqual();
            assertThat(comparison.differencesOfRoles())
                    .as("roles that the database uses")
                    .noneMatch(role -> role.matches(".*\"rolname\": \"ks(_owner|_app|_reader| Rôle.*)\".*"));
        }
    }

    @Test
    void deltasAreAppliedAndSingleTablesCanBeHad() throws Exception {
        Database source = TestPostgres.newDatabase();
        TestPostgres.run(
                source,
                "CREATE SCHEMA \"the shop\"",
                "CREATE TABLE \"the shop\".pets (id serial PRIMARY KEY, note text) WITH (autovacuum_enabled = off)",
                "INSERT INTO \"the shop\".pets (note) SELECT repeat(md5(i::text), 3) FROM generate_series(1, 20000) i",
                "CREATE TABLE other (id int PRIMARY KEY)",
                "SELECT lo_from_bytea(4711, 'content')");
        try (Repository repository = TestRepository.create(root.resolve("repository"))) {
            TestRepository.backUp(repository, source);
            TestPostgres.run(
                    source,
                    "DELETE FROM \"the shop\".pets WHERE id % 30 = 0",
                    "INSERT INTO \"the shop\".pets (note) VALUES ('new')");
            BackupId id = TestRepository.increment(repository, source, TestRepository.settings())
                    .manifest()
                    .id();
            assertThat(repository.read(id).tables())
                    .anyMatch(table -> table.ranges().stream().anyMatch(range -> range.delta() != null));
            export(repository, id, settings());
            DatabaseComparison.of(source, load(source, maintenance()), TestPostgres.clientPrograms())
                    .assertEqual();

            ExportResult some = export(
                    repository,
                    id,
                    settings().withOverwrite(true).withTables(List.of("*.pets")).withOwners(false));
            assertThat(some.tables()).isEqualTo(1);
            assertThat(some.largeObjects()).isZero();
        }
        Database fresh = TestPostgres.newDatabase();
        psql(fresh, exported().resolve("restore.sql"));
        DatabaseComparison.of(source, fresh, TestPostgres.clientPrograms())
                .dumpedWith("--table=*.pets*", "--no-owner")
                .withoutDatabaseProperties()
                .assertEqual();
        TestPostgres.run(
                fresh,
                "SELECT 1 / (1 - count(*)::int) FROM pg_class WHERE relname = 'other'",
                "DO $$ BEGIN IF nextval('\"the shop\".pets_id_seq') <> 20002 THEN RAISE 'wrong'; END IF; END $$");
    }

    @Test
    void itsFilesAreForTheirOwnerOnlyAndReplaceNothingUnlessTold() throws Exception {
        Database source = TestPostgres.newDatabase();
        TestPostgres.run(source, "CREATE TABLE pets AS SELECT 1 AS id", "CREATE TABLE zoo AS SELECT 2 AS id");
        try (Repository repository = TestRepository.create(root.resolve("repository"))) {
            BackupId id = TestRepository.backUp(repository, source).manifest().id();
            ExportResult result = export(repository, id, settings());
            List<Path> files = files();
            assertThat(files).hasSize((int) result.files());
            for (Path file : files) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .isEqualTo("rw-------");
            }
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(exported())))
                    .isEqualTo("rwx------");
            assertThat(files.stream().map(file -> file.getFileName().toString()))
                    .contains("restore.sql", "globals.sql", "schema-pre.sql", "README.txt", "000001.public.pets.sql")
                    .doesNotContain(ExportDirectory.UNFINISHED);
            assertThat(Files.readString(exported().resolve("README.txt"))
                            .lines()
                            .count())
                    .isLessThanOrEqualTo(7);

            Files.writeString(exported().resolve("mine.txt"), "keep");
            assertThatThrownBy(() -> export(repository, id, settings()))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining(exported() + " is not empty");
            export(repository, id, settings().withOverwrite(true).withTables(List.of("zoo")));
            assertThat(files().stream().map(file -> file.getFileName().toString()))
                    .contains("mine.txt", "000001.public.zoo.sql")
                    .doesNotContain("000001.public.pets.sql");
            assertThatThrownBy(() -> export(
                            repository,
                            id,
                            ExportSettings.to(root.resolve("none")).withTables(List.of("nowhere"))))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("no table that nowhere means");
            assertThat(root.resolve("none")).doesNotExist();
        }
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(exported())) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    private static Progress interruptingAt(String wanted) {
        return new Progress() {
            @Override
            public void phase(String name, long expectedBytes) {
                if (name.equals(wanted)) {
                    Thread.currentThread().interrupt();
                }
            }

            @Override
            public void advance(long rows, long bytes) {
                // only the phases count
            }

            @Override
            public void warn(String message) {
                // only the phases count
            }
        };
    }

    @Test
    void anExportThatFailsSaysWhatIsThere() throws Exception {
        Database source = TestPostgres.newDatabase();
        TestPostgres.run(
                source,
                "CREATE TABLE large AS SELECT repeat(md5(i::text), 10) AS t FROM generate_series(1, 5000) i",
                "CREATE TABLE small AS SELECT 1 AS id");
        try (Repository repository = TestRepository.create(root.resolve("repository"))) {
            Manifest manifest = TestRepository.backUp(repository, source).manifest();
            Manifest.Blob rows = manifest.tables().stream()
                    .filter(table -> table.name().equals("small"))
                    .findFirst()
                    .orElseThrow()
                    .ranges()
                    .get(0)
                    .base();
            Path pack = root.resolve("repository").resolve(rows.pack());
            byte[] content = Files.readAllBytes(pack);
            content[(int) (rows.offset() + rows.length() / 2)] ^= 1;
            Files.write(pack, content);
            assertThatThrownBy(
                            () -> export(repository, manifest.id(), settings().withJobs(1)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContainingAll(
                            "The rows of public.small are damaged",
                            "In " + exported() + " are the rows of 1 of 2 tables and no restore.sql");
            assertThat(exported().resolve("restore.sql")).doesNotExist();
            assertThat(Files.readString(exported().resolve(ExportDirectory.UNFINISHED)))
                    .contains(manifest.id().value(), "has not ended well");

            Thread.currentThread().interrupt();
            assertThatThrownBy(
                            () -> export(repository, manifest.id(), settings().withOverwrite(true)))
                    .isInstanceOf(InterruptedException.class)
                    .hasMessageContaining("The export was stopped before it wrote anything.");
            ExportBackup stopped =
                    new ExportBackup(repository, manifest.id(), settings().withOverwrite(true));
            assertThatThrownBy(() -> stopped.run(interruptingAt("Writing rows")))
                    .isInstanceOf(InterruptedException.class)
                    .hasMessageContainingAll("The export was stopped. In " + exported(), "no restore.sql");
        }
    }
}
