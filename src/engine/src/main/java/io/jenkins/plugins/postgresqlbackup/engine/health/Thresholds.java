package io.jenkins.plugins.postgresqlbackup.engine.health;

import java.time.Duration;
import java.util.Set;

/**
 * From where on something is worth saying. Immutable.
 *
 * @param storageWarningPercent from how full a quota or disk on it is a warning
 * @param storageErrorPercent from how full on it is an error
 * @param unusualFactor how many times as much or as little as the recent median is unusual
 * @param history how many earlier backups it takes to know what is usual
 * @param orphanedAfter for how long packs may lie about that nothing names, so that a prune has had its chance
 * @param overdueDeletion for how long a backup may stay that the retention no longer keeps, so that a prune has had its chance
 * @param endlessAfter for how long somebody may be at work in a repository
 * @param clockSkew by how much clocks may differ
 * @param off the rules that say nothing
 */
public record Thresholds(
        int storageWarningPercent,
        int storageErrorPercent,
        double unusualFactor,
        int history,
        Duration orphanedAfter,
        Duration overdueDeletion,
        Duration endlessAfter,
        Duration clockSkew,
        Set<Rule> off) {
    public Thresholds {
        off = Set.copyOf(off);
    }

    /** What is good for most. */
    public static Thresholds usual() {
        return new Thresholds(
                80,
                90,
                2,
                5,
                Duration.ofDays(10),
                Duration.ofDays(3),
                Duration.ofHours(48),
                Duration.ofMinutes(5),
                Set.of());
    }
}
