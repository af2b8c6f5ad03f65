package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.RowDigest;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Selection;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Snapshot;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.SnapshotSettings;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.SnapshotWorker;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Table;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TableName;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** Reads a whole database in one snapshot and digests each table: two databases with the same digests hold the same rows. */
public final class DatabaseDigests {
    private static final long RANGE_BYTES = 32L << 20;

    private final Database database;
    private final Selection selection;
    private final int jobs;

    public DatabaseDigests(Database database, Selection selection, int jobs) {
        this.database = database;
        this.selection = selection;
        this.jobs = jobs;
    }

    /** @return the digest of each table, by name */
    public SortedMap<TableName, RowDigest> run(Progress progress) throws IOException, InterruptedException {
        return run(progress, Map.of());
    }

    /**
     * The same for a copy, whose columns may stand in another order: a column that a parent table got after its children
     * were made is at their end, and with its parent's others in a copy. A digest depends on that order.
     *
     * @param columns names of columns in the order in which to digest them; tables that are not there keep their own
     */
    SortedMap<TableName, RowDigest> run(Progress progress, Map<TableName, List<String>> columns)
            throws IOException, InterruptedException {
        Map<TableName, RowDigest> digests = new ConcurrentHashMap<>();
        try (Snapshot snapshot = Snapshot.take(database, selection, SnapshotSettings.defaults())) {
            snapshot.inventory().tables().forEach(table -> digests.put(table.tableName(), RowDigest.EMPTY));
            ParallelRead read = new ParallelRead(
                    snapshot, jobs, RangePlan.anew(snapshot.inventory().tables(), RANGE_BYTES));
            progress.phase("Digesting " + database.url().database(), read.expectedBytes());
            Workers.run("digest", read.parts(() -> new Digester(digests, columns, progress)), snapshot::close);
        }
        return new TreeMap<>(digests);
    }

    private record Digester(Map<TableName, RowDigest> digests, Map<TableName, List<String>> columns, Progress progress)
            implements ParallelRead.RangeReader {
        @Override
        public void read(SnapshotWorker session, ParallelRead.Task task) throws IOException, InterruptedException {
            TableName name = task.table().tableName();
            Table table = task.table().withColumnsInOrderOf(columns.getOrDefault(name, List.of()));
            RowDigest digest = session.readRows(table, task.range(), (buffer, offset, length) -> {});
            digests.merge(name, digest, RowDigest::plus);
            progress.advance(digest.count(), task.bytes());
        }

        @Override
        public void finish() {
            // every range's digest was added when it was read
        }

        @Override
        public void close() {
            // holds nothing
        }
    }
}
