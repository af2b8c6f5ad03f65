package io.jenkins.plugins.postgresqlbackup.engine.repository;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.jenkins.plugins.postgresqlbackup.engine.storage.ObjectStore;
import io.jenkins.plugins.postgresqlbackup.engine.storage.StoredObject;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Tells others, for as long as it is open, what is going on in a repository. Nothing's safety depends on it, so that whatever fails here is only told:
 * no method throws.
 *
 * <p>A lease is a row of objects {@code leases/<id>/1, 2, …}: each minute a new one is written and the one before deleted; the newest counts, by the
 * time at which the store wrote it. Closing deletes them. Where that is not allowed a last object says that it is over; where nothing works any more,
 * the lease expires. Thread-safe.
 */
public final class Lease implements AutoCloseable {
    static final Duration EXPIRES_AFTER = Duration.ofMinutes(5);
    static final String PURPOSE = "lease";

    private static final Duration RENEWED_EVERY = Duration.ofMinutes(1);

    /**
     * A lease as others see it.
     *
     * @param began when its first object was written, by the store's clock
     * @param renewed when its newest one was
     */
    public record Held(String id, Activity activity, Instant began, Instant renewed) {}

    /**
     * What an object says.
     *
     * @param began null: when this very object was written
     * @param ended that it is over; null: it is not
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Content(String lease, long number, Activity activity, Instant began, Boolean ended) {}

    private final Repository repository;
    private final ObjectStore store;
    private final String id;
    private final Activity activity;
    private final Set<String> written = new LinkedHashSet<>();
    private final List<String> problems = new CopyOnWriteArrayList<>();
    private Instant began;
    private long number;
    private boolean renewalFailed;
    private boolean mayDelete = true;
    private boolean closed;
    private Beat.Stop beat = () -> {};

    private Lease(Repository repository, String id, Activity activity) {
        this.repository = repository;
        this.store = repository.store();
        this.id = id;
        this.activity = activity;
    }

    /** Begins to tell. If that fails, {@link #problems} says so and nobody is told anything. */
    public static Lease begin(Repository repository, Activity activity) {
        return begin(repository, activity, UUID.randomUUID().toString(), Beat.every(RENEWED_EVERY));
    }

    static Lease begin(Repository repository, Activity activity, String id, Beat beat) {
        Lease lease = new Lease(repository, id, activity);
        lease.begin(beat);
        return lease;
    }

    private synchronized void begin(Beat timer) {
        try {
            began = write(false).modified();
            beat = timer.start(this::renew);
        } catch (IOException e) {
            problems.add("Others cannot see that this " + activity.operation() + " is going on: " + e.getMessage());
        }
    }

    /** When it began, by the store's clock; null if it did not. */
    public synchronized Instant began() {
        return began;
    }

    /** Who else is at work now, the longest first; nobody if this one could not begin. */
    public synchronized List<Held> others() {
        if (began == null) {
            return List.of();
        }
        try {
            return Leases.fresh(repository, began).stream()
                    .filter(held -> !held.id().equals(id))
                    .toList();
        } catch (IOException e) {
            problems.add("Who else is at work in the repository cannot be seen: " + e.getMessage());
            return List.of();
        }
    }

    /** What went wrong so far, each a sentence. */
    public List<String> problems() {
        return List.copyOf(problems);
    }

    private synchronized void renew() {
        if (closed) {
            return;
        }
        try {
            write(false);
            if (mayDelete) {
                deleteAllBut(number);
            }
        } catch (IOException e) {
            if (!renewalFailed) {
                renewalFailed = true;
                problems.add("For a while others could not see that this " + activity.operation() + " was going on: "
                        + e.getMessage());
            }
        }
    }

    private StoredObject write(boolean ended) throws IOException {
        number++;
        String name = Layout.lease(id, number);
        byte[] content = SmallObject.seal(
                repository.keys(), PURPOSE, new Content(id, number, activity, began, ended ? Boolean.TRUE : null));
        written.add(name); // also if the answer is lost
        return store.put(name, content);
    }

    /** The newest last: a deletion that stops half-way must not bring an older one back to light. */
    private void deleteAllBut(long kept) {
        for (String name : List.copyOf(written)) {
            if (!name.equals(Layout.lease(id, kept))) {
                try {
                    store.delete(name);
                    written.remove(name);
                } catch (IOException e) {
                    mayDelete = false;
                    log(e);
                    return;
                }
            }
        }
    }

    @Override
    public void close() {
        beat.stop();
        end();
    }

    private synchronized void end() {
        if (closed || began == null) {
            return;
        }
        closed = true;
        deleteAllBut(0);
        if (!written.isEmpty()) {
            try {
                write(true);
            } catch (IOException e) {
                log(e);
            }
        }
    }

    /** A store that does not let everybody delete is well kept: no reason to trouble anybody. */
    private void log(IOException e) {
        System.getLogger(Lease.class.getName())
                .log(System.Logger.Level.DEBUG, "The lease " + id + " is left to expire", e);
    }
}
