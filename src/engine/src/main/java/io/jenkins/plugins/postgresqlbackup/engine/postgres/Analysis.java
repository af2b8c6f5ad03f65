package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Gathers the planner's statistics, without which a restored database is slow. */
public final class Analysis {
    /** Schema and name of each: partitioned tables as a whole, but not where a foreign table is among the partitions. */
    static final String TARGETS = """
            WITH RECURSIVE trees (root, leaf) AS (
                SELECT oid, oid FROM pg_catalog.pg_class
                 WHERE relkind IN ('r', 'p', 'm') AND NOT relispartition AND relpersistence <> 't'
                UNION ALL
                SELECT t.root, i.inhrelid FROM trees t
                  JOIN pg_catalog.pg_inherits i ON i.inhparent = t.leaf
                  JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid AND c.relispartition),
            whole (root) AS (
                SELECT t.root FROM trees t JOIN pg_catalog.pg_class c ON c.oid = t.leaf
                 GROUP BY t.root HAVING NOT bool_or(c.relkind = 'f'))
            SELECT n.nspname, c.relname
              FROM trees t
              LEFT JOIN whole w ON w.root = t.root
              JOIN pg_catalog.pg_class c ON c.oid = CASE WHEN w.root IS NULL THEN t.leaf ELSE t.root END
              JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
             WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
               AND (w.root IS NOT NULL OR c.relkind = 'r')
             GROUP BY n.nspname, c.relname
             ORDER BY sum(pg_catalog.pg_relation_size(t.leaf)) DESC, n.nspname, c.relname
            """;

    private Analysis() {}

    /**
     * What to analyse so that everything is, once: tables by themselves, partitions through the table they belong to
     * (by themselves, if one of them is on another server, where we have no business). The largest first.
     */
    public static List<TableName> targets(Database target) throws DatabaseException {
        List<TableName> tables = new ArrayList<>();
        try (Connection connection = target.open("statistics");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(TARGETS)) {
            while (rows.next()) {
                tables.add(new TableName(rows.getString(1), rows.getString(2)));
            }
            return tables;
        } catch (SQLException e) {
            throw DatabaseException.of(e, "looking for the tables to analyse");
        }
    }

    /** One worker's session. */
    public static Connection open(Database target) throws DatabaseException {
        Connection connection = target.open("statistics");
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET default_transaction_read_only = off");
            return connection;
        } catch (SQLException e) {
            DatabaseException failure = DatabaseException.of(e, "preparing a session for statistics");
            Connections.close(connection, failure);
            throw failure;
        }
    }

    /**
     * Analyses one; the commit is durable and with it all that was written before without waiting for the disk.
     *
     * @return why it could not be done: that is a pity and nothing more
     */
    public static Optional<String> run(Connection session, TableName table) throws DatabaseException {
        try (Statement statement = session.createStatement()) {
            statement.execute("ANALYZE " + table.quoted());
            return Optional.empty();
        } catch (SQLException e) {
            if (Connections.lost(session)) {
                throw DatabaseException.of(e, "analysing " + table);
            }
            return Optional.of("The statistics of " + table + " could not be gathered: " + Sentences.shortly(e) + ".");
        }
    }
}
