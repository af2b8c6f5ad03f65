package io.jenkins.plugins.postgresqlbackup.engine.repository;

import io.jenkins.plugins.postgresqlbackup.engine.storage.StorageException;
import io.jenkins.plugins.postgresqlbackup.engine.storage.StorageUse;
import io.jenkins.plugins.postgresqlbackup.engine.storage.StoredObject;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What lies in a repository, from one listing; no object is read. A manifest comes before its packs and before the tombstone that it may get meanwhile.
 *
 * @param use how much there is in all
 * @param unfinished the backups that have left journals
 * @param deleted the backups with a tombstone, and since when each manifest is known to be gone; empty: its deletion has begun
 * @param marks the objects that say that a backup was verified
 * @param pinned the backups with a pin
 * @param proven the slots with a proof, by id
 */
public record Contents(
        StorageUse use,
        SortedMap<BackupId, StoredObject> manifests,
        List<StoredObject> packs,
        SortedSet<BackupId> unfinished,
        SortedMap<BackupId, Optional<Instant>> deleted,
        SortedMap<BackupId, List<StoredObject>> marks,
        SortedSet<BackupId> pinned,
        SortedSet<String> proven) {

    /**
     * Looks.
     *
     * @throws InterruptedException when the thread was interrupted
     */
    public static Contents list(Repository repository) throws IOException, InterruptedException {
        Sorting sorting = new Sorting();
        try {
            repository.store().list("", sorting::take);
        } catch (StorageException e) {
            if (Thread.interrupted()) {
                InterruptedException interrupted = new InterruptedException("The listing was stopped.");
                interrupted.initCause(e);
                throw interrupted;
            }
            throw e;
        }
        return sorting.contents();
    }

    private static final class Sorting {
        private long objects;
        private long bytes;
        private final SortedMap<BackupId, StoredObject> manifests = new TreeMap<>();
        private final List<StoredObject> packs = new ArrayList<>();
        private final SortedSet<BackupId> unfinished = new TreeSet<>();
        private final SortedMap<BackupId, Optional<Instant>> deleted = new TreeMap<>();
        private final SortedMap<BackupId, List<StoredObject>> marks = new TreeMap<>();
        private final SortedSet<BackupId> pinned = new TreeSet<>();
        private final SortedSet<String> proven = new TreeSet<>();

        void take(StoredObject object) throws StorageException {
            if (Thread.currentThread().isInterrupted()) {
                throw new StorageException("The listing was stopped.");
            }
            objects++;
            bytes += object.size();
            String[] parts = object.name().split("/");
            switch (parts[0] + "/") {
                case Layout.PROOFS -> proven.add(object.name().substring(Layout.PROOFS.length()));
                case Layout.PACKS -> {
                    if (ManifestForm.isPack(object.name())) {
                        packs.add(object);
                    }
                }
                default -> {
                    if (parts.length > 1) {
                        BackupId.parse(parts[1]).ifPresent(id -> take(object, parts, id));
                    }
                }
            }
        }

        private void take(StoredObject object, String[] parts, BackupId backup) {
            boolean inFolder = parts.length == 3;
            switch (parts[0] + "/") {
                case Layout.MANIFESTS -> {
                    if (parts.length == 2) {
                        manifests.put(backup, object);
                    }
                }
                case Layout.PINS -> {
                    if (parts.length == 2) {
                        pinned.add(backup);
                    }
                }
                case Layout.JOURNALS -> {
                    if (inFolder) {
                        unfinished.add(backup);
                    }
                }
                case Layout.VERIFICATIONS -> {
                    if (inFolder) {
                        marks.computeIfAbsent(backup, any -> new ArrayList<>()).add(object);
                    }
                }
                case Layout.TOMBSTONES -> {
                    if (inFolder && parts[2].equals(Tombstone.DONE)) {
                        deleted.put(backup, Optional.of(object.modified()));
                    } else if (inFolder && parts[2].equals(Tombstone.BEGUN)) {
                        deleted.putIfAbsent(backup, Optional.empty());
                    }
                }
                default -> {
                    // the rest is no backup's
                }
            }
        }

        Contents contents() {
            return new Contents(
                    new StorageUse(objects, bytes), manifests, packs, unfinished, deleted, marks, pinned, proven);
        }
    }
}
