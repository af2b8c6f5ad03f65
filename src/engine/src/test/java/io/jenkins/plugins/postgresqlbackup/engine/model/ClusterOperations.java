package io.jenkins.plugins.postgresqlbackup.engine.model;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestCluster;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestPostgres;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestSql;
import java.io.IOException;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;

/** What happens to the whole server: each leaves its data as they are or as they were, and transaction ids to be used again. */
final class ClusterOperations {
    private ClusterOperations() {}

    /** A backup in the middle of what happens; it must be as good as the others. */
    @FunctionalInterface
    interface Backup {
        void take() throws Exception;
    }

    static void restart(World world) throws SQLException, IOException, InterruptedException {
        world.note("-- restart");
        world.serverEnds();
        world.cluster().stop();
        world.cluster().start();
    }

    /** What was committed without waiting for the log, and seen by a backup, may never have been. */
    static void crashAfterAsynchronousCommits(World world, Backup backup) throws Exception {
        world.run("SET synchronous_commit = off");
        for (int i = 0; i < 3; i++) {
            RowOperations.insert(world, world.main());
            RowOperations.update(world, world.main());
        }
        if (world.chance(70)) {
            backup.take();
        }
        RowOperations.insert(world, world.main());
        RowOperations.delete(world, world.main());
        crash(world);
    }

    /** A transaction that is rolled back leaves no trace in the log. */
    static void crashAfterRollback(World world, Backup backup) throws Exception {
        world.run("BEGIN; INSERT INTO packed (id, a, t) SELECT n, 0, 'rolled back' FROM generate_series("
                + world.ids(40) + ", " + (world.idsSoFar() - 1)
                + ") n; SAVEPOINT s; UPDATE plain SET t = 'rolled back'; ROLLBACK");
        if (world.chance(70)) {
            backup.take();
        }
        crash(world);
    }

    private static void crash(World world) throws SQLException, IOException, InterruptedException {
        world.note("-- crash");
        world.cluster().crash();
        world.serverEnds();
        world.cluster().start();
    }

    /** The original goes on and is backed up; then the copy goes on from where it was made. */
    static void copyDataDirectory(World world, Backup backup) throws Exception {
        world.note("-- copy of the data directory; the original goes on");
        TestCluster original = world.cluster();
        boolean crashed = world.chance(50);
        world.serverEnds();
        if (crashed) {
            original.crash();
        } else {
            original.stop();
        }
        TestCluster copy = original.copy();
        original.start();
        somethingHappens(world);
        if (world.chance(70)) {
            backup.take();
        }
        world.serverEnds();
        original.close();
        world.note("-- the copy goes on");
        copy.start();
        world.continueOn(copy);
    }

    /** The standby may have missed what a backup has seen. */
    static void failover(World world, Backup backup) throws Exception {
        world.note("-- a standby is made");
        TestCluster primary = world.cluster();
        world.serverEnds();
        primary.stop();
        TestCluster standby = primary.copy();
        primary.start();
        standby.follow(primary);
        standby.start();
        somethingHappens(world);
        awaitReplay(primary, standby);
        boolean missed = world.chance(50);
        if (missed) {
            world.note("-- the standby misses what follows");
            standby.stop();
            somethingHappens(world);
        }
        if (world.chance(70)) {
            backup.take();
        }
        world.serverEnds();
        if (world.chance(50)) {
            primary.crash();
        }
        primary.close();
        if (missed) {
            standby.start();
        }
        world.note("-- the standby is promoted");
        TestPostgres.run(standby.database("postgres"), "SELECT pg_promote()");
        world.continueOn(standby);
    }

    private static void somethingHappens(World world) throws SQLException, IOException, InterruptedException {
        for (int i = 0; i < 4; i++) {
            Operations.draw(world).action().happen(world);
        }
    }

    private static void awaitReplay(TestCluster primary, TestCluster standby) throws IOException, InterruptedException {
        Database there = standby.database("postgres");
        String lsn = TestSql.rows(primary.database("postgres"), "SELECT pg_current_wal_flush_lsn()")
                .get(0);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (TestSql.rows(there, "SELECT pg_last_wal_replay_lsn() >= '" + lsn + "'")
                .get(0)
                .equals("f")) {
            if (System.nanoTime() > end) {
                throw new IOException("The standby does not follow its primary.");
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }
}
