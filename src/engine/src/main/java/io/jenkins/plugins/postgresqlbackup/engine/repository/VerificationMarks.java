package io.jenkins.plugins.postgresqlbackup.engine.repository;

import io.jenkins.plugins.postgresqlbackup.engine.keys.KeyException;
import io.jenkins.plugins.postgresqlbackup.engine.keys.KeyRing;
import io.jenkins.plugins.postgresqlbackup.engine.storage.NoSuchObjectException;
import io.jenkins.plugins.postgresqlbackup.engine.storage.ObjectExistsException;
import io.jenkins.plugins.postgresqlbackup.engine.storage.ObjectStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which backups were verified: the objects {@code verifications/<backup id>/<number>}. Their MAC is under the private key, since who holds a write slot
 * may forge a backup, and must not pass it for a verified one. A mark counts for exactly the manifest that was verified. Thread-safe.
 */
public final class VerificationMarks {
    private static final String PURPOSE = "verification";
    private static final int MOST_AT_ONCE = 100;

    private final Repository repository;
    private final ObjectStore store;

    public VerificationMarks(Repository repository) {
        this.repository = repository;
        this.store = repository.store();
    }

    /** Whether our key can tell real marks from forged ones: a write slot's cannot. */
    public boolean canBeChecked() {
        return repository.keys().canRead();
    }

    /**
     * Keeps that a backup was verified.
     *
     * @throws KeyException with a write slot's key
     * @throws io.jenkins.plugins.postgresqlbackup.engine.storage.StorageException when the store does not take it
     */
    public void write(VerificationMark mark) throws IOException {
        KeyRing keys = repository.keys();
        byte[] object = SmallObject.seal(mark, keys.newest(), this::mac);
        long number = names(mark.backup()).stream()
                        .mapToLong(VerificationMarks::number)
                        .max()
                        .orElse(0)
                + 1;
        for (int attempt = 1; ; attempt++, number++) {
            try {
                store.put(Layout.verification(mark.backup(), number), object);
                return;
            } catch (ObjectExistsException somebodyElseWasFaster) {
                if (attempt == MOST_AT_ONCE) {
                    throw somebodyElseWasFaster;
                }
            }
        }
    }

    /**
     * The marks that count for a manifest, the latest last; none if they cannot be checked. Others are not heeded: forged ones, those of another
     * manifest under the same name, and those made with keys that were replaced before the backup was made.
     */
    public List<VerificationMark> of(Repository.Linked manifest) throws IOException {
        return canBeChecked() ? of(manifest, names(manifest.link().id())) : List.of();
    }

    /** The marks that count of several manifests, with one listing. */
    public Map<BackupId, List<VerificationMark>> ofAll(List<Repository.Linked> manifests) throws IOException {
        Map<BackupId, List<VerificationMark>> marks = new TreeMap<>();
        if (!canBeChecked()) {
            return marks;
        }
        Map<String, List<String>> names = new TreeMap<>();
        store.list(
                Layout.VERIFICATIONS,
                object -> names.computeIfAbsent(directory(object.name()), any -> new ArrayList<>())
                        .add(object.name()));
        for (Repository.Linked manifest : manifests) {
            BackupId id = manifest.link().id();
            List<VerificationMark> its = of(manifest, names.getOrDefault(Layout.VERIFICATIONS + id + "/", List.of()));
            if (!its.isEmpty()) {
                marks.put(id, its);
            }
        }
        return marks;
    }

    /** Deletes what is kept of a backup that is no more. */
    public void delete(BackupId backup) throws IOException {
        for (String name : names(backup)) {
            store.delete(name);
        }
    }

    private List<VerificationMark> of(Repository.Linked manifest, List<String> names) throws IOException {
        List<VerificationMark> marks = new ArrayList<>();
        for (String name : names) {
            read(
                            name,
                            manifest.link().id(),
                            manifest.link().sha256(),
                            manifest.manifest().generation())
                    .ifPresent(marks::add);
        }
        marks.sort(Comparator.comparing(VerificationMark::at));
        return marks;
    }

    /**
     * The mark in an object, if it counts for the manifest with that digest, of that key generation; none if that cannot be checked.
     *
     * @param name the object's
     */
    public Optional<VerificationMark> read(String name, BackupId backup, String sha256, int generation)
            throws IOException {
        if (!canBeChecked()) {
            return Optional.empty();
        }
        byte[] object;
        try {
            object = KeyChest.readBounded(store, name, SmallObject.MAX_BYTES);
        } catch (NoSuchObjectException | RepositoryException e) {
            log(name, e);
            return Optional.empty();
        }
        try {
            SmallObject.Opened<VerificationMark> mark = SmallObject.open(object, VerificationMark.class, this::mac);
            // Who leaked an old key may forge marks with it, and must not mark what was sealed to the new one.
            boolean counts = mark.generation() >= generation
                    && mark.value().backup().equals(backup)
                    && mark.value().manifest().equals(sha256);
            return counts ? Optional.of(mark.value()) : Optional.empty();
        } catch (IOException e) {
            log(name, e);
            return Optional.empty();
        }
    }

    private byte[] mac(int generation, byte[] content) throws KeyException {
        return repository.keys().privateMac(generation, PURPOSE, content);
    }

    private List<String> names(BackupId backup) throws IOException {
        List<String> names = new ArrayList<>();
        store.list(Layout.VERIFICATIONS + backup + "/", object -> names.add(object.name()));
        return names;
    }

    private static String directory(String name) {
        return name.substring(0, name.lastIndexOf('/') + 1);
    }

    /** 0 for a name that we have not given. */
    private static long number(String name) {
        String last = name.substring(name.lastIndexOf('/') + 1);
        return last.matches("[0-9]{1,15}") ? Long.parseLong(last) : 0;
    }

    private static void log(String name, Exception e) {
        System.getLogger(VerificationMarks.class.getName())
                .log(System.Logger.Level.DEBUG, name + " does not count as a mark", e);
    }
}
