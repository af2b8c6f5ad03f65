package io.jenkins.plugins.postgresqlbackup.engine.storage;

import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** An object on its way into a store over the network. Holds at most two parts in memory: one is filled while the other is sent. */
final class PartedUpload extends Upload {
    private enum State {
        OPEN,
        FAILED,
        COMMITTED,
        CLOSED
    }

    /** Who sends one part. An interrupt of who waits for it is passed on, so that nobody waits long for a server that is gone. */
    private static final class Sender {
        private Thread thread;
        private boolean interrupted;

        synchronized void begin() {
            thread = Thread.currentThread();
            if (interrupted) {
                thread.interrupt();
            }
        }

        /** The thread's next work is another one's. */
        synchronized void end() {
            thread = null;
            Thread.interrupted();
        }

        synchronized void interrupt() {
            interrupted = true;
            if (thread != null) {
                thread.interrupt();
            }
        }
    }

    private static final int FIRST_BUFFER = 64 * 1024;

    private final ObjectStore store;
    private final ObjectWrites writes;
    private final ExecutorService senders;
    private final String name;
    private final String id = UUID.randomUUID().toString();
    private byte[] buffer = new byte[0];
    private int filled;
    private long written;
    /** Null until a second part is needed. */
    private ObjectWrites.Parts parts;

    private Future<?> sending;
    private Sender sender = new Sender();
    private byte[] sent = new byte[0];
    private int begun;
    private State state = State.OPEN;

    PartedUpload(ObjectStore store, ObjectWrites writes, ExecutorService senders, String name) {
        this.store = store;
        this.writes = writes;
        this.senders = senders;
        this.name = name;
    }

    /** The threads of one store that send parts; none keeps a process from ending. */
    static ExecutorService senders(String threadName) {
        return Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, threadName);
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws StorageException {
        require();
        try {
            int from = offset;
            int left = length;
            while (left > 0) {
                int part = writes.partBytes(begun + 1);
                if (filled == part) {
                    sendPart(false);
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
        } catch (StorageException e) {
            state = State.FAILED;
            throw e;
        }
    }

    private void reserve(int needed, int most) {
        if (needed > buffer.length) {
            int grown = Math.max(needed, Math.max(FIRST_BUFFER, buffer.length * 2));
            buffer = Arrays.copyOf(buffer, Math.min(most, grown));
        }
    }

    private void sendPart(boolean last) throws StorageException {
        if (begun == writes.maxParts()) {
            throw new StorageException(name + " could not be written to " + store.describe() + " (it needs more than "
                    + begun + " parts); allow larger ones with partSize=… in the URL.");
        }
        if (parts == null) {
            parts = writes.begin(name, id);
        }
        awaitPart();
        byte[] content = buffer;
        int length = filled;
        int number = ++begun;
        Sender own = new Sender();
        sender = own;
        sending = senders.submit(() -> {
            own.begin();
            try {
                parts.send(number, content, length, last);
                return null;
            } finally {
                own.end();
            }
        });
        buffer = sent;
        sent = content;
        filled = 0;
    }

    /** Waits for the part that is being sent, through interrupts. */
    private void awaitPart() throws StorageException {
        if (sending == null) {
            return;
        }
        boolean interrupted = Thread.interrupted();
        if (interrupted) {
            sender.interrupt();
        }
        try {
            while (true) {
                try {
                    sending.get();
                    return;
                } catch (InterruptedException e) {
                    interrupted = true;
                    sender.interrupt();
                } catch (ExecutionException e) {
                    throw e.getCause() instanceof StorageException failure
                            ? failure
                            : new StorageException(
                                    name + " could not be written to " + store.describe() + " (" + e.getCause()
                                            + "); run this again.",
                                    e.getCause());
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
        state = State.FAILED;
        try {
            if (parts == null) {
                requireFree();
                writes.put(name, id, buffer, filled);
            } else {
                // Always something is left: a part is sent only when more is to follow.
                sendPart(true);
                awaitPart();
                requireFree();
                parts.complete();
            }
        } catch (StorageException e) {
            requireOwn(e);
        }
        return stored();
    }

    private void requireFree() throws StorageException {
        if (!store.createsExclusively() && store.find(name).isPresent()) {
            throw new ObjectExistsException(store.describe(), name);
        }
    }

    /** After a failure it may be ours all the same: the answer to the first of several tries got lost. */
    private void requireOwn(StorageException failure) throws StorageException {
        Optional<String> writer;
        try {
            writer = writes.writer(name);
        } catch (StorageException e) {
            failure.addSuppressed(e);
            throw failure;
        }
        if (writer.isEmpty() || !writer.get().equals(id)) {
            throw failure;
        }
    }

    /** Looks at what the server has made of it. */
    private StoredObject stored() throws StorageException {
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
        if (parts == null) {
            return;
        }
        StorageException before = null;
        try {
            awaitPart(); // A part that arrives after the end of its upload would stay.
        } catch (StorageException e) {
            before = e;
        }
        try {
            parts.abort();
        } catch (StorageException e) {
            if (before != null) {
                e.addSuppressed(before);
            }
            throw e;
        }
    }
}
