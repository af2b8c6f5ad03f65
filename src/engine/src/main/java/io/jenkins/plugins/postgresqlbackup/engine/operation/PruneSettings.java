package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.repository.Grace;
import io.jenkins.plugins.postgresqlbackup.engine.retention.RetentionPolicy;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * How to prune.
 *
 * @param policy what is kept of each database
 * @param database only backups of this database may go: its name, or {@code host:port/name}, or {@code system identifier/name}; empty: of all
 * @param dryRun only say what would be done
 * @param grace for how long what nothing names any more stays; at least {@link Grace#TIME}, or a backup that is being taken loses what it builds on
 */
public record PruneSettings(RetentionPolicy policy, Optional<String> database, boolean dryRun, Duration grace) {
    public PruneSettings {
        Objects.requireNonNull(policy);
        Objects.requireNonNull(database);
        if (grace.isNegative() || grace.isZero()) {
            throw new IllegalArgumentException("The grace time must be longer than nothing.");
        }
    }

    public static PruneSettings of(RetentionPolicy policy) {
        return new PruneSettings(policy, Optional.empty(), false, Grace.TIME);
    }

    public PruneSettings withDatabase(String name) {
        return new PruneSettings(policy, Optional.of(name), dryRun, grace);
    }

    public PruneSettings withDryRun(boolean dry) {
        return new PruneSettings(policy, database, dry, grace);
    }

    /** @throws IllegalArgumentException with a sentence, when it is shorter than all have agreed upon */
    public PruneSettings withGrace(Duration time) {
        if (time.compareTo(Grace.TIME) < 0) {
            throw new IllegalArgumentException("The grace time cannot be shorter than " + Grace.TIME.toHours()
                    + " hours: backups rely on it while they are being taken.");
        }
        return new PruneSettings(policy, database, dryRun, time);
    }
}
