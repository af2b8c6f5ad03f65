package io.jenkins.plugins.postgresqlbackup.engine.storage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The requests that {@link GcsServer} knows. */
final class GcsApi {
    private static final Pattern PATH =
            Pattern.compile("(/upload|/download)?/storage/v1/b/([^/]+)(?:/o(?:/([^/]+))?)?");
    private static final Pattern READ_RANGE = Pattern.compile("bytes=(\\d+)-(\\d*)");
    private static final Set<String> PARAMETERS = Set.of(
            "alt",
            "fields",
            "generation",
            "ifGenerationMatch",
            "kmsKeyName",
            "maxResults",
            "name",
            "pageToken",
            "prefix",
            "projection",
            "uploadType",
            "upload_id",
            "userProject");

    private final GcsTokens tokens;
    private final GcsSignatures signatures;
    private final GcsBucket bucket;
    private final Set<String> denied = ConcurrentHashMap.newKeySet();
    private volatile int pageSize = 1000;
    private volatile boolean requesterPays;

    GcsApi(GcsTokens tokens) {
        this.tokens = tokens;
        this.signatures = new GcsSignatures(tokens);
        InstantSource time = tokens::now;
        this.bucket = new GcsBucket(GcsServer.BUCKET, time.withZone(ZoneOffset.UTC));
    }

    GcsBucket bucket() {
        return bucket;
    }

    /** From now on the account lacks these permissions. */
    void deny(String... permissions) {
        denied.addAll(Set.of(permissions));
    }

    void setPageSize(int most) {
        pageSize = most;
    }

    void setRequesterPays() {
        requesterPays = true;
    }

    /** @param kept how many bytes of a chunk are kept */
    GcsAnswer answer(HttpExchange exchange, byte[] body, int kept) {
        try {
            URI uri = exchange.getRequestURI();
            Matcher path = PATH.matcher(uri.getRawPath());
            Map<String, String> query = query(uri);
            if (!path.matches()) {
                return signatures.answer(exchange, body, bucket);
            }
            requireToken(exchange);
            if (!PARAMETERS.containsAll(query.keySet())) {
                throw GcsAnswer.refused(400, "invalidParameter", "Unknown parameter among " + query.keySet());
            }
            if (!path.group(2).equals(bucket.name())) {
                throw GcsAnswer.refused(404, "notFound", "The specified bucket does not exist.");
            }
            if (requesterPays && !query.containsKey("userProject")) {
                throw GcsAnswer.refused(
                        400, "required", "Bucket is a requester pays bucket but no user project provided.");
            }
            String object = path.group(3) == null ? null : decode(path.group(3));
            if ("/upload".equals(path.group(1))) {
                return upload(exchange, query, body, kept);
            }
            if (object != null) {
                return object(exchange, query, object);
            }
            return uri.getRawPath().endsWith("/o") ? list(query) : bucketItself(query.get("fields"));
        } catch (GcsAnswer.Refused e) {
            return e.answer();
        } catch (IOException | GeneralSecurityException e) {
            return GcsAnswer.error(500, "backendError", e.toString());
        }
    }

    private void requireToken(HttpExchange exchange) {
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        if (authorization == null) {
            throw GcsAnswer.refused(
                    401, "required", "Anonymous caller does not have storage.objects.list access to the bucket.");
        }
        if (!tokens.isGood(authorization.replace("Bearer ", ""))) {
            exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer realm=\"x\", error=\"invalid_token\"");
            throw GcsAnswer.refused(401, "authError", "Invalid Credentials");
        }
    }

    private void require(String permission) {
        if (denied.contains(permission)) {
            throw GcsAnswer.refused(
                    403,
                    "forbidden",
                    GcsTokens.ACCOUNT + " does not have " + permission + " access to the Google Cloud Storage object."
                            + " Permission '" + permission + "' denied on resource (or it may not exist).");
        }
    }

    private GcsAnswer bucketItself(String fields) {
        require("storage.buckets.get");
        return GcsAnswer.resource(bucket.resource(), fields);
    }

    private GcsAnswer list(Map<String, String> query) {
        require("storage.objects.list");
        String prefix = query.getOrDefault("prefix", "");
        int most = Math.min(pageSize, Integer.parseInt(query.getOrDefault("maxResults", "1000")));
        String after = query.get("pageToken");
        ObjectNode page = GcsAnswer.JSON.createObjectNode();
        ArrayNode items = GcsAnswer.JSON.createArrayNode();
        String last = "";
        for (GcsBucket.Stored object : bucket.objects().tailMap(prefix).values()) {
            if (!object.name().startsWith(prefix)) {
                break;
            }
            if (after != null && object.name().compareTo(after) <= 0) {
                continue;
            }
            if (items.size() == most) {
                page.put("nextPageToken", last);
                break;
            }
            items.add(object.resource(bucket.name()));
            last = object.name();
        }
        if (!items.isEmpty()) {
            page.set("items", items);
        }
        return GcsAnswer.resource(page, query.get("fields"));
    }

    private GcsAnswer object(HttpExchange exchange, Map<String, String> query, String name) {
        boolean media = "media".equals(query.get("alt"));
        boolean delete = exchange.getRequestMethod().equals("DELETE");
        require(delete ? "storage.objects.delete" : "storage.objects.get");
        GcsBucket.Stored object = bucket.get(name);
        String generation = query.get("generation");
        if (object == null || generation != null && !generation.equals(String.valueOf(object.generation()))) {
            String message = "No such object: " + bucket.name() + "/" + name;
            throw new GcsAnswer.Refused(
                    media ? GcsAnswer.text(404, message) : GcsAnswer.error(404, "notFound", message));
        }
        if (delete) {
            bucket.delete(name);
            return GcsAnswer.empty(204, Map.of());
        }
        return media
                ? media(object, exchange.getRequestHeaders().getFirst("Range"))
                : GcsAnswer.resource(object.resource(bucket.name()), query.get("fields"));
    }

    static GcsAnswer media(GcsBucket.Stored object, String range) {
        Map<String, String> headers = new TreeMap<>();
        headers.put("x-goog-generation", String.valueOf(object.generation()));
        headers.put("Content-Type", "application/octet-stream");
        byte[] content = object.content();
        if (range == null) {
            return new GcsAnswer(200, headers, content);
        }
        Matcher matcher = READ_RANGE.matcher(range);
        if (!matcher.matches() || Long.parseLong(matcher.group(1)) >= content.length) {
            throw new GcsAnswer.Refused(GcsAnswer.text(416, "The requested range cannot be satisfied."));
        }
        long from = Long.parseLong(matcher.group(1));
        long to = matcher.group(2).isEmpty()
                ? content.length
                : Math.min(content.length, Long.parseLong(matcher.group(2)) + 1);
        headers.put("Content-Range", "bytes " + from + "-" + (to - 1) + "/" + content.length);
        return new GcsAnswer(206, headers, Arrays.copyOfRange(content, (int) from, (int) to));
    }

    private GcsAnswer upload(HttpExchange exchange, Map<String, String> query, byte[] body, int kept)
            throws IOException {
        String session = query.get("upload_id");
        if (session != null && exchange.getRequestMethod().equals("DELETE")) {
            return bucket.cancel(session)
                    ? GcsAnswer.empty(499, Map.of())
                    : GcsAnswer.error(404, "notFound", "No such upload.");
        }
        if (session != null) {
            return bucket.chunk(
                    session,
                    exchange.getRequestHeaders().getFirst("Content-Range"),
                    body,
                    kept,
                    exchange.getRequestHeaders().getFirst("X-Goog-Hash"));
        }
        require("storage.objects.create");
        if (!"0".equals(query.get("ifGenerationMatch"))) {
            throw GcsAnswer.refused(400, "invalid", "This server only creates, with ifGenerationMatch=0.");
        }
        if ("resumable".equals(query.get("uploadType"))) {
            String id = bucket.begin(checked(GcsAnswer.JSON.readTree(body)), query.get("fields"));
            String location = "http://" + exchange.getRequestHeaders().getFirst("Host")
                    + exchange.getRequestURI().getRawPath() + "?uploadType=resumable&upload_id=" + id
                    + (query.containsKey("userProject") ? "&userProject=" + query.get("userProject") : "");
            return GcsAnswer.empty(200, Map.of("Location", location));
        }
        if (!"multipart".equals(query.get("uploadType"))) {
            throw GcsAnswer.refused(400, "invalid", "Unknown uploadType " + query.get("uploadType"));
        }
        return multipart(exchange.getRequestHeaders().getFirst("Content-Type"), body);
    }

    private GcsAnswer multipart(String type, byte[] body) throws IOException {
        Matcher boundary =
                Pattern.compile("multipart/related; boundary=\"?([^\"]+)\"?").matcher(String.valueOf(type));
        if (!boundary.matches()) {
            throw GcsAnswer.refused(400, "badContent", "Not multipart/related: " + type);
        }
        String text = new String(body, StandardCharsets.ISO_8859_1);
        String[] parts = text.split(Pattern.quote("--" + boundary.group(1)), -1);
        if (parts.length != 4 || !parts[3].startsWith("--")) {
            throw GcsAnswer.refused(400, "badContent", "Multipart must have two parts, not " + (parts.length - 2));
        }
        JsonNode description = checked(GcsAnswer.JSON.readTree(content(parts[1])));
        GcsBucket.Stored stored = bucket.create(description.path("name").asText(), content(parts[2]), description);
        return GcsAnswer.json(200, stored.resource(bucket.name()));
    }

    private static byte[] content(String part) {
        int start = part.indexOf("\r\n\r\n") + 4;
        return part.substring(start, part.length() - 2).getBytes(StandardCharsets.ISO_8859_1);
    }

    private static JsonNode checked(JsonNode description) {
        if (description.path("name").asText().isEmpty()) {
            throw GcsAnswer.refused(400, "required", "Required");
        }
        String storageClass = description.path("storageClass").asText("STANDARD");
        if (!Set.of("STANDARD", "NEARLINE", "COLDLINE", "ARCHIVE").contains(storageClass)) {
            throw GcsAnswer.refused(400, "invalid", "Invalid storage class " + storageClass + ".");
        }
        return description;
    }

    static Map<String, String> query(URI uri) {
        Map<String, String> query = new HashMap<>();
        if (uri.getRawQuery() != null) {
            for (String pair : uri.getRawQuery().split("&")) {
                String[] parts = pair.split("=", 2);
                query.put(decode(parts[0]), parts.length == 1 ? "" : decode(parts[1]));
            }
        }
        return query;
    }

    static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
