package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** Loads the tables that this restore created and the backup's large objects, side by side. */
final class FreshLoad {
    private static final String LARGE_OBJECTS = "large objects";

    private final Restoration restoration;

    FreshLoad(Restoration restoration) {
        this.restoration = restoration;
    }

    void run(List<Manifest.TableEntry> tables) throws IOException, InterruptedException {
        Database target = restoration.target().database();
        List<Callable<Void>> parts = new ArrayList<>();
        LargeObjectsLoad largeObjects = new LargeObjectsLoad(restoration);
        boolean any = restoration.manifest().largeObjects().count() > 0;
        if (any) {
            restoration.standing().expect(LARGE_OBJECTS);
            parts.add(largeObjects);
        }
        parts.addAll(new ParallelLoad(
                        restoration.rows(),
                        tables,
                        restoration.settings().jobs(),
                        restoration.standing(),
                        restoration.progress())
                .parts(target));
        Workers.run("restore", parts, () -> {});
        restoration.failures().addAll(largeObjects.failures());
        if (any && largeObjects.failures().isEmpty()) {
            restoration.standing().done(LARGE_OBJECTS);
        }
    }
}
