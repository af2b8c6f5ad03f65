package io.jenkins.plugins.postgresqlbackup.alert;

import hudson.Extension;
import hudson.ExtensionList;
import hudson.init.Terminator;
import hudson.security.ACL;
import hudson.security.ACLContext;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.util.Timer;

/**
 * Work that may hang, such as asking a storage or a mail server: each on a thread of its own that is interrupted when its time is up, and never a second time
 * before the first has ended. What hangs for good so holds one thread and nobody else.
 */
public final class Errands {
    private static final Logger LOGGER = Logger.getLogger(Errands.class.getName());

    private Errands() {}

    /** How long Jenkins waits for each of two things when it stops: that what runs ends by itself, and that it does when it is interrupted. */
    private static final Duration END = Duration.ofSeconds(3);

    private record Errand(Instant began, Thread thread) {}

    /** What runs, as long as Jenkins does. */
    @Extension
    public static final class Running {
        private final ConcurrentMap<String, Errand> errands = new ConcurrentHashMap<>();
        private volatile boolean over;

        private static Running get() {
            return ExtensionList.lookupSingleton(Running.class);
        }

        private void join() throws InterruptedException {
            long end = System.nanoTime() + END.toNanos();
            for (Errand errand : List.copyOf(errands.values())) {
                TimeUnit.NANOSECONDS.timedJoin(errand.thread(), Math.max(1, end - System.nanoTime()));
            }
        }
    }

    /** Nothing is begun any more when Jenkins stops, and what runs writes to its home no longer. */
    @Terminator
    public static void end() throws InterruptedException {
        Running running = Running.get();
        running.over = true;
        running.join();
        running.errands.values().forEach(errand -> errand.thread().interrupt());
        running.join();
    }

    /**
     * Starts one, to be interrupted when its time is up.
     *
     * @return what comes of it, or a {@link TimeoutException} once its time is up, whether or not it has ended; empty if the last one of this name has not
     *     ended, or Jenkins stops
     */
    public static <T> Optional<CompletableFuture<T>> start(String name, Duration patience, Callable<T> work) {
        return start(name, patience, work, Thread::interrupt);
    }

    /**
     * Starts one.
     *
     * @param stop what ends it when its time is up; is called on a timer's thread and so returns at once
     */
    public static <T> Optional<CompletableFuture<T>> start(
            String name, Duration patience, Callable<T> work, Consumer<Thread> stop) {
        Running running = Running.get();
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread thread = new Thread(() -> carryOut(running, name, work, result), "postgresql-backup " + name);
        thread.setDaemon(true);
        if (running.over || running.errands.putIfAbsent(name, new Errand(Instant.now(), thread)) != null) {
            return Optional.empty();
        }
        thread.start();
        Future<?> alarm = Timer.get()
                .schedule(
                        () -> {
                            if (result.completeExceptionally(new TimeoutException(name))) {
                                stop.accept(thread);
                            }
                        },
                        patience.toMillis(),
                        TimeUnit.MILLISECONDS);
        result.whenComplete((value, failure) -> alarm.cancel(false));
        return Optional.of(result);
    }

    /** Since when one of this name has been at it; empty if none is. */
    public static Optional<Instant> runningSince(String name) {
        return Optional.ofNullable(Running.get().errands.get(name)).map(Errand::began);
    }

    private static <T> void carryOut(Running running, String name, Callable<T> work, CompletableFuture<T> result) {
        try (ACLContext system = ACL.as2(ACL.SYSTEM2)) {
            T value = work.call();
            running.errands.remove(name); // before anybody hears of it and starts the next
            result.complete(value);
        } catch (Exception | Error e) {
            running.errands.remove(name);
            if (!result.completeExceptionally(e)) {
                LOGGER.log(Level.FINE, "What took too long ended: " + name, e);
            }
        }
    }
}
