package io.jenkins.plugins.postgresqlbackup.engine.repository;

import io.jenkins.plugins.postgresqlbackup.engine.storage.SettableClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Somebody at work who renews the lease when a test says that time passes. For one thread. */
public final class TestLease implements AutoCloseable {
    private final SettableClock clock;
    private final List<Runnable> beats = new ArrayList<>();
    private final Lease lease;

    public TestLease(Repository repository, Activity activity, SettableClock clock) {
        this.clock = clock;
        this.lease = Lease.begin(repository, activity, "aa", task -> {
            beats.add(task);
            return () -> beats.remove(task);
        });
    }

    /** Time passes, and there is a sign of life at its end. */
    public void pass(Duration time) {
        clock.pass(time);
        List.copyOf(beats).forEach(Runnable::run);
    }

    @Override
    public void close() {
        lease.close();
    }
}
