package io.jenkins.plugins.postgresqlbackup.engine.archive;

import io.jenkins.plugins.postgresqlbackup.engine.storage.ObjectStore;
import io.jenkins.plugins.postgresqlbackup.engine.storage.StoredObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes one worker's blobs into packs, one after another, as a stream: a pack is begun with its first blob and committed
 * before the blob that follows its target size. Not thread-safe; only one blob is open at a time.
 *
 * <p>After any failed write it can only be closed. Closing without {@link #finish()} discards the pack that is open; the ones
 * committed before stay, and nothing refers to them.
 */
public final class PackWriter implements AutoCloseable {
    /** A pack ends with the blob that reaches the target; so much of the store's limit is the target, the rest is for that blob. */
    private static final int SHARE_OF_LIMIT = 4;

    private final ObjectStore store;
    private final String repositoryId;
    private final String backupId;
    private final PackNumbers numbers;
    private final BlobSealer sealer;
    private final Compression compression;
    private final long targetPackBytes;
    private final List<PackRef> packs = new ArrayList<>();
    private Pack pack;
    private BlobOutput blob;
    private boolean closed;

    /**
     * @param numbers shared by all workers of the backup
     * @param targetPackBytes a pack that has so many is committed when its blob is finished; less where the store has a limit
     */
    public PackWriter(
            ObjectStore store,
            String repositoryId,
            String backupId,
            PackNumbers numbers,
            BlobSealer sealer,
            Compression compression,
            long targetPackBytes) {
        this.store = store;
        this.repositoryId = repositoryId;
        this.backupId = backupId;
        this.numbers = numbers;
        this.sealer = sealer;
        this.compression = compression.usable();
        this.targetPackBytes = Math.min(targetPackBytes, store.largestObject().orElse(Long.MAX_VALUE) / SHARE_OF_LIMIT);
    }

    /**
     * Begins a blob with the context (repository, backup, role, place).
     *
     * @throws IllegalStateException when another one is open, or this was finished or closed
     */
    public BlobOutput begin(String role, String place) throws IOException {
        if (blob != null || closed) {
            throw new IllegalStateException(closed ? "This pack writer is closed." : "Another blob is open.");
        }
        if (pack == null) {
            String name = numbers.next(backupId);
            pack = new Pack(store.describe(), name, store.create(name));
        }
        pack.beginBlob();
        BlobContext context = new BlobContext(repositoryId, backupId, role, place);
        blob = new BlobOutput(this, sealer.seal(pack, context, compression));
        return blob;
    }

    BlobRef finished(long rawBytes) throws IOException {
        blob = null;
        BlobRef ref = pack.finishBlob(rawBytes);
        if (pack.size() >= targetPackBytes) {
            commit();
        }
        return ref;
    }

    void abandoned() {
        blob = null;
    }

    private void commit() throws IOException {
        try (Pack committing = pack) {
            pack = null;
            StoredObject object = committing.commit();
            packs.add(new PackRef(object.name(), object.size(), object.version()));
        }
    }

    /** Commits the pack that is open, if any; the next blob begins another. */
    public void cut() throws IOException {
        if (blob != null) {
            throw new IllegalStateException("A blob is open.");
        }
        if (pack != null) {
            commit();
        }
    }

    /** Commits the pack that is open, if any; nothing can be written afterwards. */
    public void finish() throws IOException {
        if (blob != null) {
            throw new IllegalStateException("A blob is open.");
        }
        closed = true;
        if (pack != null) {
            commit();
        }
    }

    /** The packs committed so far; complete after {@link #finish()}. */
    public List<PackRef> packs() {
        return List.copyOf(packs);
    }

    @Override
    public void close() throws IOException {
        closed = true;
        try (Pack open = pack) {
            pack = null;
            if (open != null) {
                open.discard();
            }
            if (blob != null) {
                blob.close();
            }
        }
    }
}
