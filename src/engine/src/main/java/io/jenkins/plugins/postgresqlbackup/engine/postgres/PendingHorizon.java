package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The horizon of a snapshot that was just taken, until it is sure.
 *
 * <p>A transaction id that is in no log on disk is handed out again after a crash. So the horizon counts only once the
 * log is flushed up to where it had been written when the snapshot was there. A quiet server does not flush what a
 * vacuum, or a mere reader that tidied a page, has logged: a commit makes it do so, at once or within moments, while the
 * backup goes on.
 */
final class PendingHorizon {
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
    private static final String NUDGE = "SET synchronous_commit = 'local'; SELECT pg_current_xact_id()";

    /** Means nothing to anybody; its commit is flushed before the statement ends. */
    private static final String PUSH =
            "SET synchronous_commit = 'local'; SELECT pg_logical_emit_message(true, 'pgbackup', '')";

    private static final Duration PAUSE = Duration.ofMillis(20);
    private static final Duration AFTER_NUDGE = Duration.ofSeconds(1);

    private final long xid;
    private final String lsn;
    private final Optional<String> flushedAt;

    private PendingHorizon(long xid, String lsn, Optional<String> flushedAt) {
        this.xid = xid;
        this.lsn = lsn;
        this.flushedAt = flushedAt;
    }

    /** To be asked right after the snapshot was taken, in its transaction. */
    static PendingHorizon begin(Connection connection, Database database, boolean inRecovery)
            throws SQLException, DatabaseException {
        try (Statement statement = connection.createStatement()) {
            PendingHorizon horizon;
            try (ResultSet row = statement.executeQuery(inRecovery ? STANDBY : PRIMARY)) {
                row.next();
                // What a standby has replayed, the primary had flushed before.
                horizon = new PendingHorizon(
                        row.getLong(1),
                        row.getString(2),
                        inRecovery ? Optional.empty() : Optional.of(row.getString(3)));
            }
            if (!horizon.flushed(statement)) {
                commit(database, NUDGE);
            }
            return horizon;
        }
    }

    /** Where the server's log stood; null where a standby does not tell. */
    String lsn() {
        return lsn;
    }

    /** Waits until it is sure, but no longer than that. */
    Horizon settle(Connection connection, Database database, Duration wait) throws SQLException, DatabaseException {
        if (lsn == null) {
            return new Horizon(
                    OptionalLong.empty(), "0/0", Optional.of("the standby does not tell how far it has come"));
        }
        try (Statement statement = connection.createStatement()) {
            Duration patience = AFTER_NUDGE.compareTo(wait) < 0 ? AFTER_NUDGE : wait;
            if (flushedWithin(statement, patience)) {
                return new Horizon(OptionalLong.of(xid), lsn, Optional.empty());
            }
            commit(database, PUSH);
            return flushedWithin(statement, wait.minus(patience))
                    ? new Horizon(OptionalLong.of(xid), lsn, Optional.empty())
                    : new Horizon(
                            OptionalLong.empty(),
                            lsn,
                            Optional.of("the server had not written its log up to the snapshot within "
                                    + wait.toSeconds() + " s"));
        }
    }

    private boolean flushedWithin(Statement statement, Duration wait) throws SQLException, DatabaseException {
        long end = System.nanoTime() + wait.toNanos();
        while (!flushed(statement)) {
            if (System.nanoTime() >= end) {
                return false;
            }
            Pause.of(PAUSE, "waiting for the server's log");
        }
        return true;
    }

    private boolean flushed(Statement statement) throws SQLException {
        if (flushedAt.isEmpty()) {
            return true;
        }
        try (ResultSet row = statement.executeQuery(
                "SELECT pg_current_wal_flush_lsn() >= " + Sql.literal(flushedAt.get()) + "::pg_lsn")) {
            row.next();
            return row.getBoolean(1);
        }
    }

    /** Where this is not allowed, there is just the wait. */
    private static void commit(Database database, String sql) throws DatabaseException {
        try (Connection connection = database.open("flush");
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("SET TRANSACTION READ WRITE");
            statement.execute(sql);
            connection.commit();
        } catch (SQLException e) {
            System.getLogger(PendingHorizon.class.getName())
                    .log(System.Logger.Level.DEBUG, "The server's log could not be flushed by a commit", e);
        }
    }
}
