package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChangeCountsTest {
    private Database database;

    @BeforeEach
    void aTable() throws Exception {
        database = TestPostgres.newDatabase();
        TestPostgres.run(
                database,
                "CREATE TABLE t (a int, b text) WITH (autovacuum_enabled = off)",
                "INSERT INTO t SELECT i, 'row ' || i FROM generate_series(1, 1000) i");
    }

    /** The id of the next transaction: rows made from now on are young for it. */
    private long horizon() throws IOException {
        return Long.parseLong(TestSql.rows(database, "SELECT pg_current_xact_id()::text")
                        .get(0))
                + 1;
    }

    private ChangeCounts count(long horizon, OptionalLong base) throws IOException {
        try (Snapshot snapshot = TestSnapshots.take(database);
                SnapshotWorker worker = snapshot.join()) {
            return worker.countChanges(TestSnapshots.table(snapshot, "t"), BlockRange.WHOLE, horizon, base);
        }
    }

    private ChangeCounts count(long horizon) throws IOException {
        return count(horizon, OptionalLong.empty());
    }

    @Test
    void nothingIsYoungWhileNothingHappens() throws Exception {
        long horizon = horizon();
        TestPostgres.run(database, "VACUUM FREEZE t");
        assertThat(count(horizon)).isEqualTo(new ChangeCounts(1000, 0, 0));
    }

    @Test
    void rowsThatCameOrWereWrittenAnewAreYoungAndRowsThatWentAreMissing() throws Exception {
        long horizon = horizon();
        TestPostgres.run(
                database,
                "INSERT INTO t VALUES (1001, 'new')",
                "UPDATE t SET b = 'changed' WHERE a <= 5",
                "DELETE FROM t WHERE a > 10 AND a <= 17");
        assertThat(count(horizon)).isEqualTo(new ChangeCounts(994, 6, 6));
    }

    @Test
    void rowsOfSubtransactionsAndFrozenOnesAreYoungToo() throws Exception {
        long horizon = horizon();
        TestPostgres.run(
                database,
                "DO $$ BEGIN FOR i IN 1..70 LOOP BEGIN INSERT INTO t VALUES (i, 'sub');"
                        + " EXCEPTION WHEN others THEN RAISE; END; END LOOP; END $$",
                "VACUUM FREEZE t");
        assertThat(count(horizon).young()).isEqualTo(70);
    }

    @Test
    void eachHorizonIsCountedForItself() throws Exception {
        long base = horizon();
        TestPostgres.run(database, "UPDATE t SET b = 'x' WHERE a <= 10");
        long horizon = horizon();
        TestPostgres.run(database, "UPDATE t SET b = 'y' WHERE a = 500");
        assertThat(count(horizon, OptionalLong.of(base))).isEqualTo(new ChangeCounts(1000, 1, 11));
        assertThat(count(horizon, OptionalLong.of(horizon))).isEqualTo(new ChangeCounts(1000, 1, 1));
    }

    @Test
    void aSurveyOfARangeWithoutRowsIsEmpty() throws Exception {
        long horizon = horizon();
        TestPostgres.run(database, "DELETE FROM t");
        try (Snapshot snapshot = TestSnapshots.take(database)) {
            Survey survey = snapshot.leader().survey(TestSnapshots.table(snapshot, "t"), BlockRange.WHOLE, horizon);
            assertThat(survey.digest()).isEqualTo(RowDigest.EMPTY);
            assertThat(survey.oldAddresses()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 1L << 32, (5L << 32) + 2})
    void idsThatStandForNoTransactionMakeNoRowLookOld(long horizon) throws Exception {
        assertThat(count(horizon)).isEqualTo(new ChangeCounts(1000, 1000, 1000));
    }

    @Test
    void onlyTheLowHalfOfAnIdIsInARow() throws Exception {
        long horizon = horizon();
        TestPostgres.run(database, "INSERT INTO t VALUES (0, '')");
        assertThat(count(horizon + (7L << 32)).young()).isEqualTo(1);
    }

    @Test
    void youngRowsAndOldAddressesTogetherAreTheTable() throws Exception {
        long horizon = horizon();
        TestPostgres.run(
                database,
                "UPDATE t SET b = 'changed' WHERE a % 100 = 0",
                "DELETE FROM t WHERE a % 7 = 0",
                "VACUUM t",
                "INSERT INTO t SELECT i, 'new' FROM generate_series(2001, 2050) i");
        try (Snapshot snapshot = TestSnapshots.take(database);
                SnapshotWorker worker = snapshot.join()) {
            Table table = TestSnapshots.table(snapshot, "t");
            List<BlockRange> ranges = BlockRanges.plan(table, table.bytes() / 3);
            assertThat(ranges).hasSizeGreaterThan(2);
            List<String> young = new ArrayList<>();
            long old = 0;
            for (BlockRange range : ranges) {
                assertThat(worker.tryLock(table)).isTrue();
                List<String> rows = new ArrayList<>();
                RowDigest digest = worker.readYoungRows(
                        table,
                        range,
                        horizon,
                        (row, offset, length) -> rows.add(new String(row, offset, length, StandardCharsets.UTF_8)));
                ChangeCounts counts = worker.countChanges(table, range, horizon, OptionalLong.empty());
                Survey survey = worker.survey(table, range, horizon);
                assertThat(survey.young()).isEqualTo(counts.young());
                assertThat(survey.old()).isEqualTo(counts.rows() - counts.young());
                assertThat(survey.digest()).isEqualTo(worker.readRows(table, range, (row, offset, length) -> {}));
                long[] places = RowAddresses.unpack(RowAddresses.pack(survey.oldAddresses()));
                assertThat(digest.count()).isEqualTo(rows.size()).isEqualTo(counts.young());
                assertThat(places).hasSize((int) (counts.rows() - counts.young()));
                for (long place : places) {
                    assertThat(place >> 16).isBetween(range.first(), range.end() - 1);
                }
                young.addAll(rows);
                old += places.length;
            }
            assertThat(young)
                    .containsExactlyInAnyOrderElementsOf(
                            TestSql.rows(database, "SELECT a, b FROM t WHERE b !~ 'row'").stream()
                                    .map(row -> row.replace('|', '\t'))
                                    .toList());
            assertThat(old)
                    .isEqualTo(Long.parseLong(TestSql.rows(database, "SELECT count(*) FROM t WHERE b ~ 'row'")
                            .get(0)));
        }
    }

    @Test
    void whereAllRowsAreYoungThereAreNoOldAddresses() throws Exception {
        long horizon = horizon();
        TestPostgres.run(database, "UPDATE t SET a = a");
        try (Snapshot snapshot = TestSnapshots.take(database)) {
            Table table = TestSnapshots.table(snapshot, "t");
            assertThat(snapshot.leader()
                            .survey(table, BlockRange.WHOLE, horizon)
                            .oldAddresses())
                    .isEmpty();
            assertThat(snapshot.leader()
                            .readYoungRows(table, BlockRange.WHOLE, horizon, (row, offset, length) -> {})
                            .count())
                    .isEqualTo(1000);
        }
    }

    @Test
    void aWorkerThatWaitedSeesAllRowsOfItsSnapshotAsYoungAsTheyAre() throws Exception {
        long horizon = horizon();
        TestPostgres.run(database, "INSERT INTO t VALUES (0, '')");
        try (Snapshot snapshot = TestSnapshots.take(database)) {
            TestPostgres.run(database, "INSERT INTO t VALUES (-1, '')", "DELETE FROM t WHERE a = 0");
            try (SnapshotWorker worker = snapshot.join()) {
                Table table = TestSnapshots.table(snapshot, "t");
                assertThat(worker.countChanges(table, BlockRange.WHOLE, horizon, OptionalLong.empty()))
                        .isEqualTo(new ChangeCounts(1001, 1, 1));
            }
        }
    }

    @Test
    void childrenAreNotCountedWithTheirParent() throws Exception {
        long horizon = horizon();
        TestPostgres.run(database, "CREATE TABLE child () INHERITS (t)", "INSERT INTO child VALUES (1, 'c')");
        assertThat(count(horizon)).isEqualTo(new ChangeCounts(1000, 0, 0));
    }

    @Test
    void itTellsHowFarTransactionsHaveCome() throws Exception {
        long before = horizon();
        try (Snapshot snapshot = TestSnapshots.take(database)) {
            assertThat(snapshot.nextTransaction()).isGreaterThanOrEqualTo(before);
            assertThat(snapshot.nextTransaction())
                    .isGreaterThanOrEqualTo(snapshot.horizon().xid().orElseThrow());
            assertThat(horizon()).isGreaterThan(snapshot.nextTransaction());
        }
    }

    @Test
    void positionsInTheLogAreComparedAsNumbers() {
        assertThat(Horizon.position("0/0")).isZero();
        assertThat(Horizon.position("16/B374D848")).isEqualTo(0x16_B374D848L);
        assertThat(Horizon.position("1/0")).isGreaterThan(Horizon.position("0/FFFFFFFF"));
        assertThat(Horizon.position("A/9")).isGreaterThan(Horizon.position("9/A"));
        assertThatThrownBy(() -> Horizon.position("16-B3"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("16-B3");
    }
}
