package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Recognises a pooler that gives each transaction whichever server session is free. Under it nothing here would hold:
 * settings, locks and snapshots live in a session.
 */
final class TransactionPooler {
    private static final String MARK = "pgbackup.session";

    private TransactionPooler() {}

    /**
     * Leaves a mark in the session, then keeps a session busy through a second connection. With a pooler that is the
     * one with the mark, so the first connection either shares its session or gets one without the mark.
     */
    static void refuse(Connection connection, Database database) throws SQLException, DatabaseException {
        String mark = "session " + System.nanoTime();
        try (Statement statement = connection.createStatement();
                Connection other = database.open("look");
                Statement otherStatement = other.createStatement()) {
            int backend =
                    number(statement, "SELECT pg_backend_pid() FROM set_config('" + MARK + "', '" + mark + "', false)");
            // A pooler with one session only: a transaction there would keep the first connection waiting.
            boolean shared = backend == number(otherStatement, "SELECT pg_backend_pid()");
            if (!shared) {
                other.setAutoCommit(false);
                number(otherStatement, "SELECT pg_backend_pid()");
                shared = number(
                                statement,
                                "SELECT CASE WHEN current_setting('" + MARK + "', true) = '" + mark
                                        + "' THEN pg_backend_pid() ELSE 0 END")
                        != backend;
                other.rollback();
            }
            if (shared) {
                throw new DatabaseException(sentence(database.url()));
            }
        }
    }

    private static int number(Statement statement, String query) throws SQLException {
        try (ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getInt(1);
        }
    }

    static String sentence(DatabaseUrl url) {
        String place = url.host() + " port " + url.port();
        boolean supabase = url.host().endsWith(".supabase.com") || url.host().endsWith(".supabase.co");
        return "Behind " + place + " is a transaction pooler, which keeps no snapshot; "
                + (supabase || url.port() == 6543
                        ? "use port 5432 of the same host, the session pooler, or the direct connection."
                        : "connect to the server directly, or to a pooler in session mode.");
    }
}
