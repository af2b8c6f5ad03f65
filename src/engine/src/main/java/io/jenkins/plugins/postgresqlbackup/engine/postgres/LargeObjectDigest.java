package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The digest of one large object: {@link RowHash} over its oid (four bytes, big-endian) and the SHA-256 of its content.
 * The sums over objects add up as rows' do.
 */
public final class LargeObjectDigest {
    private final long oid;
    private final MessageDigest content;

    public LargeObjectDigest(long oid) {
        this.oid = oid;
        try {
            this.content = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }

    public void add(byte[] bytes, int offset, int length) {
        content.update(bytes, offset, length);
    }

    /** One object's digest; nothing may be added any more. */
    public RowDigest finish() {
        byte[] whole =
                ByteBuffer.allocate(36).putInt((int) oid).put(content.digest()).array();
        return new RowDigest(1, RowHash.hash(whole, 0, whole.length));
    }
}
