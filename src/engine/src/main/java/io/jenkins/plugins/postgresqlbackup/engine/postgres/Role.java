package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.util.List;

/**
 * A role as the source server has it, without its password.
 *
 * @param connectionLimit -1 for none
 * @param validUntil a timestamp as PostgreSQL writes it; null for ever
 * @param comment null if it has none
 * @param referenced whether something in the saved database names it: an owner, a grant, a policy, a setting
 * @param settings those that it has in every database
 */
public record Role(
        String name,
        boolean superuser,
        boolean inherit,
        boolean createRole,
        boolean createDatabase,
        boolean login,
        boolean replication,
        boolean bypassRowSecurity,
        int connectionLimit,
        String validUntil,
        String comment,
        boolean referenced,
        List<RoleSetting> settings) {
    public Role {
        settings = List.copyOf(settings);
    }
}
