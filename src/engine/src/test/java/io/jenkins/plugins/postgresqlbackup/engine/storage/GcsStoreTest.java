package io.jenkins.plugins.postgresqlbackup.engine.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.postgresqlbackup.engine.storage.GcsServer.Answer;
import io.jenkins.plugins.postgresqlbackup.engine.storage.GcsServer.CutAnswer;
import io.jenkins.plugins.postgresqlbackup.engine.storage.GcsServer.CutRequest;
import io.jenkins.plugins.postgresqlbackup.engine.storage.GcsServer.KeptInPart;
import io.jenkins.plugins.postgresqlbackup.engine.storage.GcsServer.LostAnswer;
import io.jenkins.plugins.postgresqlbackup.engine.storage.GcsServer.Seen;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.StreamHandler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class GcsStoreTest {
    private static final int UNIT = 256 * 1024;
    private static final int CHUNK = 4 * UNIT;

    private final List<AutoCloseable> open = new ArrayList<>();
    private GcsServer server;

    @BeforeEach
    void startServer() throws IOException {
        server = new GcsServer();
        open.add(server);
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable resource : open) {
            resource.close();
        }
    }

    /** The contract, with pages so small that listings have many. */
    @Nested
    class TheContract implements ObjectStoreContract {
        private ObjectStore store;

        @BeforeEach
        void open() throws IOException {
            server.api().setPageSize(7);
            store = GcsStoreTest.this.open("chunkSize=256K");
        }

        @Override
        public ObjectStore store() {
            return store;
        }
    }

    private ObjectStore open(String... parameters) throws StorageException {
        return open(server.newLocation(parameters));
    }

    private ObjectStore open(URI location) throws StorageException {
        ObjectStore store = ObjectStores.open(location, false, Optional.of(server.key()));
        open.add(0, store);
        return store;
    }

    @Test
    void aLargeObjectComesBackAsItWasWrittenWhateverItsLength() throws IOException {
        ObjectStore store = open("chunkSize=1M");
        for (int length : List.of(
                CHUNK,
                CHUNK + 1,
                CHUNK + UNIT,
                CHUNK + UNIT + 1,
                2 * CHUNK,
                3 * CHUNK - 1,
                3 * CHUNK,
                3 * CHUNK + 12_345)) {
            String name = "packs/b1/" + length;
            byte[] content = random(length);
            StoredObject object = write(store, name, content);
            assertThat(object.size()).isEqualTo(length);
            assertThat(object.version()).isPresent();
            assertThat(content(store, name)).isEqualTo(content);
        }
        assertThat(server.api().bucket().sessions()).isZero();
        try (InputStream in = store.read("packs/b1/" + 3 * CHUNK, CHUNK - 10, 20)) {
            assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(random(3 * CHUNK), CHUNK - 10, CHUNK + 10));
        }
    }

    @Test
    void anObjectOfExactlyOneChunkIsPutInOneGo() throws IOException {
        ObjectStore store = open("chunkSize=1M");
        write(store, "packs/p", random(CHUNK));
        assertThat(server.seen()).noneMatch(request -> request.query().contains("resumable"));
    }

    @Test
    void nobodySeesALargeObjectBeforeItsCommitAndClosedItLeavesNothing() throws IOException {
        ObjectStore store = open("chunkSize=256K");
        try (Upload upload = store.create("packs/p")) {
            upload.write(random(5 * UNIT));
            assertThat(names(store)).isEmpty();
            assertThat(server.api().bucket().sessions()).isOne();
        }
        assertThat(names(store)).isEmpty();
        assertThat(server.api().bucket().sessions()).isZero();
    }

    @Test
    void aLargeObjectIsNeverOverwritten() throws IOException {
        ObjectStore store = open("chunkSize=256K");
        store.put("packs/p", new byte[] {1});
        assertThatThrownBy(() -> write(store, "packs/p", random(5 * UNIT))).isInstanceOf(ObjectExistsException.class);
        assertThatThrownBy(() -> {
                    try (Upload upload = store.create("packs/q")) {
                        upload.write(random(3 * UNIT));
                        store.put("packs/q", new byte[] {2});
                        upload.commit();
                    }
                })
                .isInstanceOf(ObjectExistsException.class);
        assertThat(content(store, "packs/p")).containsExactly(1);
        assertThat(content(store, "packs/q")).containsExactly(2);
        assertThat(server.api().bucket().sessions()).isZero();
    }

    @Test
    void aChunkThatIsCutGoesOnWhereTheServerStands() throws IOException {
        ObjectStore store = open("chunkSize=1M");
        byte[] content = random(3 * CHUNK + 777);
        AtomicInteger chunks = new AtomicInteger();
        server.on(request -> request.isChunk() && chunks.incrementAndGet() == 2
                ? Optional.of(new CutRequest(2 * UNIT + 5))
                : Optional.empty());
        write(store, "packs/p", content);
        assertThat(content(store, "packs/p")).isEqualTo(content);
        assertThat(ranges())
                .as("what it had is not sent again")
                .containsSubsequence(
                        "bytes 1048576-2097151/*", "bytes */*", "bytes 1572864-2097151/*", "bytes 2097152-3145727/*");
    }

    @Test
    void aServerThatKeepsLessThanWasSentGetsTheRest() throws IOException {
        ObjectStore store = open("chunkSize=1M");
        byte[] content = random(2 * CHUNK + 777);
        server.on(once(Seen::isChunk, new KeptInPart(3 * UNIT)));
        write(store, "packs/p", content);
        assertThat(content(store, "packs/p")).isEqualTo(content);
        assertThat(ranges()).containsSubsequence("bytes 0-1048575/*", "bytes 786432-1048575/*");
    }

    @Test
    void aFinishThatFailsIsAskedForAndSentAgain() throws IOException {
        ObjectStore store = open("chunkSize=1M");
        byte[] content = random(CHUNK + 777);
        server.on(once(
                request -> request.isChunk() && !request.range().orElse("*").endsWith("*"),
                new Answer(503, "backendError", "Backend Error")));
        write(store, "packs/p", content);
        assertThat(content(store, "packs/p")).isEqualTo(content);
        String finish = "bytes 1048576-1049352/1049353";
        assertThat(ranges()).containsSubsequence(finish, "bytes */*", finish);
    }

    @Test
    void anObjectWhoseAnswerWasLostIsOursAndNotSomebodyElses() throws IOException {
        ObjectStore store = open("chunkSize=1M");
        server.on(once(request -> request.is("POST", "uploadType=multipart"), new LostAnswer()));
        store.put("keys/k", new byte[] {7});
        assertThat(content(store, "keys/k")).containsExactly(7);

        byte[] content = random(2 * CHUNK);
        server.on(once(
                request -> request.isChunk() && !request.range().orElse("*").endsWith("*"), new LostAnswer()));
        write(store, "packs/p", content);
        assertThat(content(store, "packs/p")).isEqualTo(content);

        // Even if the session is forgotten before it can be asked.
        server.on(new Function<>() {
            private boolean lost;

            @Override
            public Optional<GcsServer.Fault> apply(Seen request) {
                if (lost && request.method().equals("PUT")) {
                    return Optional.of(new Answer(410, "gone", "Gone"));
                }
                lost |= request.isChunk() && !request.range().orElse("*").endsWith("*");
                return lost && request.method().equals("PUT") ? Optional.of(new LostAnswer()) : Optional.empty();
            }
        });
        write(store, "packs/q", content);
        assertThat(content(store, "packs/q")).isEqualTo(content);
    }

    @Test
    void anObjectOfSomebodyElseIsNotTakenForOursAfterALostAnswer() throws IOException {
        ObjectStore store = open();
        store.put("keys/k", new byte[] {1});
        server.on(once(request -> request.is("POST", "uploadType=multipart"), new LostAnswer()));
        assertThatThrownBy(() -> store.put("keys/k", new byte[] {2})).isInstanceOf(ObjectExistsException.class);
        assertThat(content(store, "keys/k")).containsExactly(1);
    }

    @Test
    void aSessionThatIsGoneEndsTheUploadWithASentence() throws IOException {
        ObjectStore store = open("chunkSize=256K");
        server.on(request ->
                request.isChunk() ? Optional.of(new Answer(410, "gone", "The upload has expired")) : Optional.empty());
        assertThatThrownBy(() -> write(store, "packs/p", random(5 * UNIT)))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("packs/p could not be written to " + store.describe())
                .hasMessageContaining("expired");
        assertThat(names(store)).isEmpty();
    }

    @Test
    void aServerThatLosesWhatItConfirmedIsNotBelieved() throws IOException {
        ObjectStore store = open("chunkSize=256K");
        AtomicInteger chunks = new AtomicInteger();
        server.on(request -> request.isChunk() && chunks.incrementAndGet() == 3
                ? Optional.of(new Answer(308, "", ""))
                : Optional.empty());
        assertThatThrownBy(() -> write(store, "packs/p", random(5 * UNIT)))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("packs/p")
                .hasMessageContaining("has lost bytes 0 to 524288");
        assertThat(names(store)).isEmpty();
    }

    @Test
    void aServerThatKeepsNothingIsNotStormed() throws IOException {
        ObjectStore store = open("chunkSize=256K", "attempts=3");
        int before = server.seen().size();
        server.on(request -> request.isChunk() ? Optional.of(new KeptInPart(0)) : Optional.empty());
        assertThatThrownBy(() -> write(store, "packs/p", random(2 * UNIT)))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("packs/p");
        assertThat(server.seen()).hasSizeLessThan(before + 12);
    }

    @Test
    void whatArrivesDifferentFromWhatWasSentIsRefusedByTheServer() throws IOException {
        ObjectStore store = open("chunkSize=256K");
        byte[] content = random(4 * UNIT);
        assertThatThrownBy(() -> {
                    try (Upload upload = store.create("packs/p")) {
                        upload.write(content, 0, 3 * UNIT);
                        server.api().bucket().damageSessions();
                        upload.write(content, 3 * UNIT, UNIT);
                        upload.commit();
                    }
                })
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("packs/p")
                .hasMessageContaining("doesn't match calculated CRC32C");
        assertThat(names(store)).isEmpty();
    }

    @Test
    void norDoesItStayWhereAServerDoesNotLook() throws IOException {
        server.api().bucket().setCareless();
        ObjectStore store = open("chunkSize=256K");
        byte[] content = random(4 * UNIT);
        assertThatThrownBy(() -> {
                    try (Upload upload = store.create("packs/p")) {
                        upload.write(content, 0, 3 * UNIT);
                        server.api().bucket().damageSessions();
                        upload.write(content, 3 * UNIT, UNIT);
                        upload.commit();
                    }
                })
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("packs/p")
                .hasMessageContaining("another checksum");
        assertThat(names(store)).isEmpty();
        write(store, "packs/p", content);
        assertThat(content(store, "packs/p")).isEqualTo(content);
    }

    @Test
    void aServerInTroubleIsAskedAgain() throws IOException {
        ObjectStore store = open();
        server.on(once(request -> request.method().equals("POST"), new Answer(503, "backendError", "Busy")));
        store.put("keys/k", new byte[] {3});
        server.on(once(request -> request.method().equals("GET"), new Answer(500, "backendError", "Oops")));
        assertThat(content(store, "keys/k")).containsExactly(3);
        server.on(once(request -> request.method().equals("GET"), new LostAnswer()));
        assertThat(names(store)).containsExactly("keys/k");
        Answer later = new Answer(429, "rateLimitExceeded", "Slow down", Map.of("Retry-After", "1"));
        server.on(once(request -> request.method().equals("DELETE"), later));
        long start = System.nanoTime();
        store.delete("keys/k");
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(1_000_000_000L);
        assertThat(names(store)).isEmpty();
    }

    @Test
    void aServerInLastingTroubleIsNotStormedAndIsNamed() throws IOException {
        ObjectStore store = open("attempts=3");
        int before = server.seen().size();
        server.on(request -> Optional.of(new Answer(503, "backendError", "Backend Error")));
        assertThatThrownBy(() -> store.read("keys/k"))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("keys/k could not be read from " + store.describe())
                .hasMessageContaining("Backend Error")
                .hasMessageContaining("run this again later");
        assertThat(server.seen()).hasSize(before + 3);
    }

    @Test
    void aReadThatIsCutGoesOnWhereItEnded() throws IOException {
        ObjectStore store = open();
        byte[] content = random(500_000);
        store.put("packs/p", content);
        server.on(once(request -> request.is("GET", "alt=media"), new CutAnswer(123_456)));
        assertThat(content(store, "packs/p")).isEqualTo(content);
        assertThat(server.seen()).anyMatch(request -> request.is("GET", "generation="));
    }

    @Test
    void aReadThatIsCutNeverGoesOnInAnotherObject() throws IOException {
        URI location = server.newLocation();
        ObjectStore store = open(location);
        store.put("packs/p", random(500_000));
        server.on(once(request -> request.is("GET", "alt=media"), new CutAnswer(123_456)));
        try (InputStream in = store.read("packs/p")) {
            in.readNBytes(1000);
            server.api().bucket().replace(location.getPath().substring(1) + "/packs/p", random(500_001));
            assertThatThrownBy(in::readAllBytes).isInstanceOf(StorageException.class);
        }
    }

    @Test
    void aReadThatIsGivenUpDoesNotReadOn() throws IOException {
        ObjectStore store = open("chunkSize=64M");
        store.put("packs/p", new byte[32 * 1024 * 1024]);
        try (InputStream in = store.read("packs/p")) {
            in.readNBytes(1000);
        }
        for (int i = 0; i < 300; i++) { // more than there are connections
            try (InputStream in = store.read("packs/p", 5, 1_000_000)) {
                assertThat(in.read()).isZero();
            }
        }
    }

    @Test
    void whatIsMissingCostsNoConnection() throws IOException {
        ObjectStore store = open();
        for (int i = 0; i < 300; i++) { // more than there are connections
            assertThat(store.find("keys/none")).isEmpty();
            assertThatThrownBy(() -> store.read("keys/none")).isInstanceOf(NoSuchObjectException.class);
        }
    }

    @Test
    void aTokenThatExpiresInMidUploadIsRenewed() throws IOException {
        ObjectStore store = open("chunkSize=256K");
        byte[] content = random(7 * UNIT);
        try (Upload upload = store.create("packs/p")) {
            upload.write(content, 0, 3 * UNIT);
            server.tokens().revokeAll();
            upload.write(content, 3 * UNIT, 3 * UNIT);
            server.tokens().revokeAll();
            upload.write(content, 6 * UNIT, UNIT);
            upload.commit();
        }
        assertThat(content(store, "packs/p")).isEqualTo(content);
        assertThat(server.tokens().given()).isEqualTo(3);
    }

    @Test
    void aTokenIsNotAskedForWithEveryRequest() throws IOException {
        ObjectStore store = open();
        for (int i = 0; i < 20; i++) {
            store.put("keys/" + i, new byte[1]);
        }
        assertThat(server.tokens().given()).isOne();
    }

    @Test
    void aTokenServerInTroubleIsAskedAgain() throws IOException {
        server.on(once(request -> request.is("POST", "/token"), new Answer(503, "", "Busy")));
        assertThat(names(open())).isEmpty();
    }

    @Test
    void theAccessTokenGoesToNoOtherServer() throws IOException {
        ObjectStore store = open("chunkSize=256K");
        server.on(once(
                request -> request.is("POST", "uploadType=resumable"),
                new Answer(200, "", "", Map.of("Location", "https://storage.example.com/upload?upload_id=1"))));
        assertThatThrownBy(() -> write(store, "packs/p", random(2 * UNIT)))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("packs/p")
                .hasMessageContaining("wants the upload to go to storage.example.com");
    }

    @Test
    void noTokenIsInALogHoweverMuchIsLogged() throws IOException {
        StringBuffer log = new StringBuffer();
        Handler handler = new StreamHandler() {
            @Override
            public void publish(LogRecord entry) {
                log.append(entry.getMessage()).append('\n');
            }
        };
        handler.setLevel(Level.ALL);
        List<Logger> loggers = List.of(Logger.getLogger("org.apache.http"), Logger.getLogger("com.google"));
        loggers.forEach(logger -> {
            logger.setLevel(Level.ALL);
            logger.setUseParentHandlers(false);
            logger.addHandler(handler);
        });
        try {
            open().put("keys/k", new byte[] {1});
        } finally {
            loggers.forEach(logger -> {
                logger.removeHandler(handler);
                logger.setUseParentHandlers(true);
                logger.setLevel(null);
            });
        }
        List<String> tokens = server.seen().stream()
                .flatMap(request -> request.authorization().stream())
                .map(authorization -> authorization.replace("Bearer ", ""))
                .toList();
        assertThat(tokens).isNotEmpty();
        assertThat(log).isNotEmpty().doesNotContain(tokens).doesNotContain("PRIVATE KEY");
    }

    @Test
    void whatOthersKeepBesideIsNotShown() throws IOException {
        URI location = server.newLocation();
        ObjectStore store = open(location);
        store.put("keys/k", new byte[1]);
        open(URI.create(location.toString().replace("?", "-2?"))).put("keys/other", new byte[1]);
        server.api().bucket().replace(location.getPath().substring(1) + "/folder/", new byte[0]);
        assertThat(names(store)).containsExactly("keys/k");
    }

    @Test
    void theBucketsOwnSettingsAreAskedFor() throws IOException {
        ObjectStore store = open("storageClass=NEARLINE", "chunkSize=256K");
        store.put("keys/k", new byte[1]);
        write(store, "packs/p", random(2 * UNIT));
        assertThat(server.api().bucket().objects().values())
                .allMatch(object ->
                        object.description().path("storageClass").asText().equals("NEARLINE"))
                .hasSize(2);
        server.api().setRequesterPays();
        ObjectStore paying = open("userProject=p1", "chunkSize=256K");
        paying.put("keys/k", new byte[1]);
        write(paying, "packs/p", random(2 * UNIT));
        assertThat(content(paying, "keys/k")).containsExactly(0);
        paying.delete("keys/k");
        assertThat(paying.warnings()).isEmpty();
        assertThat(names(paying)).containsExactly("packs/p");
    }

    private List<String> ranges() {
        return server.seen().stream()
                .flatMap(request -> request.range().stream())
                .toList();
    }

    private static Function<Seen, Optional<GcsServer.Fault>> once(Predicate<Seen> which, GcsServer.Fault fault) {
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
}
