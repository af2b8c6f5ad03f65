package io.jenkins.plugins.postgresqlbackup.engine.storage;

import com.google.auth.ServiceAccountSigner;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * URLs signed with a service account's key.
 *
 * @see <a href="https://cloud.google.com/storage/docs/authentication/signatures">V4 signatures</a>
 */
final class GcsSignedUrls implements SignedUrls {
    private static final String ALGORITHM = "GOOG4-RSA-SHA256";
    private static final Map<String, String> IF_FREE = Map.of("x-goog-if-generation-match", "0");
    /** Google refuses longer ones. */
    private static final Duration LONGEST = Duration.ofDays(7);

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT);
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("uuuuMMdd", Locale.ROOT);

    private final GcsSettings settings;
    private final ServiceAccountSigner signer;
    private final Clock clock;

    GcsSignedUrls(GcsSettings settings, ServiceAccountSigner signer, Clock clock) {
        this.settings = settings;
        this.signer = signer;
        this.clock = clock;
    }

    @Override
    public SignedRequest toPut(String name, Duration validity) throws StorageException {
        return sign("PUT", name, validity, IF_FREE);
    }

    @Override
    public SignedRequest toGet(String name, Duration validity) throws StorageException {
        return sign("GET", name, validity, Map.of());
    }

    private SignedRequest sign(String method, String name, Duration validity, Map<String, String> headers)
            throws StorageException {
        if (validity.isNegative() || validity.isZero() || validity.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("A signed URL is valid for up to 7 days, not for " + validity + ".");
        }
        ZonedDateTime now = clock.instant().atZone(ZoneOffset.UTC);
        String scope = DAY.format(now) + "/auto/storage/goog4_request";
        TreeMap<String, String> signed = new TreeMap<>(headers);
        signed.put("host", settings.server().getRawAuthority());
        TreeMap<String, String> query = new TreeMap<>();
        query.put("X-Goog-Algorithm", ALGORITHM);
        query.put("X-Goog-Credential", signer.getAccount() + "/" + scope);
        query.put("X-Goog-Date", TIME.format(now));
        query.put("X-Goog-Expires", String.valueOf(validity.toSeconds()));
        query.put("X-Goog-SignedHeaders", String.join(";", signed.keySet()));
        settings.userProject().ifPresent(project -> query.put("userProject", project));

        // Letters that would have to be encoded occur neither in buckets' names nor in ours.
        String path = "/" + settings.bucket() + "/" + settings.key(name);
        String canonicalQuery = query.entrySet().stream()
                .map(parameter -> encode(parameter.getKey()) + "=" + encode(parameter.getValue()))
                .collect(Collectors.joining("&"));
        String canonicalHeaders = signed.entrySet().stream()
                .map(header -> header.getKey() + ":" + header.getValue() + "\n")
                .collect(Collectors.joining());
        String request = String.join(
                "\n",
                method,
                path,
                canonicalQuery,
                canonicalHeaders,
                String.join(";", signed.keySet()),
                "UNSIGNED-PAYLOAD");
        String toSign = String.join("\n", ALGORITHM, TIME.format(now), scope, sha256(request));
        try {
            String signature = HexFormat.of().formatHex(signer.sign(toSign.getBytes(StandardCharsets.UTF_8)));
            return new SignedRequest(
                    URI.create(settings.server() + path + "?" + canonicalQuery + "&X-Goog-Signature=" + signature),
                    headers);
        } catch (ServiceAccountSigner.SigningException e) {
            throw new StorageException(
                    "No URL for " + name + " in " + settings.describe() + " could be signed (" + GcsFailure.reason(e)
                            + "); check the service account's key.",
                    e);
        }
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A")
                .replace("%7E", "~");
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This Java has no SHA-256, which every Java has.", e);
        }
    }
}
