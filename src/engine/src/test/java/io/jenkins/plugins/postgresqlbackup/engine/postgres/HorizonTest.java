package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HorizonTest {
    private static String value(Database database, String sql) throws IOException, SQLException {
        try (Connection connection = database.open("test");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    @Test
    void itIsTheOldestTransactionThatWasStillRunning() throws Exception {
        Database database = TestPostgres.newDatabase();
        TestPostgres.run(database, "CREATE TABLE t (a int)");
        try (Connection running = database.open("running");
                Statement statement = running.createStatement()) {
            running.setAutoCommit(false);
            statement.execute("INSERT INTO public.t VALUES (1)");
            long xid;
            try (ResultSet row = statement.executeQuery("SELECT pg_current_xact_id()::text")) {
                row.next();
                xid = row.getLong(1);
            }
            TestPostgres.run(database, "INSERT INTO t VALUES (2)", "INSERT INTO t VALUES (3)");
            try (Snapshot snapshot = TestSnapshots.take(database)) {
                // Others use the same server, so something older may be running too.
                assertThat(snapshot.horizon().xid().orElseThrow()).isLessThanOrEqualTo(xid);
                assertThat(snapshot.horizon().voidBecause()).isEmpty();
                assertThat(snapshot.horizon().lsn()).matches("[0-9A-F]+/[0-9A-F]+");
            }
        }
    }

    @Test
    void itIsVoidWhileTheServersLogIsNotOnDisk() throws Exception {
        try (ScratchServer server = TestPostgres.startServer(
                Map.of("synchronous_commit", "off", "wal_writer_delay", "10s", "wal_writer_flush_after", "0"))) {
            Database database = server.database("postgres");
            TestPostgres.run(
                    database,
                    "CREATE TABLE t (a int)",
                    "DO $$ DECLARE f text; BEGIN FOR f IN SELECT oid::regprocedure FROM pg_proc"
                            + " WHERE proname = 'pg_logical_emit_message'"
                            + " LOOP EXECUTE 'REVOKE EXECUTE ON FUNCTION ' || f || ' FROM PUBLIC'; END LOOP; END $$",
                    "CREATE ROLE reader LOGIN PASSWORD 'x'",
                    "GRANT SELECT ON t TO reader",
                    "CHECKPOINT");
            DatabaseUrl url = database.url();
            Database reader = new Database(
                    new DatabaseUrl(url.host(), url.port(), url.database(), "reader", Map.of()),
                    PasswordSource.fixed("x".toCharArray()));
            SnapshotSettings impatient = new SnapshotSettings(Duration.ofSeconds(5), Duration.ofSeconds(1), 3);
            TestPostgres.run(database, "INSERT INTO t VALUES (1)");
            try (Snapshot snapshot = Snapshot.take(reader, Selection.everything(), impatient)) {
                assertThat(snapshot.horizon().xid()).isEmpty();
                assertThat(snapshot.horizon().voidBecause().orElseThrow()).contains("within 1 s");
            }
        }
    }

    @Test
    void aQuietServerIsMadeToFlushWhatAVacuumLeft() throws Exception {
        try (ScratchServer server = TestPostgres.startServer(Map.of("wal_writer_delay", "10s"))) {
            Database database = server.database("postgres");
            TestPostgres.run(
                    database,
                    "CREATE TABLE t AS SELECT generate_series(1, 10000) AS a",
                    "ALTER DATABASE postgres SET default_transaction_read_only = on",
                    "SET default_transaction_read_only = off",
                    "DELETE FROM t WHERE a % 2 = 0",
                    "VACUUM t");
            long start = System.nanoTime();
            try (Snapshot snapshot = TestSnapshots.take(database)) {
                assertThat(snapshot.horizon().voidBecause()).isEmpty();
            }
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
        }
    }

    @Test
    void theEndOfAPageIsNotWaitedForForEver() throws Exception {
        try (ScratchServer server = TestPostgres.startServer(Map.of())) {
            Database database = server.database("postgres");
            TestPostgres.run(database, "SELECT pg_switch_wal()", "SELECT pg_logical_emit_message(true, 'x', 'y')");
            // Switching leaves the place of insertion at the first page's end, behind the next one's header.
            TestPostgres.run(database, "SELECT pg_switch_wal()");
            assertThat(value(database, "SELECT pg_current_wal_flush_lsn() < pg_current_wal_insert_lsn()"))
                    .isEqualTo("t");
            SnapshotSettings impatient = new SnapshotSettings(Duration.ofSeconds(5), Duration.ofMillis(300), 3);
            try (Snapshot snapshot = Snapshot.take(database, Selection.everything(), impatient)) {
                assertThat(snapshot.horizon().voidBecause()).isEmpty();
            }
        }
    }

    @Test
    void aStandbyTellsWhatItHasReplayedAndItsUnloggedTablesAreNamed() throws Exception {
        try (ScratchServer server = TestPostgres.startServer(Map.of())) {
            TestPostgres.run(
                    server.database("postgres"),
                    "CREATE TABLE t AS SELECT 1 AS a",
                    "CREATE UNLOGGED TABLE fast (a int GENERATED ALWAYS AS IDENTITY)");
            server.stop();
            Files.createFile(server.dataDirectory().resolve("standby.signal"));
            server.restart();
            Database standby = server.database("postgres");
            assertThat(standby.server().inRecovery()).isTrue();
            assertThat(standby.server().timeline()).hasValue(1);
            try (Snapshot snapshot = TestSnapshots.take(standby);
                    SnapshotWorker worker = snapshot.join()) {
                Table table = TestSnapshots.table(snapshot, "t");
                assertThat(worker.tryLock(table)).isTrue();
                assertThat(worker.readRows(table, BlockRange.WHOLE, (row, offset, length) -> {})
                                .count())
                        .isEqualTo(1);
                assertThat(snapshot.inventory().tables())
                        .extracting(Table::name)
                        .containsExactly("t");
                assertThat(snapshot.inventory().leftOut())
                        .extracting(LeftOut::what)
                        .contains("rows of table public.fast");
                // Before 15 the sequence of an unlogged table is logged.
                assertThat(snapshot.leader().readSequences(snapshot.inventory().sequences()))
                        .hasSize(standby.server().major() < 15 ? 1 : 0);
                assertThat(snapshot.horizon().xid().isPresent()
                                || snapshot.horizon().voidBecause().isPresent())
                        .isTrue();
            }
        }
    }
}
