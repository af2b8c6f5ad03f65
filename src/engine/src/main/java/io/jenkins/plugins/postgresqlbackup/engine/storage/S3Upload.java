package io.jenkins.plugins.postgresqlbackup.engine.storage;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/**
 * One object on its way into an {@link S3Store}. Holds at most two parts in memory: one is filled while the other is sent. The
 * parts double in size each time a quarter of the server's allowance is used up, so that a small one does not limit an object.
 */
final class S3Upload extends Upload {
    private enum State {
        OPEN,
        FAILED,
        COMMITTED,
        CLOSED
    }

    private static final int FIRST_BUFFER = 64 * 1024;
    private static final int QUARTERS = 4;

    private final S3Store store;
    private final String name;
    private final String key;
    private final String id = UUID.randomUUID().toString();
    private final List<CompletedPart> parts = new ArrayList<>();
    private byte[] buffer = new byte[0];
    private int filled;
    private long written;
    /** Null until a second part is needed. */
    private String uploadId;

    private Future<CompletedPart> sending;
    private byte[] sent = new byte[0];
    private int begun;
    private State state = State.OPEN;

    S3Upload(S3Store store, String name) {
        this.store = store;
        this.name = name;
        this.key = store.key(name);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws StorageException {
        require();
        try {
            int from = offset;
            int left = length;
            while (left > 0) {
                int part = partBytes();
                if (filled == part) {
                    sendPart();
                    continue;
                }
                int count = Math.min(left, part - filled);
                reserve(filled + count, part);
                System.arraycopy(bytes, from, buffer, filled, count);
                filled += count;
                from += count;
                left -= count;
            }
            written += length;
        } catch (SdkException e) {
            throw failed(e);
        }
    }

    /** The size of the part that is being filled. */
    private int partBytes() {
        int quarter = begun * QUARTERS / store.settings().maxParts();
        return store.settings().partBytes() << Math.min(quarter, QUARTERS - 1);
    }

    private void reserve(int needed, int most) {
        if (needed > buffer.length) {
            buffer = Arrays.copyOf(buffer, Math.min(most, Math.max(needed, Math.max(FIRST_BUFFER, buffer.length * 2))));
        }
    }

    private void sendPart() throws StorageException {
        if (begun == store.settings().maxParts()) {
            state = State.FAILED;
            throw new StorageException(name + " could not be written to " + store.describe() + " (it needs more than "
                    + begun + " parts); allow larger ones with partSize=… in the URL.");
        }
        if (uploadId == null) {
            uploadId = store.writes().begin(key, id);
        }
        awaitPart();
        byte[] content = buffer;
        int length = filled;
        int number = ++begun;
        sending = store.senders().submit(() -> store.writes().part(key, uploadId, number, content, length));
        buffer = sent;
        sent = content;
        filled = 0;
    }

    /** Waits for the part that is being sent, through interrupts. */
    private void awaitPart() {
        if (sending == null) {
            return;
        }
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try {
                    parts.add(sending.get());
                    return;
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    throw e.getCause() instanceof SdkException failure
                            ? failure
                            : SdkClientException.create("a part was not sent: " + e.getCause(), e.getCause());
                }
            }
        } finally {
            sending = null;
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public StoredObject commit() throws StorageException {
        require();
        try {
            if (uploadId != null) {
                if (filled > 0) {
                    sendPart();
                }
                awaitPart();
            }
            if (!store.createsExclusively()) {
                store.requireFree(name);
            }
            if (uploadId == null) {
                store.writes().put(key, buffer, filled, id);
            } else {
                store.writes().complete(key, uploadId, parts);
            }
        } catch (SdkException e) {
            requireOwn(e);
        } catch (StorageException e) {
            state = State.FAILED;
            throw e;
        }
        return stored();
    }

    /** After a failure it may be ours all the same: the answer to the first of several tries got lost. */
    private void requireOwn(SdkException failure) throws StorageException {
        state = State.FAILED;
        Optional<Map<String, String>> metadata;
        try {
            metadata = store.head(name).map(HeadObjectResponse::metadata);
        } catch (StorageException e) {
            failure.addSuppressed(e);
            throw S3Failure.writing(store.describe(), name, failure);
        }
        if (metadata.isPresent() && S3Writes.isOf(id, metadata.get())) {
            return;
        }
        boolean refused =
                S3Store.isStatus(failure, S3Store.PRECONDITION_FAILED) || S3Store.isStatus(failure, S3Store.CONFLICT);
        if (metadata.isPresent() && refused) {
            throw new ObjectExistsException(store.describe(), name);
        }
        throw S3Failure.writing(store.describe(), name, failure);
    }

    /** Looks at what the server has made of it. */
    private StoredObject stored() throws StorageException {
        state = State.FAILED;
        Optional<StoredObject> object = store.find(name);
        if (object.isEmpty() || object.get().size() != written) {
            throw new StorageException(name + " was written to " + store.describe()
                    + " without an error, but what is there now "
                    + object.map(found -> "has " + found.size() + " bytes in place of " + written)
                            .orElse("is nothing")
                    + ": the storage does not keep what it accepts; check it, then run this again.");
        }
        state = State.COMMITTED;
        forget();
        return object.get();
    }

    private void require() {
        if (state != State.OPEN) {
            throw new IllegalStateException("This upload is " + state + " already: " + name);
        }
    }

    private StorageException failed(SdkException e) {
        state = State.FAILED;
        return S3Failure.writing(store.describe(), name, e);
    }

    private void forget() {
        buffer = new byte[0];
        sent = new byte[0];
    }

    @Override
    public void close() throws StorageException {
        if (state == State.COMMITTED || state == State.CLOSED) {
            return;
        }
        state = State.CLOSED;
        forget();
        if (uploadId == null) {
            return;
        }
        try {
            awaitPart(); // A part that arrives after the end of its upload would stay.
        } catch (SdkException e) {
            abort(e);
            return;
        }
        abort(null);
    }

    private void abort(SdkException before) throws StorageException {
        try {
            store.writes().abort(key, uploadId);
        } catch (SdkException e) {
            if (S3Store.isStatus(e, S3Store.NOT_FOUND)) {
                return; // Completed or ended already.
            }
            if (before != null) {
                e.addSuppressed(before);
            }
            throw S3Failure.deleting(store.describe(), name, e);
        }
    }
}
