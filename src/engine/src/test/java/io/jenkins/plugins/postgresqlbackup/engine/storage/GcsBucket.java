package io.jenkins.plugins.postgresqlbackup.engine.storage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/** One bucket of {@link GcsServer}: objects, in files, their generations, and sessions on their way. */
final class GcsBucket {
    /** An object as it is. */
    record Stored(
            String name,
            Path file,
            int size,
            String crc32c,
            String md5,
            long generation,
            Instant created,
            JsonNode description) {
        byte[] content() {
            return read(file);
        }

        ObjectNode resource(String bucket) {
            ObjectNode resource = GcsAnswer.JSON.createObjectNode();
            resource.put("kind", "storage#object");
            resource.put("name", name);
            resource.put("bucket", bucket);
            resource.put("generation", String.valueOf(generation));
            resource.put("size", String.valueOf(size));
            resource.put("timeCreated", created.toString());
            resource.put("updated", created.toString());
            resource.put("crc32c", crc32c);
            resource.put("md5Hash", md5);
            resource.put("storageClass", description.path("storageClass").asText("STANDARD"));
            if (description.has("metadata")) {
                resource.set("metadata", description.get("metadata"));
            }
            return resource;
        }
    }

    /** What has arrived lies in a file. */
    private static final class Session {
        private final JsonNode description;
        private final String fields;
        private final Path file;
        private int size;
        private Stored finished;

        Session(JsonNode description, String fields, Path file) {
            this.description = description;
            this.file = file;
            this.fields = fields;
        }
    }

    private static final int UNIT = 256 * 1024;
    private static final Pattern RANGE = Pattern.compile("bytes (?:(\\d+)-(\\d+)|\\*)/(\\d+|\\*)");

    private final String name;
    private final Clock clock;
    private final Path directory;
    private final NavigableMap<String, Stored> objects = new TreeMap<>();
    private final Map<String, Session> sessions = new HashMap<>();
    private JsonNode lifecycle = GcsAnswer.JSON.createObjectNode();
    private long lastGeneration;
    private boolean careless;

    GcsBucket(String name, Clock clock) {
        this.name = name;
        this.clock = clock;
        try {
            this.directory = Files.createTempDirectory(Path.of("target"), "gcs");
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

    String name() {
        return name;
    }

    synchronized void setLifecycle(JsonNode newLifecycle) {
        lifecycle = newLifecycle;
    }

    synchronized ObjectNode resource() {
        ObjectNode resource = GcsAnswer.JSON.createObjectNode();
        resource.put("kind", "storage#bucket");
        resource.put("name", name);
        resource.set("lifecycle", lifecycle);
        return resource;
    }

    synchronized NavigableMap<String, Stored> objects() {
        return new TreeMap<>(objects);
    }

    synchronized Stored get(String object) {
        return objects.get(object);
    }

    synchronized boolean delete(String object) {
        Stored removed = objects.remove(object);
        if (removed != null) {
            remove(removed.file());
        }
        return removed != null;
    }

    synchronized int sessions() {
        return (int) sessions.values().stream()
                .filter(session -> session.finished == null)
                .count();
    }

    /** From now on checksums are taken and not looked at. */
    synchronized void setCareless() {
        careless = true;
    }

    /** What has arrived so far is no longer what was sent. */
    synchronized void damageSessions() {
        for (Session session : sessions.values()) {
            byte[] content = read(session.file);
            content[content.length / 2] ^= 1;
            write(session.file, content, 0, content.length);
        }
    }

    /** Something else comes to be under that name. */
    synchronized void replace(String object, byte[] content) {
        delete(object);
        create(object, content, GcsAnswer.JSON.createObjectNode());
    }

    /** What a write whose condition is {@code ifGenerationMatch=0} does; others are not known here. */
    synchronized Stored create(String object, byte[] content, JsonNode description) {
        requireFree(object);
        requireChecksum("MD5", description.path("md5Hash").asText(md5(content)), md5(content));
        requireChecksum("CRC32C", description.path("crc32c").asText(crc32c(content)), crc32c(content));
        Instant now = clock.instant();
        lastGeneration = Math.max(lastGeneration + 1, now.toEpochMilli() * 1000);
        Path file = directory.resolve(String.valueOf(lastGeneration));
        write(file, content, 0, content.length);
        Stored stored = new Stored(
                object, file, content.length, crc32c(content), md5(content), lastGeneration, now, description);
        objects.put(object, stored);
        return stored;
    }

    private void requireFree(String object) {
        if (objects.containsKey(object)) {
            throw GcsAnswer.refused(
                    412, "conditionNotMet", "At least one of the pre-conditions you specified did not hold.");
        }
    }

    private static void requireChecksum(String kind, String given, String calculated) {
        if (!given.equals(calculated)) {
            throw GcsAnswer.refused(
                    400,
                    "invalid",
                    "Provided " + kind + " \"" + given + "\" doesn't match calculated " + kind + " \"" + calculated
                            + "\".");
        }
    }

    /** @param fields what the last answer is to tell, or null */
    synchronized String begin(JsonNode description, String fields) {
        requireFree(description.path("name").asText());
        String id = UUID.randomUUID().toString();
        sessions.put(id, new Session(description, fields, directory.resolve(id)));
        return id;
    }

    synchronized boolean cancel(String id) {
        Session session = sessions.remove(id);
        if (session != null) {
            remove(session.file);
        }
        return session != null;
    }

    /**
     * A chunk, or a question how far the session has got.
     *
     * @param most how many bytes of the chunk are kept
     * @param hash the header X-Goog-Hash, or null
     */
    synchronized GcsAnswer chunk(String id, String range, byte[] body, int most, String hash) {
        Session session = sessions.get(id);
        if (session == null) {
            throw GcsAnswer.refused(404, "notFound", "No such upload.");
        }
        if (session.finished != null) {
            return GcsAnswer.resource(session.finished.resource(name), session.fields);
        }
        Matcher matcher = RANGE.matcher(String.valueOf(range));
        if (!matcher.matches()) {
            throw invalid("Failed to parse Content-Range header.");
        }
        long total = matcher.group(3).equals("*") ? -1 : Long.parseLong(matcher.group(3));
        if (matcher.group(1) != null) {
            long first = Long.parseLong(matcher.group(1));
            long end = Long.parseLong(matcher.group(2)) + 1;
            keep(session, first, end, total, body, most);
        } else if (body.length > 0) {
            throw invalid("A body where none was announced.");
        }
        if (total < 0 || session.size < total) {
            int size = session.size;
            return GcsAnswer.empty(308, size == 0 ? Map.of() : Map.of("Range", "bytes=0-" + (size - 1)));
        }
        byte[] content = session.size == 0 ? new byte[0] : read(session.file);
        if (hash != null && !careless) {
            requireChecksum("CRC32C", hash.replace("crc32c=", ""), crc32c(content));
        }
        session.finished = create(session.description.path("name").asText(), content, session.description);
        remove(session.file);
        return GcsAnswer.resource(session.finished.resource(name), session.fields);
    }

    private static void keep(Session session, long first, long end, long total, byte[] body, int most) {
        if (end - first != body.length && most == Integer.MAX_VALUE) {
            throw invalid("The body has " + body.length + " bytes, Content-Range says " + (end - first) + ".");
        }
        if (end != total && (end - first) % UNIT != 0) {
            throw invalid("The number of bytes uploaded is required to be a multiple of 262144, except for the final"
                    + " request, but it was " + (end - first) + ".");
        }
        if (first > session.size) {
            throw invalid("According to the Content-Range header, the upload offset is " + first
                    + " byte(s), which exceeds already uploaded size of " + session.size + " byte(s).");
        }
        int skipped = (int) (session.size - first);
        int kept = Math.min(body.length, most == Integer.MAX_VALUE ? most : most / UNIT * UNIT);
        if (kept > skipped) {
            write(session.file, body, skipped, kept - skipped, StandardOpenOption.APPEND);
            session.size += kept - skipped;
        }
    }

    private static GcsAnswer.Refused invalid(String what) {
        return GcsAnswer.refused(400, "badRequest", "Invalid request.  " + what);
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path file, byte[] content, int offset, int length, OpenOption... options) {
        Set<OpenOption> all = new HashSet<>(Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE));
        all.addAll(List.of(options));
        try (OutputStream out = Files.newOutputStream(file, all.toArray(OpenOption[]::new))) {
            out.write(content, offset, length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String crc32c(byte[] content) {
        CRC32C checksum = new CRC32C();
        checksum.update(content);
        return Base64.getEncoder()
                .encodeToString(ByteBuffer.allocate(Integer.BYTES)
                        .putInt((int) checksum.getValue())
                        .array());
    }

    static String md5(byte[] content) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("MD5").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
