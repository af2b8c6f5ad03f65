package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.util.List;
import java.util.Optional;

/**
 * A role of the cluster.
 *
 * @param connectionLimit -1 for none
 * @param validUntil when its password expires, as PostgreSQL writes a timestamp in UTC
 * @param password what the server keeps of its password (a SCRAM verifier or MD5); empty where there is none or where
 *     the server hides it from us
 * @param settings for all databases, in order
 */
public record Role(
        String name,
        boolean superuser,
        boolean inherits,
        boolean createsRoles,
        boolean createsDatabases,
        boolean logsIn,
        boolean replicates,
        boolean bypassesRowSecurity,
        int connectionLimit,
        Optional<String> validUntil,
        Optional<String> password,
        List<Setting> settings,
        Optional<String> comment) {
    public Role {
        settings = List.copyOf(settings);
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "role " + name;
    }
}
