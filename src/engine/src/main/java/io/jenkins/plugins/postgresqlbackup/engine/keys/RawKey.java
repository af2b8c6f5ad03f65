package io.jenkins.plugins.postgresqlbackup.engine.keys;

/** A key of 32 random bytes, for machines; a recovery key is one too. */
public final class RawKey implements Secret {
    public static final int LENGTH = 32;

    private final SecretBytes key;

    /** @param key {@value #LENGTH} bytes, copied, so the caller may wipe them */
    public RawKey(byte[] key) {
        if (key.length != LENGTH) {
            throw new IllegalArgumentException(
                    "A raw key has " + LENGTH + " bytes, and this one has " + key.length + "; generate one anew.");
        }
        this.key = new SecretBytes("raw key", key);
    }

    byte[] bytes() {
        return key.bytes();
    }

    @Override
    public void close() {
        key.close();
    }

    @Override
    public String toString() {
        return "a raw key";
    }
}
