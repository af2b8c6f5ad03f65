package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * A session that loads rows. Each COPY is a transaction of its own, unless one was begun. Confined to one thread.
 */
public final class TableLoader implements AutoCloseable {
    private final Connection connection;
    private final String encoding;

    private TableLoader(Connection connection, String encoding) {
        this.connection = connection;
        this.encoding = encoding;
    }

    /**
     * Opens a session for tables that this restore created.
     *
     * @param encoding the rows' encoding, by PostgreSQL's name
     */
    public static TableLoader open(Database database, String purpose, String encoding) throws DatabaseException {
        return open(database, purpose, encoding, TriggerRest.FIRING);
    }

    /**
     * Opens a session for tables that were there before.
     *
     * @param triggers whether triggers and foreign keys of the tables are at rest while rows are loaded
     */
    public static TableLoader open(Database database, String purpose, String encoding, TriggerRest triggers)
            throws DatabaseException {
        Connection connection = database.open(purpose);
        try {
            LoadingSession.prepare(connection);
            if (triggers == TriggerRest.AT_REST) {
                LoadingSession.restTriggers(connection);
            }
            return new TableLoader(connection, encoding);
        } catch (SQLException e) {
            DatabaseException failure = DatabaseException.of(e, "preparing a session for loading");
            Connections.close(connection, failure);
            throw failure;
        }
    }

    /** Begins a COPY into the table that nothing but this restore has written to. */
    public RowCopy copy(Table table) throws DatabaseException {
        return RowCopy.begin(connection, table, encoding, false);
    }

    /** The same in the transaction that {@link #beginAnew} began: the rows need no vacuum later. */
    public RowCopy copyFrozen(Table table) throws DatabaseException {
        return RowCopy.begin(connection, table, encoding, true);
    }

    /** Begins a transaction in which the table, which this restore created, is new for the server once more. */
    public void beginAnew(Table table) throws DatabaseException {
        begin();
        execute("TRUNCATE TABLE ONLY " + table.qualified(), "preparing " + table.tableName() + " for loading");
    }

    /** Begins a transaction. */
    public void begin() throws DatabaseException {
        try {
            connection.setAutoCommit(false);
        } catch (SQLException e) {
            throw DatabaseException.of(e, "beginning a transaction");
        }
    }

    /** Ends the transaction well. */
    public void commit() throws DatabaseException {
        try {
            connection.commit();
            connection.setAutoCommit(true);
        } catch (SQLException e) {
            throw DatabaseException.of(e, "committing loaded rows");
        }
    }

    /** Runs one statement in this session. */
    public void execute(String sql, String doing) throws DatabaseException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw DatabaseException.of(e, doing);
        }
    }

    Connection connection() {
        return connection;
    }

    /** Ends the session; a transaction that was not committed is undone. */
    @Override
    public void close() throws DatabaseException {
        try {
            connection.close();
        } catch (SQLException e) {
            throw DatabaseException.of(e, "ending a loading session");
        }
    }
}
