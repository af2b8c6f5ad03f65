package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.BlockRange;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Snapshot;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.SnapshotWorker;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Table;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;

/**
 * Reads all tables of one snapshot, block range by block range, with several workers that share one queue: the largest tables first, so that one huge
 * table keeps all of them busy.
 */
final class ParallelRead {
    private final Snapshot snapshot;
    private final int jobs;
    private final List<Task> tasks;

    ParallelRead(Snapshot snapshot, int jobs, List<Task> tasks) {
        this.snapshot = snapshot;
        this.tasks = tasks;
        this.jobs = Math.max(1, Math.min(jobs, tasks.size()));
    }

    /**
     * One block range to be read.
     *
     * @param bytes its share of the table's size, for the progress bar
     * @param known what an earlier run holds of it
     */
    record Task(Table table, BlockRange range, long bytes, Optional<Known> known) {
        /** The same, its digest to be proven. */
        Task proven() {
            return new Task(table, range, bytes, known.map(Known::proven));
        }
    }

    /** What is done with the ranges by one worker; used by one thread. */
    interface RangeReader extends AutoCloseable {
        /** @param session in the snapshot, with the range's table locked */
        void read(SnapshotWorker session, Task task) throws IOException, InterruptedException;

        /** All is read. */
        void finish() throws IOException;

        /** Frees what an unfinished reader holds. */
        @Override
        void close() throws IOException;
    }

    interface RangeReaders {
        RangeReader create();
    }

    /** About how many bytes the tables take on disk. */
    long expectedBytes() {
        return tasks.stream().mapToLong(Task::bytes).sum();
    }

    /** One part for each worker, for {@link Workers#run}. */
    List<Callable<Void>> parts(RangeReaders readers) {
        Queue<Task> queue = new ConcurrentLinkedQueue<>(tasks);
        return IntStream.range(0, jobs)
                .<Callable<Void>>mapToObj(i -> () -> {
                    work(queue, readers);
                    return null;
                })
                .toList();
    }

    private void work(Queue<Task> queue, RangeReaders readers) throws IOException, InterruptedException {
        try (SnapshotWorker session = snapshot.join();
                RangeReader reader = readers.create()) {
            for (Task task = queue.poll(); task != null; task = queue.poll()) {
                // Where somebody waits for an exclusive lock on the table, the leader has had its own since before the
                // snapshot.
                reader.read(session.tryLock(task.table()) ? session : snapshot.leader(), task);
            }
            reader.finish();
        }
    }
}
