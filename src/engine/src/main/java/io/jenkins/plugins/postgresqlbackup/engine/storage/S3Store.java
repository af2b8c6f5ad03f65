package io.jenkins.plugins.postgresqlbackup.engine.storage;

import java.net.URI;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.function.UnaryOperator;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Objects in a bucket of Amazon S3 or of a server that speaks its protocol.
 *
 * <p>An object that fits into one part is put in one request, a larger one in parts; both are conditional on the name being free
 * where the server keeps to that. Times are cut to whole seconds, as only some answers have more.
 */
final class S3Store implements RemoteStore {
    static final int BAD_REQUEST = 400;
    static final int FORBIDDEN = 403;
    static final int NOT_FOUND = 404;
    static final int CONFLICT = 409;
    static final int PRECONDITION_FAILED = 412;
    static final int NOT_IMPLEMENTED = 501;
    private static final int RANGE_NOT_SATISFIABLE = 416;
    private static final int PAGE = 1000;

    private final S3Settings settings;
    private final S3Connection connection;
    private final Retries requests;
    private final S3Writes writes;
    private final ExecutorService senders;

    private S3Store(S3Settings settings, S3Connection connection, Retries requests) {
        this.settings = settings;
        this.connection = connection;
        this.requests = requests;
        this.writes = new S3Writes(this, connection.client(), requests);
        this.senders = PartedUpload.senders("s3 upload");
    }

    /**
     * Opens a store and asks its server whether the bucket may be listed.
     *
     * @param keys in place of what the machine's AWS settings say
     * @param variables the environment
     */
    static S3Store open(URI location, Optional<S3Keys> keys, UnaryOperator<String> variables) throws StorageException {
        S3Settings settings = S3Settings.parse(location, variables);
        Retries requests = Retries.of(settings.attempts(), new S3Passing());
        S3Store store = new S3Store(settings, S3Connection.open(settings, keys, variables), requests);
        try {
            store.firstPage("", 1);
            return store;
        } catch (SdkException e) {
            store.close();
            throw S3Failure.opening(settings.describe(), e);
        }
    }

    @Override
    public String describe() {
        return settings.describe();
    }

    @Override
    public Optional<SupabaseProject> project() {
        return settings.endpoint().flatMap(endpoint -> SupabaseProject.ofHost(endpoint.getHost()));
    }

    @Override
    public Upload create(String name) throws StorageException {
        ObjectName.check(name);
        if (!createsExclusively()) {
            requireFree(name);
        }
        return new PartedUpload(this, writes, senders, name);
    }

    S3Settings settings() {
        return settings;
    }

    private void requireFree(String name) throws StorageException {
        if (find(name).isPresent()) {
            throw new ObjectExistsException(describe(), name);
        }
    }

    @Override
    public Retries retries() {
        return requests;
    }

    @Override
    public StorageException failed(String name, Exception cause) {
        return S3Failure.reading(describe(), name, cause);
    }

    @Override
    public Optional<Range> open(String name, long offset, long length, String version) throws StorageException {
        String key = key(name);
        boolean whole = offset == 0 && length == Long.MAX_VALUE;
        String range = "bytes=" + offset + "-" + (length > Long.MAX_VALUE - offset ? "" : offset + length - 1);
        try {
            GetObjectRequest request = GetObjectRequest.builder()
                    .bucket(settings.bucket())
                    .key(key)
                    .range(whole ? null : range)
                    .ifMatch(version)
                    .build();
            ResponseInputStream<GetObjectResponse> in = requests.send(() -> client().getObject(request));
            if (offset > 0 && in.response().contentRange() == null) {
                in.abort();
                throw new StorageException(name + " could not be read from " + describe()
                        + " (the server sent all of it in place of a range); such a server cannot be used.");
            }
            return Optional.of(
                    new Range(in, in.response().contentLength(), in.response().eTag(), in::abort));
        } catch (SdkException e) {
            if (isStatus(e, RANGE_NOT_SATISFIABLE)) {
                return Optional.empty();
            }
            if (isMissing(e)) {
                throw new NoSuchObjectException(describe(), name);
            }
            throw S3Failure.reading(describe(), name, e);
        }
    }

    @Override
    public Optional<StoredObject> find(String name) throws StorageException {
        return head(name)
                .map(head -> new StoredObject(
                        name,
                        head.contentLength(),
                        head.lastModified().truncatedTo(ChronoUnit.SECONDS),
                        Optional.ofNullable(head.versionId()).filter(version -> !version.equals("null"))));
    }

    Optional<HeadObjectResponse> head(String name) throws StorageException {
        String key = key(name);
        try {
            return Optional.of(requests.send(() -> client().headObject(
                            request -> request.bucket(settings.bucket()).key(key))));
        } catch (SdkException e) {
            if (isMissing(e)) {
                return Optional.empty();
            }
            throw S3Failure.reading(describe(), name, explained(e));
        }
    }

    /** The answer to a HEAD has no body that says what is wrong: the same failure of a listing has. */
    private SdkException explained(SdkException e) {
        if (!isStatus(e, FORBIDDEN) && !isStatus(e, BAD_REQUEST)) {
            return e;
        }
        try {
            firstPage("", 1);
            return e;
        } catch (SdkException better) {
            better.addSuppressed(e);
            return better;
        }
    }

    @Override
    public void list(String prefix, ObjectVisitor visitor) throws StorageException {
        Listing listing = new Listing(this, settings.prefix(), prefix, visitor);
        try {
            ListObjectsV2Response page = firstPage(prefix, PAGE);
            while (true) {
                for (S3Object object : page.contents()) {
                    listing.show(
                            object.key(),
                            name -> new StoredObject(
                                    name,
                                    object.size(),
                                    object.lastModified().truncatedTo(ChronoUnit.SECONDS),
                                    Optional.empty()));
                }
                if (!Boolean.TRUE.equals(page.isTruncated())) {
                    return;
                }
                String token = page.nextContinuationToken();
                ListObjectsV2Request next =
                        listing(prefix, PAGE).continuationToken(token).build();
                page = requests.send(() -> client().listObjectsV2(next));
                if (token == null || token.equals(page.nextContinuationToken())) {
                    throw listing.endless();
                }
            }
        } catch (SdkException e) {
            throw S3Failure.listing(describe(), e);
        }
    }

    private ListObjectsV2Request.Builder listing(String prefix, int most) {
        return ListObjectsV2Request.builder()
                .bucket(settings.bucket())
                .prefix(settings.prefix() + prefix)
                .maxKeys(most);
    }

    private ListObjectsV2Response firstPage(String prefix, int most) {
        ListObjectsV2Request first = listing(prefix, most).build();
        return requests.send(() -> client().listObjectsV2(first));
    }

    @Override
    public void delete(String name) throws StorageException {
        String key = key(name);
        try {
            requests.send(() -> client().deleteObject(
                            request -> request.bucket(settings.bucket()).key(key)));
        } catch (SdkException e) {
            if (!isMissing(e)) {
                throw S3Failure.deleting(describe(), name, e);
            }
        }
    }

    @Override
    public Instant now() throws StorageException {
        try {
            return time(firstPage("", 1));
        } catch (SdkException e) {
            throw S3Failure.listing(describe(), e);
        }
    }

    /** The server's time when it answered. */
    private Instant time(SdkResponse response) throws StorageException {
        return ServerDate.parse(this, response.sdkHttpResponse().firstMatchingHeader("Date"));
    }

    @Override
    public OptionalLong largestObject() {
        return settings.largestObject();
    }

    @Override
    public boolean createsExclusively() {
        return writes.areExclusive();
    }

    /** Says nothing where the rules may not be seen, or where the server has none. */
    @Override
    public List<String> warnings() {
        try {
            return S3Lifecycle.warnings(
                    requests.send(() -> client().getBucketLifecycleConfiguration(
                                            request -> request.bucket(settings.bucket())))
                            .rules(),
                    describe(),
                    settings.prefix());
        } catch (AwsServiceException e) {
            return List.of();
        }
    }

    @Override
    public Optional<SignedUrls> signedUrls() {
        return Optional.of(new S3SignedUrls(this, connection.presigner()));
    }

    @Override
    public void close() {
        senders.shutdown();
        connection.close();
    }

    String key(String name) {
        return settings.key(name);
    }

    private S3Client client() {
        return connection.client();
    }

    static boolean isStatus(SdkException e, int status) {
        return e instanceof AwsServiceException answer && answer.statusCode() == status;
    }

    /** A missing bucket is no missing object, though both are a 404. */
    private static boolean isMissing(SdkException e) {
        return e instanceof NoSuchKeyException
                || e instanceof AwsServiceException answer
                        && answer.statusCode() == NOT_FOUND
                        && List.of("", "NoSuchKey", "NotFound", "NoSuchVersion").contains(S3Failure.code(answer));
    }
}
