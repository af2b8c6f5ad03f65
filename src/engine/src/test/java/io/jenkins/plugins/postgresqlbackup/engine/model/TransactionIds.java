package io.jenkins.plugins.postgresqlbackup.engine.model;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestCluster;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestPostgres;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestSql;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Lets a cluster skip transaction ids, as if so many transactions had passed. */
final class TransactionIds {
    private static final long PER_SEGMENT = 32L * 8192 * 4;
    private static final int SEGMENT_BYTES = 32 * 8192;
    private static final long EPOCH = 1L << 32;
    private static final long LARGEST_STEP = 1_500_000_000L;
    private static final long MARGIN = 50;

    private TransactionIds() {}

    /** Needs a program that not every set of binaries has. */
    static boolean canBeAdvanced() throws IOException {
        return Files.isExecutable(program());
    }

    private static Path program() throws IOException {
        return TestPostgres.home().resolve("bin/pg_resetwal");
    }

    static long next(Database database) throws IOException {
        return Long.parseLong(TestSql.rows(database, "SELECT pg_snapshot_xmax(pg_current_snapshot())")
                .get(0));
    }

    /** Restarts the server with a next transaction id that is so much greater; less than 2^31. */
    static void advance(TestCluster cluster, long by) throws IOException, InterruptedException {
        Database maintenance = cluster.database("postgres");
        long next = next(maintenance) + by;
        freezeAll(cluster);
        cluster.stop();
        // A page of a transaction log that was never begun cannot be read.
        long xid = next % EPOCH;
        Files.write(
                cluster.dataDirectory().resolve("pg_xact").resolve("%04X".formatted(xid / PER_SEGMENT)),
                new byte[SEGMENT_BYTES]);
        cluster.runOnData(program(), "-x", Long.toString(xid), "-e", Long.toString(next / EPOCH));
        cluster.start();
    }

    /** The same in steps, up to this 64-bit id. */
    static void advanceTo(TestCluster cluster, long position) throws IOException, InterruptedException {
        for (long next; (next = next(cluster.database("postgres"))) < position - MARGIN; ) {
            advance(cluster, Math.min(LARGEST_STEP, position - next));
        }
    }

    private static void freezeAll(TestCluster cluster) throws IOException {
        Database maintenance = cluster.database("postgres");
        TestPostgres.run(maintenance, "ALTER DATABASE template0 ALLOW_CONNECTIONS true");
        for (String name : TestSql.rows(maintenance, "SELECT datname FROM pg_database ORDER BY 1")) {
            TestPostgres.run(cluster.database(name), "VACUUM (FREEZE)");
        }
        TestPostgres.run(maintenance, "ALTER DATABASE template0 ALLOW_CONNECTIONS false", "CHECKPOINT");
    }
}
