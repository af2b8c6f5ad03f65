package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.util.List;
import java.util.Set;

/**
 * A role as the source server has it.
 *
 * @param connectionLimit -1 for none
 * @param validUntil a timestamp as PostgreSQL writes it; null for ever
 * @param password what the server keeps of its password (a SCRAM verifier or MD5); null if it has none or the server hides it from us
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
        String password,
        String comment,
        Set<RoleUse> uses,
        List<RoleSetting> settings) {
    public Role {
        uses = Set.copyOf(uses);
        settings = List.copyOf(settings);
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "role " + name;
    }
}
