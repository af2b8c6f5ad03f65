package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

class TransactionPoolerTest {
    private static final Path PROGRAM = Path.of("/usr/sbin/pgbouncer");

    @TempDir
    Path directory;

    static boolean pgbouncerIsInstalled() {
        return Files.isExecutable(PROGRAM);
    }

    /** A pgbouncer before the shared server, which logs in there itself and lets everybody in. */
    private final class Pooler implements AutoCloseable {
        private final Process process;
        private final Database database;

        Pooler(Database behind, String mode, String more) throws IOException, InterruptedException {
            int port;
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                port = socket.getLocalPort();
            }
            Path home = Files.createTempDirectory(Path.of("/tmp"), "pgbackup-test-");
            Path configuration = home.resolve("pgbouncer.ini");
            Files.writeString(configuration, """
                    [databases]
                    * = host=127.0.0.1 port=%d user=postgres password=%s
                    [pgbouncer]
                    listen_addr = 127.0.0.1
                    listen_port = %d
                    unix_socket_dir =
                    auth_type = any
                    pool_mode = %s
                    %s
                    """.formatted(
                            behind.url().port(), new String(behind.password().orElseThrow()), port, mode, more));
            Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
            Files.setPosixFilePermissions(configuration, PosixFilePermissions.fromString("rw-r--r--"));
            List<String> command = new ArrayList<>(List.of(PROGRAM.toString(), configuration.toString()));
            process = new ProcessBuilder(OrdinaryUser.find(home).wrap(command))
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("log").toFile())
                    .start();
            database = new Database(
                    new DatabaseUrl("127.0.0.1", port, behind.url().database(), "postgres", Map.of()),
                    PasswordSource.none());
        }

        Database database() throws Exception {
            TestWaiting.until(() -> {
                try {
                    database.open("test").close();
                    return true;
                } catch (DatabaseException e) {
                    if (e.getMessage().contains("Nothing answers") && process.isAlive()) {
                        return false;
                    }
                    throw new AssertionError(Files.readString(directory.resolve("log")), e);
                }
            });
            return database;
        }

        @Override
        public void close() throws IOException {
            process.destroy();
            try {
                process.waitFor(10, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            process.destroyForcibly();
        }
    }

    @Test
    @EnabledIf("pgbouncerIsInstalled")
    void aTransactionPoolerIsRefusedHoweverManySessionsItHas() throws Exception {
        Database behind = TestPostgres.newDatabase();
        for (String more : List.of(
                "default_pool_size = 1\nignore_startup_parameters = options",
                "default_pool_size = 20",
                "default_pool_size = 20\nmin_pool_size = 5\nserver_round_robin = 1")) {
            try (Pooler pooler = new Pooler(behind, "transaction", more)) {
                Database database = pooler.database();
                assertThatThrownBy(() -> TestSnapshots.take(database))
                        .as(more)
                        .isInstanceOf(DatabaseException.class)
                        .hasMessageContaining("transaction pooler")
                        .hasMessageContaining("127.0.0.1 port " + database.url().port());
            }
        }
    }

    @Test
    @EnabledIf("pgbouncerIsInstalled")
    void aSessionPoolerServesThoughItKnowsNoStartUpOptions() throws Exception {
        Database behind = TestPostgres.newDatabase();
        TestPostgres.run(behind, "CREATE TABLE t AS SELECT 1 AS a");
        try (Pooler pooler = new Pooler(behind, "session", "default_pool_size = 20")) {
            Database database = pooler.database();
            database.refusePooler();
            try (Snapshot snapshot = TestSnapshots.take(database);
                    SnapshotWorker worker = snapshot.join()) {
                Table table = TestSnapshots.table(snapshot, "t");
                assertThat(worker.tryLock(table)).isTrue();
                assertThat(worker.readRows(table, BlockRange.WHOLE, (row, offset, length) -> {})
                                .count())
                        .isEqualTo(1);
            }
        }
    }

    @Test
    void ofSupabaseTheRightPortIsNamed() {
        assertThat(TransactionPooler.sentence(
                        DatabaseUrl.parse("postgresql://postgres.ref@aws-0-eu.pooler.supabase.com:6543/postgres")))
                .contains("use port 5432 of the same host");
    }

    @Test
    void aServerItselfIsNotTakenForAPooler() throws Exception {
        TestPostgres.newDatabase().refusePooler();
    }
}
