package io.jenkins.plugins.postgresqlbackup.engine.keys;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A repository's keys: one or more generations, each with a metadata key, which seals manifests and authenticates small
 * objects, and a key pair, to whose public half every backup's data key is wrapped. A ring without private keys can write
 * backups and list them, but read none of their content.
 *
 * <p>New backups use the newest generation; the older ones are kept to read the older backups. Immutable and thread-safe until
 * closed; closing wipes it.
 */
public final class KeyRing implements AutoCloseable {
    /** So many fit into a slot object. */
    static final int MOST_GENERATIONS = 64;

    private static final String DATA_KEY_INFO = "pgbackup data key v1";
    private static final String MANIFEST_INFO = "pgbackup manifest key v1";
    private static final String MAC_INFO = "pgbackup mac key v1";
    private static final String PRIVATE_MAC_INFO = "pgbackup private mac key v1";
    private static final byte[] NO_SALT = {};

    private final List<Generation> generations;

    /** @param generations by rising number, all with a private key or all without */
    KeyRing(List<Generation> generations) {
        this.generations = List.copyOf(generations);
    }

    /** The keys of a new repository: generation 1. */
    public static KeyRing generate(SecureRandom random) {
        return new KeyRing(List.of(Generation.generate(1, random)));
    }

    /**
     * These generations and a new one, for the time after a leak.
     *
     * @throws KeyException when this ring can only write, or is full
     */
    public KeyRing withNewGeneration(SecureRandom random) throws KeyException {
        if (!canRead()) {
            throw new KeyException("A write slot cannot make a new key generation; use a full slot's key.");
        }
        if (generations.size() == MOST_GENERATIONS) {
            throw new KeyException("This repository has had " + MOST_GENERATIONS
                    + " key generations, and slots hold no more; create a new repository.");
        }
        List<Generation> more = copies(true);
        more.add(Generation.generate(newest() + 1, random));
        return new KeyRing(more);
    }

    /** The same without private keys. Closing either leaves the other usable. */
    public KeyRing writeOnly() {
        return new KeyRing(copies(false));
    }

    private List<Generation> copies(boolean withPrivateKeys) {
        List<Generation> copies = new ArrayList<>();
        generations.forEach(generation -> copies.add(generation.copy(withPrivateKeys)));
        return copies;
    }

    /** The number of the generation that new backups use. */
    public int newest() {
        return generations.get(generations.size() - 1).number();
    }

    /** The numbers of all generations, rising. */
    public List<Integer> generations() {
        return generations.stream().map(Generation::number).toList();
    }

    /** Whether there are private keys, so that the content of backups can be read. */
    public boolean canRead() {
        return generations.get(0).privateKey() != null;
    }

    /** A copy of a generation's public key, 32 bytes. */
    public byte[] publicKey(int generation) throws KeyException {
        return get(generation).publicKey().clone();
    }

    /** By which people and configurations recognise a generation: the SHA-256 of its public key, 64 hex digits. */
    public String fingerprint(int generation) throws KeyException {
        return HexFormat.of().formatHex(sha256(get(generation).publicKey()));
    }

    /** The 32-byte key under which this generation's manifests are sealed; the caller wipes it. */
    public byte[] manifestKey(int generation) throws KeyException {
        return Hkdf.derive(get(generation).metadataKey().bytes(), NO_SALT, MANIFEST_INFO, Generation.KEY_LENGTH);
    }

    /**
     * HMAC-SHA256 under a key derived from the metadata key.
     *
     * @param purpose what the content is, such as {@code "tombstone"}: the MAC of one purpose is of no use for another
     */
    public byte[] mac(int generation, String purpose, byte[] content) throws KeyException {
        return mac(get(generation).metadataKey(), MAC_INFO, purpose, content);
    }

    /**
     * HMAC-SHA256 under a key derived from the private key: who can only write can neither make it nor check it.
     *
     * @param purpose as for {@link #mac}
     * @throws KeyException when this ring can only write, or does not have the generation
     */
    public byte[] privateMac(int generation, String purpose, byte[] content) throws KeyException {
        SecretBytes key = get(generation).privateKey();
        if (key == null) {
            throw new KeyException(
                    "This key opens a write slot, which can neither make nor check a mark that only full slots can; use a full slot's key or the recovery key.");
        }
        return mac(key, PRIVATE_MAC_INFO, purpose, content);
    }

    private static byte[] mac(SecretBytes secret, String info, String purpose, byte[] content) {
        byte[] key = Hkdf.derive(secret.bytes(), NO_SALT, info, Generation.KEY_LENGTH);
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(new Fields().add(purpose).add(content).toBytes());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java has HMAC-SHA256, but this one has not.", e);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    /** Whether {@link #mac} gives this MAC, compared in constant time. */
    public boolean macMatches(int generation, String purpose, byte[] content, byte[] mac) throws KeyException {
        return MessageDigest.isEqual(mac(generation, purpose, content), mac);
    }

    /**
     * Wraps a backup's data key to a generation's public key.
     *
     * @param context what it is the key of; {@link #unwrapDataKey} must be given the same
     * @return HPKE's {@code enc}, 32 bytes, then the ciphertext
     */
    public byte[] wrapDataKey(int generation, byte[] dataKey, byte[] context) throws KeyException {
        Hpke.Sealed sealed = Hpke.seal(get(generation).publicKey(), DATA_KEY_INFO, context, dataKey);
        byte[] wrapped = Arrays.copyOf(sealed.encapsulated(), Hpke.KEY_LENGTH + sealed.ciphertext().length);
        System.arraycopy(sealed.ciphertext(), 0, wrapped, Hpke.KEY_LENGTH, sealed.ciphertext().length);
        return wrapped;
    }

    /**
     * Opens what {@link #wrapDataKey} gave.
     *
     * @throws KeyException when this ring can only write, does not have the generation, or the key was wrapped for another
     *     generation or context or changed since
     */
    public byte[] unwrapDataKey(int generation, byte[] wrapped, byte[] context) throws KeyException {
        Generation keys = get(generation);
        if (keys.privateKey() == null) {
            throw new KeyException(
                    "This key opens a write slot, which can take backups but not read them; use a full slot's key or the recovery key.");
        }
        Optional<byte[]> dataKey = wrapped.length < Hpke.KEY_LENGTH
                ? Optional.empty()
                : Hpke.open(
                        keys.privateKey().bytes(),
                        DATA_KEY_INFO,
                        context,
                        Arrays.copyOf(wrapped, Hpke.KEY_LENGTH),
                        Arrays.copyOfRange(wrapped, Hpke.KEY_LENGTH, wrapped.length));
        return dataKey.orElseThrow(() -> new KeyException("The wrapped data key does not open with key generation "
                + generation + ": it was damaged or belongs to another backup; restore from another backup."));
    }

    private Generation get(int number) throws KeyException {
        for (Generation generation : generations) {
            if (generation.number() == number) {
                return generation;
            }
        }
        throw new KeyException("This key does not hold key generation " + number + ", only " + generations()
                + "; use a key that was added after the keys were rotated.");
    }

    List<Generation> all() {
        return generations;
    }

    @Override
    public void close() {
        generations.forEach(Generation::wipe);
    }

    @Override
    public String toString() {
        return "key ring with generations " + generations() + (canRead() ? "" : ", write only");
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java has SHA-256, but this one has not.", e);
        }
    }
}
