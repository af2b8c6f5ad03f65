package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import java.time.Duration;
import java.util.List;

/**
 * What a verification found.
 *
 * @param level how far it went
 * @param problems what is wrong, each a sentence that names the object or the table; empty: all is well
 * @param warnings what a person should know although nothing is wrong with the backup
 * @param blobs how many were opened; 0 at level {@code structure}
 * @param rows how many were counted
 * @param rawBytes of the rows, decompressed
 */
public record VerificationResult(
        BackupId backup,
        VerificationLevel level,
        List<String> problems,
        List<String> warnings,
        long blobs,
        long tables,
        long rows,
        long rawBytes,
        Duration took) {
    public VerificationResult {
        problems = List.copyOf(problems);
        warnings = List.copyOf(warnings);
    }

    /** Whether nothing is wrong. */
    public boolean good() {
        return problems.isEmpty();
    }
}
