package io.jenkins.plugins.postgresqlbackup.engine.repository;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.jenkins.plugins.postgresqlbackup.engine.keys.KeyException;
import io.jenkins.plugins.postgresqlbackup.engine.keys.KeyRing;
import io.jenkins.plugins.postgresqlbackup.engine.keys.KeySlot;
import io.jenkins.plugins.postgresqlbackup.engine.repository.RepositoryException.Reason;
import io.jenkins.plugins.postgresqlbackup.engine.storage.NoSuchObjectException;
import io.jenkins.plugins.postgresqlbackup.engine.storage.ObjectStore;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** That the key of a slot once opened it: what a printed key is worth is only known when somebody has typed it. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Proof(String slot, Instant at, int generation, byte[] mac) {
    private static final String PURPOSE = "proof";
    private static final int MAX_BYTES = 4096;

    static Proof create(KeySlot slot, Instant at, KeyRing keys) throws KeyException {
        Proof unsigned = new Proof(slot.id(), at.truncatedTo(ChronoUnit.SECONDS), slot.generation(), null);
        byte[] mac = keys.mac(unsigned.generation, PURPOSE, Json.write(unsigned));
        return new Proof(unsigned.slot, unsigned.at, unsigned.generation, mac);
    }

    byte[] encode() {
        return Json.write(this);
    }

    static Optional<Proof> read(ObjectStore store, String slotId, KeyRing keys) throws IOException {
        byte[] content;
        try {
            content = KeyChest.readBounded(store, Layout.proof(slotId), MAX_BYTES);
        } catch (NoSuchObjectException e) {
            return Optional.empty();
        }
        try {
            Proof proof = Json.readCanonical(content, Proof.class);
            if (slotId.equals(proof.slot) && proof.mac != null && proof.authentic(keys)) {
                return Optional.of(proof);
            }
        } catch (IOException | IllegalArgumentException e) {
            throw damaged(slotId, e);
        }
        throw damaged(slotId, null);
    }

    private boolean authentic(KeyRing keys) throws KeyException {
        return keys.macMatches(generation, PURPOSE, Json.write(new Proof(slot, at, generation, null)), mac);
    }

    private static RepositoryException damaged(String slotId, Exception cause) {
        return new RepositoryException(
                Reason.DAMAGED,
                "The object " + Layout.proof(slotId)
                        + " is not the proof that was written there: it was changed or replaced.",
                cause);
    }
}
