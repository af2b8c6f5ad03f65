package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The database that is restored into: whether it is there, what it holds, making it and dropping it. Thread-safe. */
public final class TargetDatabase {
    private static final List<String> MAINTENANCE = List.of("postgres", "template1");
    private static final String NO_SUCH_DATABASE = "3D000";
    private static final String IN_USE = "55006";

    private static final int LOOKS = 30;
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

    private final Database database;
    private final Database maintenance;

    private TargetDatabase(Database database, Database maintenance) {
        this.database = database;
        this.maintenance = maintenance;
    }

    /**
     * @param database its name need not exist yet
     * @throws DatabaseException if the server cannot be reached
     */
    public static TargetDatabase of(Database database) throws DatabaseException {
        DatabaseException last = null;
        for (String name : MAINTENANCE) {
            if (name.equals(database.url().database())) {
                continue;
            }
            Database maintenance = database.withDatabase(name);
            try {
                reach(maintenance);
                return new TargetDatabase(database, maintenance);
            } catch (DatabaseException e) {
                last = e;
            }
        }
        // Some platforms let a user into one database only.
        try {
            reach(database);
            return new TargetDatabase(database, database);
        } catch (DatabaseException e) {
            throw last == null || e.sqlState().filter(NO_SUCH_DATABASE::equals).isEmpty() ? e : last;
        }
    }

    private static void reach(Database database) throws DatabaseException {
        try {
            database.open("look").close();
        } catch (SQLException e) {
            throw DatabaseException.of(e, "closing a connection");
        }
    }

    public String name() {
        return database.url().database();
    }

    /** The database itself. */
    public Database database() {
        return database;
    }

    /** Another one of the same server, for what can be asked or done without the target. */
    public Database maintenance() {
        return maintenance;
    }

    public boolean exists() throws DatabaseException {
        try (Connection connection = maintenance.open("look");
                PreparedStatement query =
                        connection.prepareStatement("SELECT FROM pg_catalog.pg_database WHERE datname = ?")) {
            query.setString(1, name());
            try (ResultSet rows = query.executeQuery()) {
                return rows.next();
            }
        } catch (SQLException e) {
            throw DatabaseException.of(e, "looking for the database " + name());
        }
    }

    /** What somebody has put into it; what it has from its template does not count. */
    public DatabaseContents contents() throws DatabaseException {
        DatabaseContents all = contents(database);
        if (all.isEmpty() || name().equals("template1")) {
            return all;
        }
        try {
            return all.without(contents(database.withDatabase("template1")));
        } catch (DatabaseException e) {
            // Without a look at the template all counts: the careful answer.
            System.getLogger(TargetDatabase.class.getName())
                    .log(System.Logger.Level.DEBUG, "The template database cannot be looked at", e);
            return all;
        }
    }

    private static DatabaseContents contents(Database database) throws DatabaseException {
        try (Connection connection = database.open("look")) {
            return DatabaseContents.of(connection);
        } catch (SQLException e) {
            throw DatabaseException.of(
                    e, "looking at what is in the database " + database.url().database());
        }
    }

    /**
     * Creates it as the source was: encoding and locale cannot be changed later. All else is {@link Handover}'s.
     *
     * @return a warning if the server lacks the locale and the database has another one
     */
    public Optional<String> create(DatabaseProperties source) throws DatabaseException {
        try (Connection connection = maintenance.open("create")) {
            return new DatabaseCreation(connection, name(), source).run();
        } catch (SQLException e) {
            throw DatabaseException.of(e, "creating the database " + name());
        }
    }

    /** The names of the extensions that can be created on this server. */
    public Set<String> availableExtensions() throws DatabaseException {
        return new TreeSet<>(names("SELECT name FROM pg_catalog.pg_available_extensions"));
    }

    /** Whether the server has tablespaces besides those that each has. */
    public boolean hasTablespaces() throws DatabaseException {
        return !names("SELECT spcname FROM pg_catalog.pg_tablespace WHERE spcname !~ '^pg_'")
                .isEmpty();
    }

    private List<String> names(String query) throws DatabaseException {
        try (Connection connection = maintenance.open("look");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            List<String> names = new ArrayList<>();
            while (rows.next()) {
                names.add(rows.getString(1));
            }
            return names;
        } catch (SQLException e) {
            throw DatabaseException.of(e, "looking at what the server has");
        }
    }

    /** Drops it with all that is in it. */
    public void drop() throws DatabaseException {
        try (Connection connection = maintenance.open("drop");
                Statement statement = connection.createStatement()) {
            statement.execute("DROP DATABASE " + Sql.quote(name()));
        } catch (SQLException e) {
            if (IN_USE.equals(e.getSQLState())) {
                throw new DatabaseException(
                        "The database " + name() + " cannot be dropped while it is in use (" + Sentences.shortly(e)
                                + "); end those sessions, then try again.",
                        e);
            }
            throw DatabaseException.of(e, "dropping the database " + name());
        }
    }

    /**
     * Drops it and ends the sessions in it, also if a session that was told to stop is still creating it. That it is not there is fine. Only for what
     * is nobody else's.
     */
    public void dropByForce() throws DatabaseException {
        try (Connection connection = maintenance.open("drop");
                Statement statement = connection.createStatement()) {
            for (int look = 0; look < LOOKS && isBeingCreated(statement); look++) {
                Pause.of(BETWEEN_LOOKS, "dropping the database " + name());
            }
            statement.execute("DROP DATABASE IF EXISTS " + Sql.quote(name()) + " WITH (FORCE)");
        } catch (SQLException e) {
            throw DatabaseException.of(e, "dropping the database " + name());
        }
    }

    /** Whoever creates it does not hear that its client has gone before it is there. */
    private boolean isBeingCreated(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("SELECT EXISTS (SELECT FROM pg_catalog.pg_stat_activity"
                + " WHERE state = 'active' AND query LIKE 'CREATE DATABASE %' AND pg_catalog.strpos(query, "
                + Sql.literal(name()) + ") > 0)")) {
            row.next();
            return row.getBoolean(1);
        }
    }

    /** The command with which a person drops it. */
    public String dropCommand() {
        return "DROP DATABASE " + Sql.quote(name()) + ";";
    }
}
