package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SchemaDumpTest {
    @TempDir
    Path directory;

    private String contents(Database database, Selection selection) throws Exception {
        Path archive = directory.resolve("schema");
        try (Snapshot snapshot = TestSnapshots.take(database, selection)) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            assertThat(SchemaDump.run(snapshot, TestPostgres.clientPrograms(), bytes))
                    .isEmpty();
            Files.write(archive, bytes.toByteArray());
        }
        return TestPrograms.run(TestPostgres.clientPrograms().pgRestore().toString(), "-f", "-", archive.toString());
    }

    private static Selection selection(List<String> schemas, List<String> excludeSchemas, List<String> excludeTables) {
        return new Selection(schemas, excludeSchemas, excludeTables, List.of(), Optional.empty());
    }

    @Test
    void theArchiveHasTheSchemaOfTheSnapshotWithoutRows() throws Exception {
        Database database = TestPostgres.newDatabase();
        TestPostgres.run(database, "CREATE TABLE t (a int)", "INSERT INTO t VALUES (4711)");
        assertThat(contents(database, Selection.everything()))
                .contains("CREATE TABLE public.t")
                .doesNotContain("4711");
    }

    @Test
    void whatTheSelectionLeavesOutIsNotInIt() throws Exception {
        Database database = TestPostgres.newDatabase();
        TestPostgres.run(
                database,
                "CREATE SCHEMA app",
                "CREATE SCHEMA \"App.1\"",
                "CREATE SCHEMA audit",
                "CREATE TABLE app.orders (a int)",
                "CREATE TABLE app.\"Orders*\" (a int)",
                "CREATE TABLE app.parent (a int) PARTITION BY LIST (a)",
                "CREATE TABLE app.child PARTITION OF app.parent DEFAULT",
                "CREATE TABLE \"App.1\".x (a int)",
                "CREATE TABLE audit.log (a int)",
                "CREATE TABLE public.p (a int)");
        assertThat(tables(contents(database, selection(List.of("\"App.1\"", "a*t"), List.of(), List.of()))))
                .containsExactlyInAnyOrder("\"App.1\".x", "audit.log");
        assertThat(tables(contents(
                        database, selection(List.of(), List.of("AUDIT", "\"App\"*"), List.of("app.PARENT", "ord?rs")))))
                .containsExactlyInAnyOrder("app.\"Orders*\"", "public.p");
        assertThat(tables(contents(database, selection(List.of("app"), List.of(), List.of("*.\"Orders*\"")))))
                .containsExactlyInAnyOrder("app.orders", "app.parent", "app.child");
    }

    @Test
    void patternsMeanTheSameInADatabaseOfAnotherEncoding() throws Exception {
        Database database = TestPostgres.newDatabase("ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
        TestPostgres.run(
                database,
                "CREATE SCHEMA \"Köln\"",
                "CREATE TABLE \"Köln\".\"straße\" (a int)",
                "CREATE TABLE \"Köln\".strafe (a int)",
                "CREATE TABLE other (a int)");
        // The archive's text is in the database's encoding, so only its ASCII is compared.
        assertThat(tables(contents(database, selection(List.of("\"Köln\""), List.of(), List.of("*.straße")))))
                .singleElement()
                .asString()
                .endsWith(".strafe");
    }

    private static List<String> tables(String sql) {
        return sql.lines()
                .filter(line -> line.startsWith("CREATE TABLE "))
                .map(line -> line.substring("CREATE TABLE ".length(), line.indexOf(" (")))
                .toList();
    }

    @Test
    void anInterruptionEndsPgDumpAndRemovesItsPasswordFile() throws Exception {
        Database database = TestPostgres.newDatabase();
        TestPostgres.run(database, "CREATE TABLE t (a int)");
        List<Path> before = passwordFiles(database);
        try (QueuedStatement queued = new QueuedStatement(database, "ALTER TABLE public.t ADD b int");
                Snapshot snapshot = TestSnapshots.take(database)) {
            // Behind the leader's lock, so that pg_dump has to wait.
            queued.start();
            TestWaiting.untilLockIsWaitedFor(database, "public.t");
            AtomicReference<Exception> failure = new AtomicReference<>();
            ClientPrograms programs = TestPostgres.clientPrograms();
            Thread dump = new Thread(() -> {
                try {
                    SchemaDump.run(snapshot, programs, new ByteArrayOutputStream());
                } catch (IOException e) {
                    failure.set(e);
                }
            });
            dump.start();
            TestWaiting.until(() -> passwordFiles(database).size() > before.size());
            TimeUnit.MILLISECONDS.sleep(300);
            assertThat(dump.isAlive()).isTrue();
            dump.interrupt();
            dump.join(Duration.ofSeconds(5).toMillis());
            assertThat(dump.isAlive()).isFalse();
            assertThat(failure.get()).hasMessageContaining("Interrupted while running pg_dump");
            assertThat(passwordFiles(database)).isEqualTo(before);
        }
    }

    private static List<Path> passwordFiles(Database database) throws IOException {
        List<Path> ofServer = new ArrayList<>();
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        try (DirectoryStream<Path> files = Files.newDirectoryStream(temporary, "*.pgpass")) {
            for (Path file : files) {
                if (namesServer(file, database)) {
                    ofServer.add(file);
                }
            }
        }
        return ofServer;
    }

    private static boolean namesServer(Path file, Database database) throws IOException {
        try {
            return Files.readString(file).contains(":" + database.url().port() + ":");
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    @Test
    void aLockThatSomebodyWaitsForIsToldApart() throws Exception {
        Database database = TestPostgres.newDatabase();
        TestPostgres.run(database, "CREATE TABLE t (a int)");
        try (QueuedStatement queued = new QueuedStatement(database, "ALTER TABLE public.t ADD b int");
                Snapshot snapshot = Snapshot.take(database, Selection.everything(), TestSnapshots.IMPATIENT)) {
            queued.start();
            TestWaiting.untilLockIsWaitedFor(database, "public.t");
            assertThatThrownBy(
                            () -> SchemaDump.run(snapshot, TestPostgres.clientPrograms(), new ByteArrayOutputStream()))
                    .isInstanceOf(LockedOutException.class);
        }
        assertThat(contents(database, Selection.everything())).contains("b integer");
    }

    @Test
    void whatPgDumpSaysIsInTheError() throws Exception {
        Database database = TestPostgres.newDatabase();
        try (Snapshot snapshot = TestSnapshots.take(database)) {
            TestPostgres.run(
                    TestPostgres.server().database("postgres"),
                    "ALTER DATABASE " + database.url().database() + " ALLOW_CONNECTIONS false");
            assertThatThrownBy(
                            () -> SchemaDump.run(snapshot, TestPostgres.clientPrograms(), new ByteArrayOutputStream()))
                    .isInstanceOf(DatabaseException.class)
                    .hasMessageContaining("not currently accepting connections");
        }
    }

    @Test
    void noPasswordIsInArgumentsOrVariables() throws Exception {
        Database database = TestPostgres.newDatabase();
        char[] password = database.password().orElseThrow();
        try (Snapshot snapshot = TestSnapshots.take(database);
                ClientEnvironment environment = database.clientEnvironment()) {
            assertThat(SchemaDump.command(snapshot, TestPostgres.clientPrograms())
                            .toString())
                    .doesNotContain(new String(password));
            ProcessBuilder builder = new ProcessBuilder("true");
            builder.environment().putAll(Map.of("PGPASSWORD", "x", "PGOPTIONS", "-c jit=on", "PGSERVICE", "y"));
            environment.apply(builder);
            assertThat(builder.environment()).doesNotContainKeys("PGPASSWORD", "PGOPTIONS", "PGSERVICE");
            assertThat(builder.environment().values()).doesNotContain(new String(password));
        }
    }
}
