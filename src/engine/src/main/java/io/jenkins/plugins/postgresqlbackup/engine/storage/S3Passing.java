package io.jenkins.plugins.postgresqlbackup.engine.storage;

import java.io.IOException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;

/** Which failures of an S3 server pass. */
final class S3Passing implements Retries.Passing {
    private static final Set<String> CODES = Set.of(
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

    @Override
    public Optional<Duration> of(Exception failure) {
        return passes(failure) ? Optional.of(asked(failure)) : Optional.empty();
    }

    @Override
    public boolean isInterrupt(Exception failure) {
        return failure instanceof AbortedException;
    }

    private static Duration asked(Exception failure) {
        return failure instanceof AwsServiceException answer
                        && answer.awsErrorDetails() != null
                        && answer.awsErrorDetails().sdkHttpResponse() != null
                ? Retries.asked(answer.awsErrorDetails().sdkHttpResponse().firstMatchingHeader("Retry-After"))
                : Duration.ZERO;
    }

    private static boolean passes(Exception failure) {
        if (failure instanceof AwsServiceException answer) {
            int status = answer.statusCode();
            return status == REQUEST_TIMEOUT
                    || status == TOO_MANY
                    || status >= SERVER_ERROR && status != S3Store.NOT_IMPLEMENTED
                    || CODES.contains(S3Failure.code(answer));
        }
        if (failure instanceof ApiCallAttemptTimeoutException) {
            return true;
        }
        for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
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
