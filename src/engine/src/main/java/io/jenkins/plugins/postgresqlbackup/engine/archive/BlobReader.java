package io.jenkins.plugins.postgresqlbackup.engine.archive;

import io.jenkins.plugins.postgresqlbackup.engine.storage.NoSuchObjectException;
import io.jenkins.plugins.postgresqlbackup.engine.storage.ObjectStore;
import io.jenkins.plugins.postgresqlbackup.engine.storage.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/** Opens blobs in packs and proves them while they are read. Thread-safe; one stream of it is for one thread. */
public final class BlobReader {
    private final ObjectStore store;

    public BlobReader(ObjectStore store) {
        this.store = store;
    }

    /**
     * Opens a blob. Each byte that is read was authenticated. When the stream reports its end, then all of it was proven: the
     * sealed bytes are as many as the reference says and have its SHA-256, nothing is missing and nothing follows, and the
     * opened blob has {@link BlobRef#rawBytes()}. The stream is not buffered, so read in large pieces.
     *
     * @param context what the blob was sealed as
     * @param sealer of the backup that wrote it
     * @throws DamagedBlobException (from the stream too) when the blob is not what was written, or its pack is gone
     * @throws StorageException (from the stream too) when the store fails
     * @throws IOException from the stream, when the blob cannot be decompressed here
     */
    public InputStream open(BlobRef ref, BlobContext context, BlobSealer sealer) throws IOException {
        SealedBytes sealed;
        try {
            sealed = new SealedBytes(store.read(ref.pack(), ref.offset(), ref.length()), ref);
        } catch (NoSuchObjectException e) {
            throw new DamagedBlobException(ref.pack(), ref.offset(), context, "its pack is not there", e);
        }
        return new Proven(sealed, ref, context, sealer);
    }

    private static final class Proven extends InputStream {
        private final SealedBytes sealed;
        private final BlobRef ref;
        private final BlobContext context;
        private final BlobSealer sealer;
        private InputStream content;
        private long rawBytes;
        private boolean ended;
        private IOException failure;

        Proven(SealedBytes sealed, BlobRef ref, BlobContext context, BlobSealer sealer) {
            this.sealed = sealed;
            this.ref = ref;
            this.context = context;
            this.sealer = sealer;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, bytes.length);
            if (failure != null) {
                throw failure;
            }
            if (ended || length == 0) {
                return length == 0 ? 0 : -1;
            }
            try {
                if (content == null) {
                    content = sealer.open(sealed, context);
                }
                int count = content.read(bytes, offset, length);
                if (count < 0) {
                    end();
                } else {
                    rawBytes += count;
                    if (rawBytes > ref.rawBytes()) {
                        throw damaged("it is longer than the " + ref.rawBytes() + " bytes that were written", null);
                    }
                }
                return count;
            } catch (IOException | RuntimeException e) {
                // What was authenticated may still have been sealed by a forger, so a decompressor may fail in any way.
                failure = explained(e);
                throw failure;
            }
        }

        private void end() throws IOException {
            if (rawBytes != ref.rawBytes()) {
                throw damaged(
                        "it has " + rawBytes + " bytes and not the " + ref.rawBytes() + " that were written", null);
            }
            if (sealed.length() != ref.length()) {
                throw damaged(cut(), null);
            }
            if (!sealed.hasDigest()) {
                throw damaged("its bytes are not the ones that were written", null);
            }
            ended = true;
        }

        private IOException explained(Exception e) {
            if (sealed.failure() != null) {
                return sealed.failure();
            }
            if (e instanceof DamagedBlobException || e instanceof UnknownCompressionException) {
                return (IOException) e;
            }
            try {
                sealed.readAll();
            } catch (IOException unreadable) {
                return unreadable;
            }
            if (sealed.length() != ref.length()) {
                return damaged(cut(), e);
            }
            if (!sealed.hasDigest()) {
                return damaged("its bytes are not the ones that were written", e);
            }
            return damaged("its bytes are those that the manifest names, but " + BlobSealer.why(e), e);
        }

        private String cut() {
            return "only " + sealed.length() + " of its " + ref.length() + " bytes are there";
        }

        private DamagedBlobException damaged(String why, Exception cause) {
            return new DamagedBlobException(ref.pack(), ref.offset(), context, why, cause);
        }

        @Override
        public void close() throws IOException {
            if (content == null) {
                sealed.close();
            } else {
                content.close();
            }
        }
    }
}
