package io.jenkins.plugins.postgresqlbackup.engine.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.postgresqlbackup.engine.storage.FaultyHttp.Answer;
import io.jenkins.plugins.postgresqlbackup.engine.storage.FaultyHttp.CutAnswer;
import io.jenkins.plugins.postgresqlbackup.engine.storage.FaultyHttp.LostAnswer;
import io.jenkins.plugins.postgresqlbackup.engine.storage.FaultyHttp.Seen;
import io.jenkins.plugins.postgresqlbackup.engine.storage.FaultyHttp.WithoutHeader;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.s3.model.ExpirationStatus;
import software.amazon.awssdk.services.s3.model.LifecycleExpiration;
import software.amazon.awssdk.services.s3.model.LifecycleRule;
import software.amazon.awssdk.services.s3.model.Transition;
import software.amazon.awssdk.services.s3.model.TransitionStorageClass;

class S3StoreTest {
    private static final int PART = 5 * 1024 * 1024;

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable resource : open) {
            resource.close();
        }
    }

    /** The contract on S3Proxy. */
    @Nested
    class OnS3Proxy implements ObjectStoreContract {
        private ObjectStore store;

        @BeforeEach
        void open() throws IOException {
            store = S3StoreTest.this.open(S3Server.s3Proxy().newLocation());
        }

        @Override
        public ObjectStore store() {
            return store;
        }
    }

    /** The contract on Adobe's S3Mock. */
    @Nested
    class OnS3Mock implements ObjectStoreContract {
        private ObjectStore store;

        @BeforeEach
        void open() throws IOException {
            store = S3StoreTest.this.open(S3Server.s3Mock().newLocation());
        }

        @Override
        public ObjectStore store() {
            return store;
        }

        /** It looks at all objects whenever it is asked for one, so that many take minutes. */
        @Override
        public int many() {
            return 100;
        }
    }

    /** The contract where the server does not know If-None-Match and overwrites. */
    @Nested
    class WithoutConditionalWrites implements ObjectStoreContract {
        private ObjectStore store;

        @BeforeEach
        void open() throws IOException {
            FaultyHttp server = inFrontOf(S3Server.s3Proxy());
            server.on(request ->
                    request.method().equals("PUT") || request.method().equals("POST")
                            ? Optional.of(new WithoutHeader("If-None-Match"))
                            : Optional.empty());
            store = S3StoreTest.this.open(S3Server.location(server.endpoint()));
        }

        @Override
        public ObjectStore store() {
            return store;
        }

        /** Paging is the same with conditions and without. */
        @Override
        public int many() {
            return 100;
        }

        @Test
        void theStoreSaysSo() {
            assertThat(store.createsExclusively()).isFalse();
        }
    }

    private ObjectStore open(URI location) throws StorageException {
        ObjectStore store = ObjectStores.open(location, false, Optional.of(S3Server.KEYS));
        open.add(0, store);
        return store;
    }

    private FaultyHttp inFrontOf(S3Server server) throws IOException {
        FaultyHttp faulty = new FaultyHttp(server.endpoint());
        open.add(faulty);
        return faulty;
    }

    @Test
    void aServerThatKeepsToConditionsIsFoundOut() throws IOException {
        assertThat(open(S3Server.s3Proxy().newLocation()).createsExclusively()).isTrue();
        // It overwrites when an upload in parts is completed.
        assertThat(open(S3Server.s3Mock().newLocation()).createsExclusively()).isFalse();
    }

    @Test
    void aLargeObjectComesBackAsItWasWritten() throws IOException {
        for (String parameter : List.of("checksum=md5", "checksum=crc32c", "checksum=none", "chunkedSigning=true")) {
            ObjectStore store = open(S3Server.s3Proxy().newLocation("partSize=5M", parameter));
            byte[] content = random(3 * PART + 12_345);
            StoredObject object = write(store, "packs/b1/000001", content);
            assertThat(object.size()).as(parameter).isEqualTo(content.length);
            assertThat(content(store, "packs/b1/000001")).as(parameter).isEqualTo(content);
            try (InputStream in = store.read("packs/b1/000001", PART - 10, 20)) {
                assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(content, PART - 10, PART + 10));
            }
        }
    }

    @Test
    void anObjectOfExactlyOnePartIsPutInOneGo() throws IOException {
        FaultyHttp server = inFrontOf(S3Server.s3Proxy());
        ObjectStore store = open(S3Server.location(server.endpoint(), "partSize=5M", "exclusive=true"));
        write(store, "packs/b1/000001", random(PART));
        assertThat(server.seen()).noneMatch(request -> request.query().contains("uploads"));
        assertThat(content(store, "packs/b1/000001")).isEqualTo(random(PART));
    }

    @Test
    void aLargeObjectIsNeverOverwrittenAndItsPartsAreRemoved() throws IOException {
        FaultyHttp server = inFrontOf(S3Server.s3Proxy());
        ObjectStore store = open(S3Server.location(server.endpoint(), "partSize=5M", "exclusive=true"));
        store.put("packs/b1/000001", new byte[] {1});
        assertThatThrownBy(() -> write(store, "packs/b1/000001", random(PART + 1)))
                .isInstanceOf(ObjectExistsException.class);
        assertThat(content(store, "packs/b1/000001")).containsExactly(1);
        assertThat(server.seen())
                .anyMatch(request ->
                        request.method().equals("DELETE") && request.query().contains("uploadId"));
    }

    @Test
    void aLargeUploadClosedWithoutCommitRemovesItsParts() throws IOException {
        FaultyHttp server = inFrontOf(S3Server.s3Proxy());
        ObjectStore store = open(S3Server.location(server.endpoint(), "partSize=5M"));
        try (Upload upload = store.create("packs/b1/000001")) {
            upload.write(random(2 * PART + 1));
        }
        assertThat(names(store)).isEmpty();
        assertThat(server.seen())
                .anyMatch(request ->
                        request.method().equals("DELETE") && request.query().contains("uploadId"));
    }

    @Test
    void partsGrowBeforeTheServersAllowanceIsUsedUp() throws IOException {
        ObjectStore store = open(S3Server.s3Proxy().newLocation("partSize=5M", "maxParts=4"));
        byte[] content = random(PART + 2 * PART + 4 * PART);
        write(store, "packs/b1/000001", content);
        assertThat(content(store, "packs/b1/000001")).isEqualTo(content);
    }

    @Test
    void anObjectBeyondTheServersAllowanceIsRefusedWithASentence() throws IOException {
        ObjectStore store = open(S3Server.s3Proxy().newLocation("partSize=5M", "maxParts=1"));
        assertThatThrownBy(() -> write(store, "packs/b1/000001", random(2 * PART)))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("packs/b1/000001")
                .hasMessageContaining("more than 1 parts")
                .hasMessageContaining("partSize");
        assertThat(names(store)).isEmpty();
    }

    @Test
    void anObjectWhoseAnswerWasLostIsOursAndNotSomebodyElses() throws IOException {
        FaultyHttp server = inFrontOf(S3Server.s3Proxy());
        ObjectStore store = open(S3Server.location(server.endpoint(), "partSize=5M", "exclusive=true"));
        server.on(once(request -> request.is("PUT", "keys/k"), new LostAnswer()));
        store.put("keys/k", new byte[] {7});
        assertThat(content(store, "keys/k")).containsExactly(7);

        server.on(once(
                request -> request.is("POST", "packs/p") && request.query().contains("uploadId"), new LostAnswer()));
        write(store, "packs/p", random(PART + 1));
        assertThat(content(store, "packs/p")).isEqualTo(random(PART + 1));
    }

    @Test
    void anObjectOfSomebodyElseIsNotTakenForOursAfterALostAnswer() throws IOException {
        FaultyHttp server = inFrontOf(S3Server.s3Proxy());
        ObjectStore store = open(S3Server.location(server.endpoint(), "exclusive=true"));
        store.put("keys/k", new byte[] {1});
        server.on(once(request -> request.is("PUT", "keys/k"), new LostAnswer()));
        assertThatThrownBy(() -> store.put("keys/k", new byte[] {2})).isInstanceOf(ObjectExistsException.class);
        assertThat(content(store, "keys/k")).containsExactly(1);
    }

    @Test
    void aServerInTroubleIsAskedAgain() throws IOException {
        FaultyHttp server = inFrontOf(S3Server.s3Proxy());
        ObjectStore store = open(S3Server.location(server.endpoint(), "exclusive=true"));
        server.on(once(request -> request.method().equals("PUT"), Answer.s3(503, "SlowDown", Map.of())));
        store.put("keys/k", new byte[] {3});
        server.on(once(request -> request.method().equals("GET"), Answer.s3(500, "InternalError", Map.of())));
        assertThat(content(store, "keys/k")).containsExactly(3);
        Answer later = Answer.s3(429, "TooManyRequests", Map.of("Retry-After", "1"));
        server.on(once(request -> request.method().equals("DELETE"), later));
        long start = System.nanoTime();
        store.delete("keys/k");
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(1_000_000_000L);
        assertThat(names(store)).isEmpty();
    }

    @Test
    void aServerInLastingTroubleIsNotStormedAndIsNamed() throws IOException {
        FaultyHttp server = inFrontOf(S3Server.s3Proxy());
        ObjectStore store = open(S3Server.location(server.endpoint(), "attempts=3", "exclusive=true"));
        int before = server.seen().size();
        server.on(request -> Optional.of(Answer.s3(503, "SlowDown", Map.of())));
        assertThatThrownBy(() -> store.read("keys/k"))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("keys/k could not be read from " + store.describe())
                .hasMessageContaining("SlowDown")
                .hasMessageContaining("fewer");
        assertThat(server.seen()).hasSize(before + 3);
    }

    @Test
    void aReadThatIsCutGoesOnWhereItEnded() throws IOException {
        FaultyHttp server = inFrontOf(S3Server.s3Proxy());
        ObjectStore store = open(S3Server.location(server.endpoint()));
        byte[] content = random(500_000);
        store.put("packs/p", content);
        server.on(once(request -> request.is("GET", "packs/p"), new CutAnswer(123_456)));
        assertThat(content(store, "packs/p")).isEqualTo(content);
    }

    @Test
    void credentialsThatExpireAreNamed() throws IOException {
        FaultyHttp server = inFrontOf(S3Server.s3Proxy());
        ObjectStore store = open(S3Server.location(server.endpoint(), "exclusive=true"));
        server.on(request -> Optional.of(Answer.s3(400, "ExpiredToken", Map.of())));
        assertThatThrownBy(() -> store.put("keys/k", new byte[1]))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("keys/k could not be written to " + store.describe())
                .hasMessageContaining("expired");
        assertThatThrownBy(() -> store.find("keys/k"))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("expired");
    }

    @Test
    void anotherRegionIsNamed() throws IOException {
        FaultyHttp server = inFrontOf(S3Server.s3Proxy());
        server.on(request ->
                Optional.of(Answer.s3(301, "PermanentRedirect", Map.of("x-amz-bucket-region", "eu-central-1"))));
        assertThatThrownBy(() -> open(S3Server.location(server.endpoint())))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("add region=eu-central-1");
    }

    @Test
    void aWrongBucketIsNamed() {
        URI endpoint = S3Server.s3Proxy().endpoint();
        assertThatThrownBy(() -> open(URI.create("s3://no-such-bucket/x?endpoint=" + endpoint)))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("s3://no-such-bucket/x at " + endpoint.getAuthority())
                .hasMessageContaining("NoSuchBucket")
                .hasMessageContaining("check the bucket's name");
    }

    @Test
    void wrongKeysAreNamedAndNotPrinted() {
        URI location = S3Server.s3Proxy().newLocation();
        S3Keys unknown = new S3Keys("nobody", "hunter2", Optional.empty());
        assertThatThrownBy(() -> ObjectStores.open(location, false, Optional.of(unknown)))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("does not know this access key")
                .message()
                .doesNotContain("hunter2");
        S3Keys wrong = new S3Keys(S3Server.KEYS.accessKeyId(), "hunter2", Optional.empty());
        assertThatThrownBy(() -> ObjectStores.open(location, false, Optional.of(wrong)))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("check the secret access key")
                .message()
                .doesNotContain("hunter2");
        assertThat(wrong.toString()).doesNotContain("hunter2");
    }

    @Test
    void aServerThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> open(URI.create("s3://b1/x?endpoint=http://127.0.0.1:1&attempts=1")))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("s3://b1/x at 127.0.0.1:1")
                .hasMessageContaining("Connection refused")
                .hasMessageContaining("check the endpoint");
    }

    @Test
    void whatOthersKeepBesideIsNotShown() throws IOException {
        URI location = S3Server.s3Proxy().newLocation();
        ObjectStore store = open(location);
        store.put("keys/k", new byte[1]);
        String other = location.toString().replace("?", "-2?");
        open(URI.create(other)).put("keys/other", new byte[1]);
        assertThat(names(store)).containsExactly("keys/k");
    }

    @Test
    void aSignedUrlAllowsOneRequestOnOneObject() throws Exception {
        ObjectStore store = open(S3Server.s3Proxy().newLocation());
        SignedUrls urls = store.signedUrls().orElseThrow();
        HttpClient client = HttpClient.newHttpClient();
        SignedRequest toPut = urls.toPut("packs/p", Duration.ofMinutes(5));
        assertThat(status(client, put(toPut, "content"))).isEqualTo(200);
        assertThat(status(client, put(toPut, "changed")))
                .as("to overwrite what is there")
                .isEqualTo(412);
        SignedRequest anyway = new SignedRequest(toPut.uri(), Map.of());
        assertThat(status(client, put(anyway, "changed")))
                .as("without the condition")
                .isEqualTo(403);
        SignedRequest toGet = urls.toGet("packs/p", Duration.ofMinutes(5));
        HttpResponse<String> read =
                client.send(HttpRequest.newBuilder(toGet.uri()).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(read.body()).isEqualTo("content");
        URI other = URI.create(toGet.uri().toString().replace("packs/p", "packs/q"));
        assertThat(status(client, HttpRequest.newBuilder(other))).isEqualTo(403);
        assertThat(status(client, HttpRequest.newBuilder(toGet.uri()).DELETE())).isEqualTo(403);
        assertThat(content(store, "packs/p")).asString().isEqualTo("content");
        assertThat(toGet.toString()).doesNotContain("Signature");
    }

    @Test
    void aRuleOfTheBucketThatDeletesBackupsIsTold() throws IOException {
        URI location = S3Server.s3Mock().newLocation();
        ObjectStore store = open(location);
        assertThat(store.warnings()).isEmpty();
        String prefix = location.getPath().substring(1);
        try (S3Connection amazon = S3Connection.open(
                S3Settings.parse(location, variable -> null), Optional.of(S3Server.KEYS), variable -> null)) {
            amazon.client()
                    .putBucketLifecycleConfiguration(request -> request.bucket(S3Server.BUCKET)
                            .lifecycleConfiguration(rules -> rules.rules(
                                    LifecycleRule.builder()
                                            .id("tidy up")
                                            .status(ExpirationStatus.ENABLED)
                                            .filter(filter -> filter.prefix(prefix.substring(0, 8)))
                                            .expiration(after -> after.days(30))
                                            .build(),
                                    LifecycleRule.builder()
                                            .id("elsewhere")
                                            .status(ExpirationStatus.ENABLED)
                                            .filter(filter -> filter.prefix("logs/"))
                                            .expiration(after -> after.days(30))
                                            .build())));
            assertThat(store.warnings())
                    .singleElement()
                    .asString()
                    .contains("\"tidy up\"")
                    .contains(store.describe())
                    .contains("after 30 days");
            amazon.client().deleteBucketLifecycle(request -> request.bucket(S3Server.BUCKET));
        }
        assertThat(store.warnings()).isEmpty();
    }

    @Test
    void rulesThatLeaveBackupsAloneAreNotTold() {
        LifecycleRule.Builder rule = LifecycleRule.builder()
                .id("r")
                .status(ExpirationStatus.ENABLED)
                .filter(filter -> filter.prefix(""))
                .expiration(after -> after.days(1));
        Transition frozen = Transition.builder()
                .days(1)
                .storageClass(TransitionStorageClass.DEEP_ARCHIVE)
                .build();
        assertThat(warnings(rule)).hasSize(1);
        assertThat(warnings(rule.copy().status(ExpirationStatus.DISABLED))).isEmpty();
        assertThat(warnings(rule.copy()
                        .filter(filter -> filter.tag(tag -> tag.key("k").value("v")))))
                .isEmpty();
        assertThat(warnings(rule.copy().expiration(after -> after.expiredObjectDeleteMarker(true))))
                .isEmpty();
        assertThat(warnings(rule.copy().filter(filter -> filter.prefix("backups2"))))
                .isEmpty();
        assertThat(warnings(rule.copy().filter(filter -> filter.prefix("backups/packs/"))))
                .hasSize(1);
        assertThat(warnings(rule.copy().expiration((LifecycleExpiration) null).transitions(List.of(frozen))))
                .singleElement()
                .asString()
                .contains("cannot be read at once");
    }

    private static List<String> warnings(LifecycleRule.Builder rule) {
        return S3Lifecycle.warnings(List.of(rule.build()), "s3://bucket/backups", "backups/");
    }

    @Test
    void whatTheUrlSaysOfKeepingObjectsIsAsked() throws IOException {
        FaultyHttp server = inFrontOf(S3Server.s3Mock());
        ObjectStore store = open(S3Server.location(
                server.endpoint(), "exclusive=true", "storageClass=STANDARD_IA", "encryption=AES256", "partSize=5M"));
        store.put("keys/k", new byte[1]);
        write(store, "packs/p", random(PART + 1));
        assertThat(server.seen())
                .filteredOn(request ->
                        request.is("PUT", "keys/k") || request.query().equals("uploads"))
                .hasSize(2)
                .allSatisfy(request -> {
                    assertThat(request.headers().get("X-amz-storage-class")).containsExactly("STANDARD_IA");
                    assertThat(request.headers().get("X-amz-server-side-encryption"))
                            .containsExactly("AES256");
                });
        ObjectStore other = open(S3Server.location(
                server.endpoint(), "exclusive=true", "attempts=1", "encryption=aws:kms", "kmsKey=no-such-key"));
        assertThatThrownBy(() -> other.put("keys/k", new byte[1]))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("KMS");
    }

    private static HttpRequest.Builder put(SignedRequest signed, String content) {
        HttpRequest.Builder request = HttpRequest.newBuilder(signed.uri()).PUT(BodyPublishers.ofString(content));
        signed.headers().forEach(request::header);
        return request;
    }

    private static int status(HttpClient client, HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private static Function<Seen, Optional<FaultyHttp.Fault>> once(Predicate<Seen> which, FaultyHttp.Fault fault) {
        AtomicInteger left = new AtomicInteger(1);
        return request -> which.test(request) && left.getAndDecrement() > 0 ? Optional.of(fault) : Optional.empty();
    }

    private static StoredObject write(ObjectStore store, String name, byte[] content) throws StorageException {
        try (Upload upload = store.create(name)) {
            upload.write(content);
            return upload.commit();
        }
    }

    private static byte[] content(ObjectStore store, String name) throws IOException {
        try (InputStream in = store.read(name)) {
            return in.readAllBytes();
        }
    }

    private static List<String> names(ObjectStore store) throws StorageException {
        List<String> names = new ArrayList<>();
        store.list("", object -> names.add(object.name()));
        return names;
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "403 | AccessDenied | Access Denied because object protected by object lock.",
                "403 | AccessDenied | forbidden by object lock",
                "400 | InvalidRequest | Object is WORM protected and cannot be overwritten"
            })
    void anObjectUnderALockIsToldFromOneThatMayNotBeDeleted(int status, String code, String message)
            throws IOException {
        FaultyHttp server = inFrontOf(S3Server.s3Proxy());
        ObjectStore store = open(S3Server.location(server.endpoint(), "attempts=1"));
        store.put("packs/p", new byte[1]);
        String body = "<Error><Code>" + code + "</Code><Message>" + message + "</Message></Error>";
        server.on(request ->
                request.is("DELETE", "packs/p") ? Optional.of(new Answer(status, body, Map.of())) : Optional.empty());
        assertThatThrownBy(() -> store.delete("packs/p"))
                .isInstanceOf(LockedObjectException.class)
                .hasMessageContaining("packs/p could not be deleted")
                .hasMessageContaining(message.replaceAll("[.]$", ""));
        server.on(request -> request.is("DELETE", "packs/p")
                ? Optional.of(Answer.s3(403, "AccessDenied", Map.of()))
                : Optional.empty());
        assertThatThrownBy(() -> store.delete("packs/p"))
                .isInstanceOf(StorageException.class)
                .isNotInstanceOf(LockedObjectException.class);
    }
}
