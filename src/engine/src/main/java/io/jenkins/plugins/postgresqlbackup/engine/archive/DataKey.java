package io.jenkins.plugins.postgresqlbackup.engine.archive;

import java.security.SecureRandom;
import java.util.Arrays;

/** The key that seals one backup's blobs: 32 random bytes, wiped on close. Thread-safe while open. */
public final class DataKey implements AutoCloseable {
    public static final int LENGTH = 32;

    private final byte[] key;

    /** @param key copied, so the caller may wipe it */
    public DataKey(byte[] key) {
        if (key.length != LENGTH) {
            throw new IllegalArgumentException("A data key has " + LENGTH + " bytes, not " + key.length + ".");
        }
        this.key = key.clone();
    }

    public static DataKey generate(SecureRandom random) {
        byte[] key = new byte[LENGTH];
        random.nextBytes(key);
        try {
            return new DataKey(key);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    /** A copy, to be wrapped; the caller wipes it. */
    public byte[] bytes() {
        return key.clone();
    }

    /** What seals and opens with this key. */
    public BlobSealer sealer() {
        return new BlobSealer(key);
    }

    @Override
    public void close() {
        Arrays.fill(key, (byte) 0);
    }

    @Override
    public String toString() {
        return "a data key";
    }
}
