package io.jenkins.plugins.postgresqlbackup.engine.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.postgresqlbackup.engine.storage.SupabaseServer.Answer;
import io.jenkins.plugins.postgresqlbackup.engine.storage.SupabaseServer.CutAnswer;
import io.jenkins.plugins.postgresqlbackup.engine.storage.SupabaseServer.CutRequest;
import io.jenkins.plugins.postgresqlbackup.engine.storage.SupabaseServer.LostAnswer;
import io.jenkins.plugins.postgresqlbackup.engine.storage.SupabaseServer.Seen;
import io.jenkins.plugins.postgresqlbackup.engine.storage.SupabaseServer.UnfinishedObject;
import java.io.IOException;
import java.io.InputStream;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The store that speaks Supabase's REST dialect, against a server that speaks it. */
class SupabaseStoreTest {
    private static final int PART = SupabaseWrites.PART;
    private static final SupabaseKey KEY = new SupabaseKey(SupabaseServer.SERVICE_KEY);

    private final SupabaseServer server = new SupabaseServer();
    private ObjectStore store;

    @BeforeEach
    void open() throws IOException {
        store = open(KEY);
    }

    @AfterEach
    void close() {
        store.close();
        server.close();
    }

    private ObjectStore open(SupabaseKey key, String... parameters) throws StorageException {
        return ObjectStores.open(server.newLocation(parameters), false, Optional.of(key));
    }

    /** The contract, with another S3 behind the server as at Supabase. */
    @Nested
    class KeepsTheContract implements ObjectStoreContract {
        @Override
        public ObjectStore store() {
            return store;
        }
    }

    @Test
    void aNewKindOfKeyDoesAsWell() throws IOException {
        try (ObjectStore other = open(new SupabaseKey(SupabaseServer.SECRET_KEY))) {
            other.put("keys/k", new byte[] {1});
            assertThat(content(other, "keys/k")).containsExactly(1);
        }
    }

    @Test
    void theKeyIsInNoLogHoweverMuchIsLogged() throws IOException {
        StringBuffer log = new StringBuffer();
        Handler handler = new StreamHandler() {
            @Override
            public void publish(LogRecord entry) {
                log.append(entry.getMessage()).append('\n');
            }
        };
        handler.setLevel(Level.ALL);
        Logger http = Logger.getLogger("org.apache.http");
        http.setLevel(Level.ALL);
        http.setUseParentHandlers(false);
        http.addHandler(handler);
        try (ObjectStore other = open(KEY)) {
            other.put("keys/k", new byte[] {1});
        } finally {
            http.removeHandler(handler);
            http.setUseParentHandlers(true);
            http.setLevel(null);
        }
        assertThat(log).isNotEmpty().doesNotContain(KEY.serviceRoleKey());
    }

    @ParameterizedTest
    @ValueSource(ints = {PART - 1, PART, PART + 1, 2 * PART, 3 * PART + 12_345})
    void anObjectOfAnySizeComesBackAsItWasWritten(int size) throws IOException {
        byte[] content = random(size);
        assertThat(write("packs/b1/000001", content).size()).isEqualTo(size);
        assertThat(content(store, "packs/b1/000001")).isEqualTo(content);
        try (InputStream in = store.read("packs/b1/000001", PART - 10, 20)) {
            assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(content, PART - 10, Math.min(size, PART + 10)));
        }
        assertThat(server.seen().stream().anyMatch(request -> request.is("PATCH", "/upload/resumable")))
                .isEqualTo(size > PART);
        assertThat(server.uploads().open()).isZero();
    }

    @Test
    void whatLiesBehindAnObjectsEndIsEmptyWhateverTheServerAnswers() throws IOException {
        server.buckets().filesBehind();
        store.put("packs/p", new byte[] {1, 2, 3});
        try (InputStream in = store.read("packs/p", 3, 10)) {
            assertThat(in.readAllBytes()).isEmpty();
        }
    }

    @Test
    void aLargeObjectIsNotVisibleBeforeItsCommitAndLeavesNothingWithoutIt() throws IOException {
        try (Upload upload = store.create("packs/p")) {
            upload.write(random(2 * PART + 1));
            assertThat(store.find("packs/p")).isEmpty();
        }
        assertThat(names()).isEmpty();
        assertThat(server.uploads().open()).isZero();
        assertThat(server.seen()).anyMatch(request -> request.is("DELETE", "/upload/resumable"));
    }

    @Test
    void aLargeObjectIsNeverOverwrittenAndItsUploadIsEnded() throws IOException {
        try (Upload upload = store.create("packs/p")) {
            upload.write(random(2 * PART + 1));
            store.put("packs/p", new byte[] {1});
            assertThatThrownBy(upload::commit).isInstanceOf(ObjectExistsException.class);
        }
        assertThat(content(store, "packs/p")).containsExactly(1);
        assertThat(server.uploads().open()).isZero();
    }

    @Test
    void aPartThatIsCutIsTakenUpWhereTheServerLostIt() throws IOException {
        byte[] content = random(3 * PART + 777);
        for (int cut : new int[] {0, 1, 1_234_567, PART - 1}) {
            for (int part = 1; part <= 4; part++) {
                AtomicInteger patches = new AtomicInteger();
                int chosen = part;
                server.on(request -> request.is("PATCH", "") && patches.incrementAndGet() == chosen
                        ? Optional.of(new CutRequest(chosen == 4 ? Math.min(cut, 776) : cut))
                        : Optional.empty());
                String name = "packs/" + cut + "/" + part;
                write(name, content);
                assertThat(patches).as(name).hasValue(5);
                assertThat(content(store, name)).as(name).isEqualTo(content);
            }
        }
    }

    @Test
    void aPartWhoseAnswerWasLostIsNotSentAgain() throws IOException {
        server.on(once(request -> request.is("PATCH", ""), new LostAnswer()));
        write("packs/p", random(2 * PART + 5));
        assertThat(count(request -> request.is("PATCH", ""))).isEqualTo(3);
        assertThat(content(store, "packs/p")).isEqualTo(random(2 * PART + 5));
    }

    @Test
    void anObjectWhoseAnswerWasLostIsOursAndNotSomebodyElses() throws IOException {
        server.on(once(request -> request.is("POST", "keys/k"), new LostAnswer()));
        store.put("keys/k", new byte[] {7});
        assertThat(content(store, "keys/k")).containsExactly(7);
        server.on(once(
                request -> request.is("PATCH", "")
                        && !request.header("Upload-length").isEmpty(),
                new LostAnswer()));
        write("packs/p", random(PART + 1));
        assertThat(content(store, "packs/p")).isEqualTo(random(PART + 1));
    }

    @Test
    void anObjectOfSomebodyElseIsNotTakenForOursAfterALostAnswer() throws IOException {
        try (Upload upload = store.create("keys/k")) {
            upload.write(2);
            AtomicInteger posts = new AtomicInteger();
            server.on(request -> {
                if (request.is("POST", "keys/k") && posts.incrementAndGet() == 1) {
                    server.buckets().store(keyOf(request), new byte[] {1}, null);
                    return Optional.of(new Answer(503, Map.of(), ""));
                }
                return Optional.empty();
            });
            assertThatThrownBy(upload::commit).isInstanceOf(ObjectExistsException.class);
            assertThat(posts).hasValue(2);
        }
        assertThat(content(store, "keys/k")).containsExactly(1);
    }

    private static String keyOf(Seen request) {
        return request.path().replaceFirst(".*/object/" + SupabaseServer.BUCKET + "/", "");
    }

    @Test
    void aServerThatFailsToMakeAnObjectOfAllItHasIsAskedAgain() throws IOException {
        server.on(once(
                request -> request.is("PATCH", "")
                        && !request.header("Upload-length").isEmpty(),
                new UnfinishedObject()));
        write("packs/p", random(PART + 1));
        assertThat(content(store, "packs/p")).isEqualTo(random(PART + 1));
    }

    @Test
    void aServerInTroubleIsAskedAgain() throws IOException {
        server.on(once(request -> request.is("POST", "keys/k"), new Answer(503, Map.of(), "")));
        store.put("keys/k", new byte[] {3});
        server.on(once(request -> request.is("GET", "keys/k"), lockTimeout()));
        assertThat(content(store, "keys/k")).containsExactly(3);
        server.on(once(request -> request.is("POST", "list-v2"), new Answer(544, Map.of(), "")));
        assertThat(names()).containsExactly("keys/k");
        server.on(once(
                request -> request.is("HEAD", "") || request.is("POST", "resumable"),
                new Answer(423, Map.of(), "locked")));
        write("packs/p", random(PART + 1));
        server.on(once(request -> request.is("DELETE", ""), new Answer(429, Map.of("Retry-After", "1"), "")));
        long start = System.nanoTime();
        store.delete("keys/k");
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(1_000_000_000L);
        assertThat(names()).containsExactly("packs/p");
    }

    /** An error that comes as 400 and is another. */
    private static Answer lockTimeout() {
        return new Answer(
                400,
                Map.of(),
                "{\"statusCode\":\"503\",\"error\":\"acquiring_lock_timeout\",\"code\":\"LockTimeout\",\"message\":\"x\"}");
    }

    @Test
    void aServerInLastingTroubleIsNotStormedAndIsNamed() throws IOException {
        try (ObjectStore other = open(KEY, "attempts=3")) {
            int before = server.seen().size();
            server.on(request -> Optional.of(new Answer(503, Map.of(), "<html>Bad day</html>")));
            assertThatThrownBy(() -> other.read("keys/k"))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("keys/k could not be read from " + other.describe())
                    .hasMessageContaining("HTTP status 503")
                    .hasMessageContaining("run this again later")
                    .message()
                    .doesNotContain("html");
            assertThat(server.seen()).hasSize(before + 3);
        }
    }

    @Test
    void aSilentServerIsNotWaitedForForEver() throws IOException {
        try (ObjectStore other = open(KEY, "attempts=1", "timeout=1")) {
            server.on(request -> {
                try {
                    Thread.sleep(3_000);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                return Optional.empty();
            });
            assertThatThrownBy(() -> other.find("keys/k"))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("keys/k could not be read from " + other.describe())
                    .hasMessageContaining("timeout=…");
        }
    }

    @Test
    void aReadThatIsCutGoesOnWhereItEnded() throws IOException {
        byte[] content = random(500_000);
        store.put("packs/p", content);
        server.on(once(request -> request.is("GET", "/object/authenticated/"), new CutAnswer(123_456)));
        assertThat(content(store, "packs/p")).isEqualTo(content);
    }

    @Test
    void anAnswerThatComesPieceByPieceDoesAsWell() throws IOException {
        byte[] content = random(500_000);
        store.put("packs/p", content);
        server.on(request -> request.is("GET", "/object/authenticated/")
                ? Optional.of(new SupabaseServer.ChunkedAnswer())
                : Optional.empty());
        assertThat(content(store, "packs/p")).isEqualTo(content);
        try (InputStream in = store.read("packs/p", 499_990, 100)) {
            assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(content, 499_990, 500_000));
        }
    }

    @Test
    void anObjectThatChangesWhileItIsReadIsToldFromItself() throws IOException {
        store.put("packs/p", random(500_000));
        AtomicInteger reads = new AtomicInteger();
        server.on(request -> {
            if (!request.is("GET", "/object/authenticated/")) {
                return Optional.empty();
            }
            if (reads.incrementAndGet() == 1) {
                return Optional.of(new CutAnswer(123_456));
            }
            server.buckets().store(request.path().replaceFirst(".*authenticated/backups/", ""), random(500_000), null);
            return Optional.empty();
        });
        assertThatThrownBy(() -> content(store, "packs/p"))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("packs/p")
                .hasMessageContaining("another object");
    }

    @Test
    void anUploadThatTheServerForgetsFailsWithASentence() throws IOException {
        try (Upload upload = store.create("packs/p")) {
            upload.write(random(PART + 1));
            server.uploads().forgetAll();
            assertThatThrownBy(() -> {
                        upload.write(random(2 * PART));
                        upload.commit();
                    })
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("packs/p could not be written to " + store.describe())
                    .hasMessageContaining("was not found");
        }
        assertThat(names()).isEmpty();
    }

    @Test
    void theKeyIsSentToTheServerOfTheUrlAndNowhereElse() throws IOException {
        server.on(once(
                request -> request.is("GET", "keys/k"),
                new Answer(302, Map.of("Location", "http://127.0.0.1:1/elsewhere"), "")));
        assertThatThrownBy(() -> store.read("keys/k")).hasMessageContaining("HTTP status 302");
        // The server gives its own idea of an address for the parts of an upload, which is not asked.
        write("packs/p", random(PART + 1));
        assertThat(content(store, "packs/p")).hasSize(PART + 1);
    }

    private StoredObject write(String name, byte[] content) throws IOException {
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

    private List<String> names() throws IOException {
        List<String> names = new ArrayList<>();
        store.list("", object -> names.add(object.name()));
        return names;
    }

    private long count(Predicate<Seen> which) {
        return server.seen().stream().filter(which).count();
    }

    private static Function<Seen, Optional<SupabaseServer.Fault>> once(
            Predicate<Seen> which, SupabaseServer.Fault fault) {
        AtomicInteger times = new AtomicInteger();
        return request -> which.test(request) && times.getAndIncrement() == 0 ? Optional.of(fault) : Optional.empty();
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }
}
