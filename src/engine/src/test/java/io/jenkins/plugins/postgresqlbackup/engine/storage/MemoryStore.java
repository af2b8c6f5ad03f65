package io.jenkins.plugins.postgresqlbackup.engine.storage;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** Objects in memory, dated by a clock that a test sets. Thread-safe. */
public final class MemoryStore implements ObjectStore {
    private record Entry(byte[] content, Instant modified) {}

    private final ConcurrentSkipListMap<String, Entry> objects = new ConcurrentSkipListMap<>();
    private final Set<String> locked = ConcurrentHashMap.newKeySet();
    private final Clock clock;
    private final boolean exclusive;

    /** @param exclusive false: like a store without conditional writes, where of two uploads of one name the last stays */
    public MemoryStore(Clock clock, boolean exclusive) {
        this.clock = clock;
        this.exclusive = exclusive;
    }

    public MemoryStore(Clock clock) {
        this(clock, true);
    }

    /** The same objects, in a store of their own with a clock of its own. */
    public MemoryStore copy(Clock other) {
        MemoryStore copy = new MemoryStore(other, exclusive);
        copy.objects.putAll(objects);
        copy.locked.addAll(locked);
        return copy;
    }

    /** From now on the object cannot be deleted. */
    public void lock(String name) {
        locked.add(name);
    }

    public void unlock(String name) {
        locked.remove(name);
    }

    /** Puts other bytes in an object's place, as no store lets anybody do. */
    public void replace(String name, byte[] content) {
        objects.compute(name, (any, old) -> new Entry(content, old == null ? clock.instant() : old.modified()));
    }

    public List<String> names() {
        return List.copyOf(objects.keySet());
    }

    @Override
    public String describe() {
        return "memory";
    }

    @Override
    public Upload create(String name) throws StorageException {
        if (objects.containsKey(ObjectName.check(name))) {
            throw new ObjectExistsException(describe(), name);
        }
        return new MemoryUpload(name);
    }

    @Override
    public InputStream read(String name) throws StorageException {
        return read(name, 0, Long.MAX_VALUE);
    }

    @Override
    public InputStream read(String name, long offset, long length) throws StorageException {
        Entry entry = objects.get(ObjectName.check(name));
        if (entry == null) {
            throw new NoSuchObjectException(describe(), name);
        }
        int from = (int) Math.min(offset, entry.content().length);
        return new ByteArrayInputStream(entry.content(), from, (int) Math.min(length, entry.content().length - from));
    }

    @Override
    public Optional<StoredObject> find(String name) {
        return Optional.ofNullable(objects.get(ObjectName.check(name))).map(entry -> describe(name, entry));
    }

    private static StoredObject describe(String name, Entry entry) {
        return new StoredObject(name, entry.content().length, entry.modified(), Optional.empty());
    }

    @Override
    public void list(String prefix, ObjectVisitor visitor) throws StorageException {
        for (var object : objects.tailMap(prefix, true).entrySet()) {
            if (!object.getKey().startsWith(prefix)) {
                return;
            }
            visitor.visit(describe(object.getKey(), object.getValue()));
        }
    }

    @Override
    public void delete(String name) throws StorageException {
        if (locked.contains(ObjectName.check(name)) && objects.containsKey(name)) {
            throw new LockedObjectException(
                    name + " could not be deleted from " + describe() + " (a test has locked it); it stays.");
        }
        objects.remove(name);
    }

    @Override
    public Instant now() {
        return clock.instant();
    }

    @Override
    public boolean createsExclusively() {
        return exclusive;
    }

    @Override
    public void close() {
        // The objects stay, as those of any store do.
    }

    private final class MemoryUpload extends Upload {
        private final String name;
        private final ByteArrayOutputStream content = new ByteArrayOutputStream();
        private boolean ended;

        MemoryUpload(String name) {
            this.name = name;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            requireOpen();
            content.write(bytes, offset, length);
        }

        @Override
        public StoredObject commit() throws StorageException {
            requireOpen();
            ended = true;
            Entry entry = new Entry(content.toByteArray(), clock.instant());
            if (!exclusive) {
                objects.put(name, entry);
            } else if (objects.putIfAbsent(name, entry) != null) {
                throw new ObjectExistsException(MemoryStore.this.describe(), name);
            }
            return MemoryStore.describe(name, entry);
        }

        private void requireOpen() {
            if (ended) {
                throw new IllegalStateException("This upload has ended.");
            }
        }

        @Override
        public void close() {
            ended = true;
        }
    }
}
