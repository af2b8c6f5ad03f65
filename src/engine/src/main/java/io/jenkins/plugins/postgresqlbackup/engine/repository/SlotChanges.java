package io.jenkins.plugins.postgresqlbackup.engine.repository;

import io.jenkins.plugins.postgresqlbackup.engine.keys.Holder;
import io.jenkins.plugins.postgresqlbackup.engine.keys.KeyException;
import io.jenkins.plugins.postgresqlbackup.engine.keys.KeyRing;
import io.jenkins.plugins.postgresqlbackup.engine.keys.KeySlot;
import io.jenkins.plugins.postgresqlbackup.engine.keys.KeySlots;
import io.jenkins.plugins.postgresqlbackup.engine.keys.RecoveryKey;
import io.jenkins.plugins.postgresqlbackup.engine.keys.Secret;
import io.jenkins.plugins.postgresqlbackup.engine.keys.Secrets;
import io.jenkins.plugins.postgresqlbackup.engine.keys.SlotKind;
import io.jenkins.plugins.postgresqlbackup.engine.storage.ObjectExistsException;
import io.jenkins.plugins.postgresqlbackup.engine.storage.ObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Gives and takes away keys: adding a holder writes one small object, removing one deletes it, and no backup is rewritten. Only a full or recovery
 * slot may.
 */
public final class SlotChanges {
    private final Repository repository;
    private final Clock clock;
    private final SlotFactory slots;
    private final SecureRandom random;

    public SlotChanges(Repository repository, Clock clock, SecureRandom random) {
        this.repository = repository;
        this.clock = clock;
        this.random = random;
        this.slots = new SlotFactory(repository.id(), clock, random);
    }

    /**
     * Adds a slot for one more holder.
     *
     * @throws KeyException if the repository was opened with a write slot
     */
    public KeySlot add(SlotKind kind, String label, Holder holder) throws IOException {
        requireFull();
        return write(slots.make(kind, label, holder, repository.keys()));
    }

    /** Adds a recovery slot for a new printed key and returns that key's text. */
    public String addRecovery() throws IOException {
        requireFull();
        RecoveryKey recovery = Secrets.generateRecovery(random);
        try (Secret printed = Secrets.parse(recovery.text().getBytes(StandardCharsets.US_ASCII))) {
            write(slots.make(SlotKind.RECOVERY, "printed recovery key", Holder.of(printed), repository.keys()));
        }
        return recovery.text();
    }

    /**
     * Removes a slot. Its holder keeps what it has already unwrapped: after a leak, {@link #rotate} as well.
     *
     * @throws KeyException if there is no such slot or if no full slot would be left
     */
    public void remove(String slotId) throws IOException {
        requireFull();
        List<KeySlot> all = repository.slots();
        KeySlot leaving = all.stream()
                .filter(slot -> slot.id().equals(slotId))
                .findFirst()
                .orElseThrow(
                        () -> new KeyException("There is no key slot " + slotId + "; `pgbackup key list` shows them."));
        boolean fullLeft = all.stream()
                .anyMatch(slot -> !slot.id().equals(slotId)
                        && slot.kind() == SlotKind.FULL
                        && slot.generation() == repository.keys().newest());
        if (leaving.kind() == SlotKind.FULL && !fullLeft) {
            throw new KeyException("The key slot " + slotId
                    + " is the last full slot: nobody could restore any more; add another before you remove it.");
        }
        delete(slotId);
    }

    /**
     * Begins a new key generation: new backups are sealed to new keys. The caller's own slot and a new recovery slot are written for it; all
     * other slots are removed, since whoever leaked may hold one of them. Their holders must be added again.
     *
     * @return the new recovery key's text, to be shown once
     */
    public String rotate(Holder self, String label) throws IOException {
        requireFull();
        List<KeySlot> old = repository.slots();
        KeyRing next = repository.keys().withNewGeneration(random);
        write(slots.make(SlotKind.FULL, label, self, next));
        RecoveryKey recovery = Secrets.generateRecovery(random);
        try (Secret printed = Secrets.parse(recovery.text().getBytes(StandardCharsets.US_ASCII))) {
            write(slots.make(SlotKind.RECOVERY, "printed recovery key", Holder.of(printed), next));
        }
        for (KeySlot slot : old) {
            delete(slot.id());
        }
        return recovery.text();
    }

    /** Records that the key of the slot which opened this repository works: proof that a printed key can be read back. */
    public void prove() throws IOException {
        KeySlot slot = repository.openedWith();
        Proof proof = Proof.create(slot, clock.instant(), repository.keys());
        try {
            ReadBack.put(repository.store(), Layout.proof(slot.id()), proof.encode());
        } catch (ObjectExistsException e) {
            proven(slot); // the first proof stands, if it is one
        }
    }

    /**
     * When a slot's key was first proven to work by {@link #prove}; empty: never.
     *
     * @throws RepositoryException {@code DAMAGED} if there is something else in the proof's place
     */
    public Optional<Instant> proven(KeySlot slot) throws IOException {
        return Proof.read(repository.store(), slot.id(), repository.keys()).map(Proof::at);
    }

    private KeySlot write(KeySlot slot) throws IOException {
        ReadBack.put(repository.store(), Layout.slot(slot.id()), KeySlots.encode(slot));
        repository.putBackRepositoryFile();
        return slot;
    }

    private void delete(String slotId) throws IOException {
        ObjectStore store = repository.store();
        store.delete(Layout.slot(slotId));
        store.delete(Layout.proof(slotId));
    }

    private void requireFull() throws KeyException {
        if (!repository.keys().canRead()) {
            throw new KeyException(
                    "This key may only write backups: changing key slots needs a full or the recovery key.");
        }
    }
}
