package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.storage.FaultyHttp.Answer;
import io.jenkins.plugins.postgresqlbackup.engine.storage.FaultyHttp.Seen;
import io.jenkins.plugins.postgresqlbackup.engine.storage.GcsServer;
import io.jenkins.plugins.postgresqlbackup.engine.storage.S3Server;
import io.jenkins.plugins.postgresqlbackup.engine.storage.StorageKeys;
import io.jenkins.plugins.postgresqlbackup.engine.storage.SupabaseKey;
import io.jenkins.plugins.postgresqlbackup.engine.storage.SupabaseServer;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The servers that backups to a cloud are tried with, and what a test must know of their languages. */
enum CloudServer {
    S3 {
        @Override
        URI endpoint() {
            return S3Server.s3Proxy().endpoint();
        }

        @Override
        URI newLocation() {
            return S3Server.s3Proxy().newLocation("partSize=5M", "attempts=3", "timeout=1");
        }

        @Override
        StorageKeys keys() {
            return S3Server.KEYS;
        }

        @Override
        Answer failure(int status, Map<String, String> headers) {
            String code =
                    switch (status) {
                        case 400 -> "ExpiredToken";
                        case 403 -> "AccessDenied";
                        case 429 -> "TooManyRequests";
                        case 500 -> "InternalError";
                        default -> "SlowDown";
                    };
            return Answer.s3(status, code, headers);
        }

        @Override
        Optional<Answer> lock() {
            return Optional.of(new Answer(
                    403,
                    "<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code><Message>Access Denied because object"
                            + " protected by object lock.</Message></Error>",
                    Map.of()));
        }

        @Override
        boolean isListing(Seen request) {
            return request.query().contains("list-type=2");
        }

        @Override
        String withoutLast(String listing) {
            int last = listing.lastIndexOf("<Contents>");
            int end = listing.lastIndexOf("</Contents>");
            return last < 0 ? listing : listing.substring(0, last) + listing.substring(end + "</Contents>".length());
        }
    },
    GOOGLE {
        private static final Pattern LAST = Pattern.compile(",?\\{[^{}]*\\}(?=\\])");

        @Override
        URI endpoint() {
            return GcsServer.shared().endpoint();
        }

        @Override
        URI newLocation() {
            return GcsServer.shared().newLocation("chunkSize=1M", "attempts=3", "timeout=1");
        }

        @Override
        StorageKeys keys() {
            return GcsServer.shared().key();
        }

        @Override
        Answer failure(int status, Map<String, String> headers) {
            String reason =
                    switch (status) {
                        case 400 -> "badRequest";
                        case 403 -> "forbidden";
                        case 429 -> "rateLimitExceeded";
                        default -> "backendError";
                    };
            String message = "As the test wants it.";
            return new Answer(
                    status,
                    "{\"error\":{\"code\":" + status + ",\"message\":\"" + message + "\",\"errors\":[{\"reason\":\""
                            + reason + "\",\"message\":\"" + message + "\"}]}}",
                    Stream.of(headers, Map.of("Content-Type", "application/json"))
                            .flatMap(some -> some.entrySet().stream())
                            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
        }

        @Override
        Optional<Answer> lock() {
            String message = "Object is subject to bucket's retention policy";
            return Optional.of(new Answer(
                    403,
                    "{\"error\":{\"code\":403,\"message\":\"" + message
                            + "\",\"errors\":[{\"reason\":\"retentionPolicyNotMet\",\"message\":\"" + message
                            + "\"}]}}",
                    Map.of("Content-Type", "application/json")));
        }

        @Override
        boolean isListing(Seen request) {
            return request.path().endsWith("/o") && request.query().contains("maxResults=1000");
        }

        @Override
        String withoutLast(String listing) {
            return LAST.matcher(listing).replaceFirst("");
        }
    },

    SUPABASE {
        @Override
        URI endpoint() {
            return SupabaseServer.shared().url();
        }

        @Override
        URI newLocation() {
            return SupabaseServer.shared().newLocation("attempts=3", "timeout=1");
        }

        @Override
        StorageKeys keys() {
            return new SupabaseKey(SupabaseServer.SERVICE_KEY);
        }

        @Override
        Answer failure(int status, Map<String, String> headers) {
            // Most come as 400 and tell another status within.
            int within = status == 400 ? 403 : status;
            String message = status == 400 ? "\\\"exp\\\" claim timestamp check failed" : "as the test wants it";
            return new Answer(
                    status == 403 ? 400 : status,
                    "{\"statusCode\":\"" + within + "\",\"error\":\"x\",\"message\":\"" + message + "\"}",
                    headers);
        }

        @Override
        Optional<Answer> lock() {
            return Optional.empty();
        }

        @Override
        boolean isListing(Seen request) {
            return request.path().contains("/object/list-v2/");
        }

        @Override
        String withoutLast(String listing) {
            return listing.replaceFirst(",?\\{\"name\":[^{}]*\\{[^{}]*\\}\\}\\]", "]");
        }
    };

    abstract URI endpoint();

    /** A place of its own in the server, for a client that is not patient. */
    abstract URI newLocation();

    abstract StorageKeys keys();

    /** As the server says: 400 credentials have expired, 403 not allowed, 429 and 503 too much, 500 trouble. */
    abstract Answer failure(int status, Map<String, String> headers);

    /** As the server says that an object is under a lock; empty: it knows none. */
    abstract Optional<Answer> lock();

    abstract boolean isListing(Seen request);

    /** A listing in which the newest object does not show yet. */
    abstract String withoutLast(String listing);

    /** The same place by way of another address. */
    URI through(URI front, URI location) {
        return URI.create(location.toString().replace(endpoint().toString(), front.toString()));
    }
}
