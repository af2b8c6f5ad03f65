package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.io.IOException;
import java.time.Duration;

/** Snapshots as tests want them. */
final class TestSnapshots {
    private TestSnapshots() {}

    static final SnapshotSettings IMPATIENT = new SnapshotSettings(Duration.ofSeconds(1), Duration.ofSeconds(5), 10);

    static Snapshot take(Database database) throws IOException {
        return take(database, Selection.everything());
    }

    static Snapshot take(Database database, Selection selection) throws IOException {
        return Snapshot.take(database, selection, SnapshotSettings.defaults());
    }

    /** The one table of this name. */
    static Table table(Snapshot snapshot, String name) {
        return snapshot.inventory().tables().stream()
                .filter(table -> table.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
