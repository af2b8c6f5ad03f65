package io.jenkins.plugins.postgresqlbackup.engine.storage;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Reads a range of one object over the network; a connection that is cut is taken up again where it ended. Not thread-safe. */
final class ResumingRead extends InputStream {
    /** Who delivers less than this between two cuts does not work. */
    private static final int STEADY = 256 * 1024;

    private final RemoteStore store;
    private final String name;
    private RemoteStore.Range range;
    private long position;
    private long left;
    private int failures;
    /** From here on a failure is a new one. */
    private long steadyFrom;

    private ResumingRead(RemoteStore store, String name, long position, long length, RemoteStore.Range range) {
        this.store = store;
        this.name = name;
        this.position = position;
        this.range = range;
        this.left = Math.min(length, range.length());
    }

    /** @param length {@code Long.MAX_VALUE} for all that is there */
    static InputStream open(RemoteStore store, String name, long offset, long length) throws StorageException {
        Optional<RemoteStore.Range> range = store.open(name, offset, length, null);
        return range.isEmpty()
                ? InputStream.nullInputStream()
                : new ResumingRead(store, name, offset, length, range.get());
    }

    @Override
    public int read() throws StorageException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws StorageException {
        if (length == 0) {
            return 0;
        }
        if (left == 0) {
            return -1;
        }
        // Some clients' streams break in an interrupted thread.
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try {
                    int count = range.in().read(bytes, offset, (int) Math.min(length, left));
                    if (count < 0) {
                        throw new EOFException("the connection ended " + left + " bytes too early");
                    }
                    position += count;
                    left -= count;
                    if (position >= steadyFrom) {
                        failures = 0;
                    }
                    return count;
                } catch (IOException | RuntimeException e) {
                    interrupted |= Thread.interrupted();
                    interrupted |= resume(e, interrupted);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Returns whether it was interrupted. */
    private boolean resume(Exception failure, boolean stopping) throws StorageException {
        range.abort().run();
        failures++;
        steadyFrom = position + STEADY;
        if (store.retries().isLast(failures)) {
            throw store.failed(name, failure);
        }
        boolean interrupted = !stopping && !store.retries().pause(failures);
        range = store.open(name, position, left, range.version()).orElseThrow(() -> store.failed(name, failure));
        return interrupted;
    }

    @Override
    public void close() throws StorageException {
        if (left > 0) {
            range.abort().run(); // To read on to the end, only to use the connection once more, could take long.
            return;
        }
        boolean interrupted = Thread.interrupted();
        try {
            range.in().close();
        } catch (IOException | RuntimeException e) {
            throw store.failed(name, e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
