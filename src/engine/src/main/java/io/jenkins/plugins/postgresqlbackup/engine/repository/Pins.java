package io.jenkins.plugins.postgresqlbackup.engine.repository;

import io.jenkins.plugins.postgresqlbackup.engine.repository.RepositoryException.Reason;
import io.jenkins.plugins.postgresqlbackup.engine.storage.NoSuchObjectException;
import io.jenkins.plugins.postgresqlbackup.engine.storage.ObjectExistsException;
import io.jenkins.plugins.postgresqlbackup.engine.storage.ObjectStore;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which backups are to be kept whatever the policy says: the objects {@code pins/<backup id>}. One that does not authenticate keeps its backup too, for
 * to delete too little can be mended. Thread-safe.
 *
 * <p>Who pins writes the pin and then looks whether a deletion of the backup has begun; who deletes says that it begins and then looks for a pin. So one
 * of both sees the other.
 */
public final class Pins {
    private static final String PURPOSE = "pin";

    private final Repository repository;
    private final ObjectStore store;

    public Pins(Repository repository) {
        this.repository = repository;
        this.store = repository.store();
    }

    /**
     * Pins a backup.
     *
     * @param reason for people; null: none
     * @param by who, for people; null: not told
     * @throws RepositoryException {@code NO_SUCH_BACKUP}, also when it is being deleted at this moment; {@code EXISTS} when it is pinned already
     */
    public Pin pin(BackupId backup, String reason, String by, Instant at) throws IOException {
        requireThere(backup);
        Pin pin = new Pin(backup, reason, by, at, null);
        String name = Layout.pin(backup);
        Optional<Pin> there = find(backup);
        if (there.isPresent()) {
            throw pinned(there.get(), null);
        }
        try {
            store.put(name, SmallObject.seal(repository.keys(), PURPOSE, pin));
        } catch (ObjectExistsException e) {
            throw pinned(find(backup).orElse(pin), e);
        }
        try {
            requireThere(backup);
        } catch (RepositoryException e) {
            store.delete(name);
            throw e;
        }
        if (store.find(Layout.deletionBegun(backup)).isPresent()) {
            throw new RepositoryException(
                    Reason.NO_SUCH_BACKUP,
                    "A prune is deleting the backup " + backup + " in " + store.describe()
                            + " at this moment, or was stopped while it did: it is pinned now, but `pgbackup list` must tell whether it is still there.");
        }
        return pin;
    }

    /** Ends a pin; that there is none is fine. */
    public void unpin(BackupId backup) throws IOException {
        store.delete(Layout.pin(backup));
    }

    /** The pin of a backup. */
    public Optional<Pin> find(BackupId backup) throws IOException {
        try {
            return Optional.of(read(backup));
        } catch (NoSuchObjectException e) {
            return Optional.empty();
        }
    }

    /** All pins. */
    public Map<BackupId, Pin> all() throws IOException {
        List<BackupId> ids = new ArrayList<>();
        store.list(
                Layout.PINS,
                object -> BackupId.parse(object.name().substring(Layout.PINS.length()))
                        .ifPresent(ids::add));
        Map<BackupId, Pin> pins = new TreeMap<>();
        for (BackupId id : ids) {
            find(id).ifPresent(pin -> pins.put(id, pin));
        }
        return pins;
    }

    private Pin read(BackupId backup) throws IOException {
        String name = Layout.pin(backup);
        byte[] object;
        try {
            object = KeyChest.readBounded(store, name, SmallObject.MAX_BYTES);
        } catch (RepositoryException e) {
            return Pin.damaged(backup, name + " is longer than a pin can be: it was replaced.");
        }
        try {
            Pin pin = SmallObject.open(object, repository.keys(), PURPOSE, Pin.class);
            return backup.equals(pin.backup())
                    ? pin
                    : Pin.damaged(backup, name + " is the pin of another backup under this one's name.");
        } catch (IOException e) {
            return Pin.damaged(
                    backup, name + " is not as it was written: " + firstLine(e) + ". The backup stays pinned.");
        }
    }

    private void requireThere(BackupId backup) throws IOException {
        if (store.find(Layout.manifest(backup)).isEmpty()) {
            throw new RepositoryException(
                    Reason.NO_SUCH_BACKUP,
                    "There is no backup " + backup + " in " + store.describe()
                            + " (any more), so it cannot be pinned.");
        }
    }

    private RepositoryException pinned(Pin pin, Exception cause) {
        return new RepositoryException(
                Reason.EXISTS,
                "The backup " + pin.backup() + " in " + store.describe() + " is pinned already"
                        + (pin.reason() == null ? "" : " (" + pin.reason() + ")")
                        + ": `pgbackup unpin` first if the reason has changed.",
                cause);
    }

    private static String firstLine(Exception e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }
}
