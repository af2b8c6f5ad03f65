package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import java.nio.file.Path;

/** Where a drill restores to. */
public sealed interface Scratch {
    /**
     * A database of its own on a running server, dropped afterwards.
     *
     * @param maintenance any database of that server, as a role that may create databases
     */
    record Server(Database maintenance) implements Scratch {}

    /**
     * A server of its own, started for the drill from PostgreSQL's programs and thrown away afterwards.
     *
     * @param home the directory whose {@code bin} holds {@code initdb} and {@code postgres}
     */
    record Binaries(Path home) implements Scratch {}
}
