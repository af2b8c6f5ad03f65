package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import java.util.List;

/**
 * What a backup came to.
 *
 * @param manifest as it was written; its {@code leftOut} names what is not in the backup
 * @param warnings what a person should know, one sentence each
 */
public record BackupResult(Manifest manifest, List<String> warnings) {
    public BackupResult {
        warnings = List.copyOf(warnings);
    }
}
