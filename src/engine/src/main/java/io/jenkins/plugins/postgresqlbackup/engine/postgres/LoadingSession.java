package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** Settings of the sessions that write. */
final class LoadingSession {
    private static final String FORBIDDEN = "42501";

    private LoadingSession() {}

    /**
     * A commit need not wait for the disk: until a restore has ended its database is of no use, and its last act waits
     * for all. The database may have been set to be read only already.
     */
    static void prepare(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET synchronous_commit = off; SET default_transaction_read_only = off");
        }
    }

    /** @throws SQLException with state 42501 if the role may not */
    static void restTriggers(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET session_replication_role = replica");
        }
    }

    /** Whether the role may put triggers and foreign keys at rest. */
    static boolean mayRestTriggers(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET session_replication_role = replica");
            statement.execute("RESET session_replication_role");
            return true;
        } catch (SQLException e) {
            if (FORBIDDEN.equals(e.getSQLState())) {
                return false;
            }
            throw e;
        }
    }
}
