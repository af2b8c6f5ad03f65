package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The schema of a snapshot as pg_dump's archive in custom format. Nothing else is trusted with it.
 *
 * <p>It runs before anything is read: its locks, too, must be had before somebody's ALTER TABLE queues behind ours.
 */
public final class SchemaDump {
    /** Only somebody who queues behind our own locks can keep pg_dump waiting, and they wait for us: soon beginning again is better. */
    private static final Duration LOCK_WAIT = Duration.ofSeconds(1);

    /** PostgreSQL 17 says the second. */
    private static final Pattern LOST_SNAPSHOT =
            Pattern.compile("invalid snapshot identifier|snapshot \"[^\"]*\" does not exist");

    private SchemaDump() {}

    /**
     * Writes the archive, uncompressed, and waits for pg_dump's end. An interruption ends pg_dump.
     *
     * @return what pg_dump warned of, a sentence each
     * @throws LockedOutException when pg_dump had to wait for a lock; with a new snapshot it may go well
     * @throws IOException when pg_dump fails, with its own words, and what the stream throws
     */
    public static List<String> run(Snapshot snapshot, ClientPrograms programs, OutputStream archive)
            throws IOException {
        try (ClientEnvironment environment = snapshot.database().clientEnvironment()) {
            ProcessBuilder builder = new ProcessBuilder(command(snapshot, programs));
            environment.apply(builder);
            ChildProcess.Result result = ChildProcess.run(
                    builder, ServerEncoding.charset(snapshot.server().encoding()), archive, "pg_dump");
            if (result.exitCode() == 0) {
                return result.messages("pg_dump", "warning");
            }
            // pg_dump sets the one or, depending on its version, the other, and only while it locks.
            if (result.errors().contains("lock timeout") || result.errors().contains("statement timeout")) {
                throw new LockedOutException(
                        "pg_dump could not lock a table, because another session waits to change it and cannot before this backup"
                                + " ends; start again.",
                        null);
            }
            if (LOST_SNAPSHOT.matcher(result.errors()).find()) {
                throw new DatabaseException(
                        "The snapshot is lost, because the connection that held it has ended; start again.");
            }
            throw new DatabaseException(
                    "pg_dump " + programs.version() + " could not save the schema: " + result.explanation("pg_dump"));
        }
    }

    static List<String> command(Snapshot snapshot, ClientPrograms programs) {
        Selection selection = snapshot.selection();
        List<String> command = new ArrayList<>(List.of(
                programs.pgDump().toString(),
                "--schema-only",
                "--format=custom",
                "--compress=0",
                "--no-password",
                "--snapshot=" + snapshot.id(),
                "--lock-wait-timeout=" + LOCK_WAIT.toMillis()));
        selection
                .schemas()
                .forEach(pattern ->
                        command.add("--schema=" + NamePattern.ofSchema(pattern).forPgDump()));
        selection
                .excludeSchemas()
                .forEach(pattern -> command.add(
                        "--exclude-schema=" + NamePattern.ofSchema(pattern).forPgDump()));
        selection
                .excludeTables()
                .forEach(pattern -> command.add(
                        "--exclude-table=" + NamePattern.ofTable(pattern).forPgDump()));
        snapshot.excludedToo().forEach(name -> command.add("--exclude-table=" + name.quoted()));
        if (selection.preset().isPresent()) {
            SupabasePlatform.undefinedSchemas().forEach(schema -> command.add("--exclude-schema=" + Sql.quote(schema)));
        }
        return command;
    }
}
