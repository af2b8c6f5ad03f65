package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Finds the horizon of the current snapshot.
 *
 * <p>A transaction id that is in no log on disk is handed out again after a crash. So the horizon counts only once the
 * log is flushed up to where it had been written when the snapshot was there.
 */
final class HorizonQuery {
    private static final String PRIMARY = """
            SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint, l.lsn,
                   -- On a page just begun, insertion stands behind its header and flushing before it.
                   l.lsn - CASE WHEN p.bytes % p.block <> p.header THEN 0 ELSE p.header END
              FROM (SELECT pg_current_wal_insert_lsn() AS lsn) l,
                   LATERAL (SELECT l.lsn - '0/0'::pg_lsn AS bytes, s.block,
                                   CASE WHEN (l.lsn - '0/0'::pg_lsn) % s.segment < s.block THEN 40 ELSE 24 END AS header
                              FROM (SELECT current_setting('wal_block_size')::numeric AS block,
                                           pg_size_bytes(current_setting('wal_segment_size')) AS segment) s) p
            """;
    private static final String STANDBY = """
            SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint, pg_last_wal_replay_lsn()
            """;
    private static final long PAUSE_MILLIS = 20;

    /** How long the server may take by itself; it flushes what a commit wrote within a fraction of that. */
    private static final Duration BY_ITSELF = Duration.ofMillis(700);

    private HorizonQuery() {}

    static Horizon run(Connection connection, Database database, boolean inRecovery, Duration wait)
            throws SQLException, DatabaseException {
        try (Statement statement = connection.createStatement()) {
            if (inRecovery) {
                return onStandby(statement);
            }
            long xid;
            String lsn;
            String flushed;
            try (ResultSet row = statement.executeQuery(PRIMARY)) {
                row.next();
                xid = row.getLong(1);
                lsn = row.getString(2);
                flushed = row.getString(3);
            }
            return waitForFlush(statement, database, flushed, wait)
                    ? new Horizon(OptionalLong.of(xid), lsn, Optional.empty())
                    : new Horizon(
                            OptionalLong.empty(),
                            lsn,
                            Optional.of("the server had not written its log up to the snapshot within "
                                    + wait.toSeconds() + " s"));
        }
    }

    /** What a standby has replayed, the primary had flushed before. */
    private static Horizon onStandby(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery(STANDBY)) {
            row.next();
            long xid = row.getLong(1);
            String lsn = row.getString(2);
            return lsn == null
                    ? new Horizon(
                            OptionalLong.empty(), "0/0", Optional.of("the standby does not tell how far it has come"))
                    : new Horizon(OptionalLong.of(xid), lsn, Optional.empty());
        }
    }

    private static boolean waitForFlush(Statement statement, Database database, String lsn, Duration wait)
            throws SQLException, DatabaseException {
        Duration byItself = BY_ITSELF.compareTo(wait) < 0 ? BY_ITSELF : wait;
        if (flushedWithin(statement, lsn, byItself)) {
            return true;
        }
        commitSomething(database);
        return flushedWithin(statement, lsn, wait.minus(byItself));
    }

    private static boolean flushedWithin(Statement statement, String lsn, Duration wait)
            throws SQLException, DatabaseException {
        long end = System.nanoTime() + wait.toNanos();
        while (true) {
            try (ResultSet row =
                    statement.executeQuery("SELECT pg_current_wal_flush_lsn() >= " + Sql.literal(lsn) + "::pg_lsn")) {
                row.next();
                if (row.getBoolean(1)) {
                    return true;
                }
            }
            if (System.nanoTime() >= end) {
                return false;
            }
            Pause.of(Duration.ofMillis(PAUSE_MILLIS), "waiting for the server's log");
        }
    }

    /**
     * A commit flushes all that was logged before it, such as a vacuum's last page, which a quiet server leaves for
     * hours. The message that is committed means nothing to anybody. Where this is not allowed, there is just the wait.
     */
    private static void commitSomething(Database database) throws DatabaseException {
        try (Connection connection = database.open("flush");
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("SET TRANSACTION READ WRITE");
            statement.execute("SET LOCAL synchronous_commit = local");
            statement.execute("SELECT pg_logical_emit_message(true, 'pgbackup', '')");
            connection.commit();
        } catch (SQLException e) {
            System.getLogger(HorizonQuery.class.getName())
                    .log(System.Logger.Level.DEBUG, "The server's log could not be flushed by a commit", e);
        }
    }
}
