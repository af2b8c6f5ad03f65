package io.jenkins.plugins.postgresqlbackup.engine.operation;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Chooses the reused block ranges whose digests the database computes anew in this backup, so that no proof is older than a given time: those that
 * would become so, and of the others, the longest unproven first, as large a share as the time since the last backup is of that time. Pure.
 */
final class Proofs {
    private final Duration within;
    private final RandomGenerator random;

    Proofs(Duration within, RandomGenerator random) {
        this.within = within;
        this.random = random;
    }

    /** @param last when the backup before was taken */
    List<ParallelRead.Task> choose(List<ParallelRead.Task> tasks, Instant last, Instant now) {
        List<ParallelRead.Task> provable = tasks.stream()
                .filter(task -> task.known()
                        .filter(known -> known.check() == Known.Check.HORIZON)
                        .isPresent())
                .sorted(Comparator.comparing(Proofs::provenAt))
                .toList();
        long all = provable.stream().mapToLong(ParallelRead.Task::bytes).sum();
        double share =
                Math.max(0, Math.min(1, (double) Duration.between(last, now).toMillis() / within.toMillis()));
        double left = all * share;
        Set<ParallelRead.Task> chosen = new HashSet<>();
        for (ParallelRead.Task task : provable) {
            boolean due = provenAt(task).plus(within).isBefore(now);
            // By chance where it is more than what is left: over many backups the share comes out right.
            if (!due && (left <= 0 || left < task.bytes() && random.nextDouble() * task.bytes() >= left)) {
                break;
            }
            chosen.add(task);
            left -= task.bytes();
        }
        return tasks.stream()
                .map(task -> chosen.contains(task) ? task.proven() : task)
                .toList();
    }

    private static Instant provenAt(ParallelRead.Task task) {
        Instant proven = task.known().orElseThrow().range().provenAt();
        return proven == null ? Instant.EPOCH : proven;
    }
}
