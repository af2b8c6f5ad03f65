package io.jenkins.plugins.postgresqlbackup.engine.keys;

import java.util.Arrays;

/** Bytes that are wiped on close and cannot be used afterwards. */
final class SecretBytes implements AutoCloseable {
    private final String what;
    private byte[] bytes;

    /** Copies the bytes. */
    SecretBytes(String what, byte[] bytes) {
        this.what = what;
        this.bytes = bytes.clone();
    }

    /** The bytes themselves, not a copy: not to be changed, nor kept beyond {@link #close()}. */
    synchronized byte[] bytes() {
        if (bytes == null) {
            throw new IllegalStateException("This " + what + " was closed.");
        }
        return bytes;
    }

    @Override
    public synchronized void close() {
        if (bytes != null) {
            Arrays.fill(bytes, (byte) 0);
            bytes = null;
        }
    }
}
