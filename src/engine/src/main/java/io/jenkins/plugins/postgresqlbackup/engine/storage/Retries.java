package io.jenkins.plugins.postgresqlbackup.engine.storage;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

/**
 * Sends requests, and sends them again when they failed for a passing reason: a few times, with waits that grow and differ by
 * chance, or as long as the server asks for. Whoever sends a request sees to it that it may be sent twice. Thread-safe.
 *
 * <p>Clients give up in an interrupted thread, a store must not: the interrupt is put aside and given back afterwards. It only
 * ends the waiting, so that whoever wants to stop does not wait for a server that is gone.
 */
final class Retries {
    /** One request. */
    @FunctionalInterface
    interface Attempt<T, E extends Exception> {
        T run() throws E;
    }

    /** Tells failures that pass from those that stay. */
    @FunctionalInterface
    interface Passing {
        /** Empty if it is no use to try again; else how long the server asks to be left alone, zero where it does not say. */
        Optional<Duration> of(Exception failure);

        /** Whether the client gave up only because the thread was interrupted. */
        default boolean isInterrupt(Exception failure) {
            return false;
        }
    }

    /** How time passes. */
    @FunctionalInterface
    interface Clock {
        void sleep(Duration duration) throws InterruptedException;
    }

    private static final Duration FIRST_WAIT = Duration.ofMillis(200);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(20);
    /** More than this nobody waits for, whatever the server asks. */
    private static final Duration LONGEST_ASKED = Duration.ofSeconds(60);

    private final int attempts;
    private final Passing passing;
    private final RandomGenerator random;
    private final Clock clock;

    /** @param attempts how often a request is sent at most */
    Retries(int attempts, Passing passing, RandomGenerator random, Clock clock) {
        this.attempts = attempts;
        this.passing = passing;
        this.random = random;
        this.clock = clock;
    }

    /** Whose waits take real time and are drawn by real chance. */
    static Retries of(int attempts, Passing passing) {
        // Delegates, since a thread's own generator must not be kept for others.
        RandomGenerator random = () -> ThreadLocalRandom.current().nextLong();
        return new Retries(attempts, passing, random, duration -> Thread.sleep(duration.toMillis()));
    }

    /** What the request answers. Throws what its last attempt threw. */
    <T, E extends Exception> T send(Attempt<T, E> request) throws E {
        boolean interrupted = Thread.interrupted();
        try {
            for (int attempt = 1; ; attempt++) {
                try {
                    return request.run();
                } catch (Exception e) {
                    boolean cutShort = passing.isInterrupt(e);
                    interrupted |= Thread.interrupted() || cutShort;
                    Optional<Duration> asked = passing.of(e);
                    if (isLast(attempt) || !cutShort && (asked.isEmpty() || interrupted)) {
                        throw e;
                    }
                    if (!cutShort && !pause(attempt, asked.get())) {
                        interrupted = true;
                        throw e;
                    }
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Waits before the next of several attempts that the caller makes itself.
     *
     * @return false if an interrupt ended the waiting
     */
    boolean pause(int attempt) {
        return pause(attempt, Duration.ZERO);
    }

    boolean isLast(int attempt) {
        return attempt >= attempts;
    }

    private boolean pause(int attempt, Duration asked) {
        long most = Math.min(FIRST_WAIT.toMillis() << Math.min(attempt - 1, 16), LONGEST_WAIT.toMillis());
        long wait = Math.max(most / 2 + random.nextLong(most / 2 + 1), asked.toMillis());
        try {
            clock.sleep(Duration.ofMillis(Math.min(wait, LONGEST_ASKED.toMillis())));
            return true;
        } catch (InterruptedException stop) {
            return false; // The caller says so.
        }
    }

    /** What the header {@code Retry-After} says where it gives seconds; else zero. */
    static Duration asked(Optional<String> retryAfter) {
        return retryAfter
                .filter(seconds -> seconds.matches("[0-9]{1,6}"))
                .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)))
                .orElse(Duration.ZERO);
    }
}
