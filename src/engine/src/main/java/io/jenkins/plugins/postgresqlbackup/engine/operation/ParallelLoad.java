package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.RowCopy;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.RowDigest;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Table;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TableLoader;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;

/**
 * Loads tables that this restore created and that nobody else uses yet, with several workers that share one queue, the
 * largest first.
 *
 * <p>A table goes to one worker, which loads it in one transaction and frozen, as if it were vacuumed: building indexes
 * then writes no page twice. Only a table that is larger than one worker's share of all is loaded by several, range by
 * range, so that no worker is left alone with it.
 */
final class ParallelLoad {
    /** A smaller table is not worth the statements that freezing takes. */
    private static final long FROZEN_FROM_BYTES = 1L << 20;

    private final StoredRows rows;
    private final Standing standing;
    private final Progress progress;
    private final Queue<Task> tasks;
    private final int jobs;

    /** A table, or some of its ranges, that one worker loads. */
    private record Task(Manifest.TableEntry entry, List<Manifest.Range> ranges, boolean frozen) {
        long bytes() {
            return ranges.stream().mapToLong(Manifest.Range::rawBytes).sum();
        }
    }

    ParallelLoad(StoredRows rows, List<Manifest.TableEntry> tables, int jobs, Standing standing, Progress progress) {
        this.rows = rows;
        this.standing = standing;
        this.progress = progress;
        this.tasks = new ConcurrentLinkedQueue<>(plan(tables, jobs));
        this.jobs = Math.min(jobs, tasks.size());
        tables.forEach(standing::expect);
    }

    private static List<Task> plan(List<Manifest.TableEntry> tables, int jobs) {
        long share = tables.stream().mapToLong(Manifest.TableEntry::rawBytes).sum() / jobs;
        List<Task> plan = new ArrayList<>();
        List<Task> shared = new ArrayList<>();
        for (Manifest.TableEntry table : tables) {
            if (table.ranges().isEmpty()) {
                continue;
            }
            if (jobs > 1 && table.rawBytes() > share && table.ranges().size() > 1) {
                table.ranges().forEach(range -> shared.add(new Task(table, List.of(range), false)));
            } else {
                boolean frozen = table.loadVia() == null && table.rawBytes() >= FROZEN_FROM_BYTES;
                plan.add(new Task(table, table.ranges(), frozen));
            }
        }
        plan.sort(Comparator.comparingLong(Task::bytes).reversed());
        // The small pieces come last and even out who is done first.
        int large = (int) plan.stream().filter(task -> task.bytes() > share / 4).count();
        plan.addAll(large, shared);
        return plan;
    }

    /** One part for each worker, for {@link Workers#run}. */
    List<Callable<Void>> parts(Database target) {
        return IntStream.range(0, jobs)
                .<Callable<Void>>mapToObj(i -> () -> {
                    work(target, "loader " + i);
                    return null;
                })
                .toList();
    }

    private void work(Database target, String name) throws IOException, InterruptedException {
        try (TableLoader session =
                TableLoader.open(target, name, rows.manifest().database().encoding())) {
            for (Task task = tasks.poll(); task != null; task = tasks.poll()) {
                load(session, task);
            }
        }
    }

    private void load(TableLoader session, Task task) throws IOException, InterruptedException {
        Table table = StoredRows.table(task.entry());
        if (task.frozen()) {
            session.beginAnew(table);
        }
        for (Manifest.Range range : task.ranges()) {
            RowDigest digest;
            try (RowCopy copy = task.frozen() ? session.copyFrozen(table) : session.copy(table)) {
                digest = rows.send(task.entry(), range, copy);
                StoredRows.requireTaken(task.entry(), digest.count(), copy.finish());
            }
            if (!task.frozen()) {
                standing.loaded(task.entry());
            }
            progress.advance(digest.count(), range.rawBytes());
        }
        if (task.frozen()) {
            session.commit();
            standing.complete(task.entry());
        }
    }
}
