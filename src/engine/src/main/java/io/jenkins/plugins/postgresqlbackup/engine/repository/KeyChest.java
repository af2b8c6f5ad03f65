package io.jenkins.plugins.postgresqlbackup.engine.repository;

import io.jenkins.plugins.postgresqlbackup.engine.keys.KeyException;
import io.jenkins.plugins.postgresqlbackup.engine.keys.KeyRing;
import io.jenkins.plugins.postgresqlbackup.engine.keys.KeySlot;
import io.jenkins.plugins.postgresqlbackup.engine.keys.KeySlots;
import io.jenkins.plugins.postgresqlbackup.engine.keys.Secret;
import io.jenkins.plugins.postgresqlbackup.engine.repository.RepositoryException.Reason;
import io.jenkins.plugins.postgresqlbackup.engine.storage.NoSuchObjectException;
import io.jenkins.plugins.postgresqlbackup.engine.storage.ObjectStore;
import io.jenkins.plugins.postgresqlbackup.engine.storage.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The clear objects of a repository, {@code repository.json} and {@code keys/}, and their copies in the manifests' headers.
 *
 * <p>Nothing read here is believed until a slot has opened and its metadata key confirms the rest.
 */
final class KeyChest {
    private static final int MAX_SLOT_BYTES = 64 * 1024;
    private static final long MAX_HEADER_READ = 2L << 20;
    private static final int MANIFESTS_ASKED = 5;

    private final ObjectStore store;

    KeyChest(ObjectStore store) {
        this.store = store;
    }

    OpenedKeys open(Secret secret) throws IOException {
        List<Damage> damage = new ArrayList<>();
        Optional<byte[]> stored = readIfThere(Layout.REPOSITORY, RepositoryFile.MAX_BYTES);
        Optional<RepositoryFile> file = decodeRepository(stored, damage);
        Map<String, byte[]> slots = storedSlots();
        Map<String, KeySlot> decoded = decodeSlots(slots, damage);
        Optional<Found> found = file.flatMap(there -> tryAll(decoded.values(), there.id(), secret, damage));
        if (found.isEmpty()) {
            List<ManifestObject.Header> headers = manifestHeaders(damage);
            if (file.isEmpty() && headers.isEmpty()) {
                throw absentOrDamaged(stored, slots);
            }
            found = openByCopies(headers, slots, decoded, secret, damage);
        }
        Found opened = found.orElseThrow(() -> wrongKey(decoded.keySet(), damage));
        confirmSlots(decoded, opened.repositoryId(), opened.keys(), damage);
        byte[] confirmed = confirmRepository(file, opened.repositoryId(), opened.keys(), damage);
        return new OpenedKeys(opened.repositoryId(), opened.keys(), opened.slot(), confirmed, damage);
    }

    /** {@code repository.json} or the slots may be damaged: the newest manifests carry copies of both. */
    private static Optional<Found> openByCopies(
            List<ManifestObject.Header> headers,
            Map<String, byte[]> slots,
            Map<String, KeySlot> decoded,
            Secret secret,
            List<Damage> damage) {
        for (ManifestObject.Header header : headers) {
            Optional<Found> byId = tryAll(decoded.values(), header.repository(), secret, damage);
            if (byId.isPresent()) {
                return byId;
            }
            Map<String, byte[]> copies = new TreeMap<>(header.slots());
            copies.entrySet().removeIf(copy -> Arrays.equals(copy.getValue(), slots.get(copy.getKey())));
            Optional<Found> byCopy = tryAll(decodeSlots(copies, damage).values(), header.repository(), secret, damage);
            if (byCopy.isPresent()) {
                String what =
                        "the slot is gone or damaged and was read from its copy in a manifest; make a new one with `pgbackup key add`";
                damage.add(new Damage(Layout.slot(byCopy.get().slot().id()), what));
                return byCopy;
            }
        }
        return Optional.empty();
    }

    /** The slots that are there and authentic, by creation time. */
    List<KeySlot> slots(String repositoryId, KeyRing keys) throws IOException {
        List<Damage> damage = new ArrayList<>();
        Map<String, KeySlot> decoded = decodeSlots(storedSlots(), damage);
        confirmSlots(decoded, repositoryId, keys, damage);
        return decoded.values().stream()
                .sorted(Comparator.comparing(KeySlot::created).thenComparing(KeySlot::id))
                .toList();
    }

    private record Found(String repositoryId, KeySlot slot, KeyRing keys) {}

    private static Optional<Found> tryAll(
            Iterable<KeySlot> slots, String repositoryId, Secret secret, List<Damage> damage) {
        for (KeySlot slot : slots) {
            try {
                Optional<KeyRing> keys = KeySlots.open(slot, repositoryId, secret);
                if (keys.isPresent()) {
                    return Optional.of(new Found(repositoryId, slot, keys.get()));
                }
            } catch (KeyException e) {
                damage.add(new Damage(Layout.slot(slot.id()), e.getMessage()));
            }
        }
        return Optional.empty();
    }

    private static void confirmSlots(
            Map<String, KeySlot> slots, String repositoryId, KeyRing keys, List<Damage> damage) {
        slots.values().removeIf(slot -> {
            if (!keys.generations().contains(slot.generation())) {
                damage.add(new Damage(
                        Layout.slot(slot.id()),
                        "it is of key generation " + slot.generation()
                                + ", which this key does not hold, so it cannot be checked"));
                return false;
            }
            try {
                KeySlots.verify(slot, repositoryId, keys);
                return false;
            } catch (KeyException e) {
                damage.add(new Damage(Layout.slot(slot.id()), e.getMessage()));
                return true;
            }
        });
    }

    private byte[] confirmRepository(
            Optional<RepositoryFile> file, String repositoryId, KeyRing keys, List<Damage> damage) throws IOException {
        if (file.isPresent()) {
            if (file.get().id().equals(repositoryId) && file.get().authentic(keys)) {
                return file.get().encode();
            }
            damage.add(new Damage(Layout.REPOSITORY, "it does not authenticate: it was changed after it was written"));
        }
        for (ManifestObject.Header header : manifestHeaders(damage)) {
            Optional<RepositoryFile> copy = decodeCopy(header);
            if (copy.isPresent()
                    && copy.get().id().equals(repositoryId)
                    && copy.get().authentic(keys)) {
                return copy.get().encode();
            }
        }
        throw new RepositoryException(
                Reason.DAMAGED,
                "The object " + Layout.REPOSITORY + " in " + store.describe()
                        + " does not authenticate and no manifest holds a good copy: it was changed after it was written.");
    }

    /** Empty when the copy is damaged: another manifest may hold a good one, and if none does the caller says so. */
    private static Optional<RepositoryFile> decodeCopy(ManifestObject.Header header) {
        try {
            return Optional.of(RepositoryFile.decode(header.repositoryFile()));
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private Optional<RepositoryFile> decodeRepository(Optional<byte[]> stored, List<Damage> damage) throws IOException {
        if (stored.isEmpty()) {
            damage.add(new Damage(Layout.REPOSITORY, "it is gone; `pgbackup key add` puts it back"));
            return Optional.empty();
        }
        try {
            int format = Json.tree(stored.get()).path("format").asInt();
            if (format > RepositoryFile.FORMAT) {
                throw new RepositoryException(
                        Reason.NEWER_FORMAT,
                        "The repository at " + store.describe() + " has format version " + format + " (says "
                                + Layout.REPOSITORY + "), this program reads version " + RepositoryFile.FORMAT
                                + ": use a newer PostgreSQL Backup.");
            }
            return Optional.of(RepositoryFile.decode(stored.get()));
        } catch (RepositoryException e) {
            throw e;
        } catch (IOException | IllegalArgumentException e) {
            damage.add(new Damage(Layout.REPOSITORY, "it cannot be read: " + firstLine(e)));
            return Optional.empty();
        }
    }

    private RepositoryException absentOrDamaged(Optional<byte[]> stored, Map<String, byte[]> slots) {
        if (stored.isPresent()) {
            return new RepositoryException(
                    Reason.DAMAGED,
                    "The object " + Layout.REPOSITORY + " in " + store.describe()
                            + " is damaged and there is no manifest that holds a copy of it.");
        }
        return new RepositoryException(
                Reason.ABSENT,
                slots.isEmpty()
                        ? "There is no repository at " + store.describe()
                                + ": check the address, or create one with `pgbackup init`."
                        : "There are key slots but neither " + Layout.REPOSITORY + " nor a manifest at "
                                + store.describe()
                                + ": creating the repository was interrupted; run `pgbackup init` again.");
    }

    private RepositoryException wrongKey(Collection<String> slots, List<Damage> damage) {
        String named = slots.stream().map(Layout::slot).collect(Collectors.joining(", "));
        String besides = damage.isEmpty() ? "" : " Besides, there is damage: " + damage.get(0) + ".";
        return new RepositoryException(
                Reason.WRONG_KEY,
                "This key opens none of the " + slots.size() + " key slots of the repository at " + store.describe()
                        + " (" + named
                        + "): it is another key, or its slot was removed or damaged. The printed recovery key opens it too."
                        + besides);
    }

    private static Map<String, KeySlot> decodeSlots(Map<String, byte[]> objects, List<Damage> damage) {
        Map<String, KeySlot> decoded = new LinkedHashMap<>();
        objects.forEach((slotId, content) -> {
            try {
                KeySlot slot = KeySlots.decode(Layout.slot(slotId), content);
                if (!slot.id().equals(slotId)) {
                    throw new KeyException("it is the slot " + slot.id() + " under another name");
                }
                decoded.put(slotId, slot);
            } catch (KeyException e) {
                damage.add(new Damage(Layout.slot(slotId), e.getMessage()));
            }
        });
        return decoded;
    }

    private Map<String, byte[]> storedSlots() throws IOException {
        List<String> names = new ArrayList<>();
        store.list(Layout.KEYS, object -> names.add(object.name()));
        Map<String, byte[]> slots = new LinkedHashMap<>();
        for (String name : names) {
            Optional<byte[]> content = readIfThere(name, MAX_SLOT_BYTES);
            content.ifPresent(bytes -> slots.put(name.substring(Layout.KEYS.length()), bytes));
        }
        return slots;
    }

    /** The headers of the newest manifests that can be parsed: the fallback for what is lost. */
    private List<ManifestObject.Header> manifestHeaders(List<Damage> damage) throws IOException {
        List<String> names = new ArrayList<>();
        store.list(Layout.MANIFESTS, object -> names.add(object.name()));
        names.sort(Comparator.reverseOrder());
        List<ManifestObject.Header> headers = new ArrayList<>();
        for (String name : names.subList(0, Math.min(MANIFESTS_ASKED, names.size()))) {
            try (InputStream in = store.read(name, 0, MAX_HEADER_READ)) {
                headers.add(ManifestObject.header(in.readAllBytes(), name));
            } catch (RepositoryException e) {
                damage.add(new Damage(name, e.getMessage()));
            }
        }
        return headers;
    }

    private Optional<byte[]> readIfThere(String name, long limit) throws IOException {
        try {
            return Optional.of(readBounded(store, name, limit));
        } catch (NoSuchObjectException e) {
            return Optional.empty();
        }
    }

    static byte[] readBounded(ObjectStore store, String name, long limit) throws IOException {
        try (InputStream in = store.read(name)) {
            byte[] content = in.readNBytes(Math.toIntExact(limit + 1));
            if (content.length > limit) {
                throw tooLong(store, name);
            }
            return content;
        }
    }

    static RepositoryException tooLong(ObjectStore store, String name) {
        return new RepositoryException(
                Reason.DAMAGED,
                "The object " + name + " in " + store.describe() + " is longer than it can be: it was replaced.");
    }

    static boolean holdsAny(ObjectStore store, String prefix) throws StorageException {
        boolean[] any = new boolean[1];
        store.list(prefix, object -> any[0] = true);
        return any[0];
    }

    private static String firstLine(Exception e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }
}
