package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.LargeObjectSink;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.LargeObjects;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.OidRange;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.RowDigest;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Selection;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.SequenceValue;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Snapshot;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.SnapshotSettings;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TableName;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Reads a restored database back and compares every table, every sequence and the large objects with what the source had. */
final class DrillComparison {
    private final Repository repository;
    private final Manifest manifest;
    private final Database restored;
    private final int jobs;
    private final List<String> problems;

    DrillComparison(Repository repository, Manifest manifest, Database restored, int jobs, List<String> problems) {
        this.repository = repository;
        this.manifest = manifest;
        this.restored = restored;
        this.jobs = jobs;
        this.problems = problems;
    }

    void run(Progress progress) throws IOException, InterruptedException {
        compareTables(new DatabaseDigests(restored, Selection.everything(), jobs).run(progress, columns()));
        try (Snapshot snapshot = Snapshot.take(restored, Selection.everything(), SnapshotSettings.defaults())) {
            compareLargeObjects(snapshot);
            compareSequences(snapshot);
        }
    }

    private Map<TableName, List<String>> columns() {
        Map<TableName, List<String>> columns = new TreeMap<>();
        for (Manifest.TableEntry table : manifest.tables()) {
            columns.put(
                    new TableName(table.schema(), table.name()),
                    table.columns().stream().map(Manifest.Column::name).toList());
        }
        return columns;
    }

    private void compareTables(Map<TableName, RowDigest> found) {
        Map<TableName, RowDigest> expected = new TreeMap<>();
        Map<TableName, RowDigest> actual = new TreeMap<>();
        for (Manifest.TableEntry table : manifest.tables()) {
            TableName name = new TableName(table.schema(), table.name());
            // Rows that were loaded through a partitioned table may lie in other partitions now: their sum counts.
            TableName together = table.loadVia() == null
                    ? name
                    : new TableName(table.loadVia().schema(), table.loadVia().name());
            expected.merge(together, Digests.parse(table.digest()), RowDigest::plus);
            RowDigest digest = found.get(name);
            if (digest == null) {
                problems.add("The table " + name + " is not in the restored database.");
            } else {
                actual.merge(together, digest, RowDigest::plus);
            }
        }
        expected.forEach((name, digest) -> {
            RowDigest other = actual.getOrDefault(name, RowDigest.EMPTY);
            if (!other.equals(digest)) {
                problems.add("The table " + name + " came back with " + other.count() + " rows and digest "
                        + Digests.text(other).sum() + " instead of " + digest.count() + " and "
                        + Digests.text(digest).sum() + ".");
            }
        });
    }

    private void compareLargeObjects(Snapshot snapshot) throws IOException {
        RowDigest found = RowDigest.EMPTY;
        for (OidRange range : LargeObjects.plan(snapshot, 10_000)) {
            found = found.plus(LargeObjects.read(snapshot.leader(), range, LargeObjectSink.NOWHERE));
        }
        RowDigest expected = Digests.parse(manifest.largeObjects().digest());
        if (!found.equals(expected)) {
            problems.add("The large objects came back as " + found.count() + " with digest "
                    + Digests.text(found).sum() + " instead of " + expected.count() + " with "
                    + Digests.text(expected).sum() + ".");
        }
    }

    private void compareSequences(Snapshot snapshot) throws IOException {
        Globals globals;
        try (InputStream content = repository.open(manifest, manifest.globals())) {
            globals = Globals.decode(content);
        }
        Set<SequenceValue> found = new HashSet<>(
                snapshot.leader().readSequences(snapshot.inventory().sequences()));
        List<String> wrong = new ArrayList<>();
        for (SequenceValue value : globals.sequences()) {
            if (!found.contains(value)) {
                wrong.add(value.schema() + "." + value.name());
            }
        }
        if (!wrong.isEmpty()) {
            problems.add("These sequences came back with another value: " + String.join(", ", wrong) + ".");
        }
    }
}
