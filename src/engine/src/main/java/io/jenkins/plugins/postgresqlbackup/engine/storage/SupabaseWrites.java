package io.jenkins.plugins.postgresqlbackup.engine.storage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.http.Header;
import org.apache.http.client.methods.RequestBuilder;
import org.apache.http.entity.ByteArrayEntity;

/**
 * The requests that write: a small object in one, a larger one as a resumable upload (tus 1.0.0) whose length is told with its last
 * part. Thread-safe.
 */
final class SupabaseWrites implements ObjectWrites {
    /** Of a resumable upload each part but the last must have exactly so many bytes. */
    static final int PART = 6 * 1024 * 1024;

    static final String UPLOADS = "/upload/resumable";
    /** The server makes each part one of an upload to the storage behind it. */
    private static final int MOST_PARTS = 10_000;
    /** The metadata that says which upload wrote an object. */
    private static final String UPLOAD = "upload";

    private static final String CONTENT_TYPE = "application/octet-stream";
    private static final Pattern LAST_SEGMENT = Pattern.compile(".*/([A-Za-z0-9_=-]+)/*(\\?.*)?");

    private final SupabaseStore store;
    private final SupabaseConnection connection;

    SupabaseWrites(SupabaseStore store, SupabaseConnection connection) {
        this.store = store;
        this.connection = connection;
    }

    @Override
    public int partBytes(int number) {
        return PART;
    }

    @Override
    public int maxParts() {
        return MOST_PARTS;
    }

    @Override
    public void put(String name, String upload, byte[] content, int length) throws StorageException {
        String path = "/object/" + store.objectPath(name);
        try {
            store.retries()
                    .send(() -> connection.send(
                            ifFree(connection.request("POST", path))
                                    .setHeader("Content-Type", CONTENT_TYPE)
                                    .setHeader("x-metadata", base64(metadata(upload)))
                                    .setEntity(new ByteArrayEntity(content, 0, length)),
                            response -> null));
        } catch (IOException e) {
            throw failed(name, e);
        }
    }

    @Override
    public Parts begin(String name, String upload) throws StorageException {
        Map<String, String> about = new TreeMap<>(Map.of(
                "bucketName", store.bucketName(),
                "objectName", store.key(name),
                "contentType", CONTENT_TYPE,
                "metadata", metadata(upload)));
        String header = about.entrySet().stream()
                .map(entry -> entry.getKey() + " " + base64(entry.getValue()))
                .collect(Collectors.joining(","));
        try {
            String address = store.retries()
                    .send(() -> connection.send(
                            ifFree(resumable("POST", ""))
                                    .setHeader("Upload-Defer-Length", "1")
                                    .setHeader("Upload-Metadata", header),
                            response -> {
                                Header location = response.getFirstHeader("Location");
                                return location == null ? "" : location.getValue();
                            }));
            // Only its end is taken: servers behind others often do not know their own address.
            Matcher matcher = LAST_SEGMENT.matcher(address);
            if (!matcher.matches()) {
                throw new StorageException(name + " could not be written to " + store.describe()
                        + " (the server does not say where it wants the parts of an upload); check its address in the"
                        + " URL.");
            }
            return new SupabaseUpload(store, this, connection, name, upload, matcher.group(1));
        } catch (IOException e) {
            throw failed(name, e);
        }
    }

    @Override
    public Optional<String> writer(String name) throws StorageException {
        return store.about(name)
                .map(info -> info.path("metadata").path(UPLOAD))
                .filter(JsonNode::isTextual)
                .map(JsonNode::asText);
    }

    /** A request of the protocol for resumable uploads. */
    RequestBuilder resumable(String method, String path) {
        return connection.request(method, UPLOADS + path).setHeader("Tus-Resumable", "1.0.0");
    }

    static RequestBuilder ifFree(RequestBuilder request) {
        return request.setHeader("x-upsert", "false");
    }

    StorageException failed(String name, IOException e) {
        return e instanceof SupabaseRefusal refusal && refusal.isTaken()
                ? new ObjectExistsException(store.describe(), name)
                : SupabaseFailure.writing(store.describe(), name, e);
    }

    private static String metadata(String upload) {
        return JsonNodeFactory.instance.objectNode().put(UPLOAD, upload).toString();
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
