package io.jenkins.plugins.postgresqlbackup.engine.storage;

import java.io.IOException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpResponse;

/**
 * Sends requests, and sends them again when they failed for a passing reason: a few times, with waits that grow and differ by
 * chance, or as long as the server asks for. Whoever sends a request sees to it that it may be sent twice. Thread-safe.
 *
 * <p>The client gives up in an interrupted thread, a store must not: the interrupt is put aside and given back afterwards. It
 * only ends the waiting, so that whoever wants to stop does not wait for a server that is gone.
 */
final class S3Requests {
    /** How time passes. */
    @FunctionalInterface
    interface Clock {
        void sleep(Duration duration) throws InterruptedException;
    }

    private static final Duration FIRST_WAIT = Duration.ofMillis(200);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(20);
    /** More than this nobody waits for, whatever the server asks. */
    private static final Duration LONGEST_ASKED = Duration.ofSeconds(60);

    private static final Set<String> PASSING = Set.of(
            "RequestTimeout",
            "RequestTimeTooSkewed", // The client has learnt the server's time from this answer.
            "BadDigest",
            "IncompleteBody",
            "ConditionalRequestConflict",
            "OperationAborted",
            "SlowDown",
            "Throttling",
            "ThrottlingException",
            "RequestLimitExceeded",
            "InternalError",
            "ServiceUnavailable");
    private static final int REQUEST_TIMEOUT = 408;
    private static final int TOO_MANY = 429;
    private static final int SERVER_ERROR = 500;

    private final int attempts;
    private final RandomGenerator random;
    private final Clock clock;

    S3Requests(int attempts, RandomGenerator random, Clock clock) {
        this.attempts = attempts;
        this.random = random;
        this.clock = clock;
    }

    <T> T send(Supplier<T> request) {
        boolean interrupted = Thread.interrupted();
        try {
            for (int attempt = 1; ; attempt++) {
                try {
                    return request.get();
                } catch (AbortedException e) {
                    Thread.interrupted();
                    interrupted = true;
                    if (attempt >= attempts) {
                        throw e;
                    }
                } catch (SdkException e) {
                    if (attempt >= attempts || !isPassing(e) || interrupted) {
                        throw e;
                    }
                    try {
                        pause(attempt, asked(e));
                    } catch (InterruptedException stop) {
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

    /** Waits before the next of several attempts that the caller makes itself. */
    void pause(int attempt) throws InterruptedException {
        pause(attempt, Optional.empty());
    }

    boolean isLast(int attempt) {
        return attempt >= attempts;
    }

    private void pause(int attempt, Optional<Duration> asked) throws InterruptedException {
        long most = Math.min(FIRST_WAIT.toMillis() << Math.min(attempt - 1, 16), LONGEST_WAIT.toMillis());
        long wait = most / 2 + random.nextLong(most / 2 + 1);
        clock.sleep(Duration.ofMillis(Math.max(wait, asked.orElse(Duration.ZERO).toMillis())));
    }

    private static Optional<Duration> asked(SdkException e) {
        if (!(e instanceof AwsServiceException answer) || answer.awsErrorDetails() == null) {
            return Optional.empty();
        }
        SdkHttpResponse response = answer.awsErrorDetails().sdkHttpResponse();
        return Optional.ofNullable(response)
                .flatMap(head -> head.firstMatchingHeader("Retry-After"))
                .filter(seconds -> seconds.matches("[0-9]{1,6}"))
                .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)))
                .map(asked -> asked.compareTo(LONGEST_ASKED) > 0 ? LONGEST_ASKED : asked);
    }

    private static boolean isPassing(SdkException e) {
        if (e instanceof AwsServiceException answer) {
            int status = answer.statusCode();
            return status == REQUEST_TIMEOUT
                    || status == TOO_MANY
                    || status >= SERVER_ERROR && status != S3Store.NOT_IMPLEMENTED
                    || PASSING.contains(S3Failure.code(answer));
        }
        if (e instanceof ApiCallAttemptTimeoutException) {
            return true;
        }
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof SSLException || cause instanceof UnknownHostException) {
                return false;
            }
            if (cause instanceof IOException) {
                return true;
            }
        }
        return false;
    }
}
