package io.jenkins.plugins.postgresqlbackup.ui;

import io.jenkins.plugins.postgresqlbackup.engine.health.RepositoryFacts;
import io.jenkins.plugins.postgresqlbackup.monitor.Status;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;

/**
 * What lies in a repository without any backup needing it.
 *
 * @param waiting packs that a prune deletes when their grace time is over
 * @param orphaned packs that a prune should have deleted long ago
 */
record StorageUse(long waiting, long waitingBytes, long orphaned, long orphanedBytes) {
    static StorageUse of(RepositoryFacts facts, Status status) {
        Set<String> needed = new HashSet<>();
        facts.backups().forEach(backup -> needed.addAll(backup.packs()));
        Instant old =
                status.situation().now().minus(status.situation().thresholds().orphanedAfter());
        long waiting = 0;
        long waitingBytes = 0;
        long orphaned = 0;
        long orphanedBytes = 0;
        for (RepositoryFacts.PackFacts pack : facts.packs()) {
            if (needed.contains(pack.name())) {
                continue;
            }
            if (pack.writtenAt().isBefore(old)) {
                orphaned++;
                orphanedBytes += pack.bytes();
            } else {
                waiting++;
                waitingBytes += pack.bytes();
            }
        }
        return new StorageUse(waiting, waitingBytes, orphaned, orphanedBytes);
    }
}
