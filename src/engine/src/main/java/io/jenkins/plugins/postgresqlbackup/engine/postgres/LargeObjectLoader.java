package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A session that creates large objects under their own oids. Confined to one thread. */
public final class LargeObjectLoader implements LargeObjectSink, AutoCloseable {
    private static final int PIECE = 1 << 20;

    /** Each object takes a lock until its transaction ends, and a server has room for a few thousand. */
    private static final int AT_ONCE = 200;

    private static final long BYTES_AT_ONCE = 64L << 20;

    private final Connection connection;
    private final boolean owners;
    private final boolean privileges;
    private final List<String> failures = new ArrayList<>();
    private final byte[] piece = new byte[PIECE];
    private LargeObject current;
    private int filled;
    private long written;
    private int objects;
    private long bytes;

    private LargeObjectLoader(Connection connection, boolean owners, boolean privileges) {
        this.connection = connection;
        this.owners = owners;
        this.privileges = privileges;
    }

    /** Opens a session. */
    public static LargeObjectLoader open(Database database, boolean owners, boolean privileges)
            throws DatabaseException {
        Connection connection = database.open("large objects");
        try {
            LoadingSession.prepare(connection);
            connection.setAutoCommit(false);
            return new LargeObjectLoader(connection, owners, privileges);
        } catch (SQLException e) {
            DatabaseException failure = DatabaseException.of(e, "preparing a session for large objects");
            Connections.close(connection, failure);
            throw failure;
        }
    }

    /**
     * Creates one.
     *
     * @throws DatabaseException if there is one with this oid
     */
    @Override
    public void begin(LargeObject object) throws DatabaseException {
        current = object;
        filled = 0;
        written = 0;
        try (Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_catalog.lo_create(" + object.oid() + "::oid)");
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public void content(byte[] bytes, int offset, int length) throws DatabaseException {
        for (int done = 0; done < length; ) {
            int some = Math.min(length - done, PIECE - filled);
            System.arraycopy(bytes, offset + done, piece, filled, some);
            filled += some;
            done += some;
            if (filled == PIECE) {
                put();
            }
        }
    }

    /** Completes it with owner, grants and comment. */
    @Override
    public void end() throws DatabaseException {
        if (filled > 0) {
            put();
        }
        try (Statement statement = connection.createStatement()) {
            describe(statement, current);
        } catch (SQLException e) {
            throw failed(e);
        }
        objects++;
        bytes += written;
        if (objects >= AT_ONCE || bytes >= BYTES_AT_ONCE) {
            commit();
        }
    }

    private void put() throws DatabaseException {
        try (PreparedStatement put =
                connection.prepareStatement("SELECT pg_catalog.lo_put(" + current.oid() + "::oid, ?, ?)")) {
            put.setLong(1, written);
            put.setBytes(2, filled == PIECE ? piece : Arrays.copyOf(piece, filled));
            put.execute();
            written += filled;
            filled = 0;
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private DatabaseException failed(SQLException problem) {
        return DatabaseException.of(problem, "loading the large object " + current.oid());
    }

    private void describe(Statement statement, LargeObject object) throws SQLException {
        for (String sql : properties(object, owners, privileges)) {
            attempt(statement, sql);
        }
    }

    /** What gives it comment, owner and grants. */
    static List<String> properties(LargeObject object, boolean owners, boolean privileges) {
        String name = "LARGE OBJECT " + object.oid();
        List<String> statements = new ArrayList<>();
        if (object.comment() != null) {
            statements.add("COMMENT ON " + name + " IS " + Sql.literal(object.comment()));
        }
        if (owners) {
            statements.add("ALTER " + name + " OWNER TO " + Sql.quote(object.owner()));
        }
        if (privileges && object.acl() != null) {
            statements.addAll(Grants.statements(name, object.owner(), object.acl()));
        }
        return statements;
    }

    private void attempt(Statement statement, String sql) throws SQLException {
        statement.execute("SAVEPOINT property");
        try {
            statement.execute(sql);
            statement.execute("RELEASE SAVEPOINT property");
        } catch (SQLException e) {
            if (Connections.lost(connection)) {
                throw e;
            }
            failures.add(sql + ": " + Sentences.shortly(e));
            statement.execute("ROLLBACK TO SAVEPOINT property");
        }
    }

    /** Commits what was loaded since the last time. */
    public void commit() throws DatabaseException {
        try {
            connection.commit();
            objects = 0;
            bytes = 0;
        } catch (SQLException e) {
            throw DatabaseException.of(e, "committing large objects");
        }
    }

    /** What of owners, grants and comments could not be restored, each with its reason. */
    public List<String> failures() {
        return List.copyOf(failures);
    }

    /** Ends the session; what was not committed is undone. */
    @Override
    public void close() throws DatabaseException {
        try {
            connection.close();
        } catch (SQLException e) {
            throw DatabaseException.of(e, "ending a session for large objects");
        }
    }
}
