package io.jenkins.plugins.postgresqlbackup.engine.operation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.jenkins.plugins.postgresqlbackup.engine.archive.Compression;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestPostgres;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;

/** The format is what {@code docs/format.md} says: a program in another language that knows nothing but that page reads a backup. */
final class ReadBackupScriptTest {
    private static final Path SCRIPT = Path.of("..", "..", "docs", "read-backup.mjs");
    private static final String KEY = "01".repeat(32);

    private static Database database;

    @TempDir
    private Path root;

    private record Run(int exitCode, byte[] out, String errors) {
        List<String> lines() {
            return new String(out, UTF_8).lines().toList();
        }
    }

    @BeforeAll
    static void fillADatabase() throws Exception {
        database = TestPostgres.newDatabase();
        TestPostgres.run(
                database,
                "CREATE SCHEMA \"Größe\"",
                "CREATE TABLE \"Größe\".\"a.b\" (id int, note text, data bytea, at timestamptz)",
                "INSERT INTO \"Größe\".\"a.b\" SELECT i, CASE WHEN i % 7 = 0 THEN NULL ELSE E'tab\\tline\\nö ' || i END,"
                        + " sha256(i::text::bytea), timestamptz 'epoch' + i * interval '1 day' FROM generate_series(1, 30000) i",
                "CREATE TABLE empty (id int)");
    }

    @BeforeEach
    void requirePrograms() throws Exception {
        assumeTrue(runs("node", "--version"), "node is not there");
        assumeTrue(runs("zstd", "--version"), "zstd is not there");
    }

    private static boolean runs(String... command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor() == 0;
        } catch (IOException e) {
            return false; // There is no such program.
        }
    }

    private Manifest backUp(String compression) throws IOException, InterruptedException {
        try (Repository repository = TestRepository.create(root)) {
            return TestRepository.backUp(
                            repository,
                            database,
                            BackupSettings.defaults()
                                    .withRangeBytes(512 << 10)
                                    .withCompression(Compression.parse(compression)))
                    .manifest();
        }
    }

    private Run read(String key, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("node", SCRIPT.toString(), root.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("BACKUP_ENCRYPTION_KEY", key);
        Path errors = Files.createTempFile("read-backup", ".err");
        builder.redirectError(errors.toFile());
        Process process = builder.start();
        byte[] out = process.getInputStream().readAllBytes();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        String said = Files.readString(errors);
        Files.delete(errors);
        return new Run(process.exitValue(), out, said);
    }

    @ParameterizedTest
    @ValueSource(strings = {"zstd:3", "gzip:6", "none"})
    void readsOneTablesRows(String compression) throws Exception {
        Manifest manifest = backUp(compression);
        assertThat(manifest.tables())
                .filteredOn(table -> table.name().equals("a.b"))
                .singleElement()
                .satisfies(table -> assertThat(table.ranges()).hasSizeGreaterThan(3));
        Run run = read(KEY, "latest", "Größe.a.b");
        assertThat(run.errors()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(run.lines()).hasSize(30_000).containsExactlyInAnyOrderElementsOf(copied());
    }

    @Test
    void readsRowsOfEarlierBackupsAndWhatHasChangedSince() throws Exception {
        Database changing = TestPostgres.newDatabase();
        TestPostgres.run(
                changing,
                "CREATE TABLE pets (id int, note text) WITH (autovacuum_enabled = off)",
                "INSERT INTO pets SELECT i, repeat(md5(i::text), 4) FROM generate_series(1, 20000) i");
        Manifest incremental;
        try (Repository repository = TestRepository.create(root)) {
            BackupSettings settings = TestRepository.settings().withRangeBytes(1 << 20);
            TestRepository.backUp(repository, changing, settings);
            TestPostgres.run(
                    changing,
                    "DELETE FROM pets WHERE id % 50 = 0 AND id < 9000",
                    "INSERT INTO pets SELECT i, 'new ' || i FROM generate_series(1, 50) i");
            incremental =
                    TestRepository.increment(repository, changing, settings).manifest();
        }
        assertThat(incremental.tables().get(0).ranges())
                .anyMatch(range -> range.delta() == null)
                .anyMatch(range -> range.delta() != null && range.delta().rows() == null)
                .anyMatch(range -> range.delta() != null && range.delta().rows() != null);
        Run run = read(KEY, incremental.id().value(), "public.pets");
        assertThat(run.errors()).isEmpty();
        assertThat(run.lines())
                .hasSize(20_000 - 179 + 50)
                .containsExactlyInAnyOrderElementsOf(copied(changing, "public.pets"));
    }

    private static List<String> copied() throws Exception {
        return copied(database, "\"Größe\".\"a.b\"");
    }

    private static List<String> copied(Database database, String table) throws Exception {
        try (Connection connection = database.open("test")) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            connection.unwrap(PGConnection.class).getCopyAPI().copyOut("COPY " + table + " TO STDOUT", out);
            return out.toString(UTF_8).lines().toList();
        }
    }

    @Test
    void listsBackupsAndTables() throws Exception {
        Manifest manifest = backUp("zstd:1");
        String id = manifest.id().value();
        assertThat(read(KEY).lines()).containsExactly(id);
        assertThat(read(KEY, id).lines()).containsExactlyInAnyOrder("Größe.a.b\t30000", "public.empty\t0");
        assertThat(read(KEY, id, "public.empty").out()).isEmpty();
    }

    @Test
    void refusesAnotherKeyAndAChangedPack() throws Exception {
        Manifest manifest = backUp("zstd:3");
        assertThat(read("02".repeat(32), "latest")).satisfies(run -> {
            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.errors()).isEqualTo("No slot opens with this key.\n");
        });
        assertThat(read(KEY, "latest", "public.none").errors()).contains("no table public.none");

        String pack = manifest.tables().stream()
                .flatMap(table -> table.ranges().stream())
                .findFirst()
                .orElseThrow()
                .base()
                .pack();
        byte[] content = Files.readAllBytes(root.resolve(pack));
        for (int at = 0; at < content.length; at += 100) {
            content[at] ^= 1;
        }
        Files.write(root.resolve(pack), content);
        Run run = read(KEY, "latest", "Größe.a.b");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.errors()).contains("packs/").contains("has changed");
    }

    @Test
    void isShort() throws IOException {
        assertThat(Files.readAllLines(SCRIPT)).hasSizeLessThan(150);
    }
}
