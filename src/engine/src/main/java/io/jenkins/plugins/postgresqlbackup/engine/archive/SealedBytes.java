package io.jenkins.plugins.postgresqlbackup.engine.archive;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HexFormat;

/** A blob's bytes as the store gives them, counted and digested; remembers when the store itself failed. */
final class SealedBytes extends InputStream {
    private final InputStream stored;
    private final BlobRef ref;
    private final MessageDigest digest = Sha256.newDigest();
    private long length;
    private String sha256;
    private IOException failure;

    SealedBytes(InputStream stored, BlobRef ref) {
        this.stored = stored;
        this.ref = ref;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int count) throws IOException {
        try {
            int read = stored.read(bytes, offset, count);
            if (read > 0) {
                digest.update(bytes, offset, read);
                length += read;
            }
            return read;
        } catch (IOException e) {
            failure = e;
            throw e;
        }
    }

    /** How many were read so far. */
    long length() {
        return length;
    }

    /** Whether the bytes read so far are those the reference names; nothing can be read afterwards. */
    boolean hasDigest() {
        if (sha256 == null) {
            sha256 = HexFormat.of().formatHex(digest.digest());
        }
        return sha256.equals(ref.sha256());
    }

    /** Reads what is left, to know what is wrong. */
    void readAll() throws IOException {
        byte[] buffer = new byte[BlobSealer.SEGMENT];
        while (read(buffer, 0, buffer.length) > 0) {
            continue;
        }
    }

    /** The store's own failure, if there was one. */
    IOException failure() {
        return failure;
    }

    @Override
    public void close() throws IOException {
        stored.close();
    }
}
