package io.jenkins.plugins.postgresqlbackup.engine.health;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.Objects;

/**
 * What was seen of a database. Immutable.
 *
 * @param server {@code host:port}
 * @param serverTime what the server's clock said
 * @param clockTime what the clock of the machine said that looked, at the same moment
 * @param version the server's, for people
 * @param major such as 15
 * @param systemIdentifier the cluster's; null where the server does not tell
 * @param bytes the database's size; null where the role may not ask
 * @param maxConnections how many the server takes in all
 * @param reservedConnections how many of these this role may not use
 * @param connections how many are open, those of backups left out
 * @param roleConnections how many the role may have; -1 for any number
 * @param roleConnectionsOpen how many it has, those of backups left out
 * @param nextTransaction the 64-bit id that the next transaction will get; null where that is not told, as on a standby
 * @param programs the version of the newest client programs found where it was looked from, such as {@code 15.8}; null: none that could save it
 * @param programsProblem why there are none, a sentence; null if there are
 * @param project the Supabase project that it belongs to; null for none
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DatabaseFacts(
        String server,
        String database,
        Instant serverTime,
        Instant clockTime,
        String version,
        int major,
        String systemIdentifier,
        Long bytes,
        int maxConnections,
        int reservedConnections,
        int connections,
        int roleConnections,
        int roleConnectionsOpen,
        Long nextTransaction,
        String programs,
        String programsProblem,
        String project) {
    public DatabaseFacts {
        Objects.requireNonNull(server);
        Objects.requireNonNull(database);
        Objects.requireNonNull(serverTime);
        Objects.requireNonNull(clockTime);
        Objects.requireNonNull(version);
    }
}
