package io.jenkins.plugins.postgresqlbackup.agent;

import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.engine.operation.Amounts;
import java.io.File;
import java.io.Serializable;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/** From how full a repository's disk on somebody should know. Immutable. */
public final class DiskThresholds implements Serializable {
    private static final long serialVersionUID = 1;

    private final int warningPercent;
    private final int errorPercent;

    public DiskThresholds(int warningPercent, int errorPercent) {
        this.warningPercent = warningPercent;
        this.errorPercent = errorPercent;
    }

    /** A sentence if the disk is fuller than it should be; nothing for storage that is no directory, or a disk that does not say. */
    Optional<String> warning(RepositoryAccess repository) {
        URI location = repository.location();
        if (!"file".equals(location.getScheme())) {
            return Optional.empty();
        }
        // Not its FileStore, which wants to find the mount point: in many a container there is none, and a good backup
        // would fail.
        File disk = Path.of(location).toFile();
        return warning(disk.getTotalSpace(), disk.getUsableSpace());
    }

    /** Visible for testing. */
    Optional<String> warning(long total, long free) {
        if (total <= 0) {
            return Optional.empty();
        }
        long percent = Math.round(100.0 * (total - free) / total);
        if (percent < warningPercent) {
            return Optional.empty();
        }
        return Optional.of(
                percent >= errorPercent
                        ? Messages.DiskThresholds_full(percent, Amounts.bytes(free), Amounts.bytes(total))
                        : Messages.DiskThresholds_filling(percent, Amounts.bytes(free), Amounts.bytes(total)));
    }
}
