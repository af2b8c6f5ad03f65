package io.jenkins.plugins.postgresqlbackup.engine.storage;

import com.google.api.client.http.HttpResponse;
import com.google.api.client.http.HttpResponseException;
import com.google.api.client.util.DateTime;
import com.google.api.services.storage.Storage;
import com.google.api.services.storage.model.Bucket;
import com.google.api.services.storage.model.Objects;
import com.google.api.services.storage.model.StorageObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.function.UnaryOperator;
import org.apache.http.conn.ConnectionReleaseTrigger;

/**
 * Objects in a bucket of Google Cloud Storage.
 *
 * <p>An object that fits into one chunk is put in one request, a larger one through a resumable session; both are conditional on
 * the name being free. Times are cut to whole seconds, as the store's clock has no more. An object's version is its generation.
 */
final class GcsStore implements RemoteStore {
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int RANGE_NOT_SATISFIABLE = 416;
    private static final int PAGE = 1000;
    private static final String FACTS = "name,size,timeCreated,generation";

    private final GcsSettings settings;
    private final GcsConnection connection;
    private final GcsWrites writes;
    private final ExecutorService senders;

    private GcsStore(GcsSettings settings, GcsConnection connection) {
        this.settings = settings;
        this.connection = connection;
        this.writes = new GcsWrites(this, settings, connection);
        this.senders = PartedUpload.senders("gcs upload");
    }

    /**
     * Opens a store and asks its server whether the bucket may be listed.
     *
     * @param key in place of what the machine's own settings say
     * @param variables the environment
     */
    static GcsStore open(URI location, Optional<GoogleKey> key, UnaryOperator<String> variables)
            throws StorageException {
        GcsSettings settings = GcsSettings.parse(location, variables);
        GcsStore store = new GcsStore(settings, GcsConnection.open(settings, key, variables));
        try {
            store.page("", null, 1);
            return store;
        } catch (IOException e) {
            store.close();
            throw GcsFailure.opening(settings.describe(), e);
        }
    }

    @Override
    public String describe() {
        return settings.describe();
    }

    @Override
    public Upload create(String name) {
        return new PartedUpload(this, writes, senders, ObjectName.check(name));
    }

    @Override
    public Retries retries() {
        return connection.retries();
    }

    @Override
    public StorageException failed(String name, Exception cause) {
        return GcsFailure.reading(describe(), name, cause);
    }

    @Override
    public Optional<Range> open(String name, long offset, long length, String version) throws StorageException {
        String key = settings.key(name);
        boolean whole = offset == 0 && length == Long.MAX_VALUE;
        String range = "bytes=" + offset + "-" + (length > Long.MAX_VALUE - offset ? "" : offset + length - 1);
        try {
            HttpResponse response = connection.send(() -> {
                Storage.Objects.Get get = client().objects()
                        .get(settings.bucket(), key)
                        .setUserProject(settings.userProject().orElse(null))
                        .setGeneration(version == null ? null : Long.valueOf(version));
                get.setReturnRawInputStream(true);
                get.getRequestHeaders().setAcceptEncoding("identity").setRange(whole ? null : range);
                return get.executeMedia();
            });
            return Optional.of(range(name, offset, response));
        } catch (StorageException e) {
            throw e;
        } catch (IOException e) {
            if (GcsFailure.isStatus(e, RANGE_NOT_SATISFIABLE)) {
                return Optional.empty();
            }
            if (isMissing(e)) {
                throw new NoSuchObjectException(describe(), name);
            }
            throw GcsFailure.reading(describe(), name, e);
        }
    }

    private Range range(String name, long offset, HttpResponse response) throws IOException {
        InputStream in = response.getContent() == null ? InputStream.nullInputStream() : response.getContent();
        Runnable abort = () -> abort(in);
        Long length = response.getHeaders().getContentLength();
        String generation = response.getHeaders().getFirstHeaderStringValue("x-goog-generation");
        if (length == null || offset > 0 && response.getHeaders().getContentRange() == null) {
            abort.run();
            throw new StorageException(name + " could not be read from " + describe() + " (the server "
                    + (length == null ? "does not say how long it is" : "sent all of it in place of a range")
                    + "); such a server cannot be used.");
        }
        return new Range(in, length, generation, abort);
    }

    /** To close would read on to the end. */
    private static void abort(InputStream in) {
        try {
            if (in instanceof ConnectionReleaseTrigger connection) {
                connection.abortConnection();
            } else {
                in.close();
            }
        } catch (IOException e) {
            throw new IllegalStateException("A connection that was given up did not close.", e);
        }
    }

    @Override
    public Optional<StoredObject> find(String name) throws StorageException {
        Optional<StorageObject> object = look(name, FACTS);
        return object.isEmpty() ? Optional.empty() : Optional.of(stored(name, object.get()));
    }

    /** @param fields the names of what is asked for */
    Optional<StorageObject> look(String name, String fields) throws StorageException {
        String key = settings.key(name);
        try {
            return Optional.of(connection.send(() -> client().objects()
                    .get(settings.bucket(), key)
                    .setUserProject(settings.userProject().orElse(null))
                    .setFields(fields)
                    .execute()));
        } catch (IOException e) {
            if (isMissing(e)) {
                return Optional.empty();
            }
            throw GcsFailure.reading(describe(), name, e);
        }
    }

    private StoredObject stored(String name, StorageObject object) throws StorageException {
        DateTime created = object.getTimeCreated();
        if (created == null || object.getSize() == null) {
            throw new StorageException("The server of " + describe() + " does not say how large " + name
                    + " is and when it was written; such a server cannot be used.");
        }
        return new StoredObject(
                name,
                object.getSize().longValueExact(),
                Instant.ofEpochMilli(created.getValue()).truncatedTo(ChronoUnit.SECONDS),
                Optional.ofNullable(object.getGeneration()).map(String::valueOf));
    }

    @Override
    public void list(String prefix, ObjectVisitor visitor) throws StorageException {
        Listing listing = new Listing(this, settings.prefix(), prefix, visitor);
        String token = null;
        do {
            Objects page;
            try {
                page = page(prefix, token, PAGE).objects();
            } catch (IOException e) {
                throw GcsFailure.listing(describe(), e);
            }
            for (StorageObject object : page.getItems() == null ? List.<StorageObject>of() : page.getItems()) {
                listing.show(object.getName(), name -> stored(name, object));
            }
            if (token != null && token.equals(page.getNextPageToken())) {
                throw listing.endless();
            }
            token = page.getNextPageToken();
        } while (token != null);
    }

    /** One page of a listing, and when the server made it. */
    private record Page(Objects objects, Optional<String> date) {}

    private Page page(String prefix, String token, int most) throws IOException {
        return connection.send(() -> {
            HttpResponse response = client().objects()
                    .list(settings.bucket())
                    .setUserProject(settings.userProject().orElse(null))
                    .setPrefix(settings.prefix() + prefix)
                    .setMaxResults((long) most)
                    .setPageToken(token)
                    .setFields("nextPageToken,items(" + FACTS + ")")
                    .executeUnparsed();
            return new Page(
                    response.parseAs(Objects.class),
                    Optional.ofNullable(response.getHeaders().getDate()));
        });
    }

    @Override
    public void delete(String name) throws StorageException {
        String key = settings.key(name);
        try {
            connection.send(() -> {
                client().objects()
                        .delete(settings.bucket(), key)
                        .setUserProject(settings.userProject().orElse(null))
                        .execute();
                return null;
            });
        } catch (IOException e) {
            if (!isMissing(e)) {
                throw GcsFailure.deleting(describe(), name, e);
            }
        }
    }

    @Override
    public Instant now() throws StorageException {
        Optional<String> date;
        try {
            date = page("", null, 1).date();
        } catch (IOException e) {
            throw GcsFailure.listing(describe(), e);
        }
        return ServerDate.parse(this, date);
    }

    @Override
    public boolean createsExclusively() {
        return true;
    }

    /** Who may not look at the bucket's rules is told nothing. */
    @Override
    public List<String> warnings() throws StorageException {
        try {
            Bucket bucket = connection.send(() -> client().buckets()
                    .get(settings.bucket())
                    .setUserProject(settings.userProject().orElse(null))
                    .setFields("lifecycle")
                    .execute());
            return GcsLifecycle.warnings(describe(), settings.prefix(), bucket);
        } catch (IOException e) {
            if (GcsFailure.isStatus(e, FORBIDDEN)) {
                return List.of();
            }
            throw GcsFailure.inspecting(describe(), e);
        }
    }

    @Override
    public Optional<SignedUrls> signedUrls() {
        return connection.signer().map(signer -> new GcsSignedUrls(settings, signer, Clock.systemUTC()));
    }

    @Override
    public void close() {
        senders.shutdown();
        connection.close();
    }

    private Storage client() {
        return connection.client();
    }

    private static boolean isMissing(Exception e) {
        return GcsFailure.isStatus(e, NOT_FOUND)
                && e instanceof HttpResponseException answer
                && !GcsFailure.isMissingBucket(answer);
    }
}
