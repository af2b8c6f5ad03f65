package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.sql.Connection;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class SnapshotConcurrencyTest {
    private static final RowSink NOWHERE = (row, offset, length) -> {};

    private static Database withTable() throws Exception {
        Database database = TestPostgres.newDatabase();
        TestPostgres.run(
                database,
                "CREATE TABLE t (a int PRIMARY KEY, b text)",
                "INSERT INTO t SELECT i, 'row ' || i FROM generate_series(1, 5000) i");
        return database;
    }

    /** While these statements wait for the snapshot's end, nothing hangs and all rows are read. */
    private static void statementMustWaitAndNothingHangs(String... statements) throws Exception {
        Database database = withTable();
        try (QueuedStatement queued = new QueuedStatement(database, statements);
                Snapshot snapshot = TestSnapshots.take(database);
                SnapshotWorker worker = snapshot.join()) {
            Table table = TestSnapshots.table(snapshot, "t");
            queued.start();
            TestWaiting.untilLockIsWaitedFor(database, "public.t");
            assertThat(worker.tryLock(table)).isFalse();
            assertThat(snapshot.leader().tryLock(table)).isTrue();
            assertThat(snapshot.leader()
                            .readRows(table, BlockRange.WHOLE, NOWHERE)
                            .count())
                    .isEqualTo(5000);
            assertThat(snapshot.leader().readAddresses(table, BlockRange.WHOLE, 5000))
                    .hasSize(30000);
            assertThat(queued.done()).isFalse();
        }
    }

    @Test
    void aTruncateWaitsAndTheLeaderReadsOn() throws Exception {
        statementMustWaitAndNothingHangs("TRUNCATE t");
    }

    @Test
    void aDropWaitsAndTheLeaderReadsOn() throws Exception {
        statementMustWaitAndNothingHangs("DROP TABLE t");
    }

    @Test
    void aRewriteWaitsAndTheLeaderReadsOn() throws Exception {
        statementMustWaitAndNothingHangs("ALTER TABLE t ALTER a TYPE bigint");
        statementMustWaitAndNothingHangs("VACUUM FULL t");
        statementMustWaitAndNothingHangs("CLUSTER t USING t_pkey");
    }

    @Test
    void aTruncateThatCameBeforeIsWaitedForAndItsEmptyTableIsSeen() throws Exception {
        Database database = withTable();
        try (Connection other = database.open("truncate");
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("TRUNCATE public.t");
            AtomicReference<Long> rows = new AtomicReference<>();
            Thread taker = new Thread(() -> {
                try (Snapshot snapshot = TestSnapshots.take(database)) {
                    Table table = TestSnapshots.table(snapshot, "t");
                    rows.set(snapshot.leader()
                            .readRows(table, BlockRange.WHOLE, NOWHERE)
                            .count());
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            taker.start();
            TestWaiting.untilLockIsWaitedFor(database, "public.t");
            statement.execute("INSERT INTO public.t VALUES (1, 'after')");
            other.commit();
            taker.join();
            // Were the snapshot older than the lock, it would see the table emptied and neither the old rows nor this.
            assertThat(rows.get()).isEqualTo(1);
        }
    }

    @Test
    void aTableThatIsReplacedWhileItsLockIsWaitedForIsLookedUpAnew() throws Exception {
        Database database = withTable();
        try (Connection other = database.open("replace");
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("ALTER TABLE public.t RENAME TO old");
            statement.execute("CREATE TABLE public.t AS SELECT 42 AS answer");
            statement.execute("CREATE TABLE public.another AS SELECT 43 AS answer");
            AtomicReference<Snapshot> taken = new AtomicReference<>();
            Thread taker = new Thread(() -> {
                try {
                    taken.set(TestSnapshots.take(database));
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            taker.start();
            TestWaiting.untilLockIsWaitedFor(database, "public.t");
            other.commit();
            taker.join();
            try (Snapshot snapshot = taken.get()) {
                assertThat(snapshot.inventory().tables())
                        .extracting(Table::name)
                        .containsExactlyInAnyOrder("old", "t", "another");
                assertThat(TestSnapshots.table(snapshot, "t").columns())
                        .extracting(Column::name)
                        .containsExactly("answer");
                // All of them are locked, also those that came meanwhile.
                TestPostgres.run(
                        database,
                        "SET lock_timeout = '100ms'",
                        "DO $$ BEGIN DROP TABLE another; RAISE 'it was not locked';"
                                + " EXCEPTION WHEN lock_not_available THEN NULL; END $$");
            }
        }
    }

    @Test
    void aTableThatIsDroppedWhileItsLockIsWaitedForIsSimplyNotThere() throws Exception {
        Database database = withTable();
        TestPostgres.run(database, "CREATE TABLE stays AS SELECT 1");
        try (Connection other = database.open("drop");
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("DROP TABLE public.t");
            AtomicReference<Inventory> inventory = new AtomicReference<>();
            Thread taker = new Thread(() -> {
                try (Snapshot snapshot = TestSnapshots.take(database)) {
                    inventory.set(snapshot.inventory());
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            taker.start();
            TestWaiting.untilLockIsWaitedFor(database, "public.t");
            other.commit();
            taker.join();
            assertThat(inventory.get().tables()).extracting(Table::name).containsExactly("stays");
        }
    }

    @Test
    void aTableThatStaysLockedIsAnErrorThatNamesItAndItsHolder() throws Exception {
        Database database = withTable();
        try (Connection other = database.open("night job");
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("LOCK TABLE public.t");
            assertThatThrownBy(() -> Snapshot.take(database, Selection.everything(), TestSnapshots.IMPATIENT))
                    .isInstanceOf(LockedOutException.class)
                    .hasMessageContaining("public.t")
                    .hasMessageContaining("pgbackup night job")
                    .hasMessageContaining("1 s");
        }
        TestSnapshots.take(database).close();
    }

    @Test
    void tablesThatComeAllTheTimeEndInAnError() throws Exception {
        Database database = withTable();
        SnapshotSettings once =
                new SnapshotSettings(SnapshotSettings.defaults().lockWait(), TestSnapshots.IMPATIENT.flushWait(), 1);
        try (Connection other = database.open("create");
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("LOCK TABLE public.t");
            statement.execute("CREATE TABLE public.new (a int)");
            AtomicReference<Exception> thrown = new AtomicReference<>();
            Thread taker = new Thread(() -> {
                try {
                    Snapshot.take(database, Selection.everything(), once).close();
                } catch (IOException e) {
                    thrown.set(e);
                }
            });
            taker.start();
            TestWaiting.untilLockIsWaitedFor(database, "public.t");
            other.commit();
            taker.join();
            assertThat(thrown.get()).isInstanceOf(DatabaseException.class).hasMessageContaining("after 1 attempts");
        }
    }

    @Test
    void aReindexBetweenTwoWorkersStopsNeither() throws Exception {
        Database database = withTable();
        try (QueuedStatement queued = new QueuedStatement(database, "REINDEX TABLE t");
                Snapshot snapshot = TestSnapshots.take(database);
                SnapshotWorker one = snapshot.join();
                SnapshotWorker two = snapshot.join()) {
            Table table = TestSnapshots.table(snapshot, "t");
            assertThat(one.tryLock(table)).isTrue();
            one.readRows(table, BlockRange.WHOLE, NOWHERE);
            queued.start();
            // It waits for the index that the first worker still has open.
            TestWaiting.untilLockIsWaitedFor(database, "public.t_pkey");
            Thread second = new Thread(() -> {
                try {
                    assertThat(two.tryLock(table)).isTrue();
                    two.readRows(table, BlockRange.WHOLE, NOWHERE);
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            second.start();
            TimeUnit.MILLISECONDS.sleep(200);
            // The first goes on to its next range, as workers do.
            assertThat(one.tryLock(table)).isTrue();
            assertThat(one.readRows(table, BlockRange.WHOLE, NOWHERE).count()).isEqualTo(5000);
            second.join(20_000);
            assertThat(second.isAlive()).isFalse();
            assertThat(snapshot.leader()
                            .readRows(table, BlockRange.WHOLE, NOWHERE)
                            .count())
                    .isEqualTo(5000);
        }
    }

    @Test
    void aSinkThatFailsEndsItsWorkerAndNoOther() throws Exception {
        Database database = withTable();
        try (Snapshot snapshot = TestSnapshots.take(database);
                SnapshotWorker worker = snapshot.join()) {
            Table table = TestSnapshots.table(snapshot, "t");
            assertThatThrownBy(() -> worker.readRows(table, BlockRange.WHOLE, (row, offset, length) -> {
                        throw new IOException("disk full");
                    }))
                    .hasMessage("disk full");
            assertThatThrownBy(() -> worker.tryLock(table)).isInstanceOf(DatabaseException.class);
            try (SnapshotWorker another = snapshot.join()) {
                assertThat(another.readRows(table, BlockRange.WHOLE, NOWHERE).count())
                        .isEqualTo(5000);
            }
        }
    }

    @Test
    void aLostLeaderIsSaidToHaveTakenTheSnapshotWithIt() throws Exception {
        Database database = withTable();
        Snapshot snapshot = TestSnapshots.take(database);
        SnapshotWorker worker = snapshot.join();
        Table table = TestSnapshots.table(snapshot, "t");
        TestPostgres.run(database, "SELECT pg_terminate_backend(" + snapshot.backend() + ")");
        TestWaiting.until(() -> {
            try {
                snapshot.join().close();
                return false;
            } catch (DatabaseException e) {
                assertThat(e).hasMessageContaining("snapshot is lost");
                return true;
            }
        });
        assertThatThrownBy(() -> snapshot.leader().readRows(table, BlockRange.WHOLE, NOWHERE))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("lost");
        // Who has joined before keeps the view.
        assertThat(worker.readRows(table, BlockRange.WHOLE, NOWHERE).count()).isEqualTo(5000);
        worker.close();
        snapshot.close();
    }
}
