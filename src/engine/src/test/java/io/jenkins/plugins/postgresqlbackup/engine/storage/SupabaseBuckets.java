package io.jenkins.plugins.postgresqlbackup.engine.storage;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;

/** The buckets of a {@link SupabaseServer} and the requests on them. Thread-safe. */
final class SupabaseBuckets {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** An object as the server keeps it. */
    private record Stored(Path content, int size, JsonNode metadata, Instant at, String version) {}

    /** The server says no. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;
        private final transient SupabaseServer.Reply reply;

        Refused(SupabaseServer.Reply reply) {
            this.reply = reply;
        }

        SupabaseServer.Reply reply() {
            return reply;
        }
    }

    private final Path directory;
    private final NavigableMap<String, Stored> objects = new TreeMap<>();
    private long projectLimit = 50L * 1024 * 1024;
    private Long bucketLimit;
    private boolean filesBehind;
    private boolean isPublic;
    private boolean readsLists = true;

    SupabaseBuckets() {
        try {
            directory = Files.createTempDirectory(Path.of("target"), "supabase");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether plain files lie behind, and not another S3. */
    synchronized void filesBehind() {
        filesBehind = true;
    }

    synchronized void projectLimit(long bytes) {
        projectLimit = bytes;
    }

    synchronized void bucketLimit(long bytes) {
        bucketLimit = bytes;
    }

    synchronized void makePublic() {
        isPublic = true;
    }

    /** As before the second interface for listing came. */
    synchronized void knowsNoLists() {
        readsLists = false;
    }

    synchronized long limit() {
        return bucketLimit == null ? projectLimit : Math.min(bucketLimit, projectLimit);
    }

    synchronized boolean isThere(String key) {
        return objects.containsKey(key);
    }

    synchronized void store(String key, byte[] content, JsonNode metadata) {
        String version = UUID.randomUUID().toString();
        try {
            Path file = Files.write(directory.resolve(version), content);
            objects.put(key, new Stored(file, content.length, metadata, Instant.now(), version));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    synchronized void deleteAll() {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
            Files.delete(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Most errors come as 400, whatever they are. */
    static Refused refused(int status, String code, String error, String message) {
        ObjectNode body = JSON.createObjectNode()
                .put("statusCode", Integer.toString(status))
                .put("code", code)
                .put("error", error)
                .put("message", message);
        return new Refused(SupabaseServer.Reply.json(status == 500 ? 500 : 400, body.toString()));
    }

    static Refused taken() {
        return refused(409, "ResourceAlreadyExists", "Duplicate", "The resource already exists");
    }

    static Refused againstPolicy() {
        return refused(403, "AccessDenied", "Unauthorized", "new row violates row-level security policy");
    }

    static void requireBucket(String bucket, boolean everything) throws Refused {
        if (!bucket.equals(SupabaseServer.BUCKET) || !everything) {
            throw refused(404, "NoSuchBucket", "Bucket not found", "Bucket not found");
        }
    }

    SupabaseServer.Reply answer(SupabaseServer.Seen request, String path, byte[] body, boolean everything)
            throws IOException, Refused {
        String[] parts = path.split("/", 5);
        String question = request.method() + " " + parts[1] + (parts.length > 3 ? "/" + parts[2] : "");
        return switch (question) {
            case "GET bucket" -> bucket(parts[2], everything);
            case "POST object/list-v2" -> list(request, parts[3], JSON.readTree(body), everything);
            case "GET object/authenticated" -> read(request, parts[3], parts[4], everything);
            case "GET object/info" -> {
                String[] named = parts[4].split("/", 2);
                yield info(named[0], named[1], everything);
            }
            case "POST object/" + SupabaseServer.BUCKET -> put(request, rest(path), body, everything);
            case "DELETE object/" + SupabaseServer.BUCKET -> delete(rest(path), everything);
            default ->
                throw new Refused(SupabaseServer.Reply.json(
                        404,
                        "{\"statusCode\":\"404\",\"error\":\"Not Found\",\"message\":\"Route " + request.method() + ":"
                                + path + " not found\",\"code\":\"InvalidRequest\"}"));
        };
    }

    /** The key behind the bucket's name in a path. */
    private static String rest(String path) {
        return path.substring(("/object/" + SupabaseServer.BUCKET + "/").length());
    }

    private synchronized SupabaseServer.Reply bucket(String name, boolean everything) throws Refused {
        requireBucket(name, everything);
        ObjectNode bucket = JSON.createObjectNode()
                .put("id", name)
                .put("name", name)
                .put("public", isPublic)
                .put("file_size_limit", bucketLimit);
        bucket.putNull("allowed_mime_types");
        return SupabaseServer.Reply.json(200, bucket.toString());
    }

    private synchronized SupabaseServer.Reply put(
            SupabaseServer.Seen request, String key, byte[] body, boolean everything) throws IOException, Refused {
        if (body.length > limit()) {
            throw refused(413, "EntityTooLarge", "Payload too large", "The object exceeded the maximum allowed size");
        }
        if (!everything) {
            throw againstPolicy();
        }
        if (isThere(key) && !request.header("X-upsert").equals("true")) {
            throw taken();
        }
        String metadata = request.header("X-metadata");
        store(
                key,
                body,
                metadata.isEmpty() ? null : JSON.readTree(Base64.getDecoder().decode(metadata)));
        return SupabaseServer.Reply.json(200, "{\"Id\":\"1\",\"Key\":\"" + SupabaseServer.BUCKET + "/" + key + "\"}");
    }

    private synchronized Stored find(String bucket, String key, boolean everything) throws Refused {
        if (!bucket.equals(SupabaseServer.BUCKET)) {
            requireBucket(bucket, everything);
        }
        Stored object = everything ? objects.get(key) : null;
        if (object == null) {
            throw refused(404, "NoSuchKey", "not_found", "Object not found");
        }
        return object;
    }

    private SupabaseServer.Reply read(SupabaseServer.Seen request, String bucket, String key, boolean everything)
            throws IOException, Refused {
        Stored object = find(bucket, key, everything);
        byte[] content = Files.readAllBytes(object.content());
        Map<String, String> headers = new HashMap<>(
                Map.of("ETag", "\"" + object.version() + "\"", "Content-Type", "application/octet-stream"));
        String range = request.header("Range");
        if (range.isEmpty()) {
            return new SupabaseServer.Reply(200, headers, content);
        }
        String[] bounds = range.substring("bytes=".length()).split("-", 2);
        int size = object.size();
        long from = Long.parseLong(bounds[0]);
        if (from >= size) {
            // With another S3 behind, its own refusal is not understood.
            throw filesBehind
                    ? refused(400, "InvalidRange", "invalid_range", "invalid range provided")
                    : refused(500, "InternalError", "Internal", "Internal Server Error");
        }
        int end = (int) Math.min(bounds[1].isEmpty() ? Long.MAX_VALUE : Long.parseLong(bounds[1]) + 1, size);
        headers.put("Content-Range", "bytes " + from + "-" + (end - 1) + "/" + size);
        return new SupabaseServer.Reply(206, headers, Arrays.copyOfRange(content, (int) from, end));
    }

    private SupabaseServer.Reply info(String bucket, String key, boolean everything) throws Refused {
        Stored object = find(bucket, key, everything);
        ObjectNode info = JSON.createObjectNode()
                .put("name", key)
                .put("version", object.version())
                .put("bucket_id", bucket)
                .put("size", object.size())
                .put("etag", "\"" + object.version() + "\"")
                .put("last_modified", time(object.at()));
        info.set("metadata", object.metadata());
        return SupabaseServer.Reply.json(200, info.toString());
    }

    private synchronized SupabaseServer.Reply list(
            SupabaseServer.Seen request, String bucket, JsonNode question, boolean everything) throws Refused {
        if (!readsLists) {
            throw new Refused(SupabaseServer.Reply.json(
                    404, "{\"statusCode\":\"404\",\"message\":\"Route POST:" + request.path() + " not found\"}"));
        }
        int most = Math.min(question.path("limit").asInt(1000), 1000);
        String prefix = question.path("prefix").asText("");
        String after =
                new String(Base64.getDecoder().decode(question.path("cursor").asText("")), UTF_8);
        Map<String, Stored> page = new LinkedHashMap<>();
        boolean more = false;
        for (Map.Entry<String, Stored> entry :
                objects.tailMap(prefix.compareTo(after) > 0 ? prefix : after).entrySet()) {
            boolean hidden = !everything
                    || !bucket.equals(SupabaseServer.BUCKET)
                    || entry.getKey().equals(after);
            if (hidden || !entry.getKey().startsWith(prefix)) {
                continue;
            }
            more = page.size() == most;
            if (more) {
                break;
            }
            page.put(entry.getKey(), entry.getValue());
        }
        ObjectNode answer = JSON.createObjectNode().put("hasNext", more);
        answer.putArray("folders");
        ArrayNode shown = answer.putArray("objects");
        page.forEach((key, object) -> {
            ObjectNode one = shown.addObject().put("name", key).put("updated_at", time(object.at()));
            one.putObject("metadata").put("size", object.size()).put("mimetype", "application/octet-stream");
            answer.put("nextCursor", Base64.getEncoder().encodeToString(key.getBytes(UTF_8)));
        });
        return SupabaseServer.Reply.json(200, answer.toString());
    }

    private synchronized SupabaseServer.Reply delete(String key, boolean everything) throws IOException, Refused {
        Stored object = find(SupabaseServer.BUCKET, key, everything);
        objects.remove(key);
        Files.deleteIfExists(object.content());
        return SupabaseServer.Reply.json(200, "{\"message\":\"Successfully deleted\"}");
    }

    private static String time(Instant at) {
        return OffsetDateTime.ofInstant(at, ZoneOffset.UTC).toString();
    }
}
