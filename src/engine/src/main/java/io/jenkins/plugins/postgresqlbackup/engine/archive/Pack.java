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
    private final String store;
    private final String name;
    private final Upload upload;
    private final MessageDigest digest = Sha256.newDigest();
    private long size;
    private long blobOffset;
    private boolean discarded;
    private StorageException failure;

    Pack(String store, String name, Upload upload) {
        this.store = store;
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
        if (failure != null) {
            // Whoever closes the compressor or cipher above writes once more, and must not hide what happened first.
            throw new StorageException(failure.getMessage(), failure);
        }
        try {
            upload.write(bytes, offset, length);
        } catch (StorageException e) {
            failure = e;
            throw e;
        }
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
            throw new StorageException("There are " + object.size() + " bytes of " + name + " in " + store + ", but "
                    + size + " were written; check the disk and its file system, then take the backup again.");
        }
        return object;
    }

    @Override
    public void close() throws StorageException {
        upload.close();
    }
}
