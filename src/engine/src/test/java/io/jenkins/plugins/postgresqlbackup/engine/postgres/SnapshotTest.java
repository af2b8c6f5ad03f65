package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SnapshotTest {
    private static List<String> rows(Snapshot snapshot, String table, long targetBytes) throws Exception {
        List<String> rows = new ArrayList<>();
        Table found = TestSnapshots.table(snapshot, table);
        try (SnapshotWorker worker = snapshot.join()) {
            for (BlockRange range : BlockRanges.plan(found, targetBytes)) {
                assertThat(worker.tryLock(found)).isTrue();
                worker.readRows(
                        found,
                        range,
                        (row, offset, length) -> rows.add(new String(row, offset, length, StandardCharsets.UTF_8)));
            }
        }
        return rows;
    }

    @Test
    void allWhoJoinSeeWhatTheLeaderSaw() throws Exception {
        Database database = TestPostgres.newDatabase();
        TestPostgres.run(database, "CREATE TABLE t AS SELECT 1 AS a, 'x' AS b");
        try (Snapshot snapshot = TestSnapshots.take(database)) {
            TestPostgres.run(database, "INSERT INTO t VALUES (2, 'y')", "UPDATE t SET b = 'z'");
            assertThat(rows(snapshot, "t", 1)).containsExactly("1\tx");
        }
    }

    @Test
    void rangesTogetherAreTheTableAndTheirDigestsAddUpToTheServers() throws Exception {
        Database database = TestPostgres.newDatabase();
        TestPostgres.run(
                database,
                "CREATE TABLE t (a int, b text)",
                "INSERT INTO t SELECT i, repeat('ü' || i, i % 70) FROM generate_series(1, 20000) i",
                "DELETE FROM t WHERE a % 3 = 0");
        try (Snapshot snapshot = TestSnapshots.take(database)) {
            Table table = TestSnapshots.table(snapshot, "t");
            List<BlockRange> ranges = BlockRanges.plan(table, table.bytes() / 7);
            assertThat(ranges).hasSizeBetween(7, 8);
            RowDigest digest = RowDigest.EMPTY;
            try (SnapshotWorker worker = snapshot.join()) {
                for (BlockRange range : ranges) {
                    RowDigest part = worker.readRows(table, range, (row, offset, length) -> {});
                    long[] addresses =
                            RowAddresses.unpack(RowAddresses.pack(worker.readAddresses(table, range, part.count())));
                    assertThat(addresses).hasSize((int) part.count()).isSorted();
                    assertThat(addresses[0] >> 16).isGreaterThanOrEqualTo(range.first());
                    assertThat(addresses[addresses.length - 1] >> 16).isLessThan(range.end());
                    digest = digest.plus(part);
                }
            }
            try (Connection connection = database.open("test");
                    Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SELECT count(*), sum(hashtextextended("
                            + "format('%s', a) || E'\\t' || format('%s', b), 0)::numeric) FROM public.t")) {
                row.next();
                assertThat(digest)
                        .isEqualTo(new RowDigest(
                                row.getLong(1),
                                row.getBigDecimal(2).toBigInteger().longValue()));
            }
        }
    }

    @Test
    void aRowCountThatDoesNotFitTheAddressesIsAnError() throws Exception {
        Database database = TestPostgres.newDatabase();
        TestPostgres.run(database, "CREATE TABLE t AS SELECT generate_series(1, 10) AS a");
        try (Snapshot snapshot = TestSnapshots.take(database);
                SnapshotWorker worker = snapshot.join()) {
            Table table = TestSnapshots.table(snapshot, "t");
            assertThatThrownBy(() -> worker.readAddresses(table, BlockRange.WHOLE, 9))
                    .isInstanceOf(DatabaseException.class)
                    .hasMessageContaining("public.t")
                    .hasMessageContaining("9 rows")
                    .hasMessageContaining("10 row addresses");
        }
    }

    @Test
    void anEmptyTableHasNoRowsAndNoAddresses() throws Exception {
        Database database = TestPostgres.newDatabase();
        TestPostgres.run(database, "CREATE TABLE t (a int)");
        try (Snapshot snapshot = TestSnapshots.take(database);
                SnapshotWorker worker = snapshot.join()) {
            Table table = TestSnapshots.table(snapshot, "t");
            assertThat(worker.readRows(table, BlockRange.WHOLE, (row, offset, length) -> {}))
                    .isEqualTo(RowDigest.EMPTY);
            assertThat(worker.readAddresses(table, BlockRange.WHOLE, 0)).isEmpty();
        }
    }
}
