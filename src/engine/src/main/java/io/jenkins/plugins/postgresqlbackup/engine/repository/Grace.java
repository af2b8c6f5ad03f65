package io.jenkins.plugins.postgresqlbackup.engine.repository;

import java.time.Duration;

/**
 * The two times that keep a prune from taking what a backup is about to name, without any lock: a backup that takes longer than its limit does not
 * count, and what nothing names any more stays for the grace time, which is longer. Both by the store's clock. Every program that works on one
 * repository must agree on them.
 */
public final class Grace {
    /**
     * How long a pack stays after the last manifest that named it was deleted, and one that no manifest ever named. Half as long again as the limit: what
     * an unfinished run holds serves others that begin within half the limit after it.
     */
    public static final Duration TIME = Duration.ofHours(72);

    /** How long a backup may take, from before it looks at the repository until its manifest is written. */
    public static final Duration BACKUP_LIMIT = Duration.ofHours(48);

    private Grace() {}
}
