package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What an export came to.
 *
 * @param tables how many are in it, each with the rows and the digest that the manifest says
 * @param rawBytes of their rows, as text
 * @param files how many were written
 * @param writtenBytes how large they are together
 * @param leftOut what the backup does not hold, and what of it is not in the files, each with the reason
 */
public record ExportResult(
        BackupId backup,
        Path directory,
        long tables,
        long rows,
        long rawBytes,
        long largeObjects,
        long files,
        long writtenBytes,
        List<String> leftOut,
        Duration took) {
    public ExportResult {
        leftOut = List.copyOf(leftOut);
    }
}
