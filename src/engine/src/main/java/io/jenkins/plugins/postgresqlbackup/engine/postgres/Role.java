package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.util.List;
import java.util.Set;

/**
 * A role as the source server has it, without its password.
 *
 * @param connectionLimit -1 for none
 * @param validUntil a timestamp as PostgreSQL writes it; null for ever
 * @param comment null if it has none
 * @param uses for what the saved database names it; empty if it does not
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
        Set<RoleUse> uses,
        List<RoleSetting> settings) {
    public Role {
        uses = Set.copyOf(uses);
        settings = List.copyOf(settings);
    }
}
