package io.jenkins.plugins.postgresqlbackup.engine.keys;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/** Makes, opens, checks and spells key slots. Stateless. */
public final class KeySlots {
    private static final String SLOT_INFO = "pgbackup slot v1";
    private static final String RAW_KEY_INFO = "pgbackup slot raw key v1";
    private static final String MAC_PURPOSE = "slot";
    private static final int KEY_LENGTH = 32;
    private static final int NONCE_LENGTH = 12;
    private static final int TAG_BITS = 128;
    private static final byte[] NOTHING = {};

    private KeySlots() {}

    /**
     * Wraps a key ring for one holder.
     *
     * @param kind a write slot gets the ring without its private keys
     * @throws KeyException when the ring lacks the private keys that a slot of this kind must hold, or the recipient's public key
     *     is unusable
     * @throws IllegalArgumentException with a sentence, when the id or label is not fit for a slot
     */
    public static KeySlot create(
            String repositoryId,
            String slotId,
            SlotKind kind,
            String label,
            Instant created,
            Holder holder,
            KeyRing ring,
            SecureRandom random)
            throws KeyException {
        return create(repositoryId, slotId, kind, label, created, holder, ring, random, Kdf.DEFAULT);
    }

    /** As above, with another cost of trying a passphrase. */
    public static KeySlot create(
            String repositoryId,
            String slotId,
            SlotKind kind,
            String label,
            Instant created,
            Holder holder,
            KeyRing ring,
            SecureRandom random,
            Kdf kdf)
            throws KeyException {
        SlotJson.check(slotId, label);
        if (kind != SlotKind.WRITE && !ring.canRead()) {
            throw new KeyException(
                    "A write slot's key can add write slots only; use a full slot's key or the recovery key.");
        }
        KeySlot open = new KeySlot(
                slotId,
                kind,
                newWrapping(holder, kdf, random),
                label,
                created.truncatedTo(ChronoUnit.SECONDS),
                ring.newest(),
                NOTHING,
                NOTHING);
        byte[] payload;
        if (kind == SlotKind.WRITE) {
            try (KeyRing writeOnly = ring.writeOnly()) {
                payload = RingPayload.encode(writeOnly);
            }
        } else {
            payload = RingPayload.encode(ring);
        }
        try {
            KeySlot wrapped = wrap(open, binding(repositoryId, open), holder, payload, random);
            return with(
                    wrapped,
                    wrapped.wrapping(),
                    wrapped.wrapped(),
                    ring.mac(ring.newest(), MAC_PURPOSE, macContent(repositoryId, wrapped)));
        } finally {
            Arrays.fill(payload, (byte) 0);
        }
    }

    private static Wrapping newWrapping(Holder holder, Kdf kdf, SecureRandom random) {
        if (holder instanceof Holder.OfRecipient recipient) {
            return new Wrapping.ToRecipient(recipient.publicKey(), NOTHING);
        }
        byte[] salt = new byte[KeySlot.SALT_LENGTH];
        random.nextBytes(salt);
        Secret secret = ((Holder.OfSecret) holder).secret();
        return secret instanceof Passphrase ? new Wrapping.ByPassphrase(kdf, salt) : new Wrapping.ByRawKey(salt);
    }

    private static KeySlot wrap(KeySlot slot, byte[] binding, Holder holder, byte[] payload, SecureRandom random)
            throws KeyException {
        if (holder instanceof Holder.OfRecipient recipient) {
            Hpke.Sealed sealed = Hpke.seal(recipient.publicKey(), SLOT_INFO, binding, payload);
            Wrapping wrapping = new Wrapping.ToRecipient(recipient.publicKey(), sealed.encapsulated());
            return with(slot, wrapping, sealed.ciphertext(), NOTHING);
        }
        byte[] key = wrappingKey(slot.wrapping(), ((Holder.OfSecret) holder).secret())
                .orElseThrow(() -> new IllegalStateException("The wrapping was made for this very secret."));
        byte[] nonce = new byte[NONCE_LENGTH];
        random.nextBytes(nonce);
        try {
            byte[] ciphertext = cipher(Cipher.ENCRYPT_MODE, key, nonce, binding).doFinal(payload);
            byte[] wrapped = Arrays.copyOf(nonce, NONCE_LENGTH + ciphertext.length);
            System.arraycopy(ciphertext, 0, wrapped, NONCE_LENGTH, ciphertext.length);
            return with(slot, slot.wrapping(), wrapped, NOTHING);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java has AES-GCM, but this one has not.", e);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    private static KeySlot with(KeySlot slot, Wrapping wrapping, byte[] wrapped, byte[] mac) {
        return new KeySlot(
                slot.id(), slot.kind(), wrapping, slot.label(), slot.created(), slot.generation(), wrapped, mac);
    }

    /**
     * Opens a slot with what its holder brings.
     *
     * @return empty when the slot is another holder's, or its wrapping was changed, which cannot be told apart
     * @throws KeyException when the secret fits but the slot was changed, or holds no valid keys
     */
    public static Optional<KeyRing> open(KeySlot slot, String repositoryId, Secret secret) throws KeyException {
        Optional<byte[]> payload = unwrap(slot, binding(repositoryId, slot), secret);
        if (payload.isEmpty()) {
            return Optional.empty();
        }
        KeyRing ring;
        try {
            ring = RingPayload.decode(payload.get());
        } finally {
            Arrays.fill(payload.get(), (byte) 0);
        }
        try {
            if (ring.newest() != slot.generation() || ring.canRead() == (slot.kind() == SlotKind.WRITE)) {
                throw changed(slot);
            }
            verify(slot, repositoryId, ring);
        } catch (KeyException e) {
            ring.close();
            throw e;
        }
        return Optional.of(ring);
    }

    private static Optional<byte[]> unwrap(KeySlot slot, byte[] binding, Secret secret) {
        if (slot.wrapping() instanceof Wrapping.ToRecipient to) {
            return secret instanceof RecipientKey recipient
                    ? Hpke.open(recipient.bytes(), SLOT_INFO, binding, to.encapsulated(), slot.wrapped())
                    : Optional.empty();
        }
        if (slot.wrapped().length < NONCE_LENGTH + TAG_BITS / Byte.SIZE) {
            return Optional.empty();
        }
        Optional<byte[]> key = wrappingKey(slot.wrapping(), secret);
        if (key.isEmpty()) {
            return Optional.empty();
        }
        byte[] nonce = Arrays.copyOf(slot.wrapped(), NONCE_LENGTH);
        try {
            return Optional.of(cipher(Cipher.DECRYPT_MODE, key.get(), nonce, binding)
                    .doFinal(slot.wrapped(), NONCE_LENGTH, slot.wrapped().length - NONCE_LENGTH));
        } catch (AEADBadTagException e) {
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java has AES-GCM, but this one has not.", e);
        } finally {
            Arrays.fill(key.get(), (byte) 0);
        }
    }

    /**
     * Checks that a slot was made by a holder of the metadata key and not changed since, whoever's slot it is.
     *
     * @throws KeyException when it was, or when the ring does not hold the slot's generation
     */
    public static void verify(KeySlot slot, String repositoryId, KeyRing ring) throws KeyException {
        if (!ring.generations().contains(slot.generation())) {
            throw new KeyException("The key slot " + slot.id() + " is of key generation " + slot.generation()
                    + ", which this key does not hold, so it cannot be checked; use a key that was added since the keys"
                    + " were rotated, or find out who changed the slot.");
        }
        if (!ring.macMatches(slot.generation(), MAC_PURPOSE, macContent(repositoryId, slot), slot.mac())) {
            throw changed(slot);
        }
    }

    /** The slot object's bytes. */
    public static byte[] encode(KeySlot slot) {
        return SlotJson.encode(slot);
    }

    /**
     * Reads a slot object, within bounds, without trusting it.
     *
     * @param objectName for messages
     * @throws KeyException when it is no slot, of a newer format, out of bounds, or not spelled exactly as {@link #encode} does
     */
    public static KeySlot decode(String objectName, byte[] object) throws KeyException {
        return SlotJson.decode(objectName, object);
    }

    /** @return empty when the slot is not for this kind of secret */
    private static Optional<byte[]> wrappingKey(Wrapping wrapping, Secret secret) {
        if (wrapping instanceof Wrapping.ByPassphrase by && secret instanceof Passphrase passphrase) {
            return Optional.of(argon2id(passphrase.bytes(), by.salt(), by.kdf()));
        }
        if (wrapping instanceof Wrapping.ByRawKey by && secret instanceof RawKey raw) {
            return Optional.of(Hkdf.derive(raw.bytes(), by.salt(), RAW_KEY_INFO, KEY_LENGTH));
        }
        return Optional.empty();
    }

    /** Visible for testing. */
    static byte[] argon2id(byte[] passphrase, byte[] salt, Kdf kdf) {
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(kdf.memoryKib())
                .withIterations(kdf.iterations())
                .withParallelism(kdf.parallelism())
                .withSalt(salt)
                .build());
        byte[] key = new byte[KEY_LENGTH];
        generator.generateBytes(passphrase, key);
        return key;
    }

    private static Cipher cipher(int mode, byte[] key, byte[] nonce, byte[] associatedData)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(associatedData);
        return cipher;
    }

    private static byte[] binding(String repositoryId, KeySlot slot) {
        return new Fields()
                .add(SLOT_INFO)
                .add(repositoryId)
                .add(SlotJson.clearFields(slot))
                .toBytes();
    }

    private static byte[] macContent(String repositoryId, KeySlot slot) {
        return new Fields().add(repositoryId).add(SlotJson.withoutMac(slot)).toBytes();
    }

    private static KeyException changed(KeySlot slot) {
        return new KeyException(
                "The key slot " + slot.id() + " (" + slot.label()
                        + ") was changed after it was made, or belongs to another repository; use another slot's key, and find out who could write to the repository.");
    }
}
