package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Optional;
import java.util.Properties;
import org.postgresql.Driver;
import org.postgresql.PGConnection;

/** One database that can be reached: where it is and how to log in. Immutable and thread-safe. */
public final class Database {
    private static final int OLDEST_MAJOR = 14;
    private static final String DEFAULT_CONNECT_TIMEOUT = "30";

    private final DatabaseUrl url;
    private final PasswordSource passwords;

    public Database(DatabaseUrl url, PasswordSource passwords) {
        this.url = url;
        this.passwords = passwords;
    }

    public DatabaseUrl url() {
        return url;
    }

    /** Another database of the same server, with the same login. */
    public Database withDatabase(String name) {
        return new Database(url.withDatabase(name), passwords);
    }

    /**
     * A new session with canonical settings, in auto-commit mode. Whoever opens it closes it.
     *
     * <p>When the thread that uses it is interrupted, the connection is closed, the server ends the statement, the call
     * throws, and the interrupt status stays set.
     *
     * @param purpose a word or two for {@code pg_stat_activity}, such as {@code "reader 2"}
     */
    public Connection open(String purpose) throws DatabaseException {
        Properties properties = new Properties();
        String name = ("pgbackup " + purpose).strip();
        properties.setProperty("ApplicationName", name.length() > 63 ? name.substring(0, 63) : name);
        properties.setProperty("user", url.user());
        properties.setProperty("socketFactory", InterruptibleSockets.class.getName());
        properties.setProperty("tcpKeepAlive", "true");
        String patience = url.parameter("connect_timeout", DEFAULT_CONNECT_TIMEOUT);
        properties.setProperty("connectTimeout", patience);
        properties.setProperty("socketTimeout", patience);
        TransportSecurity.configure(properties, url);
        Connection connection = connect(properties);
        try {
            int major = connection.getMetaData().getDatabaseMajorVersion();
            if (major < OLDEST_MAJOR) {
                throw new DatabaseException("The server at " + url.host() + " port " + url.port() + " is PostgreSQL "
                        + major + "; PostgreSQL " + OLDEST_MAJOR + " is the oldest that can be saved.");
            }
            SessionSettings.apply(connection, major);
            return connection;
        } catch (SQLException e) {
            Connections.close(connection, e);
            throw DatabaseException.of(e, "the session settings");
        } catch (DatabaseException | RuntimeException e) {
            Connections.close(connection, e);
            throw e;
        }
    }

    private Connection connect(Properties properties) throws DatabaseException {
        Optional<char[]> password = password();
        try {
            password.ifPresent(p -> properties.setProperty("password", new String(p)));
            properties.setProperty("options", SessionSettings.startupOptions());
            try {
                return connectOnce(properties);
            } catch (SQLException e) {
                if (!refusesStartupOptions(e)) {
                    throw e;
                }
                properties.remove("options");
                return connectOnce(properties);
            }
        } catch (SQLException e) {
            throw DatabaseException.connecting(e, url);
        } finally {
            password.ifPresent(p -> Arrays.fill(p, '\0'));
        }
    }

    private Connection connectOnce(Properties properties) throws SQLException {
        String host = url.host().indexOf(':') >= 0 ? '[' + url.host() + ']' : url.host();
        String database = URLEncoder.encode(url.database(), StandardCharsets.UTF_8);
        Connection connection =
                new Driver().connect("jdbc:postgresql://" + host + ':' + url.port() + '/' + database, properties);
        if (connection == null) {
            throw new SQLException("the driver does not know the address " + url);
        }
        // Named statements outlive a transaction, which some poolers do not bear.
        connection.unwrap(PGConnection.class).setPrepareThreshold(0);
        // Whoever answers at all has to do so in time; from then on statements may take as long as they want.
        connection.setNetworkTimeout(Runnable::run, 0);
        return connection;
    }

    /** A pooler that knows only some start-up parameters says so. */
    private static boolean refusesStartupOptions(SQLException e) {
        return String.valueOf(e.getMessage()).contains("startup parameter");
    }

    /** Its user's password; whoever asks wipes it. */
    Optional<char[]> password() throws DatabaseException {
        try {
            return passwords.passwordFor(url);
        } catch (DatabaseException e) {
            throw e;
        } catch (IOException e) {
            throw new DatabaseException("The password could not be read: " + e.getMessage(), e);
        }
    }

    /**
     * Opens two sessions to see whether they keep their state.
     *
     * @throws DatabaseException when they do not, because a pooler gives each transaction another session
     */
    public void refusePooler() throws DatabaseException {
        try (Connection connection = open("look")) {
            TransactionPooler.refuse(connection, this);
        } catch (SQLException e) {
            throw DatabaseException.of(e, "looking for a pooler");
        }
    }

    /** What the database and its server say about themselves. */
    public ServerInfo server() throws DatabaseException {
        try (Connection connection = open("look")) {
            return ServerQuery.run(connection);
        } catch (SQLException e) {
            throw DatabaseException.of(e, "asking the server about itself");
        }
    }

    /** How the server is at this moment. */
    public ServerLoad load() throws DatabaseException {
        try (Connection connection = open("look")) {
            return LoadQuery.run(connection);
        } catch (SQLException e) {
            throw DatabaseException.of(e, "asking the server how it is");
        }
    }

    /** The environment with which PostgreSQL's own programs reach this database; holds a private password file. */
    public ClientEnvironment clientEnvironment() throws IOException {
        return ClientEnvironment.create(url, password(), Path.of(System.getProperty("java.io.tmpdir")));
    }

    /** Without secrets. */
    @Override
    public String toString() {
        return url.toString();
    }
}
