package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.Preset;
import java.util.List;

/** Where a backup is restored to. */
public sealed interface RestoreInto {
    /** A database that is created for it, as the source was. */
    record NewDatabase() implements RestoreInto {}

    /** A database that is there and empty; what belongs to it as a whole (owner, grants, settings) stays as it is. */
    record EmptyDatabase() implements RestoreInto {}

    /**
     * Some tables of a database that is there; those it lacks are created.
     *
     * @param patterns {@code schema.table} as psql writes them; at least one. A partitioned table means its partitions
     */
    record Tables(List<String> patterns) implements RestoreInto {
        public Tables {
            patterns = List.copyOf(patterns);
            if (patterns.isEmpty()) {
                throw new IllegalArgumentException("Name at least one table to restore.");
            }
        }
    }

    /** A project of a managed platform: what the platform owns stays, what is the user's comes back. */
    record Platform(Preset preset) implements RestoreInto {}
}
