package io.jenkins.plugins.postgresqlbackup.engine.storage;

import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a URL such as {@code s3://bucket/prefix?endpoint=https://minio.example.com&pathStyle=true} says of a bucket and its server.
 *
 * @param prefix empty, or ends with a slash
 * @param endpoint of a server that is not Amazon's own
 * @param profile of the AWS configuration files, to take credentials and region from
 * @param role to be assumed with the credentials, by its ARN
 * @param partBytes the size of the first parts of a large object; later ones grow
 * @param maxParts the most parts that the server takes for one object
 * @param chunkedSigning whether to sign bodies chunk by chunk, which many servers other than Amazon's do not understand
 * @param largestObject the most bytes that the server takes for one object, where that is little
 * @param exclusive whether the server obeys {@code If-None-Match} when it writes; empty to find out
 * @param attempts how often a request is sent at most
 * @param timeout how long a connection may be silent
 */
record S3Settings(
        String bucket,
        String prefix,
        Optional<URI> endpoint,
        Optional<String> region,
        boolean pathStyle,
        Optional<String> profile,
        Optional<String> role,
        Optional<String> externalId,
        int partBytes,
        int maxParts,
        Checksum checksum,
        boolean chunkedSigning,
        Optional<String> storageClass,
        Optional<String> encryption,
        Optional<String> kmsKey,
        OptionalLong largestObject,
        Optional<Boolean> exclusive,
        int attempts,
        Duration timeout) {

    /** By what the server checks that a body arrived as it was sent. */
    enum Checksum {
        /** What Amazon prefers: cheap, and kept with the object. */
        CRC32C,
        /** {@code Content-MD5}, which nearly every server knows. */
        MD5,
        NONE
    }

    private static final Pattern BUCKET = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{1,254}");
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,6})([KMkm]?)");
    private static final int MIB = 1024 * 1024;
    /** Servers refuse parts that are smaller, save the last. */
    private static final int LEAST_PART = 5 * MIB;

    private static final int LARGEST_PART = 64 * MIB;
    private static final int LONGEST_PREFIX = 256;

    /**
     * Reads a URL.
     *
     * @param variables the environment, which may name another endpoint, as it may for Amazon's own programs
     * @throws IllegalArgumentException with a sentence for the person who wrote it
     */
    static S3Settings parse(URI location, UnaryOperator<String> variables) {
        if (location.isOpaque() || location.getRawAuthority() == null) {
            throw new IllegalArgumentException(
                    "An s3 URL names its bucket after two slashes, as in s3://bucket/prefix.");
        }
        if (location.getRawAuthority().contains("@") || location.getPath().contains("@")) {
            throw new IllegalArgumentException("Keys do not belong into a URL: put them into AWS_ACCESS_KEY_ID and"
                    + " AWS_SECRET_ACCESS_KEY, or name a profile, as in s3://bucket/prefix?profile=backup.");
        }
        String bucket = location.getRawAuthority();
        if (!BUCKET.matcher(bucket).matches()) {
            throw new IllegalArgumentException(
                    "\"" + bucket + "\" is not the name of a bucket; write the URL as s3://bucket/prefix.");
        }
        UrlParameters parameters = new UrlParameters(location, "an s3 URL");
        Optional<URI> endpoint = parameters
                .text("endpoint")
                .or(() -> Optional.ofNullable(variables.apply("AWS_ENDPOINT_URL_S3")))
                .or(() -> Optional.ofNullable(variables.apply("AWS_ENDPOINT_URL")))
                .map(S3Settings::endpoint);
        S3Settings settings = new S3Settings(
                bucket,
                prefix(location.getPath()),
                endpoint,
                parameters.text("region"),
                parameters
                        .bool("pathStyle")
                        .orElse(endpoint.filter(S3Settings::isAddress).isPresent()),
                parameters.text("profile"),
                parameters.text("role"),
                parameters.text("externalId"),
                parameters.text("partSize").map(S3Settings::partBytes).orElse(8 * MIB),
                parameters.number("maxParts", 1, 10_000).orElse(10_000),
                parameters
                        .text("checksum")
                        .map(S3Settings::checksum)
                        .orElse(isAmazon(endpoint) ? Checksum.CRC32C : Checksum.MD5),
                parameters.bool("chunkedSigning").orElse(false),
                parameters.text("storageClass"),
                parameters.text("encryption"),
                parameters.text("kmsKey"),
                parameters.size("largestObject", MIB).map(OptionalLong::of).orElse(OptionalLong.empty()),
                parameters.bool("exclusive").or(() -> isAmazon(endpoint) ? Optional.of(true) : Optional.empty()),
                parameters.number("attempts", 1, 20).orElse(5),
                Duration.ofSeconds(parameters.number("timeout", 1, 3600).orElse(60)));
        parameters.requireNoOthers();
        if (settings.kmsKey().isPresent() && settings.encryption().isEmpty()) {
            throw new IllegalArgumentException("kmsKey=… needs encryption=aws:kms in an s3 URL.");
        }
        if (settings.externalId().isPresent() && settings.role().isEmpty()) {
            throw new IllegalArgumentException("externalId=… needs role=arn:… in an s3 URL.");
        }
        return settings;
    }

    /** What people know the store by. */
    String describe() {
        String url = "s3://" + bucket + "/" + prefix;
        String plain = url.substring(0, url.length() - 1);
        return endpoint.map(server -> plain + " at " + server.getRawAuthority()).orElse(plain);
    }

    /** The key of an object in the bucket. */
    String key(String name) {
        return prefix + ObjectName.check(name);
    }

    private static boolean isAmazon(Optional<URI> endpoint) {
        return endpoint.map(URI::getHost)
                .map(host -> host.endsWith(".amazonaws.com") || host.endsWith(".amazonaws.com.cn"))
                .orElse(true);
    }

    /** A bucket's name cannot be put before an address or before {@code localhost}. */
    private static boolean isAddress(URI endpoint) {
        String host = endpoint.getHost();
        return host.equals("localhost") || host.startsWith("[") || host.matches("[0-9.]+");
    }

    private static String prefix(String path) {
        String prefix = path == null ? "" : path.replaceAll("^/|/$", "");
        if (prefix.isEmpty()) {
            return "";
        }
        try {
            if (prefix.length() <= LONGEST_PREFIX) {
                return ObjectName.check(prefix) + "/";
            }
        } catch (IllegalArgumentException e) {
            throw notAPrefix(prefix, e);
        }
        throw notAPrefix(prefix, null);
    }

    private static IllegalArgumentException notAPrefix(String prefix, Exception cause) {
        return new IllegalArgumentException(
                "\"" + prefix + "\" cannot be the prefix in an s3 URL: use letters, digits, . _ - and single slashes, "
                        + LONGEST_PREFIX + " of them at most.",
                cause);
    }

    private static URI endpoint(String text) {
        try {
            URI endpoint = URI.create(text.contains("://") ? text : "https://" + text);
            String scheme = String.valueOf(endpoint.getScheme()).toLowerCase(Locale.ROOT);
            if (endpoint.getHost() != null
                    && endpoint.getUserInfo() == null
                    && endpoint.getRawQuery() == null
                    && (scheme.equals("https") || scheme.equals("http"))) {
                return endpoint;
            }
        } catch (IllegalArgumentException e) {
            throw notAnEndpoint(e);
        }
        throw notAnEndpoint(null);
    }

    private static IllegalArgumentException notAnEndpoint(Exception cause) {
        return new IllegalArgumentException(
                "The endpoint of an s3 URL is a server's address, as in endpoint=https://s3.example.com:9000.", cause);
    }

    private static int partBytes(String text) {
        Matcher matcher = SIZE.matcher(text);
        if (matcher.matches()) {
            int unit = matcher.group(2).isEmpty() ? 1 : matcher.group(2).equalsIgnoreCase("K") ? 1024 : MIB;
            long bytes = Long.parseLong(matcher.group(1)) * unit;
            if (bytes >= LEAST_PART && bytes <= LARGEST_PART) {
                return (int) bytes;
            }
        }
        throw new IllegalArgumentException("partSize in an s3 URL is 5M to 64M, not \"" + text + "\".");
    }

    private static Checksum checksum(String text) {
        for (Checksum checksum : Checksum.values()) {
            if (checksum.name().equalsIgnoreCase(text)) {
                return checksum;
            }
        }
        throw new IllegalArgumentException("checksum in an s3 URL is crc32c, md5 or none, not \"" + text + "\".");
    }
}
