package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * What one database and its server say about themselves, and what the role we log in as may do.
 *
 * @param versionNumber such as 150018
 * @param versionText such as {@code 15.18 (Debian 15.18-0+deb12u1)}
 * @param encoding the database's, by PostgreSQL's name
 * @param systemIdentifier the cluster's, as a decimal number; empty where the role may not ask
 * @param timeline empty on a standby or where the role may not ask
 * @param extensions the installed ones with their versions
 */
public record ServerInfo(
        int versionNumber,
        String versionText,
        String databaseName,
        long databaseOid,
        String encoding,
        Optional<String> systemIdentifier,
        OptionalInt timeline,
        Instant postmasterStart,
        boolean inRecovery,
        String user,
        boolean superuser,
        boolean bypassesRowSecurity,
        Map<String, String> extensions) {
    public ServerInfo {
        extensions = Collections.unmodifiableMap(new TreeMap<>(extensions));
    }

    /** Such as 15. */
    public int major() {
        return versionNumber / 10000;
    }
}
