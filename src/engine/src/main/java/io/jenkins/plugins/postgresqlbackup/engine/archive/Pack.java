package io.jenkins.plugins.postgresqlbackup.engine.archive;

import io.jenkins.plugins.postgresqlbackup.engine.storage.StorageException;
import io.jenkins.plugins.postgresqlbackup.engine.storage.StoredObject;
import io.jenkins.plugins.postgresqlbackup.engine.storage.Upload;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;

/** The pack being written: knows where its blobs begin and digests their sealed bytes. */
final class Pack extends OutputStream {
    private final String name;
    private final Upload upload;
    private final MessageDigest digest = Sha256.newDigest();
    private long size;
    private long blobOffset;
    private boolean discarded;

    Pack(String name, Upload upload) {
        this.name = name;
        this.upload = upload;
    }

    long size() {
        return size;
    }

    void beginBlob() {
        digest.reset();
        blobOffset = size;
    }

    BlobRef finishBlob(long rawBytes) {
        String sha256 = HexFormat.of().formatHex(digest.digest());
        return new BlobRef(name, blobOffset, size - blobOffset, sha256, rawBytes);
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (discarded) {
            return;
        }
        upload.write(bytes, offset, length);
        digest.update(bytes, offset, length);
        size += length;
    }

    /** Lets the compressor of an open blob end and free its memory without writing any further. */
    void discard() {
        discarded = true;
    }

    StoredObject commit() throws StorageException {
        StoredObject object = upload.commit();
        if (object.size() != size) {
            throw new StorageException("The store holds " + object.size() + " bytes of " + name + ", but " + size
                    + " were written; check the disk and its file system, then take the backup again.");
        }
        return object;
    }

    @Override
    public void close() throws StorageException {
        upload.close();
    }
}
