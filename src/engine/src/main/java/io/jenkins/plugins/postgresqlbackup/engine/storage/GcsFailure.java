package io.jenkins.plugins.postgresqlbackup.engine.storage;

import com.google.api.client.googleapis.json.GoogleJsonError;
import com.google.api.client.googleapis.json.GoogleJsonResponseException;
import com.google.api.client.http.HttpResponseException;
import com.google.api.client.json.GenericJson;
import com.google.auth.Retryable;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/** Says in one sentence what Google Cloud Storage refused to do, to which object, and what helps. */
final class GcsFailure {
    /** Credentials are there in name only. Parsers may repeat what they have read, so what they say is not passed on. */
    static final class UnreadableKey extends IOException {
        private static final long serialVersionUID = 1L;

        private UnreadableKey(String message) {
            super(message);
        }

        static UnreadableKey given() {
            return new UnreadableKey("the key that was given is not a service account's");
        }

        static UnreadableKey of(Path file, Exception cause) {
            return new UnreadableKey(
                    cause instanceof NoSuchFileException
                            ? "there is no file " + file + " with credentials"
                            : cause instanceof FileSystemException
                                    ? "the file " + file + " with credentials cannot be read"
                                    : "there are no credentials in the file " + file);
        }
    }

    private static final Pattern PERMISSION = Pattern.compile("(storage|serviceusage)\\.[a-z]+\\.[a-zA-Z]+");
    private static final Set<String> LOCKS = Set.of("retentionPolicyNotMet", "objectUnderActiveHold");
    private static final int LONGEST_REASON = 300;

    private GcsFailure() {}

    static StorageException writing(String store, String name, Exception e) {
        return failure(name + " could not be written to " + store, e, "storage.objects.create");
    }

    static StorageException reading(String store, String name, Exception e) {
        return failure(name + " could not be read from " + store, e, "storage.objects.get");
    }

    static StorageException listing(String store, Exception e) {
        return failure("The objects in " + store + " could not be listed", e, "storage.objects.list");
    }

    static StorageException deleting(String store, String name, Exception e) {
        return e instanceof HttpResponseException answer && LOCKS.contains(code(answer))
                ? new LockedObjectException(
                        name + " could not be deleted from " + store + " (" + reason(e)
                                + "): it stays as long as its retention or hold lasts.",
                        e)
                : failure(name + " could not be deleted from " + store, e, "storage.objects.delete");
    }

    static StorageException inspecting(String store, Exception e) {
        return failure("The rules of " + store + " could not be read", e, "storage.buckets.get");
    }

    static StorageException opening(String store, Exception e) {
        return failure(store + " could not be opened", e, "storage.objects.list");
    }

    private static StorageException failure(String what, Exception e, String permission) {
        return new StorageException(what + " (" + reason(e) + "); " + advice(e, permission) + ".", e);
    }

    /** Google's name for what is wrong; empty where there is none. */
    static String code(HttpResponseException e) {
        return details(e)
                .map(GoogleJsonError::getErrors)
                .filter(errors -> !errors.isEmpty())
                .map(errors -> errors.get(0).getReason())
                .orElse("");
    }

    static boolean isStatus(Exception e, int status) {
        return e instanceof HttpResponseException answer && answer.getStatusCode() == status;
    }

    /** Whether it is the bucket that is not there: an object that is not there is the same 404. */
    static boolean isMissingBucket(HttpResponseException e) {
        return words(e).toLowerCase(Locale.ROOT).contains("bucket does not exist");
    }

    private static Optional<GoogleJsonError> details(HttpResponseException e) {
        return e instanceof GoogleJsonResponseException answer
                ? Optional.ofNullable(answer.getDetails())
                : Optional.empty();
    }

    /** What the server says in its own words, which may be none. */
    private static String words(HttpResponseException e) {
        String message = details(e).map(GoogleJsonError::getMessage).orElse(e.getContent());
        return message == null || message.stripLeading().startsWith("<") ? "" : oneLine(message);
    }

    private static String oneLine(String text) {
        String line = String.valueOf(text).strip().replaceAll("\\s+", " ").replaceAll("[. ]+$", "");
        return line.length() <= LONGEST_REASON ? line : line.substring(0, LONGEST_REASON) + "…";
    }

    /** What happened, in the server's own words where it has some. */
    static String reason(Exception e) {
        Optional<String> refused = refusedToken(e);
        if (refused.isPresent()) {
            return "no access token was given: " + refused.get();
        }
        if (e instanceof HttpResponseException answer) {
            String words = words(answer);
            String status = "HTTP status " + answer.getStatusCode();
            return words.isEmpty() ? status : words + ", " + status;
        }
        Throwable cause = innermost(e);
        if (cause instanceof UnknownHostException) {
            return "there is no host " + cause.getMessage();
        }
        if (lacksCredentials(e)) {
            return "no credentials were found"; // The client's own words go through what it needs them for.
        }
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : oneLine(message);
    }

    private static String advice(Exception e, String permission) {
        Optional<String> refused = refusedToken(e);
        if (refused.isPresent()) {
            return aboutToken(refused.get());
        }
        if (e instanceof HttpResponseException answer) {
            return advice(answer, permission);
        }
        Throwable cause = innermost(e);
        if (e instanceof UnreadableKey) {
            return "use the whole JSON key file of a service account, as Google hands it out";
        }
        if (cause instanceof UnknownHostException || cause instanceof ConnectException) {
            return "check the network, the proxy and, if the URL has one, the endpoint";
        }
        if (cause instanceof SSLException) {
            return "check whether this Java trusts the server's certificate";
        }
        if (cause instanceof SocketTimeoutException) {
            return "the server is silent: run this again later, or allow more with timeout=… in the URL";
        }
        if (lacksCredentials(e)) {
            return "name a service account's key file in GOOGLE_APPLICATION_CREDENTIALS, or run"
                    + " gcloud auth application-default login";
        }
        return "check the network to the server and run this again";
    }

    private static String advice(HttpResponseException e, String permission) {
        String words = words(e);
        String lower = words.toLowerCase(Locale.ROOT);
        switch (code(e)) {
            case "retentionPolicyNotMet", "objectUnderActiveHold":
                return "the bucket keeps it for a time that is set there: do this again afterwards";
            case "userProjectMissing":
                return "the bucket's requester pays: add userProject=… to the URL";
            case "accessNotConfigured":
                return "switch on the Cloud Storage JSON API in the project of these credentials";
            case "accountDisabled", "UserProjectAccountProblem":
                return "see to the billing of the bucket's project";
            case "rateLimitExceeded", "userRateLimitExceeded":
                return "the server wants fewer requests: run this with fewer jobs";
            default:
                break;
        }
        if (lower.contains("requester pays")) {
            return "add userProject=… to the URL";
        }
        if (lower.contains("kms")) {
            return "check kmsKey in the URL, and that the bucket's service agent may use this key";
        }
        if (lower.contains("storage class")) {
            return "check storageClass in the URL";
        }
        switch (e.getStatusCode()) {
            case 401:
                return lower.contains("anonymous")
                        ? "this bucket wants credentials: take anonymous=true out of the URL (and STORAGE_EMULATOR_HOST"
                                + " out of the environment)"
                        : "the access token is refused: check this machine's clock, and renew the credentials";
            case 403:
                return refused(words, lower, permission);
            case 404:
                return "check the bucket's name in the URL, or create the bucket first";
            case HttpProxies.WANTS_LOGIN:
                return HttpProxies.ADVICE;
            case 429:
                return "the server wants fewer requests: run this with fewer jobs";
            default:
                return e.getStatusCode() >= 500
                        ? "the server is in trouble or overloaded: run this again later"
                        : "check the bucket and the parameters in the URL";
        }
    }

    private static String refused(String words, String lower, String permission) {
        if (lower.contains("billing account") || lower.contains("billing is disabled")) {
            return "see to the billing of the bucket's project";
        }
        if (lower.contains("scope")) {
            return "this machine's access scopes are too narrow: allow it storage read and write, or give it a key";
        }
        if (lower.contains("service control") || lower.contains("organization")) {
            return "a policy of the organization forbids it: ask who keeps that policy";
        }
        Matcher named = PERMISSION.matcher(words);
        return "give these credentials the permission " + (named.find() ? named.group() : permission)
                + " for this bucket (the role Storage Object User has all that is needed)";
    }

    /** What the server for access tokens said, if it is that which failed. */
    private static Optional<String> refusedToken(Exception e) {
        if (!(e instanceof Retryable) || !(e.getCause() instanceof HttpResponseException answer)) {
            return Optional.empty();
        }
        String status = "HTTP status " + answer.getStatusCode();
        String content = answer.getContent() == null ? "{}" : answer.getContent();
        try {
            GenericJson json = GcsConnection.JSON.fromString(content, GenericJson.class);
            Object described =
                    json.get("error_description") == null ? json.get("error") : json.get("error_description");
            return Optional.of(described == null ? status : oneLine(String.valueOf(described)));
        } catch (IOException | IllegalArgumentException notJson) {
            return Optional.of(status);
        }
    }

    private static String aboutToken(String words) {
        String lower = words.toLowerCase(Locale.ROOT);
        if (lower.contains("short-lived") || lower.contains("timeframe")) {
            return "this machine's clock is wrong: set it right";
        }
        if (lower.contains("signature")) {
            return "this key is not valid any more: make a new one for the service account";
        }
        if (lower.contains("account not found") || lower.contains("account_not_found")) {
            return "there is no such service account any more: use the key of one that exists";
        }
        if (lower.contains("expired or revoked") || lower.contains("rapt") || lower.contains("reauth")) {
            return "log in again with gcloud auth application-default login, or use a service account's key";
        }
        if (lower.equals("http status " + HttpProxies.WANTS_LOGIN)) {
            return HttpProxies.ADVICE;
        }
        if (lower.startsWith("http status 5")) {
            return "run this again later";
        }
        return "check the credentials";
    }

    private static boolean lacksCredentials(Exception e) {
        return String.valueOf(e.getMessage()).contains("default credentials were not found");
    }

    private static Throwable innermost(Throwable e) {
        Throwable found = e;
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException && !(cause instanceof StorageException)) {
                found = cause;
            }
        }
        return found;
    }
}
