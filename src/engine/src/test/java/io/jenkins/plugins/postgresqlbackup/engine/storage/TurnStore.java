package io.jenkins.plugins.postgresqlbackup.engine.storage;

import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What one actor sees of a store that it shares with others: before each call it waits for its turn. As stores are, it is not always kind: a listing is
 * put together page by page while others write and delete, and an object may bear the time at which its writing began, long before it is seen.
 */
public final class TurnStore implements ObjectStore {
    /** The clock of a shared store, which at times dates back. For one thread at a time. */
    public static final class Stamps extends Clock {
        private final Clock clock;
        private Instant earlier;

        public Stamps(Clock clock) {
            this.clock = clock;
        }

        @Override
        public Instant instant() {
            return earlier == null ? clock.instant() : earlier;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    /** No server waits longer for the end of what was begun. */
    private static final Duration LONGEST_PUT = Duration.ofHours(12);

    private final ObjectStore store;
    private final Stamps stamps;
    private final Turns turns;
    private final int page;
    private final boolean early;
    private Turns.Actor actor;

    /**
     * @param stamps the clock of the store
     * @param page how many objects are listed at once
     * @param early whether objects bear the time at which their writing began
     */
    public TurnStore(ObjectStore store, Stamps stamps, Turns turns, int page, boolean early) {
        this.store = store;
        this.stamps = stamps;
        this.turns = turns;
        this.page = page;
        this.early = early;
    }

    /** Whose calls these are; before that nobody waits. */
    public void belongsTo(Turns.Actor owner) {
        this.actor = owner;
    }

    private void step(String what) {
        if (actor != null) {
            turns.step(actor, what);
        }
    }

    @Override
    public String describe() {
        return store.describe();
    }

    @Override
    public Upload create(String name) throws StorageException {
        if (!store.createsExclusively()) {
            step("is " + name + " free?");
        }
        Upload upload = store.create(name);
        return new Upload() {
            @Override
            public void write(byte[] bytes, int offset, int length) throws StorageException {
                upload.write(bytes, offset, length);
            }

            @Override
            public StoredObject commit() throws StorageException {
                if (early) {
                    step("begin to put " + name);
                }
                Instant begun = stamps.instant();
                step("put " + name);
                if (early && Duration.between(begun, stamps.instant()).compareTo(LONGEST_PUT) > 0) {
                    throw new StorageException("The server has given up on " + name + ".");
                }
                stamps.earlier = early ? begun : null;
                try {
                    return upload.commit();
                } finally {
                    stamps.earlier = null;
                }
            }

            @Override
            public void close() throws StorageException {
                upload.close();
            }
        };
    }

    @Override
    public InputStream read(String name) throws StorageException {
        step("read " + name);
        return store.read(name);
    }

    @Override
    public InputStream read(String name, long offset, long length) throws StorageException {
        step("read " + name);
        return store.read(name, offset, length);
    }

    @Override
    public Optional<StoredObject> find(String name) throws StorageException {
        step("find " + name);
        return store.find(name);
    }

    @Override
    public void list(String prefix, ObjectVisitor visitor) throws StorageException {
        String[] last = {""};
        List<StoredObject> seen = new ArrayList<>();
        do {
            seen.clear();
            step("list " + prefix + (last[0].isEmpty() ? "" : " after " + last[0]));
            store.list(prefix, object -> {
                if (object.name().compareTo(last[0]) > 0 && seen.size() < page) {
                    seen.add(object);
                }
            });
            for (StoredObject object : seen) {
                last[0] = object.name();
                visitor.visit(object);
            }
        } while (seen.size() == page);
    }

    @Override
    public void delete(String name) throws StorageException {
        step("delete " + name);
        store.delete(name);
    }

    @Override
    public Instant now() throws StorageException {
        step("now");
        return store.now();
    }

    @Override
    public boolean createsExclusively() {
        return store.createsExclusively();
    }

    @Override
    public OptionalLong largestObject() {
        return store.largestObject();
    }

    @Override
    public void close() {
        store.close();
    }
}
