package io.jenkins.plugins.postgresqlbackup.engine.storage;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.sts.model.StsException;

/** Says in one sentence what an S3 server refused to do, to which object, and what helps. */
final class S3Failure {
    private static final String REGION_HEADER = "x-amz-bucket-region";
    private static final List<String> LOCK_WORDS =
            List.of("object lock", "objectlock", "worm", "retention", "legal hold");

    private S3Failure() {}

    static StorageException writing(String store, String name, RuntimeException e) {
        return failure(name + " could not be written to " + store, e, "s3:PutObject");
    }

    static StorageException reading(String store, String name, Exception e) {
        return failure(name + " could not be read from " + store, e, "s3:GetObject");
    }

    static StorageException listing(String store, RuntimeException e) {
        return failure("The objects in " + store + " could not be listed", e, "s3:ListBucket");
    }

    static StorageException deleting(String store, String name, RuntimeException e) {
        return isLocked(e)
                ? new LockedObjectException(
                        name + " could not be deleted from " + store + " (" + reason(e)
                                + "): it stays as long as its lock holds.",
                        e)
                : failure(name + " could not be deleted from " + store, e, "s3:DeleteObject");
    }

    /** Servers have several codes for it, and say it in their words. */
    private static boolean isLocked(RuntimeException e) {
        if (!(e instanceof AwsServiceException answer) || answer.statusCode() < 400 || answer.statusCode() >= 500) {
            return false;
        }
        String words = reason(answer).toLowerCase(Locale.ROOT);
        return LOCK_WORDS.stream().anyMatch(words::contains);
    }

    static StorageException opening(String store, RuntimeException e) {
        return failure(store + " could not be opened", e, "s3:ListBucket");
    }

    private static StorageException failure(String what, Exception e, String permission) {
        return new StorageException(what + " (" + reason(e) + "); " + advice(e, permission) + ".", e);
    }

    /** The server's name for what is wrong; empty where it gives none. */
    static String code(AwsServiceException e) {
        return e.awsErrorDetails() == null || e.awsErrorDetails().errorCode() == null
                ? ""
                : e.awsErrorDetails().errorCode();
    }

    /** What happened, in the server's own words where it has some. */
    static String reason(Exception e) {
        if (e instanceof AwsServiceException answer) {
            String message = answer.awsErrorDetails() == null
                    ? null
                    : answer.awsErrorDetails().errorMessage();
            String code = code(answer);
            String status = "HTTP status " + answer.statusCode();
            if (message == null || message.isBlank()) {
                return code.isEmpty() ? status : code + ", " + status;
            }
            String words = message.strip().replaceAll("[.\\s]+$", "").replaceAll("\\s+", " ");
            return code.isEmpty() ? words : code + ": " + words;
        }
        Throwable cause = network(e).orElse(e);
        if (cause instanceof UnknownHostException) {
            return "there is no host " + cause.getMessage();
        }
        if (lacksCredentials(e)) {
            return "no credentials were found"; // The client's own words go through every place it has looked at.
        }
        String message = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        return message.strip().replaceAll("[.\\s]+$", "").replaceAll("\\s+", " ");
    }

    private static String advice(Exception e, String permission) {
        if (e instanceof AwsServiceException answer) {
            return advice(answer, permission);
        }
        Throwable cause = network(e).orElse(e);
        if (cause instanceof UnknownHostException) {
            return "check the endpoint and the region in the URL (and pathStyle=true where the server wants that)";
        }
        if (cause instanceof ConnectException) {
            return "check the endpoint in the URL and that the server runs and can be reached from here";
        }
        if (cause instanceof SSLException) {
            return "check the endpoint in the URL, and whether this Java trusts the server's certificate";
        }
        if (cause instanceof SocketTimeoutException) {
            return "the server is silent: run this again later, or allow more with timeout=… in the URL";
        }
        if (lacksCredentials(e)) {
            return "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile with profile=… in the URL";
        }
        if (String.valueOf(e.getMessage()).contains("rofile")) {
            return "check the profile's name and the AWS configuration files";
        }
        if (e instanceof SdkClientException) {
            return "check the network to the server and run this again";
        }
        return "run this again";
    }

    private static String advice(AwsServiceException e, String permission) {
        if (e instanceof StsException) {
            return "check the role in the URL, and that these credentials may assume it";
        }
        switch (code(e)) {
            case "NoSuchBucket":
                return "check the bucket's name in the URL, or create the bucket first";
            case "InvalidAccessKeyId":
                return "the server does not know this access key: check which one is used here";
            case "SignatureDoesNotMatch":
                return "check the secret access key, and the region in the URL";
            case "ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired":
                return "the temporary credentials have expired: renew them and run this again";
            case "InvalidToken":
                return "check the session token that belongs to the access key";
            case "RequestTimeTooSkewed":
                return "this machine's clock and the server's differ: set this one right";
            case "PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException":
                return otherRegion(e);
            case "EntityTooLarge":
                return "the server takes no object of this size: raise its limit (with Supabase the file size limit of project"
                        + " and bucket), or tell it in the URL with largestObject=… (supabase: fileSizeLimit=…)";
            case "EntityTooSmall", "InvalidPart", "InvalidPartNumber":
                return "check partSize and maxParts in the URL against what the server allows";
            case "InvalidStorageClass":
                return "check storageClass in the URL";
            case "SlowDown", "TooManyRequests", "RequestLimitExceeded":
                return "the server wants fewer requests: run this with fewer jobs";
            case "NotImplemented", "InvalidDigest", "InvalidRequest", "XAmzContentSHA256Mismatch":
                return "the server may not know what was asked: try checksum=none and exclusive=false in the URL";
            case "QuotaExceeded", "XMinioStorageFull", "InsufficientStorage":
                return "make room there and run this again (complete backups are not harmed)";
            default:
                break;
        }
        if (e.statusCode() == HttpProxies.WANTS_LOGIN) {
            return HttpProxies.ADVICE;
        }
        if (e.statusCode() == 403) {
            return "check that these credentials have the permission " + permission + " for this bucket and prefix";
        }
        if (e.statusCode() == 301 || e.statusCode() == 307) {
            return otherRegion(e);
        }
        if (e.statusCode() >= 500 || e.statusCode() == 429) {
            return "the server is in trouble or overloaded: run this again later";
        }
        return "check the bucket, the endpoint and the region in the URL";
    }

    private static boolean lacksCredentials(Exception e) {
        return e instanceof SdkClientException && String.valueOf(e.getMessage()).contains("load credentials");
    }

    private static String otherRegion(AwsServiceException e) {
        return Optional.ofNullable(e.awsErrorDetails())
                .flatMap(details -> Optional.ofNullable(details.sdkHttpResponse()))
                .flatMap(response -> response.firstMatchingHeader(REGION_HEADER))
                .map(region -> "the bucket is in region " + region + ": add region=" + region + " to the URL")
                .orElse("check the region and the endpoint in the URL");
    }

    /** The innermost failure of the network, which says most. */
    private static Optional<Throwable> network(Throwable e) {
        Throwable found = null;
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException && !(cause instanceof StorageException)) {
                found = cause;
            }
        }
        return Optional.ofNullable(found);
    }
}
