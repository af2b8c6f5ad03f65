package io.jenkins.plugins.postgresqlbackup.alert;

import hudson.security.ACL;
import hudson.security.ACLContext;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.util.Timer;

/**
 * Work that may hang, such as asking a storage or a mail server: each on a thread of its own that is interrupted when its time is up, and never a second time
 * before the first has ended. What hangs for good so holds one thread and nobody else.
 */
public final class Errands {
    private static final Logger LOGGER = Logger.getLogger(Errands.class.getName());
    private static final Set<String> RUNNING = ConcurrentHashMap.newKeySet();

    private Errands() {}

    /**
     * Starts one.
     *
     * @return what comes of it, or a {@link TimeoutException} once its time is up, whether or not it has ended; empty if the last one of this name has not
     *     ended
     */
    public static <T> Optional<CompletableFuture<T>> start(String name, Duration patience, Callable<T> work) {
        if (!RUNNING.add(name)) {
            return Optional.empty();
        }
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread thread = new Thread(() -> carryOut(name, work, result), "postgresql-backup " + name);
        thread.setDaemon(true);
        thread.start();
        Future<?> alarm = Timer.get()
                .schedule(
                        () -> {
                            if (result.completeExceptionally(new TimeoutException(name))) {
                                thread.interrupt();
                            }
                        },
                        patience.toMillis(),
                        TimeUnit.MILLISECONDS);
        result.whenComplete((value, failure) -> alarm.cancel(false));
        return Optional.of(result);
    }

    /** Whether one of this name has begun and not ended. */
    public static boolean isRunning(String name) {
        return RUNNING.contains(name);
    }

    private static <T> void carryOut(String name, Callable<T> work, CompletableFuture<T> result) {
        try (ACLContext system = ACL.as2(ACL.SYSTEM2)) {
            T value = work.call();
            RUNNING.remove(name); // before anybody hears of it and starts the next
            result.complete(value);
        } catch (Exception | Error e) {
            RUNNING.remove(name);
            if (!result.completeExceptionally(e)) {
                LOGGER.log(Level.FINE, "What took too long ended: " + name, e);
            }
        }
    }
}
