package io.jenkins.plugins.postgresqlbackup.engine.repository;

import io.jenkins.plugins.postgresqlbackup.engine.archive.BlobContext;
import io.jenkins.plugins.postgresqlbackup.engine.archive.BlobSealer;
import io.jenkins.plugins.postgresqlbackup.engine.archive.Compression;
import io.jenkins.plugins.postgresqlbackup.engine.archive.DamagedBlobException;
import io.jenkins.plugins.postgresqlbackup.engine.keys.KeyRing;
import io.jenkins.plugins.postgresqlbackup.engine.repository.RepositoryException.Reason;
import io.jenkins.plugins.postgresqlbackup.engine.storage.ObjectStore;
import io.jenkins.plugins.postgresqlbackup.engine.storage.StoredObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The journals in a repository: {@code journals/<backup id>/<number>}, each the key generation (four bytes) and a sealed blob. */
public final class Journals {
    private static final int MOST_BYTES = 32 << 20;
    private static final int MOST_BYTES_OPEN = 512 << 20;

    private final ObjectStore store;
    private final String repositoryId;
    private final KeyRing keys;

    Journals(ObjectStore store, String repositoryId, KeyRing keys) {
        this.store = store;
        this.repositoryId = repositoryId;
        this.keys = keys;
    }

    /** Where a backup's journals lie. */
    public static String folder(BackupId backup) {
        return Layout.JOURNALS + backup + "/";
    }

    /** Writes one; {@code number} is one more than that of the backup's journal before. */
    public void write(Journal journal, int number) throws IOException {
        int generation = keys.newest();
        byte[] sealed = sealer(generation).seal(Json.write(journal), context(journal.id(), number), Compression.best());
        byte[] object = ByteBuffer.allocate(Integer.BYTES + sealed.length)
                .putInt(generation)
                .put(sealed)
                .array();
        if (object.length <= MOST_BYTES) {
            store.put(name(journal.id(), number), object);
        }
    }

    /** Deletes one. */
    public void delete(BackupId backup, int number) throws IOException {
        store.delete(name(backup, number));
    }

    /** Deletes all of a backup that has come to its end, or that another has taken over. */
    public void deleteAll(BackupId backup) throws IOException {
        List<String> names = new ArrayList<>();
        store.list(folder(backup), object -> names.add(object.name()));
        for (String name : names) {
            store.delete(name);
        }
    }

    /** When the newest journal of each backup was written, by the store's clock, and where they lie. */
    public Map<BackupId, StoredObject> newest() throws IOException {
        Map<BackupId, StoredObject> newest = new TreeMap<>();
        store.list(Layout.JOURNALS, object -> {
            String[] parts = object.name().split("/");
            if (parts.length == 3) {
                BackupId.parse(parts[1]).ifPresent(id -> newest.put(id, object)); // in the order of their numbers
            }
        });
        return newest;
    }

    /**
     * Reads and authenticates one.
     *
     * @throws RepositoryException {@code DAMAGED} or {@code WRONG_KEY}
     */
    public Journal.Stored read(BackupId backup, StoredObject object) throws IOException {
        byte[] content = KeyChest.readBounded(store, object.name(), MOST_BYTES);
        if (content.length <= Integer.BYTES) {
            throw damaged(object.name(), null);
        }
        int generation = ByteBuffer.wrap(content).getInt();
        if (!keys.generations().contains(generation)) {
            throw new RepositoryException(
                    Reason.WRONG_KEY,
                    "The journal " + object.name() + " is sealed under key generation " + generation
                            + ", which this key does not hold.");
        }
        try {
            int number = Integer.parseInt(object.name().substring(folder(backup).length()));
            byte[] body = sealer(generation)
                    .open(
                            object.name(),
                            Arrays.copyOfRange(content, Integer.BYTES, content.length),
                            context(backup, number),
                            MOST_BYTES_OPEN);
            Journal journal = Json.MAPPER.readValue(body, Journal.class);
            ManifestForm.require(journal, backup);
            return new Journal.Stored(journal, object.modified(), generation);
        } catch (DamagedBlobException | NumberFormatException e) {
            throw damaged(object.name(), e);
        }
    }

    /** The readable newest journal of each backup; what cannot be read is left out, for it is of no use to a backup. */
    public List<Journal.Stored> readable() throws IOException {
        List<Journal.Stored> journals = new ArrayList<>();
        for (Map.Entry<BackupId, StoredObject> entry : newest().entrySet()) {
            readIfPossible(entry.getKey(), entry.getValue()).ifPresent(journals::add);
        }
        return journals;
    }

    private Optional<Journal.Stored> readIfPossible(BackupId backup, StoredObject object) throws IOException {
        try {
            return Optional.of(read(backup, object));
        } catch (RepositoryException | com.fasterxml.jackson.core.JacksonException e) {
            System.getLogger(Journals.class.getName()).log(System.Logger.Level.DEBUG, "A journal cannot be read", e);
            return Optional.empty();
        } catch (io.jenkins.plugins.postgresqlbackup.engine.storage.NoSuchObjectException e) {
            return Optional.empty(); // its backup has just finished, or replaced it
        }
    }

    private static RepositoryException damaged(String name, Exception cause) {
        return new RepositoryException(
                Reason.DAMAGED,
                "The object " + name + " is not the journal that was written there: it was changed or replaced.",
                cause);
    }

    private BlobSealer sealer(int generation) throws IOException {
        byte[] key = keys.manifestKey(generation);
        try {
            return new BlobSealer(key);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    private BlobContext context(BackupId backup, int number) {
        return new BlobContext(repositoryId, backup.value(), "journal", Integer.toString(number));
    }

    private static String name(BackupId backup, int number) {
        return folder(backup) + String.format(Locale.ROOT, "%06d", number);
    }
}
