package io.jenkins.plugins.postgresqlbackup.engine.storage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.function.UnaryOperator;
import org.apache.http.Header;
import org.apache.http.HttpResponse;
import org.apache.http.client.methods.RequestBuilder;
import org.apache.http.entity.ByteArrayEntity;

/**
 * Objects in a bucket of Supabase Storage, by way of its REST interface.
 *
 * <p>The server looks whether a name is free when an upload begins, and not again when it ends: of two who write one name at the same
 * time both may succeed. Times are cut to whole seconds.
 */
final class SupabaseStore implements RemoteStore {
    private static final int PAGE = 1000;
    private static final int RANGE_NOT_SATISFIABLE = 416;
    private static final int SERVER_ERROR = 500;

    private final SupabaseSettings settings;
    private final SupabaseConnection connection;
    private final Retries retries;
    private final SupabaseWrites writes;
    private final ExecutorService senders;
    private volatile OptionalLong bucketLimit = OptionalLong.empty();

    private SupabaseStore(SupabaseSettings settings, SupabaseConnection connection) {
        this.settings = settings;
        this.connection = connection;
        this.retries = Retries.of(settings.attempts(), new SupabasePassing());
        this.writes = new SupabaseWrites(this, connection);
        this.senders = PartedUpload.senders("supabase upload");
    }

    /** Opens a store and asks its server whether the bucket is there and may be listed. */
    static SupabaseStore open(SupabaseSettings settings, SupabaseKey key, UnaryOperator<String> variables)
            throws StorageException {
        SupabaseConnection connection =
                new SupabaseConnection(settings, SupabaseLogin.headers(settings, key), new HttpProxies(variables));
        SupabaseStore store = new SupabaseStore(settings, connection);
        try {
            JsonNode limit = store.aboutBucket().path("file_size_limit");
            store.bucketLimit = limit.isNumber() ? OptionalLong.of(limit.asLong()) : OptionalLong.empty();
            store.page("", Optional.empty(), 1);
            return store;
        } catch (IOException e) {
            store.close();
            throw SupabaseFailure.opening(settings.describe(), e);
        }
    }

    @Override
    public String describe() {
        return settings.describe();
    }

    @Override
    public Optional<SupabaseProject> project() {
        return settings.project();
    }

    @Override
    public Upload create(String name) {
        return new PartedUpload(this, writes, senders, ObjectName.check(name));
    }

    @Override
    public OptionalLong largestObject() {
        OptionalLong told = settings.fileSizeLimit();
        return told.isPresent() ? told : OptionalLong.of(bucketLimit.orElse(SupabaseSettings.USUAL_LIMIT));
    }

    @Override
    public List<String> warnings() throws StorageException {
        List<String> warnings = new ArrayList<>();
        if (settings.isInTheOpen()) {
            warnings.add("The key goes to " + describe() + " over plain http, where others can read it on the way, and"
                    + " it opens more than this bucket: use https.");
        }
        try {
            if (aboutBucket().path("public").asBoolean()) {
                warnings.add("The bucket of " + describe() + " is public: whoever knows a name in it can download that"
                        + " object, encrypted as it is; make the bucket private in its settings.");
            }
            return warnings;
        } catch (IOException e) {
            throw SupabaseFailure.opening(describe(), e);
        }
    }

    private JsonNode aboutBucket() throws IOException {
        return retries.send(() -> connection.send(bucket(), SupabaseConnection::json));
    }

    @Override
    public Retries retries() {
        return retries;
    }

    @Override
    public StorageException failed(String name, Exception cause) {
        return SupabaseFailure.reading(describe(), name, cause);
    }

    @Override
    public Optional<Range> open(String name, long offset, long length, String version) throws StorageException {
        String path = "/object/authenticated/" + objectPath(name);
        boolean whole = offset == 0 && length == Long.MAX_VALUE;
        String range = "bytes=" + offset + "-" + (length > Long.MAX_VALUE - offset ? "" : offset + length - 1);
        try {
            return retries.send(() -> {
                RequestBuilder request = connection.request("GET", path);
                if (!whole) {
                    request.setHeader("Range", range);
                }
                try {
                    return Optional.of(range(name, offset, version, connection.open(request)));
                } catch (SupabaseRefusal e) {
                    if (offset > 0
                            && mayMeanBeyond(e)
                            && info(name).path("size").asLong(-1) <= offset) {
                        return Optional.empty();
                    }
                    throw e;
                }
            });
        } catch (SupabaseRefusal e) {
            if (e.isNoObject()) {
                throw new NoSuchObjectException(describe(), name);
            }
            throw SupabaseFailure.reading(describe(), name, e);
        } catch (IOException e) {
            throw SupabaseFailure.reading(describe(), name, e);
        }
    }

    /** Asked for what lies behind an object's end, the server answers as what is behind it does, or not at all. */
    private static boolean mayMeanBeyond(SupabaseRefusal e) {
        return e.status() == RANGE_NOT_SATISFIABLE || e.code().equals("InvalidRange") || e.status() == SERVER_ERROR;
    }

    private Range range(String name, long offset, String version, SupabaseConnection.Open open) throws IOException {
        HttpResponse response = open.response();
        String own = header(response, "ETag").replaceFirst("^W/", "");
        if (offset > 0 && !response.containsHeader("Content-Range")) {
            open.request().abort();
            throw new StorageException(name + " could not be read from " + describe()
                    + " (the server sent all of it in place of a range); such a server cannot be used.");
        }
        if (version != null && !version.isEmpty() && !own.isEmpty() && !version.equals(own)) {
            open.request().abort();
            throw new StorageException(name + " could not be read from " + describe()
                    + " (it has become another object meanwhile); find out who writes there.");
        }
        long length = response.getEntity() == null ? 0 : response.getEntity().getContentLength();
        if (length < 0) { // What stands before the server sends it piece by piece.
            length = info(name).path("size").asLong() - offset;
        }
        InputStream in = response.getEntity() == null
                ? InputStream.nullInputStream()
                : response.getEntity().getContent();
        return new Range(in, length, own, open.request()::abort);
    }

    @Override
    public Optional<StoredObject> find(String name) throws StorageException {
        return about(name)
                .map(info -> new StoredObject(
                        name, info.path("size").asLong(), time(info.path("last_modified")), Optional.empty()));
    }

    /** What the server tells about an object. */
    Optional<JsonNode> about(String name) throws StorageException {
        ObjectName.check(name);
        try {
            JsonNode info = retries.send(() -> info(name));
            if (!info.path("size").isNumber()) {
                throw new StorageException(name + " could not be read from " + describe()
                        + " (the server does not know its size); delete it there if it is the rest of an upload.");
            }
            return Optional.of(info);
        } catch (SupabaseRefusal e) {
            if (e.isNoObject()) {
                return Optional.empty();
            }
            throw SupabaseFailure.reading(describe(), name, e);
        } catch (IOException e) {
            throw SupabaseFailure.reading(describe(), name, e);
        }
    }

    private JsonNode info(String name) throws IOException {
        return connection.send(
                connection.request("GET", "/object/info/authenticated/" + objectPath(name)), SupabaseConnection::json);
    }

    @Override
    public void list(String prefix, ObjectVisitor visitor) throws StorageException {
        Listing listing = new Listing(this, settings.prefix(), prefix, visitor);
        Optional<String> cursor = Optional.empty();
        do {
            JsonNode page;
            try {
                page = page(prefix, cursor, PAGE);
            } catch (IOException e) {
                throw SupabaseFailure.listing(describe(), e);
            }
            for (JsonNode object : page.path("objects")) {
                listing.show(
                        object.path("name").asText(),
                        name -> new StoredObject(
                                name,
                                object.path("metadata").path("size").asLong(),
                                time(object.path("updated_at")),
                                Optional.empty()));
            }
            boolean more = page.path("hasNext").asBoolean();
            if (more
                    && (!page.path("nextCursor").isTextual()
                            || page.path("objects").isEmpty())) {
                throw listing.endless();
            }
            cursor = more ? Optional.of(page.path("nextCursor").asText()) : Optional.empty();
        } while (cursor.isPresent());
    }

    /** The first interface for listing shows folder by folder and in the database's own order; this one is flat and goes by bytes. */
    private JsonNode page(String prefix, Optional<String> cursor, int most) throws IOException {
        ObjectNode question = JsonNodeFactory.instance.objectNode();
        question.put("prefix", settings.prefix() + prefix);
        question.put("limit", most);
        question.put("with_delimiter", false);
        cursor.ifPresent(from -> question.put("cursor", from));
        byte[] body = question.toString().getBytes(StandardCharsets.UTF_8);
        return retries.send(() -> connection.send(
                connection
                        .request("POST", "/object/list-v2/" + settings.bucket())
                        .setHeader("Content-Type", "application/json")
                        .setEntity(new ByteArrayEntity(body)),
                SupabaseConnection::json));
    }

    @Override
    public void delete(String name) throws StorageException {
        // Not the request that deletes many: it says nothing of those that it may not delete.
        String path = "/object/" + objectPath(name);
        try {
            retries.send(() -> connection.send(connection.request("DELETE", path), response -> null));
        } catch (SupabaseRefusal e) {
            if (!e.isNoObject()) {
                throw SupabaseFailure.deleting(describe(), name, e);
            }
        } catch (IOException e) {
            throw SupabaseFailure.deleting(describe(), name, e);
        }
    }

    @Override
    public Instant now() throws StorageException {
        Optional<String> date;
        try {
            date = Optional.of(retries.send(() -> connection.send(bucket(), response -> header(response, "Date"))));
        } catch (IOException e) {
            throw SupabaseFailure.opening(describe(), e);
        }
        return ServerDate.parse(this, date);
    }

    @Override
    public boolean createsExclusively() {
        return false;
    }

    @Override
    public void close() {
        senders.shutdown();
        connection.close();
    }

    /** Bucket and key as they stand in an address. */
    String objectPath(String name) {
        return settings.bucket() + "/" + key(name);
    }

    String key(String name) {
        return settings.prefix() + ObjectName.check(name);
    }

    String bucketName() {
        return settings.bucket();
    }

    private RequestBuilder bucket() {
        return connection.request("GET", "/bucket/" + settings.bucket());
    }

    private static String header(HttpResponse response, String name) {
        Header header = response.getFirstHeader(name);
        return header == null ? "" : header.getValue();
    }

    private static Instant time(JsonNode text) {
        return OffsetDateTime.parse(text.asText()).toInstant().truncatedTo(ChronoUnit.SECONDS);
    }
}
