package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * One COPY of rows into a table. Its rows are there after {@link #finish} (and the end of the transaction, if one is
 * open); closed before that, none is. A failure is noticed at the end only, so a COPY should not be huge. Confined to
 * one thread.
 */
public final class RowCopy implements AutoCloseable {
    private final TableName table;
    private final CopyIn copy;

    private RowCopy(TableName table, CopyIn copy) {
        this.table = table;
        this.copy = copy;
    }

    /**
     * Begins.
     *
     * @param encoding the rows' encoding; the server converts if the database has another one
     * @param freeze whether the rows are written as if vacuumed: only in the transaction that created or truncated the
     *     table
     */
    static RowCopy begin(Connection connection, Table table, String encoding, boolean freeze) throws DatabaseException {
        TableName into = into(table);
        try {
            return new RowCopy(
                    into,
                    connection.unwrap(PGConnection.class).getCopyAPI().copyIn(statement(table, encoding, freeze)));
        } catch (SQLException e) {
            throw DatabaseException.of(e, "loading " + into);
        }
    }

    static String statement(Table table, String encoding, boolean freeze) {
        // A table without stored columns has no list: its rows are empty lines.
        String columns = table.columns().isEmpty() ? "" : " (" + table.columnList() + ")";
        return "COPY " + into(table).quoted() + columns + " FROM STDIN WITH (FORMAT text, ENCODING "
                + Sql.literal(encoding) + (freeze ? ", FREEZE" : "") + ")";
    }

    private static TableName into(Table table) {
        return table.loadThrough().orElse(table.tableName());
    }

    /** Sends rows: lines of COPY text, each with its newline; a block may end within a row. */
    public void write(byte[] block, int offset, int length) throws DatabaseException {
        if (length == 0) {
            return;
        }
        try {
            copy.writeToCopy(block, offset, length);
        } catch (SQLException e) {
            throw DatabaseException.of(e, "loading " + table);
        }
    }

    /** Ends it well and returns how many rows the server says it took. */
    public long finish() throws DatabaseException {
        try {
            return copy.endCopy();
        } catch (SQLException e) {
            throw DatabaseException.of(e, "loading " + table);
        }
    }

    /** Without {@link #finish} before, gives the rows up. */
    @Override
    public void close() throws DatabaseException {
        if (!copy.isActive()) {
            return;
        }
        try {
            copy.cancelCopy();
        } catch (SQLException e) {
            throw DatabaseException.of(e, "giving up the load of " + table);
        }
    }
}
