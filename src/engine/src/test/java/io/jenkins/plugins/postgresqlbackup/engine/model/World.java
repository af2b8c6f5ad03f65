package io.jenkins.plugins.postgresqlbackup.engine.model;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestCluster;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** What one history acts upon: its database, the transactions it has open there, and its source of chance. For one thread. */
final class World implements AutoCloseable {
    /** Locked by one of our own open transactions, or wanted by it in the other order; or the partition is detached now. */
    private static final Set<String> IN_THE_WAY = Set.of("55P03", "40P01", "55006", "23514");

    private static final int FIRST_ID = 1;

    private final ClusterHolder holder;
    private final String database;
    private final Random random;
    private final List<String> log = new ArrayList<>();
    private final List<Connection> open = new ArrayList<>();
    private Connection main;
    private long nextId = FIRST_ID;
    private int names;

    World(ClusterHolder holder, String database, Random random) {
        this.holder = holder;
        this.database = database;
        this.random = random;
    }

    TestCluster cluster() {
        return holder.cluster();
    }

    void continueOn(TestCluster other) {
        holder.replace(other);
    }

    Database source() {
        return cluster().database(database);
    }

    /** The role whose name shows in the rows of this history. */
    String role() throws SQLException, IOException {
        return ask("SELECT rolname FROM pg_roles WHERE rolname LIKE '" + database + "\\_%' ORDER BY 1 LIMIT 1");
    }

    String database() {
        return database;
    }

    int pick(int bound) {
        return random.nextInt(bound);
    }

    boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    <T> T pick(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    long ids(int count) {
        long first = nextId;
        nextId += count;
        return first;
    }

    /** About as many ids as were given out. */
    long idsSoFar() {
        return nextId;
    }

    String newName(String prefix) {
        return prefix + "_" + names++;
    }

    /** The session in which most happens, each statement in a transaction of its own. */
    Connection main() throws IOException, SQLException {
        if (main == null) {
            main = session();
        }
        return main;
    }

    private Connection session() throws IOException, SQLException {
        Connection session = source().open("history");
        try (Statement statement = session.createStatement()) {
            // Both autovacuum and these only wait for a moment: what is locked is so by this thread's own sessions.
            statement.execute("SET search_path = public; SET lock_timeout = '50ms'; SET client_min_messages = error");
        }
        return session;
    }

    /** The sessions that have a transaction open. */
    List<Connection> open() {
        return open;
    }

    Connection begin() throws IOException, SQLException {
        Connection session = session();
        session.setAutoCommit(false);
        open.add(session);
        note("-- session " + System.identityHashCode(session) + " begins");
        return session;
    }

    void end(Connection session, boolean commit) throws SQLException {
        note("-- session " + System.identityHashCode(session) + (commit ? " commits" : " rolls back"));
        if (commit) {
            session.commit();
        } else {
            session.rollback();
        }
        open.remove(session);
        session.close();
    }

    /** Takes a session out of the transaction that it has just prepared. */
    void detach(Connection session) throws SQLException {
        open.remove(session);
        session.close();
    }

    List<ModelTable> tables() throws SQLException, IOException {
        return ModelTable.all(main());
    }

    /** What happened so far, as SQL. */
    List<String> log() {
        return log;
    }

    void note(String what) {
        log.add(what);
    }

    /** Runs statements in the main session; false when an open transaction of ours is in the way: the rest is left out. */
    boolean run(String... statements) throws SQLException, IOException {
        return run(main(), statements);
    }

    /** The same in a given session; what fails there is undone alone. */
    boolean run(Connection session, String... statements) throws SQLException {
        for (String sql : statements) {
            Savepoint before = session.getAutoCommit() ? null : session.setSavepoint();
            try (Statement statement = session.createStatement()) {
                statement.execute(sql);
                log.add((before == null ? "" : "/* in " + System.identityHashCode(session) + " */ ") + sql);
                if (before != null) {
                    session.releaseSavepoint(before);
                }
            } catch (SQLException e) {
                if (before == null) {
                    // A failed batch may have begun a transaction.
                    try (Statement statement = session.createStatement()) {
                        statement.execute("ROLLBACK");
                    }
                } else {
                    session.rollback(before);
                }
                if (!IN_THE_WAY.contains(String.valueOf(e.getSQLState()))) {
                    throw new SQLException(e.getMessage() + " in: " + sql, e.getSQLState(), e);
                }
                log.add("-- in the way: " + sql);
                return false;
            }
        }
        return true;
    }

    /** A statement about the session's transaction itself. */
    void control(Connection session, String sql) throws SQLException {
        log.add("/* in " + System.identityHashCode(session) + " */ " + sql);
        try (Statement statement = session.createStatement()) {
            statement.execute(sql);
        }
    }

    /** One value; null when there is no row. */
    String ask(String query) throws SQLException, IOException {
        try (Statement statement = main().createStatement();
                ResultSet row = statement.executeQuery(query)) {
            return row.next() ? row.getString(1) : null;
        }
    }

    List<String> askAll(String query) throws SQLException, IOException {
        List<String> found = new ArrayList<>();
        try (Statement statement = main().createStatement();
                ResultSet row = statement.executeQuery(query)) {
            while (row.next()) {
                found.add(row.getString(1));
            }
        }
        return found;
    }

    /** All sessions of ours end with the server. */
    void serverEnds() throws SQLException {
        for (Connection session : open) {
            session.close();
        }
        open.clear();
        if (main != null) {
            main.close();
            main = null;
        }
    }

    @Override
    public void close() throws SQLException {
        serverEnds();
    }
}
