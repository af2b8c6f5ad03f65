package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.time.Instant;
import java.util.OptionalLong;

/**
 * How a server is at a moment, as far as a backup of one of its databases depends on it. Sessions of ours are not counted: whoever takes a backup
 * meanwhile has them already.
 *
 * @param time what the server's clock said
 * @param bytes the database's size; empty where the role may not ask, or where it takes too long
 * @param maxConnections how many the server takes in all
 * @param reservedConnections how many of these the role may not use
 * @param connections how many are open
 * @param roleConnections how many the role may have; -1 for any number
 * @param roleConnectionsOpen how many it has
 * @param nextTransaction the 64-bit id that the next transaction will get; empty on a standby
 */
public record ServerLoad(
        Instant time,
        OptionalLong bytes,
        int maxConnections,
        int reservedConnections,
        int connections,
        int roleConnections,
        int roleConnectionsOpen,
        OptionalLong nextTransaction) {}
