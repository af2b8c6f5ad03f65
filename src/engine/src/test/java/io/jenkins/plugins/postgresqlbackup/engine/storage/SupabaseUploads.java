package io.jenkins.plugins.postgresqlbackup.engine.storage;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** The resumable uploads (tus) of a {@link SupabaseServer}. Its errors are plain text. Thread-safe. */
final class SupabaseUploads {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int PART = 6 * 1024 * 1024;

    /** One upload; its length is unknown until it is told. */
    private static final class Begun {
        private final String key;
        private final JsonNode metadata;
        private ByteArrayOutputStream content = new ByteArrayOutputStream();
        private long length = -1;
        private boolean finished;

        long offset() {
            return finished ? length : content.size();
        }

        Begun(String key, JsonNode metadata) {
            this.key = key;
            this.metadata = metadata;
        }
    }

    private final SupabaseBuckets buckets;
    private final Map<String, Begun> begun = new HashMap<>();

    SupabaseUploads(SupabaseBuckets buckets) {
        this.buckets = buckets;
    }

    /** How many were begun and neither finished nor ended. */
    synchronized long open() {
        return begun.values().stream().filter(upload -> !upload.finished).count();
    }

    synchronized void forgetAll() {
        begun.clear();
    }

    synchronized SupabaseServer.Reply answer(
            SupabaseServer.Seen request, String path, byte[] body, boolean everything, boolean unfinished)
            throws IOException, SupabaseBuckets.Refused {
        if (!request.header("Tus-resumable").equals("1.0.0")) {
            return text(412, "Tus-Resumable Required\n");
        }
        String id = path.replaceFirst("^/upload/resumable/?", "");
        if (request.method().equals("POST") && id.isEmpty()) {
            return begin(request, everything);
        }
        Begun upload = begun.get(id);
        if (upload == null) {
            return text(404, "The file for this url was not found\n");
        }
        boolean taken = !upload.finished
                && buckets.isThere(upload.key)
                && !request.header("X-upsert").equals("true");
        return switch (request.method()) {
            case "HEAD" -> state(upload);
            case "PATCH" ->
                upload.finished || taken
                        ? text(409, "The resource already exists")
                        : take(request, upload, body, unfinished);
            case "DELETE" -> taken ? text(409, "The resource already exists") : end(id, upload);
            default -> text(404, "Not found\n");
        };
    }

    private SupabaseServer.Reply begin(SupabaseServer.Seen request, boolean everything)
            throws IOException, SupabaseBuckets.Refused {
        Map<String, String> metadata = new TreeMap<>();
        for (String pair : request.header("Upload-metadata").split(",")) {
            String[] words = pair.split(" ");
            metadata.put(words[0], new String(Base64.getDecoder().decode(words[1]), UTF_8));
        }
        if (request.header("Upload-length").isEmpty()
                == request.header("Upload-defer-length").isEmpty()) {
            return text(400, "Upload-Length or Upload-Defer-Length header required\n");
        }
        if (!everything) {
            return text(403, "new row violates row-level security policy");
        }
        String key = metadata.get("objectName");
        if (buckets.isThere(key) && !request.header("X-upsert").equals("true")) {
            return text(409, "The resource already exists");
        }
        Begun upload = new Begun(key, JSON.readTree(metadata.getOrDefault("metadata", "null")));
        if (!request.header("Upload-length").isEmpty()) {
            upload.length = Long.parseLong(request.header("Upload-length"));
        }
        String id = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString((SupabaseServer.BUCKET + "/" + key + "/" + UUID.randomUUID()).getBytes(UTF_8));
        begun.put(id, upload);
        // A server behind another does not know its own address.
        return reply(201, Map.of("Location", "https://storage.internal:5000/upload/resumable/" + id), "");
    }

    private static SupabaseServer.Reply state(Begun upload) {
        Map<String, String> headers = new HashMap<>(Map.of("Upload-Offset", Long.toString(upload.offset())));
        headers.put(
                upload.length < 0 ? "Upload-Defer-Length" : "Upload-Length",
                upload.length < 0 ? "1" : Long.toString(upload.length));
        return reply(200, headers, "");
    }

    private SupabaseServer.Reply take(SupabaseServer.Seen request, Begun upload, byte[] body, boolean unfinished) {
        if (!request.header("Content-type").equals("application/offset+octet-stream")) {
            return text(403, "Content-Type header required\n");
        }
        if (!request.header("Upload-offset").equals(Integer.toString(upload.content.size()))) {
            return text(409, "Upload-Offset conflict\n");
        }
        String length = request.header("Upload-length");
        if (!length.isEmpty()) {
            if (upload.length >= 0) {
                return text(400, "Upload-Length or Upload-Defer-Length header required\n");
            }
            if (Long.parseLong(length) > buckets.limit()) {
                return text(413, "Maximum size exceeded\n");
            }
            upload.length = Long.parseLong(length);
        }
        // The whole body counts, as it is announced, even if the connection ends before.
        long announced = upload.content.size() + Long.parseLong(request.header("Content-length"));
        if (announced > buckets.limit() || upload.length >= 0 && announced > upload.length) {
            return text(413, "upload's size exceeded\n");
        }
        if (upload.length < 0 && announced % PART != 0) {
            return text(400, "A part must have 6 MiB\n");
        }
        upload.content.writeBytes(body);
        if (upload.content.size() == upload.length) {
            if (unfinished) {
                return text(503, "acquiring lock timeout");
            }
            upload.finished = true;
            buckets.store(upload.key, upload.content.toByteArray(), upload.metadata);
            upload.content = null;
        }
        return reply(204, Map.of("Upload-Offset", Long.toString(upload.offset())), "");
    }

    private SupabaseServer.Reply end(String id, Begun upload) {
        if (upload.finished) {
            return text(400, "Cannot terminate an already completed upload");
        }
        begun.remove(id);
        return reply(204, Map.of(), "");
    }

    private static SupabaseServer.Reply text(int status, String body) {
        return reply(status, Map.of("Content-Type", "text/plain"), body);
    }

    private static SupabaseServer.Reply reply(int status, Map<String, String> headers, String body) {
        Map<String, String> all = new HashMap<>(headers);
        all.put("Tus-Resumable", "1.0.0");
        return new SupabaseServer.Reply(status, all, body.getBytes(UTF_8));
    }
}
