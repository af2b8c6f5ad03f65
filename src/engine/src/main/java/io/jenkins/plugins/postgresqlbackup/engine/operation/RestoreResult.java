package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import java.time.Duration;
import java.util.List;

/**
 * What a restore that succeeded came to.
 *
 * @param database the name of the database that was restored into
 * @param created whether it was created
 * @param tables how many got their rows back; each with as many rows and the digest that the manifest says
 * @param rawBytes of their rows, as text
 * @param rolesCreated the roles that were missing and were created; they have no passwords
 * @param tolerated what pg_restore could not do and need not, each with the rule that says so
 * @param leftOut what the backup does not hold, and what of it was not restored, each with the reason
 * @param warnings what a person should know, one sentence each
 */
public record RestoreResult(
        BackupId backup,
        String database,
        boolean created,
        long tables,
        long rows,
        long rawBytes,
        long largeObjects,
        List<String> rolesCreated,
        List<String> tolerated,
        List<String> leftOut,
        List<String> warnings,
        Duration took) {
    public RestoreResult {
        rolesCreated = List.copyOf(rolesCreated);
        tolerated = List.copyOf(tolerated);
        leftOut = List.copyOf(leftOut);
        warnings = List.copyOf(warnings);
    }
}
