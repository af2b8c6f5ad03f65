package io.jenkins.plugins.postgresqlbackup.engine.storage;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A store that does what another one does, until a test tells it to fail: {@code store.on(Call.WRITE, 3).fail()} makes the third
 * write from now fail. Records every call. Thread-safe.
 */
public final class FaultyStore implements ObjectStore {
    /** What can be made to fail. */
    public enum Call {
        CREATE,
        WRITE,
        COMMIT,
        /** {@link ObjectStore#read}, both forms. */
        OPEN,
        /** One read of an opened stream. */
        READ,
        FIND,
        LIST,
        DELETE,
        NOW
    }

    /** What {@link #calls()} tells. */
    public record Recorded(Call call, String name) {}

    /** What is to happen at the chosen call. */
    public final class Fault {
        private final Call call;
        private final int number;

        private Fault(Call call, int number) {
            this.call = call;
            this.number = number;
        }

        /** The call fails and has no effect. */
        public void fail() {
            plan(this::failure);
        }

        /** The call does what it should, and then fails: as when an answer is lost on the way. */
        public void failAfterwards() {
            plan(new Plan(null, this::failure, Duration.ZERO, Long.MAX_VALUE));
        }

        /** Something happens elsewhere before the call does what it should. */
        public void run(Runnable meanwhile) {
            plan(name -> {
                meanwhile.run();
                return null;
            });
        }

        /** The call takes its time. */
        public void delay(Duration time) {
            plan(new Plan(null, null, time, Long.MAX_VALUE));
        }

        /** WRITE: only the first bytes are kept, and nothing is said. READ: the stream ends after so many more bytes. */
        public void cutAfter(long bytes) {
            plan(new Plan(null, null, Duration.ZERO, bytes));
        }

        private void plan(Failure failure) {
            plan(new Plan(failure, null, Duration.ZERO, Long.MAX_VALUE));
        }

        private void plan(Plan plan) {
            synchronized (FaultyStore.this) {
                plans.computeIfAbsent(call, any -> new HashMap<>()).put(counts.getOrDefault(call, 0) + number, plan);
            }
        }

        private StorageException failure(String name) {
            return new StorageException(
                    call + " of " + name + " in " + describe() + " failed, as the test wants; try again.");
        }
    }

    @FunctionalInterface
    private interface Failure {
        /** Null: none after all. */
        StorageException of(String name);
    }

    private record Plan(Failure before, Failure after, Duration delay, long cutAfter) {
        static final Plan NOTHING = new Plan(null, null, Duration.ZERO, Long.MAX_VALUE);

        void before(String name) throws StorageException {
            if (!delay.isZero()) {
                try {
                    Thread.sleep(delay.toMillis());
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            fail(before, name);
        }

        void after(String name) throws StorageException {
            fail(after, name);
        }

        private static void fail(Failure failure, String name) throws StorageException {
            StorageException e = failure == null ? null : failure.of(name);
            if (e != null) {
                throw e;
            }
        }
    }

    private final ObjectStore store;
    private volatile OptionalLong limit = OptionalLong.empty();
    private volatile List<String> warnings = List.of();
    private volatile Optional<DiskSpace> disk = Optional.empty();
    private final Map<Call, Integer> counts = new EnumMap<>(Call.class);
    private final Map<Call, Map<Integer, Plan>> plans = new EnumMap<>(Call.class);
    private final List<Recorded> calls = new CopyOnWriteArrayList<>();
    private long room = Long.MAX_VALUE;
    private int life = Integer.MAX_VALUE;
    private boolean lastWish;
    private int until;
    private Runnable happening;
    private Recorded refused;
    private Recorded awaited;
    private Meanwhile meanwhile;

    public FaultyStore(ObjectStore store) {
        this.store = store;
    }

    /** Chooses the {@code number}-th call of its kind from now on, 1 being the next. */
    public Fault on(Call call, int number) {
        return new Fault(call, number);
    }

    /** From now on every such call for an object whose name begins so fails; {@code null} ends that. */
    public synchronized void refuse(Call call, String prefix) {
        refused = prefix == null ? null : new Recorded(call, prefix);
    }

    /** What somebody else does right before the next such call for an object whose name begins so. */
    @FunctionalInterface
    public interface Meanwhile {
        void run() throws IOException;
    }

    public synchronized void before(Call call, String prefix, Meanwhile action) {
        awaited = new Recorded(call, prefix);
        meanwhile = action;
    }

    private synchronized void meanwhile(Call call, String name) {
        if (awaited != null && awaited.call() == call && name.startsWith(awaited.name())) {
            awaited = null;
            try {
                meanwhile.run();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /**
     * After so many more calls, and for ever, every call fails: as for a process that is killed.
     *
     * @param lastHasEffect whether the first of these calls still does what it should
     */
    public synchronized void dieAfter(int calls, boolean lastHasEffect) {
        life = calls;
        lastWish = lastHasEffect;
    }

    /** Before the {@code number}-th call from now on, of whichever kind, something happens elsewhere. */
    public synchronized void beforeCall(int number, Runnable elsewhere) {
        until = number;
        happening = elsewhere;
    }

    /** Whether a call has failed because of {@link #dieAfter}. */
    public synchronized boolean isDead() {
        return life < 0;
    }

    /** After so many more written bytes there is no room left. */
    public synchronized void diskFullAfter(long bytes) {
        room = bytes;
    }

    /** There is room again. */
    public synchronized void makeRoom() {
        room = Long.MAX_VALUE;
    }

    public List<Recorded> calls() {
        return List.copyOf(calls);
    }

    public synchronized int count(Call call) {
        return counts.getOrDefault(call, 0);
    }

    private synchronized Plan next(Call call, String name) {
        meanwhile(call, name);
        calls.add(new Recorded(call, name));
        int number = counts.merge(call, 1, Integer::sum);
        until--;
        if (until == 0) {
            happening.run();
        }
        life = life == Integer.MAX_VALUE ? life : Math.max(life - 1, -2);
        if (life < 0) {
            Failure death = any -> new StorageException(call + " of " + any + ": this process is dead.");
            return life == -1 && lastWish
                    ? new Plan(null, death, Duration.ZERO, Long.MAX_VALUE)
                    : new Plan(death, null, Duration.ZERO, Long.MAX_VALUE);
        }
        if (refused != null && refused.call() == call && name.startsWith(refused.name())) {
            return new Plan(new Fault(call, 0)::failure, null, Duration.ZERO, Long.MAX_VALUE);
        }
        return plans.getOrDefault(call, Map.of()).getOrDefault(number, Plan.NOTHING);
    }

    private synchronized int take(int wanted) {
        int taken = (int) Math.min(wanted, room);
        room = room == Long.MAX_VALUE ? room : room - taken;
        return taken;
    }

    @Override
    public String describe() {
        return store.describe();
    }

    @Override
    public Upload create(String name) throws StorageException {
        Plan plan = next(Call.CREATE, name);
        plan.before(name);
        Upload upload = new FaultyUpload(name, store.create(name));
        plan.after(name);
        return upload;
    }

    @Override
    public InputStream read(String name) throws StorageException {
        return read(name, 0, Long.MAX_VALUE);
    }

    @Override
    public InputStream read(String name, long offset, long length) throws StorageException {
        Plan plan = next(Call.OPEN, name);
        plan.before(name);
        InputStream in =
                new FaultyRead(name, length == Long.MAX_VALUE ? store.read(name) : store.read(name, offset, length));
        plan.after(name);
        return in;
    }

    @Override
    public Optional<StoredObject> find(String name) throws StorageException {
        Plan plan = next(Call.FIND, name);
        plan.before(name);
        Optional<StoredObject> found = store.find(name);
        plan.after(name);
        return found;
    }

    @Override
    public void list(String prefix, ObjectVisitor visitor) throws StorageException {
        Plan plan = next(Call.LIST, prefix);
        plan.before(prefix);
        store.list(prefix, visitor);
        plan.after(prefix);
    }

    @Override
    public void delete(String name) throws StorageException {
        Plan plan = next(Call.DELETE, name);
        plan.before(name);
        store.delete(name);
        plan.after(name);
    }

    @Override
    public Instant now() throws StorageException {
        Plan plan = next(Call.NOW, "");
        plan.before("");
        Instant now = store.now();
        plan.after("");
        return now;
    }

    /** From now on objects may have so many bytes at most, as the store tells; it keeps larger ones all the same. */
    public void tellLimit(long bytes) {
        limit = OptionalLong.of(bytes);
    }

    @Override
    public OptionalLong largestObject() {
        return limit;
    }

    /** From now on the store says this about its settings. */
    public void tellWarnings(String... sentences) {
        warnings = List.of(sentences);
    }

    @Override
    public List<String> warnings() throws StorageException {
        return warnings;
    }

    /** From now on the store lies on such a disk. */
    public void tellDisk(DiskSpace space) {
        disk = Optional.of(space);
    }

    @Override
    public Optional<DiskSpace> disk() {
        return disk;
    }

    @Override
    public boolean createsExclusively() {
        return store.createsExclusively();
    }

    @Override
    public void close() {
        store.close();
    }

    private final class FaultyUpload extends Upload {
        private final String name;
        private final Upload upload;
        private boolean failed;

        FaultyUpload(String name, Upload upload) {
            this.name = name;
            this.upload = upload;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws StorageException {
            require();
            Plan plan = next(Call.WRITE, name);
            try {
                plan.before(name);
                int wanted = (int) Math.min(length, plan.cutAfter());
                int kept = take(wanted);
                upload.write(bytes, offset, kept);
                if (kept < wanted) {
                    throw new StorageException("No space is left in " + describe() + ", so " + name
                            + " was not written; make room there and run this again.");
                }
                plan.after(name);
            } catch (StorageException e) {
                failed = true;
                throw e;
            }
        }

        @Override
        public StoredObject commit() throws StorageException {
            require();
            Plan plan = next(Call.COMMIT, name);
            try {
                plan.before(name);
                StoredObject object = upload.commit();
                plan.after(name);
                return object;
            } catch (StorageException e) {
                failed = true;
                throw e;
            }
        }

        private void require() {
            if (failed) {
                throw new IllegalStateException("This upload failed already: " + name);
            }
        }

        @Override
        public void close() throws StorageException {
            upload.close();
        }
    }

    private final class FaultyRead extends FilterInputStream {
        private final String name;
        private long left = Long.MAX_VALUE;

        FaultyRead(String name, InputStream in) {
            super(in);
            this.name = name;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            Plan plan = next(Call.READ, name);
            plan.before(name);
            left = Math.min(left, plan.cutAfter());
            if (left == 0 && length > 0) {
                return -1;
            }
            int count = super.read(bytes, offset, (int) Math.min(length, left));
            left -= Math.max(count, 0);
            plan.after(name);
            return count;
        }
    }
}
