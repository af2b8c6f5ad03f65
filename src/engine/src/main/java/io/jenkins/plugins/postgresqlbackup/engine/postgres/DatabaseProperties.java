package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.util.List;

/**
 * What belongs to a database as a whole and not to anything in it.
 *
 * @param encoding by PostgreSQL's name
 * @param provider {@code libc}, {@code icu} or {@code builtin}
 * @param locale the ICU or builtin provider's; null for libc
 * @param icuRules null if there are none
 * @param connectionLimit -1 for none
 * @param comment null if it has none
 * @param acl null for the default privileges
 * @param settings for sessions in this database, of all roles and of single ones
 */
public record DatabaseProperties(
        String name,
        String owner,
        String encoding,
        String provider,
        String collate,
        String ctype,
        String locale,
        String icuRules,
        String tablespace,
        int connectionLimit,
        String comment,
        List<Grant> acl,
        List<RoleSetting> settings) {
    public DatabaseProperties {
        acl = acl == null ? null : List.copyOf(acl);
        settings = List.copyOf(settings);
    }
}
