package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import io.jenkins.plugins.postgresqlbackup.engine.storage.LockedObjectException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What a prune has done so far. For one thread. */
final class PruneTally {
    private final Map<BackupId, PruneResult.Backup> deleted = new TreeMap<>();
    private final Set<String> locked = new LinkedHashSet<>();
    private final List<String> failures = new ArrayList<>();
    private long packs;
    private long others;
    private long bytes;

    /** A step of deleting. */
    @FunctionalInterface
    interface Step {
        void take() throws IOException;
    }

    /** Takes a step whose failure is no reason not to take the next ones. */
    boolean works(Step step) {
        try {
            step.take();
            return true;
        } catch (LockedObjectException e) {
            locked.add(e.getMessage());
        } catch (IOException e) {
            failures.add(e.getMessage());
        }
        return false;
    }

    void backup(PruneResult.Backup backup, long size) {
        if (deleted.put(backup.id(), backup) == null) {
            other(size);
        }
    }

    void pack(long size) {
        packs++;
        bytes += size;
    }

    void other(long size) {
        others++;
        bytes += size;
    }

    Map<BackupId, PruneResult.Backup> deleted() {
        return deleted;
    }

    List<String> locked() {
        return List.copyOf(locked);
    }

    List<String> failures() {
        return List.copyOf(failures);
    }

    long packs() {
        return packs;
    }

    long others() {
        return others;
    }

    long bytes() {
        return bytes;
    }
}
