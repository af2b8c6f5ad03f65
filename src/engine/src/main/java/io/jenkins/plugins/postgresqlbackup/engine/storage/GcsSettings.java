package io.jenkins.plugins.postgresqlbackup.engine.storage;

import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * What a URL such as {@code gs://bucket/prefix?storageClass=NEARLINE} says of a bucket of Google Cloud Storage.
 *
 * @param prefix empty, or ends with a slash
 * @param endpoint of another server than Google's public one: an emulator, or Google's own by a private way
 * @param anonymous whether no credentials are sent, as to an emulator
 * @param userProject the project that pays for the requests, where the bucket wants one
 * @param chunkBytes the size of the chunks of a large object
 * @param kmsKey the full name of the key that Google encrypts the objects with besides
 * @param attempts how often a request is sent at most
 * @param timeout how long a connection may be silent
 */
record GcsSettings(
        String bucket,
        String prefix,
        Optional<URI> endpoint,
        boolean anonymous,
        Optional<String> userProject,
        int chunkBytes,
        Optional<String> storageClass,
        Optional<String> kmsKey,
        int attempts,
        Duration timeout) {

    /** Google takes chunks of a multiple of this, save the last. */
    static final int CHUNK_UNIT = 256 * 1024;

    private static final URI GOOGLE = URI.create("https://storage.googleapis.com");
    private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]");
    private static final int MIB = 1024 * 1024;
    private static final int LARGEST_CHUNK = 64 * MIB;
    private static final int LONGEST_PREFIX = 256;

    /**
     * Reads a URL.
     *
     * @param variables the environment, which may name an emulator, as it may for Google's own programs
     * @throws IllegalArgumentException with a sentence for the person who wrote it
     */
    static GcsSettings parse(URI location, UnaryOperator<String> variables) {
        if (location.isOpaque() || location.getRawAuthority() == null) {
            throw new IllegalArgumentException(
                    "A gs URL names its bucket after two slashes, as in gs://bucket/prefix.");
        }
        if (location.getRawAuthority().contains("@") || location.getPath().contains("@")) {
            throw new IllegalArgumentException("Keys do not belong into a URL: name the key's file in"
                    + " GOOGLE_APPLICATION_CREDENTIALS, and write gs://bucket/prefix.");
        }
        String bucket = location.getRawAuthority();
        if (!BUCKET.matcher(bucket).matches()) {
            throw new IllegalArgumentException("\"" + bucket + "\" is not the name of a bucket of Google's (lower case"
                    + " letters, digits, . _ and -); write the URL as gs://bucket/prefix.");
        }
        UrlParameters parameters = new UrlParameters(location, "a gs URL");
        Optional<URI> named = parameters.text("endpoint").map(text -> endpoint(text, "https://"));
        Optional<URI> emulator = named.isPresent()
                ? Optional.empty()
                : Optional.ofNullable(variables.apply("STORAGE_EMULATOR_HOST"))
                        .filter(text -> !text.isBlank())
                        .map(text -> endpoint(text.strip(), "http://"));
        GcsSettings settings = new GcsSettings(
                bucket,
                prefix(location.getPath()),
                named.or(() -> emulator),
                parameters.bool("anonymous").orElse(emulator.isPresent()),
                parameters.text("userProject"),
                parameters
                        .size("chunkSize", CHUNK_UNIT)
                        .map(GcsSettings::chunkBytes)
                        .orElse(8 * MIB),
                parameters.text("storageClass"),
                parameters.text("kmsKey"),
                parameters.number("attempts", 1, 20).orElse(5),
                Duration.ofSeconds(parameters.number("timeout", 1, 3600).orElse(60)));
        parameters.requireNoOthers();
        settings.requireSecrecy();
        return settings;
    }

    /** Credentials are a bearer's: whoever listens could use them. */
    private void requireSecrecy() {
        if (endpoint.filter(server -> server.getScheme().equals("http") && !isThisMachine(server))
                        .isPresent()
                && !anonymous) {
            throw new IllegalArgumentException("Credentials are not sent to " + endpoint.get()
                    + " without encryption: use https:// in the endpoint, or anonymous=true for an emulator.");
        }
    }

    private static boolean isThisMachine(URI endpoint) {
        return endpoint.getHost().equals("localhost")
                || endpoint.getHost().equals("[::1]")
                || endpoint.getHost().matches("127\\.[0-9.]+");
    }

    /** The server that requests go to. */
    URI server() {
        return endpoint.orElse(GOOGLE);
    }

    /** What people know the store by. */
    String describe() {
        String url = "gs://" + bucket + "/" + prefix;
        String plain = url.substring(0, url.length() - 1);
        return endpoint.map(server -> plain + " at " + server.getRawAuthority()).orElse(plain);
    }

    /** The full name of an object in the bucket. */
    String key(String name) {
        return prefix + ObjectName.check(name);
    }

    private static String prefix(String path) {
        String prefix = path == null ? "" : path.replaceAll("^/|/$", "");
        if (!prefix.isEmpty() && (prefix.length() > LONGEST_PREFIX || !ObjectName.isName(prefix))) {
            throw new IllegalArgumentException("\"" + prefix + "\" cannot be the prefix in a gs URL: use letters,"
                    + " digits, . _ - and single slashes, " + LONGEST_PREFIX + " of them at most.");
        }
        return prefix.isEmpty() ? "" : prefix + "/";
    }

    private static URI endpoint(String text, String protocol) {
        try {
            URI endpoint = URI.create(text.contains("://") ? text : protocol + text);
            String scheme = String.valueOf(endpoint.getScheme()).toLowerCase(Locale.ROOT);
            if (endpoint.getHost() != null
                    && endpoint.getUserInfo() == null
                    && endpoint.getRawQuery() == null
                    && (endpoint.getRawPath().isEmpty() || endpoint.getRawPath().equals("/"))
                    && (scheme.equals("https") || scheme.equals("http"))) {
                return URI.create(scheme + "://" + endpoint.getRawAuthority());
            }
        } catch (IllegalArgumentException e) {
            throw notAnEndpoint(e);
        }
        throw notAnEndpoint(null);
    }

    private static IllegalArgumentException notAnEndpoint(Exception cause) {
        return new IllegalArgumentException(
                "The endpoint of a gs URL (or STORAGE_EMULATOR_HOST) is a server's address, as in"
                        + " endpoint=https://storage.example.com.",
                cause);
    }

    private static int chunkBytes(long bytes) {
        if (bytes > LARGEST_CHUNK || bytes % CHUNK_UNIT != 0) {
            throw new IllegalArgumentException(
                    "chunkSize in a gs URL is 256K to 64M, a multiple of 256K, not " + bytes + " bytes.");
        }
        return (int) bytes;
    }
}
