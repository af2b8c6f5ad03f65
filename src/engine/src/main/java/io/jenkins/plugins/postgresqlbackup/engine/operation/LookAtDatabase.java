package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.health.DatabaseFacts;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.ClientPrograms;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.DatabaseException;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.DatabaseUrl;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.ServerInfo;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.ServerLoad;
import io.jenkins.plugins.postgresqlbackup.engine.storage.SupabaseProject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;

/**
 * Gathers what is to be known of a database's health: a few questions to its server, each with a limit in time, and a look for the programs that a
 * backup needs here. For one thread; run once.
 */
public final class LookAtDatabase {
    private final Database database;
    private final List<Path> programs;
    private final Clock clock;

    /** @param programs where somebody says that the client programs are */
    public LookAtDatabase(Database database, List<Path> programs, Clock clock) {
        this.database = database;
        this.programs = List.copyOf(programs);
        this.clock = clock;
    }

    /**
     * Looks.
     *
     * @throws DatabaseException when the database cannot be reached
     * @throws InterruptedException when the thread was interrupted
     */
    public DatabaseFacts run() throws IOException, InterruptedException {
        try {
            return look();
        } catch (IOException e) {
            if (Thread.interrupted()) {
                InterruptedException stopped = new InterruptedException("The look at the database was stopped.");
                stopped.initCause(e);
                throw stopped;
            }
            throw e;
        }
    }

    private DatabaseFacts look() throws IOException, InterruptedException {
        ServerInfo server = database.server();
        Instant before = clock.instant();
        ServerLoad load = database.load();
        Instant now = before.plus(Duration.between(before, clock.instant()).dividedBy(2));
        String version = null;
        String problem = null;
        try {
            version = ClientPrograms.find(programs, server.major()).version();
        } catch (DatabaseException e) {
            problem = e.getMessage();
        }
        if (Thread.interrupted()) {
            throw new InterruptedException("The look at the database was stopped.");
        }
        DatabaseUrl url = database.url();
        return new DatabaseFacts(
                url.host() + ":" + url.port(),
                server.databaseName(),
                load.time(),
                now,
                server.versionText(),
                server.major(),
                server.systemIdentifier().orElse(null),
                boxed(load.bytes()),
                load.maxConnections(),
                load.reservedConnections(),
                load.connections(),
                load.roleConnections(),
                load.roleConnectionsOpen(),
                boxed(load.nextTransaction()),
                version,
                problem,
                SupabaseProject.ofDatabase(url.host(), url.user())
                        .map(SupabaseProject::reference)
                        .orElse(null));
    }

    private static Long boxed(OptionalLong number) {
        return number.isPresent() ? number.getAsLong() : null;
    }
}
