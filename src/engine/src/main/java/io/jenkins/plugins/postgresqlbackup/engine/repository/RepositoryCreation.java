package io.jenkins.plugins.postgresqlbackup.engine.repository;

import io.jenkins.plugins.postgresqlbackup.engine.keys.Holder;
import io.jenkins.plugins.postgresqlbackup.engine.keys.KeyRing;
import io.jenkins.plugins.postgresqlbackup.engine.keys.KeySlot;
import io.jenkins.plugins.postgresqlbackup.engine.keys.KeySlots;
import io.jenkins.plugins.postgresqlbackup.engine.keys.RecoveryKey;
import io.jenkins.plugins.postgresqlbackup.engine.keys.Secret;
import io.jenkins.plugins.postgresqlbackup.engine.keys.Secrets;
import io.jenkins.plugins.postgresqlbackup.engine.keys.SlotKind;
import io.jenkins.plugins.postgresqlbackup.engine.repository.RepositoryException.Reason;
import io.jenkins.plugins.postgresqlbackup.engine.storage.ObjectExistsException;
import io.jenkins.plugins.postgresqlbackup.engine.storage.ObjectStore;
import io.jenkins.plugins.postgresqlbackup.engine.storage.StoreTrial;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Makes a repository: a full slot for the key somebody brought, a recovery slot for a key that is shown once, and {@code repository.json} last, so
 * that a creation that dies half-way leaves no repository.
 */
public final class RepositoryCreation {
    private RepositoryCreation() {}

    /**
     * A new repository.
     *
     * @param recoveryKey to be printed and kept where neither the storage nor the machine is; it is nowhere else
     */
    public record Created(Repository repository, String recoveryKey) {
        @Override
        public String toString() {
            return "Created[" + repository.id() + "]";
        }
    }

    /**
     * Creates a repository in a store and opens it.
     *
     * @param secret what will open its full slot
     * @param label who holds that slot, for people
     * @throws RepositoryException {@code EXISTS} if there is one; nothing is changed then
     */
    public static Created create(ObjectStore store, Secret secret, String label, Clock clock, SecureRandom random)
            throws IOException {
        requireNothingThere(store);
        String id = randomHex(random, 16);
        KeyRing keys = KeyRing.generate(random);
        RecoveryKey recovery = Secrets.generateRecovery(random);
        SlotFactory slots = new SlotFactory(id, clock, random);
        List<KeySlot> written = new ArrayList<>();
        KeySlot full = slots.make(SlotKind.FULL, label, Holder.of(secret), keys);
        written.add(full);
        try (Secret printed = Secrets.parse(recovery.text().getBytes(StandardCharsets.US_ASCII))) {
            written.add(slots.make(SlotKind.RECOVERY, "printed recovery key", Holder.of(printed), keys));
        }
        for (KeySlot slot : written) {
            ReadBack.put(store, Layout.slot(slot.id()), KeySlots.encode(slot));
        }
        RepositoryFile file = RepositoryFile.create(id, clock.instant().truncatedTo(ChronoUnit.SECONDS), keys);
        try {
            ReadBack.put(store, Layout.REPOSITORY, file.encode());
        } catch (ObjectExistsException e) {
            for (KeySlot slot : written) {
                store.delete(Layout.slot(slot.id()));
            }
            throw exists(store, e);
        }
        deleteAbandonedSlots(store, written);
        return new Created(
                new Repository(store, new OpenedKeys(id, keys, full, file.encode(), List.of())), recovery.text());
    }

    private static void requireNothingThere(ObjectStore store) throws IOException {
        if (Repository.existsIn(store)) {
            throw exists(store, null);
        }
        List<String> others = new ArrayList<>();
        store.list("", object -> {
            if (!object.name().startsWith(Layout.KEYS) && !object.name().startsWith(StoreTrial.PREFIX)) {
                others.add(object.name());
            }
        });
        if (!others.isEmpty()) {
            throw new RepositoryException(
                    Reason.EXISTS,
                    "There are other things at " + store.describe() + ", e.g. " + others.get(0)
                            + ": choose an empty place for the repository.");
        }
    }

    /**
     * Others were left by a creation that died before its repository.json. Only who has written that one may tell: before, they may belong to
     * somebody who is creating the repository at this moment.
     */
    private static void deleteAbandonedSlots(ObjectStore store, List<KeySlot> ours) throws IOException {
        List<String> others = new ArrayList<>();
        store.list(Layout.KEYS, object -> others.add(object.name()));
        ours.forEach(slot -> others.remove(Layout.slot(slot.id())));
        for (String slot : others) {
            store.delete(slot);
        }
    }

    private static RepositoryException exists(ObjectStore store, Throwable cause) {
        return new RepositoryException(
                Reason.EXISTS, "There is a repository at " + store.describe() + " already.", cause);
    }

    static String randomHex(SecureRandom random, int bytes) {
        byte[] value = new byte[bytes];
        random.nextBytes(value);
        return HexFormat.of().formatHex(value);
    }
}
