package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import java.util.List;
import java.util.Optional;

/**
 * What a backup came to.
 *
 * @param manifest as it was written; its {@code leftOut} names what is not in the backup
 * @param fullBecause why an incremental backup became a full one, half a sentence; empty: it did not, or a full one was wanted
 * @param warnings what a person should know, one sentence each
 */
public record BackupResult(Manifest manifest, Optional<String> fullBecause, List<String> warnings) {
    public BackupResult {
        warnings = List.copyOf(warnings);
    }
}
