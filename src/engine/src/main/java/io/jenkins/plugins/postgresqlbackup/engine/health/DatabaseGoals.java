package io.jenkins.plugins.postgresqlbackup.engine.health;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * What is promised of a database's backups.
 *
 * @param since from when on: whoever begins with a database has as much time as the promises give; {@link Instant#EPOCH} for always
 * @param objective how old the newest good backup may become; empty: nobody wants any
 * @param verifiedWithin how long ago a backup's content may have been verified last; empty: it need not be
 * @param drilledWithin how long ago a backup may have been restored for trial last; empty: it need not be
 * @param connections how many connections a backup takes at once
 */
public record DatabaseGoals(
        Instant since,
        Optional<Duration> objective,
        Optional<Duration> verifiedWithin,
        Optional<Duration> drilledWithin,
        int connections) {
    public DatabaseGoals {
        Objects.requireNonNull(since);
        Objects.requireNonNull(objective);
        Objects.requireNonNull(verifiedWithin);
        Objects.requireNonNull(drilledWithin);
    }
}
