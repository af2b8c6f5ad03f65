package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.StringJoiner;
import java.util.stream.Collectors;

/** Locks tables against being dropped, emptied or rewritten, before a transaction has its snapshot. */
final class TableLocks {
    static final String LOCK_NOT_AVAILABLE = "55P03";

    private static final int TABLES_AT_ONCE = 500;

    private static final String HOLDERS = """
            SELECT DISTINCT format('%I.%I is held by session %s%s', n.nspname, c.relname, l.pid,
                                   CASE WHEN a.application_name <> '' THEN ' (' || a.application_name || ')' END)
              FROM pg_locks l
              JOIN pg_class c ON c.oid = l.relation
              JOIN pg_namespace n ON n.oid = c.relnamespace
              LEFT JOIN pg_stat_activity a ON a.pid = l.pid
             WHERE l.granted AND l.mode = 'AccessExclusiveLock' AND c.relkind IN ('r', 'p')
               AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
               AND n.nspname = ANY (?) AND n.nspname || '.' || c.relname = ANY (?)
             LIMIT 5
            """;

    private TableLocks() {}

    /** Waits for each lock as long as {@code lock_timeout} says. */
    static void take(Connection connection, List<Relation> tables) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (int from = 0; from < tables.size(); from += TABLES_AT_ONCE) {
                StringJoiner names = new StringJoiner(", ", "LOCK TABLE ", " IN ACCESS SHARE MODE");
                tables.subList(from, Math.min(from + TABLES_AT_ONCE, tables.size()))
                        .forEach(table -> names.add("ONLY " + table.name().quoted()));
                statement.execute(names.toString());
            }
        }
    }

    /** Who holds the tables just now, as a sentence. The transaction that waited must be over. */
    static LockedOutException lockedOut(Connection connection, List<Relation> tables, Duration wait, SQLException cause)
            throws SQLException {
        StringJoiner holders = new StringJoiner(", ");
        try (PreparedStatement statement = connection.prepareStatement(HOLDERS)) {
            statement.setArray(1, connection.createArrayOf("name", distinct(tables)));
            statement.setArray(
                    2,
                    connection.createArrayOf(
                            "text",
                            tables.stream()
                                    .map(table -> table.name().toString())
                                    .toArray()));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    holders.add(row.getString(1));
                }
            }
        }
        return new LockedOutException(
                "A table could not be locked within " + wait.toSeconds() + " s, because another session keeps it locked"
                        + (holders.length() == 0 ? "" : ": " + holders)
                        + "; let that end, or wait longer.",
                cause);
    }

    private static Object[] distinct(List<Relation> tables) {
        return tables.stream()
                .map(table -> table.name().schema())
                .collect(Collectors.toSet())
                .toArray();
    }
}
