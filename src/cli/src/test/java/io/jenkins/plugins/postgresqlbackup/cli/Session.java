package io.jenkins.plugins.postgresqlbackup.cli;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.stream.Stream;

/** Somebody with a key, a repository and a database, who has set the variables that spare typing. */
record Session(Database source, Path directory, String key) {
    static Session on(Database source, Path directory) {
        String key = new Shell(directory).run("key", "generate").out().strip();
        return new Session(source, directory, key);
    }

    Path repository() {
        return directory.resolve("repository");
    }

    Shell shell() {
        Shell shell = new Shell(directory.resolve("home"))
                .with("BACKUP_ENCRYPTION_KEY", key)
                .with("PGBACKUP_REPOSITORY", "file:" + repository());
        try {
            return password() == null ? shell : shell.with("PGPASSWORD", password());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The source's password, which a shell has in PGPASSWORD. */
    String password() throws IOException {
        try (var environment = source.clientEnvironment()) {
            String file = environment.variables().get("PGPASSFILE");
            String line = Files.readString(Path.of(file)).strip();
            return line.isEmpty() ? null : line.substring(line.lastIndexOf(':') + 1);
        }
    }

    /** Takes a backup, in a second of its own so that ids sort as the backups were made. */
    Shell.Result full(String... options) {
        return full(shell(), options);
    }

    Shell.Result full(Shell shell, String... options) {
        awaitNextSecond();
        return shell.run(
                Stream.concat(Stream.of("full", "--database", source.url().toString()), Stream.of(options))
                        .toArray(String[]::new));
    }

    private static void awaitNextSecond() {
        try {
            Thread.sleep(1_000 - System.currentTimeMillis() % 1_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The id of the oldest backup. */
    String first() {
        return shell().run("list", "--json").json().get(0).get("id").asText();
    }

    static long count(Database database, String table) {
        try (Connection connection = database.open("test");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*) FROM " + table)) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException | IOException e) {
            throw new AssertionError("Cannot count " + table, e);
        }
    }

    /** Waits until a session of pgbackup waits for a lock in the source, or until none is left there. */
    void awaitSessions(boolean there) throws Exception {
        Instant end = Instant.now().plusSeconds(20);
        String query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                + " AND application_name LIKE 'pgbackup%' AND application_name <> 'pgbackup test'"
                + (there ? " AND wait_event_type = 'Lock'" : "");
        try (Connection connection = source.open("test");
                Statement statement = connection.createStatement()) {
            while (Instant.now().isBefore(end)) {
                try (ResultSet sessions = statement.executeQuery(query)) {
                    sessions.next();
                    if (sessions.getInt(1) > 0 == there) {
                        return;
                    }
                }
                Thread.sleep(100);
            }
        }
        throw new AssertionError("Sessions of pgbackup waiting for a lock: expected " + there);
    }
}
