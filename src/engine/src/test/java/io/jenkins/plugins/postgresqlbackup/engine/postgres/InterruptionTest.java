package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class InterruptionTest {
    /** Runs it in a thread of its own, interrupts that, and gives what it threw, at most five seconds later. */
    private static Exception interrupted(Callable<?> work) throws Exception {
        AtomicReference<Exception> thrown = new AtomicReference<>();
        AtomicBoolean stillSet = new AtomicBoolean();
        Thread thread = new Thread(() -> {
            try {
                work.call();
            } catch (Exception e) {
                thrown.set(e);
                stillSet.set(Thread.currentThread().isInterrupted());
            }
        });
        thread.start();
        TimeUnit.MILLISECONDS.sleep(700);
        assertThat(thread.isAlive()).isTrue();
        thread.interrupt();
        thread.join(Duration.ofSeconds(5).toMillis());
        assertThat(thread.isAlive()).isFalse();
        assertThat(stillSet).isTrue();
        return thrown.get();
    }

    private static int sessions(Database database, String where) throws IOException, SQLException {
        try (Connection connection = database.open("watch");
                Statement statement = connection.createStatement();
                var row = statement.executeQuery("SELECT count(*) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                        + " AND datname = current_database() AND " + where)) {
            row.next();
            return row.getInt(1);
        }
    }

    @Test
    void aLongStatementEndsOnBothSides() throws Exception {
        Database database = TestPostgres.newDatabase();
        assertThat(interrupted(() -> {
                    try (Connection connection = database.open("test");
                            Statement statement = connection.createStatement()) {
                        return statement.execute("SELECT pg_sleep(60)");
                    } catch (SQLException e) {
                        throw DatabaseException.of(e, "sleeping");
                    }
                }))
                .hasMessage("Interrupted while sleeping.");
        long start = System.nanoTime();
        TestWaiting.until(() -> sessions(database, "query LIKE '%pg_sleep%'") == 0);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void waitingForALockEndsOnBothSides() throws Exception {
        Database database = TestPostgres.newDatabase();
        TestPostgres.run(database, "CREATE TABLE t (a int)");
        try (Connection other = database.open("other");
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("LOCK TABLE public.t");
            assertThat(interrupted(() -> TestSnapshots.take(database)))
                    .isInstanceOf(DatabaseException.class)
                    .hasMessageContaining("Interrupted");
            TestWaiting.until(() -> sessions(database, "application_name = 'pgbackup snapshot'") == 0);
        }
    }

    @Test
    void readingRowsEnds() throws Exception {
        Database database = TestPostgres.newDatabase();
        TestPostgres.run(database, "CREATE TABLE t AS SELECT i, repeat('x', 100) FROM generate_series(1, 200000) i");
        try (Snapshot snapshot = TestSnapshots.take(database);
                SnapshotWorker worker = snapshot.join()) {
            Table table = TestSnapshots.table(snapshot, "t");
            assertThat(interrupted(() -> {
                        while (true) {
                            worker.readRows(table, BlockRange.WHOLE, (row, offset, length) -> {});
                        }
                    }))
                    .isInstanceOf(DatabaseException.class)
                    .hasMessageContaining("Interrupted while reading public.t");
            // The others go on.
            assertThat(snapshot.leader()
                            .readRows(table, BlockRange.WHOLE, (row, offset, length) -> {})
                            .count())
                    .isEqualTo(200000);
        }
    }

    @Test
    void connectingToAServerThatSaysNothingEnds() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Database database = new Database(
                    new DatabaseUrl("127.0.0.1", silent.getLocalPort(), "x", "x", Map.of()), PasswordSource.none());
            assertThat(interrupted(() -> database.open("test")))
                    .isInstanceOf(DatabaseException.class)
                    .hasMessageContaining("Interrupted while connecting to 127.0.0.1");
        }
    }
}
