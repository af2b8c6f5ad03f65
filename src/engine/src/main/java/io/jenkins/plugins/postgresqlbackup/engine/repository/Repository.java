package io.jenkins.plugins.postgresqlbackup.engine.repository;

import io.jenkins.plugins.postgresqlbackup.engine.archive.BlobContext;
import io.jenkins.plugins.postgresqlbackup.engine.archive.BlobReader;
import io.jenkins.plugins.postgresqlbackup.engine.archive.BlobRef;
import io.jenkins.plugins.postgresqlbackup.engine.archive.BlobSealer;
import io.jenkins.plugins.postgresqlbackup.engine.keys.KeyException;
import io.jenkins.plugins.postgresqlbackup.engine.keys.KeyRing;
import io.jenkins.plugins.postgresqlbackup.engine.keys.KeySlot;
import io.jenkins.plugins.postgresqlbackup.engine.keys.KeySlots;
import io.jenkins.plugins.postgresqlbackup.engine.keys.Secret;
import io.jenkins.plugins.postgresqlbackup.engine.repository.RepositoryException.Reason;
import io.jenkins.plugins.postgresqlbackup.engine.storage.ObjectStore;
import io.jenkins.plugins.postgresqlbackup.engine.storage.StorageException;
import io.jenkins.plugins.postgresqlbackup.engine.storage.StoredObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * An opened repository: its manifests and the means to open what they name.
 *
 * <p>Thread-safe. Errors are {@link RepositoryException} for what is wrong with the repository and {@code StorageException} for a store that fails.
 * Closing wipes the keys and closes the store.
 */
public final class Repository implements AutoCloseable {
    /** Some 700,000 block ranges, and a small heap still holds whatever somebody puts in a manifest's place. */
    private static final long MAX_MANIFEST_BYTES = 32L << 20;

    private static final byte[] DATA_KEY_PURPOSE = "data key of backup ".getBytes(StandardCharsets.UTF_8);

    private final ObjectStore store;
    private final String id;
    private final KeyRing keys;
    private final KeySlot openedWith;
    private final List<Damage> damage;
    private final byte[] repositoryFile;
    private volatile String user;
    private final Map<BackupId, BlobSealer> sealers = new HashMap<>();

    Repository(ObjectStore store, OpenedKeys opened) {
        this.store = store;
        this.id = opened.repositoryId();
        this.keys = opened.keys();
        this.openedWith = opened.slot();
        this.damage = List.copyOf(opened.damage());
        this.repositoryFile = opened.repositoryFile();
    }

    /**
     * Opens the repository in a store with whatever key somebody has. A damaged or missing {@code repository.json} or slot is made good from the
     * copies in the manifests, and told by {@link #damage()}.
     *
     * @throws RepositoryException when there is none ({@code ABSENT}) or no slot opens ({@code WRONG_KEY})
     */
    public static Repository open(ObjectStore store, Secret secret) throws IOException {
        return new Repository(store, new KeyChest(store).open(secret));
    }

    /** Whether the store holds anything of a repository. */
    public static boolean existsIn(ObjectStore store) throws IOException {
        return store.find(Layout.REPOSITORY).isPresent() || KeyChest.holdsAny(store, Layout.MANIFESTS);
    }

    /** 32 hexadecimal digits. */
    public String id() {
        return id;
    }

    public ObjectStore store() {
        return store;
    }

    /** From now on operations tell others in the repository that they are done for this one, such as a build by its URL. */
    public void useFor(String who) {
        user = who;
    }

    /** Whom operations are done for; empty if nobody has said. */
    public Optional<String> user() {
        return Optional.ofNullable(user);
    }

    /** The keys that the slot held. */
    public KeyRing keys() {
        return keys;
    }

    /** The slot that opened. */
    public KeySlot openedWith() {
        return openedWith;
    }

    /** What was found damaged on opening; empty when all is well. */
    public List<Damage> damage() {
        return damage;
    }

    /** SHA-256 of the public key that new backups are sealed to: pin it where the repository is used from. */
    public String fingerprint() throws KeyException {
        return keys.fingerprint(keys.newest());
    }

    /**
     * Refuses to go on if the public key that new backups are sealed to is not the one that was pinned. An older generation's does not count: whoever
     * holds a write slot can forge a slot for a recipient, with our keys and one more generation of their own.
     *
     * @throws RepositoryException {@code STRANGER}
     */
    public void requireFingerprint(String pinned) throws IOException {
        if (!fingerprint().equals(pinned)) {
            throw new RepositoryException(
                    Reason.STRANGER,
                    "The repository at " + store.describe() + " now has another public key ("
                            + fingerprint().substring(0, 16) + "…) than the one seen here before ("
                            + pinned.substring(0, Math.min(16, pinned.length()))
                            + "…): its keys were rotated, or somebody replaced them. Nothing was written.");
        }
    }

    /**
     * Refuses to write with keys that were replaced since.
     *
     * @throws RepositoryException {@code WRONG_KEY} if there are slots of a newer key generation than ours
     */
    public void requireNewestGeneration() throws IOException {
        if (slots().stream().anyMatch(slot -> slot.generation() > keys.newest())) {
            throw new RepositoryException(
                    Reason.WRONG_KEY,
                    "The keys of the repository at " + store.describe()
                            + " were rotated, and this key is of generation " + keys.newest()
                            + ": get a new one, for new backups must not be sealed to the old keys.");
        }
    }

    /** The ids of all backups, oldest first. */
    public List<BackupId> ids() throws IOException {
        List<BackupId> ids = new ArrayList<>();
        store.list(
                Layout.MANIFESTS,
                object -> BackupId.parse(object.name().substring(Layout.MANIFESTS.length()))
                        .ifPresent(ids::add));
        ids.sort(null);
        return ids;
    }

    /** What is wrong with the proofs of keys. */
    public List<Damage> proofDamage() throws IOException {
        List<String> slotIds = new ArrayList<>();
        store.list(Layout.PROOFS, object -> slotIds.add(object.name().substring(Layout.PROOFS.length())));
        List<Damage> found = new ArrayList<>();
        for (String slotId : slotIds) {
            try {
                Proof.read(store, slotId, keys);
            } catch (RepositoryException e) {
                found.add(new Damage(Layout.proof(slotId), e.getMessage()));
            }
        }
        return found;
    }

    /** Whether a prune left authentic word that it deleted this backup, or was about to. */
    public boolean wasDeleted(BackupId backup) throws IOException {
        return tombstones().said(backup).isPresent();
    }

    /** What is left of deleted backups. */
    public Tombstones tombstones() {
        return new Tombstones(this);
    }

    /** The manifests as they lie in the store, by their backups. */
    public SortedMap<BackupId, StoredObject> manifests() throws IOException {
        SortedMap<BackupId, StoredObject> manifests = new TreeMap<>();
        store.list(
                Layout.MANIFESTS,
                object -> BackupId.parse(object.name().substring(Layout.MANIFESTS.length()))
                        .ifPresent(backup -> manifests.put(backup, object)));
        return manifests;
    }

    /** The packs as they lie in the store, those of unfinished backups too; what has no pack's name is left out. */
    public List<StoredObject> packs() throws IOException {
        List<StoredObject> packs = new ArrayList<>();
        store.list(Layout.PACKS, object -> {
            if (ManifestForm.isPack(object.name())) {
                packs.add(object);
            }
        });
        return packs;
    }

    /**
     * Deletes a manifest: from then on the backup does not exist, and what it alone needed may go after the {@link Grace#TIME}, which the caller sees to
     * with {@link #tombstones()}.
     */
    public void delete(BackupId backup) throws StorageException {
        store.delete(Layout.manifest(backup));
    }

    /**
     * Reads and authenticates one manifest.
     *
     * @throws RepositoryException {@code NO_SUCH_BACKUP}, {@code DAMAGED}, {@code NEWER_FORMAT} or {@code WRONG_KEY}
     */
    public Manifest read(BackupId backup) throws IOException {
        return ManifestObject.decode(object(backup), Layout.manifest(backup), id, backup, keys);
    }

    /** A manifest, and how the one that is made next refers to it. */
    public record Linked(Manifest manifest, Manifest.Previous link) {}

    /**
     * Reads and authenticates one manifest, and links to what was authenticated: what a store sends another time may be something else.
     *
     * @throws RepositoryException as {@link #read}
     */
    public Linked readLinked(BackupId backup) throws IOException {
        byte[] object = object(backup);
        Manifest manifest = ManifestObject.decode(object, Layout.manifest(backup), id, backup, keys);
        return new Linked(manifest, new Manifest.Previous(backup, Sha256.of(object)));
    }

    /** The SHA-256 of a manifest as it lies in the store, hexadecimal; nothing of it is authenticated. */
    public String sha256(BackupId backup) throws IOException {
        return Sha256.of(object(backup));
    }

    private byte[] object(BackupId backup) throws IOException {
        String name = Layout.manifest(backup);
        Optional<StoredObject> found = store.find(name);
        if (found.isEmpty()) {
            throw new RepositoryException(
                    Reason.NO_SUCH_BACKUP, "There is no backup " + backup + " in " + store.describe() + ".");
        }
        if (found.get().size() > MAX_MANIFEST_BYTES) {
            throw KeyChest.tooLong(store, name);
        }
        byte[] content = KeyChest.readBounded(store, name, MAX_MANIFEST_BYTES);
        if (content.length != found.get().size()) {
            // Who takes a digest of it would not see that.
            throw new StorageException(name + " could not be read from " + store.describe() + " (" + content.length
                    + " of " + found.get().size() + " bytes came); run this again.");
        }
        return content;
    }

    /**
     * What differs between the copies of {@code repository.json} and the slots that a manifest carries and the repository's own: a slot that was
     * removed since is no damage, an object that is gone is.
     */
    public Optional<Damage> headerDamage(BackupId backup) throws IOException {
        ManifestObject.Header header = ManifestObject.header(object(backup), Layout.manifest(backup));
        return Arrays.equals(header.repositoryFile(), repositoryFile)
                ? Optional.empty()
                : Optional.of(new Damage(
                        Layout.manifest(backup), "it carries another repository.json than this repository's"));
    }

    /**
     * Finds a backup by what a person typed: an id, the unambiguous start of one, or {@code latest}.
     *
     * @throws RepositoryException {@code NO_SUCH_BACKUP}, naming the nearest ones
     */
    public BackupId find(String text) throws IOException {
        List<BackupId> ids = ids();
        if (ids.isEmpty()) {
            throw new RepositoryException(
                    Reason.NO_SUCH_BACKUP,
                    "There is no backup in " + store.describe() + " yet: make one with `pgbackup full`.");
        }
        if (text.equals("latest")) {
            return ids.get(ids.size() - 1);
        }
        List<BackupId> matches = ids.stream()
                .filter(candidate ->
                        candidate.value().startsWith(text) || candidate.value().endsWith(text))
                .toList();
        if (matches.size() == 1) {
            return matches.get(0);
        }
        List<BackupId> near = matches.isEmpty() ? NearMatches.of(text, ids) : matches;
        throw new RepositoryException(
                Reason.NO_SUCH_BACKUP,
                "«" + text + "» is " + (matches.isEmpty() ? "no backup" : "more than one backup") + " in "
                        + store.describe() + ". Did you mean " + NearMatches.sentence(near) + "?");
    }

    /** Begins a backup's data key: random, and wrapped for the manifest to carry. */
    public Manifest.WrappedKey wrapDataKey(BackupId backup, byte[] dataKey) throws IOException {
        return new Manifest.WrappedKey(keys.newest(), keys.wrapDataKey(keys.newest(), dataKey, dataKeyContext(backup)));
    }

    /**
     * Writes a manifest: from then on the backup exists.
     *
     * @return the manifest's size in bytes
     */
    public long write(Manifest manifest) throws IOException {
        Map<String, byte[]> slots = new TreeMap<>();
        for (KeySlot slot : slots()) {
            slots.put(slot.id(), KeySlots.encode(slot));
        }
        ManifestObject.Header header = new ManifestObject.Header(
                RepositoryFile.FORMAT, id, manifest.id(), manifest.generation(), repositoryFile, slots);
        byte[] object = ManifestObject.encode(header, manifest, keys);
        if (object.length > MAX_MANIFEST_BYTES) {
            throw new IOException("The manifest of " + manifest.id() + " would have " + object.length
                    + " bytes, and none may have more than " + MAX_MANIFEST_BYTES
                    + ": save fewer tables, or in larger block ranges; no backup was made.");
        }
        ReadBack.put(store, Layout.manifest(manifest.id()), object);
        return object.length;
    }

    /**
     * Takes a manifest back that was just written: its backup must not count. Another backup may have named it as the one before meanwhile, so word is
     * left of it as of one that was pruned.
     *
     * @param reason why, a sentence
     */
    public void withdraw(Manifest manifest, String reason) throws IOException {
        BackupId backup = manifest.id();
        if (writtenAt(backup).isEmpty()) {
            store.delete(Layout.manifest(backup)); // it may yet appear where a store is slow to show what it has
            return;
        }
        List<String> packs = manifest.packs().stream().map(Manifest.Pack::name).toList();
        try {
            tombstones().begin(backup, store.now(), reason, packs);
        } finally {
            store.delete(Layout.manifest(backup));
        }
        tombstones().finish(backup, store.now(), reason, packs);
    }

    /** When the manifest was written, by the store's clock. */
    public Optional<Instant> writtenAt(BackupId backup) throws IOException {
        return store.find(Layout.manifest(backup)).map(StoredObject::modified);
    }

    /** What unfinished backups have stored. */
    public Journals journals() {
        return new Journals(store, id, keys);
    }

    /** Writes {@code repository.json} anew from its copy if it is lost or damaged. */
    void putBackRepositoryFile() throws IOException {
        if (!ReadBack.holds(store, Layout.REPOSITORY, repositoryFile)) {
            store.delete(Layout.REPOSITORY);
            ReadBack.put(store, Layout.REPOSITORY, repositoryFile);
        }
    }

    /** The key slots that are there and authentic, by creation time. */
    public List<KeySlot> slots() throws IOException {
        return new KeyChest(store).slots(id, keys);
    }

    /**
     * Opens a blob that a manifest names. What comes out is authentic; the end of the stream comes only after all of it was checked.
     *
     * @throws KeyException if this key may only write
     */
    public InputStream open(Manifest manifest, Manifest.Blob blob) throws IOException {
        BlobRef place = new BlobRef(blob.pack(), blob.offset(), blob.length(), blob.sha256(), blob.rawBytes());
        BlobContext context = new BlobContext(id, blob.backup().value(), blob.role(), blob.place());
        return new BlobReader(store).open(place, context, sealer(manifest, blob.backup()));
    }

    private synchronized BlobSealer sealer(Manifest manifest, BackupId writer) throws IOException {
        BlobSealer known = sealers.get(writer);
        if (known != null) {
            return known;
        }
        Manifest.WrappedKey wrapped = manifest.dataKeys().get(writer);
        if (wrapped == null) {
            throw new RepositoryException(
                    Reason.DAMAGED,
                    "The manifest of " + manifest.id() + " names blobs of " + writer
                            + " but lacks that backup's data key.");
        }
        byte[] key = keys.unwrapDataKey(wrapped.generation(), wrapped.wrapped(), dataKeyContext(writer));
        BlobSealer sealer;
        try {
            sealer = new BlobSealer(key);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
        sealers.put(writer, sealer);
        return sealer;
    }

    private byte[] dataKeyContext(BackupId backup) {
        byte[] names = (id + "/" + backup).getBytes(StandardCharsets.UTF_8);
        byte[] context = Arrays.copyOf(DATA_KEY_PURPOSE, DATA_KEY_PURPOSE.length + names.length);
        System.arraycopy(names, 0, context, DATA_KEY_PURPOSE.length, names.length);
        return context;
    }

    @Override
    public void close() {
        try (store) {
            keys.close();
        }
    }
}
