package io.jenkins.plugins.postgresqlbackup.engine.repository;

import io.jenkins.plugins.postgresqlbackup.engine.storage.NoSuchObjectException;
import io.jenkins.plugins.postgresqlbackup.engine.storage.ObjectExistsException;
import io.jenkins.plugins.postgresqlbackup.engine.storage.ObjectStore;
import io.jenkins.plugins.postgresqlbackup.engine.storage.StorageException;
import io.jenkins.plugins.postgresqlbackup.engine.storage.StoredObject;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The deleted backups: {@code tombstones/<backup id>/begun}, written before a manifest is deleted, and {@code tombstones/<backup id>/done}, written
 * after. Both name the manifest's packs, and that {@code done} was written, by the store's clock, is when these packs' grace time begins.
 *
 * <p>From before a manifest is deleted until its tombstone goes there is a {@code begun}, whoever dies or waits at whatever moment, and however many
 * prunes are at work. Where there is no {@code done} beside it, its packs stay.
 */
public final class Tombstones {
    private static final String PURPOSE = "tombstone";
    private static final int MOST_BYTES = 32 << 20;

    private final Repository repository;
    private final ObjectStore store;

    public Tombstones(Repository repository) {
        this.repository = repository;
        this.store = repository.store();
    }

    /**
     * What was found of one backup's tombstone.
     *
     * @param said what it says; empty: nothing of it is authentic, so nobody knows which packs it is about
     * @param doneAt since when the manifest is known to be gone, by the store's clock; empty: its deletion has only begun
     */
    public record Found(BackupId backup, Optional<Tombstone> said, Optional<Instant> doneAt) {}

    /** All of them. */
    public List<Found> all() throws IOException {
        Map<BackupId, Map<String, StoredObject>> objects = new TreeMap<>();
        store.list(Layout.TOMBSTONES, object -> {
            String[] parts = object.name().split("/");
            if (parts.length == 3 && (parts[2].equals(Tombstone.BEGUN) || parts[2].equals(Tombstone.DONE))) {
                BackupId.parse(parts[1])
                        .ifPresent(id -> objects.computeIfAbsent(id, any -> new TreeMap<>())
                                .put(parts[2], object));
            }
        });
        List<Found> found = new ArrayList<>();
        for (Map.Entry<BackupId, Map<String, StoredObject>> entry : objects.entrySet()) {
            found.add(new Found(
                    entry.getKey(),
                    said(entry.getKey()),
                    Optional.ofNullable(entry.getValue().get(Tombstone.DONE)).map(StoredObject::modified)));
        }
        return found;
    }

    /** What is authentic of a backup's tombstone. */
    public Optional<Tombstone> said(BackupId backup) throws IOException {
        Optional<Tombstone> begun = read(backup, Tombstone.BEGUN);
        return begun.isPresent() ? begun : read(backup, Tombstone.DONE);
    }

    /**
     * Says that a manifest is about to be deleted. A {@code begun} that is there already is as good; a {@code done} that is there although the manifest
     * is too is removed, or the packs' grace time would seem to be over.
     *
     * @throws StorageException when it is not there afterwards: the manifest must stay
     */
    public void begin(BackupId backup, Instant now, String reason, Collection<String> packs) throws IOException {
        boolean there = store.find(name(backup, Tombstone.BEGUN)).isPresent();
        if (!names(backup, packs)) {
            if (there) {
                // It is not authentic. One that has come since is another prune's, and must stay.
                store.delete(name(backup, Tombstone.BEGUN));
            }
            put(Tombstone.of(backup, Tombstone.BEGUN, now, reason, packs));
            if (!names(backup, packs)) {
                throw new StorageException("The object " + name(backup, Tombstone.BEGUN) + " was written to "
                        + store.describe() + " without an error, but cannot be read there, so the backup " + backup
                        + " was not deleted: the storage does not keep what it accepts; check it.");
            }
        }
        store.delete(name(backup, Tombstone.DONE));
    }

    private boolean names(BackupId backup, Collection<String> packs) throws IOException {
        return read(backup, Tombstone.BEGUN)
                .filter(begun -> Set.copyOf(begun.packs()).containsAll(packs))
                .isPresent();
    }

    /** Says that a manifest is gone; the grace time of its packs begins now. */
    public void finish(BackupId backup, Instant now, String reason, Collection<String> packs) throws IOException {
        put(Tombstone.of(backup, Tombstone.DONE, now, reason, packs));
    }

    /** Removes a tombstone that nobody needs any more. {@code begun} first: if it were left alone the grace time would begin once more. */
    public void retire(BackupId backup) throws StorageException {
        store.delete(name(backup, Tombstone.BEGUN));
        store.delete(name(backup, Tombstone.DONE));
    }

    private void put(Tombstone tombstone) throws IOException {
        try {
            store.put(
                    name(tombstone.backup(), tombstone.state()),
                    SmallObject.seal(repository.keys(), PURPOSE, tombstone));
        } catch (ObjectExistsException e) {
            // Another prune was faster, and says the same.
            System.getLogger(Tombstones.class.getName()).log(System.Logger.Level.DEBUG, e.getMessage());
        }
    }

    private Optional<Tombstone> read(BackupId backup, String state) throws IOException {
        byte[] object;
        try {
            object = KeyChest.readBounded(store, name(backup, state), MOST_BYTES);
        } catch (NoSuchObjectException | RepositoryException e) {
            return Optional.empty();
        }
        try {
            Tombstone tombstone = SmallObject.open(object, repository.keys(), PURPOSE, Tombstone.class);
            return Optional.of(tombstone).filter(there -> backup.equals(there.backup()) && state.equals(there.state()));
        } catch (IOException e) {
            System.getLogger(Tombstones.class.getName())
                    .log(System.Logger.Level.DEBUG, name(backup, state) + " is not authentic", e);
            return Optional.empty();
        }
    }

    private static String name(BackupId backup, String state) {
        return Layout.TOMBSTONES + backup + "/" + state;
    }
}
