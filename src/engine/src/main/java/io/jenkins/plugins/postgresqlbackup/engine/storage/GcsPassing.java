package io.jenkins.plugins.postgresqlbackup.engine.storage;

import com.google.api.client.http.HttpResponseException;
import com.google.auth.Retryable;
import java.io.IOException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLException;
import org.apache.http.impl.execchain.RequestAbortedException;

/** Which failures of Google Cloud Storage, or on the way to it, pass. */
final class GcsPassing implements Retries.Passing {
    private static final Set<String> REASONS = Set.of("rateLimitExceeded", "userRateLimitExceeded", "backendError");
    private static final int REQUEST_TIMEOUT = 408;
    private static final int TOO_MANY = 429;
    private static final int SERVER_ERROR = 500;
    private static final int NOT_IMPLEMENTED = 501;

    @Override
    public Optional<Duration> of(Exception failure) {
        if (failure instanceof HttpResponseException answer) {
            return passes(answer)
                    ? Optional.of(Retries.asked(
                            Optional.ofNullable(answer.getHeaders().getRetryAfter())))
                    : Optional.empty();
        }
        return failure instanceof IOException && passes(failure) ? Optional.of(Duration.ZERO) : Optional.empty();
    }

    private static boolean passes(HttpResponseException answer) {
        int status = answer.getStatusCode();
        return status == REQUEST_TIMEOUT
                || status == TOO_MANY
                || status >= SERVER_ERROR && status != NOT_IMPLEMENTED
                || REASONS.contains(GcsFailure.code(answer));
    }

    private static boolean passes(Exception failure) {
        boolean passes = !(failure instanceof StorageException);
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SSLException
                    || cause instanceof UnknownHostException
                    || cause instanceof GcsFailure.UnreadableKey) {
                return false;
            }
            if (cause instanceof Retryable credentials) {
                passes = credentials.isRetryable();
            }
        }
        return passes;
    }

    @Override
    public boolean isInterrupt(Exception failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof InterruptedException || cause instanceof RequestAbortedException) {
                return true;
            }
        }
        return false;
    }
}
