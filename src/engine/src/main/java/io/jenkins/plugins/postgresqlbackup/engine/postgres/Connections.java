package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.sql.Connection;
import java.sql.SQLException;

/** Closing connections when something else has failed already. */
final class Connections {
    private Connections() {}

    static void close(Connection connection, Exception because) {
        try {
            connection.close();
        } catch (SQLException e) {
            because.addSuppressed(e);
        }
    }

    /** Whether the connection is gone, so that nothing more can be done with it. */
    static boolean lost(Connection connection) {
        try {
            return connection.isClosed();
        } catch (SQLException e) {
            System.getLogger(Connections.class.getName())
                    .log(System.Logger.Level.DEBUG, "A connection that cannot tell whether it is closed", e);
            return true;
        }
    }
}
