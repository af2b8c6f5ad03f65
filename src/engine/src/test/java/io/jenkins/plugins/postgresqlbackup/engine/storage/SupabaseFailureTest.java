package io.jenkins.plugins.postgresqlbackup.engine.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.postgresqlbackup.engine.storage.SupabaseServer.Answer;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What Supabase Storage refuses is told in a sentence that names the store, the object and what helps. */
class SupabaseFailureTest {
    private static final SupabaseKey KEY = new SupabaseKey(SupabaseServer.SERVICE_KEY);

    private final SupabaseServer server = new SupabaseServer();

    @AfterEach
    void close() {
        server.close();
    }

    private ObjectStore open(String... parameters) throws StorageException {
        return ObjectStores.open(server.newLocation(parameters), false, Optional.of(KEY));
    }

    private AbstractThrowableAssert<?, ?> refused(Answer answer) throws IOException {
        try (ObjectStore store = open()) {
            server.on(request -> Optional.of(answer));
            return assertThatThrownBy(() -> store.put("keys/k", new byte[1]))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("keys/k could not be")
                    .hasMessageContaining(store.describe())
                    .hasMessageNotContaining(SupabaseServer.SERVICE_KEY);
        }
    }

    private static Answer within(int status, String error, String message) {
        return new Answer(
                400,
                Map.of(),
                "{\"statusCode\":\"" + status + "\",\"error\":\"" + error + "\",\"message\":\"" + message + "\"}");
    }

    @Test
    void aMissingBucket() {
        URI location = URI.create("supabase:///no-such-bucket/x?url=" + server.url());
        assertThatThrownBy(() -> ObjectStores.open(location, false, Optional.of(KEY)))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining(
                        "supabase://" + server.url().getAuthority() + "/no-such-bucket/x could not be opened")
                .hasMessageContaining("Bucket not found")
                .hasMessageContaining("create the bucket first");
    }

    @Test
    void aWrongKey() {
        SupabaseKey wrong = new SupabaseKey("sb_secret_hunter2");
        assertThatThrownBy(() -> ObjectStores.open(server.newLocation(), false, Optional.of(wrong)))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("could not be opened (Invalid API key)")
                .hasMessageContaining("the project's own secret key")
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void aKeyThatIsNoLongerValid() throws IOException {
        refused(within(403, "Unauthorized", "\\\"exp\\\" claim timestamp check failed"))
                .hasMessageContaining("no longer valid");
    }

    @Test
    void aPolicyThatHoldsTheKeyBack() throws IOException {
        refused(within(403, "Unauthorized", "new row violates row-level security policy"))
                .hasMessageContaining("row-level security")
                .hasMessageContaining("service_role key, which no policy holds back");
    }

    @Test
    void aPausedProjectAtOnce() throws IOException {
        int before = server.seen().size();
        refused(new Answer(540, Map.of(), "")).hasMessageContaining("the project is paused: restore it");
        // Opening takes two requests, looking whether the name is free one.
        assertThat(server.seen().size() - before).isLessThanOrEqualTo(4);
    }

    @Test
    void aUsedUpPlanAndATypeThatTheBucketDoesNotTake() throws IOException {
        refused(new Answer(402, Map.of(), "{\"message\":\"exceed_egress_quota\"}"))
                .hasMessageContaining("exceed_egress_quota")
                .hasMessageContaining("what its plan allows");
        server.on(request -> Optional.empty());
        refused(within(415, "invalid_mime_type", "mime type application/octet-stream is not supported"))
                .hasMessageContaining("let the bucket take files of the type");
    }

    @Test
    void anObjectAboveTheLimitOfProjectOrBucket() throws IOException {
        server.buckets().projectLimit(1_000_000);
        try (ObjectStore store = open()) {
            assertThatThrownBy(() -> store.put("packs/small", new byte[1_000_001]))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("packs/small could not be written to " + store.describe())
                    .hasMessageContaining("exceeded the maximum allowed size")
                    .hasMessageContaining("raise the file size limit of the bucket and of the project")
                    .hasMessageContaining("fileSizeLimit=50M");
            server.buckets().projectLimit(13_000_000);
            try (Upload upload = store.create("packs/large")) {
                assertThatThrownBy(() -> {
                            upload.write(new byte[14_000_000]);
                            upload.commit();
                        })
                        .isInstanceOf(StorageException.class)
                        .hasMessageContaining("packs/large could not be written to " + store.describe())
                        .hasMessageContaining("raise the file size limit");
            }
            assertThat(server.uploads().open()).isZero();
        }
    }

    @Test
    void aServerThatIsNotSupabaseStorageOrTooOld() throws IOException {
        URI elsewhere = URI.create("supabase:///backups?url=" + server.url() + "/other");
        assertThatThrownBy(() -> ObjectStores.open(elsewhere, false, Optional.of(KEY)))
                .hasMessageContaining("no Route matched")
                .hasMessageContaining("check the server's address");
        server.on(request -> Optional.of(new Answer(200, Map.of(), "<html>Welcome</html>")));
        assertThatThrownBy(this::open).hasMessageContaining("what answers there is not Supabase Storage");
        server.on(request -> Optional.empty());
        server.buckets().knowsNoLists();
        assertThatThrownBy(this::open).hasMessageContaining("list-v2").hasMessageContaining("2025 or later");
    }

    @Test
    void aServerThatIsNotThere() {
        URI nowhere = URI.create("supabase:///backups?url=http://127.0.0.1:1&attempts=1");
        assertThatThrownBy(() -> ObjectStores.open(nowhere, false, Optional.of(KEY)))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("supabase://127.0.0.1:1/backups could not be opened")
                .hasMessageContaining("Connection refused")
                .hasMessageContaining("check the server's address");
    }

    @Test
    void keysOfAnotherKind() {
        URI s3 = URI.create("s3://bucket/prefix");
        assertThatThrownBy(() -> ObjectStores.open(s3, false, Optional.of(KEY)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("key of a Supabase project");
    }

    @Test
    void theLimitIsTheUrlsElseTheBucketsElseTheUsualOne() throws IOException {
        try (ObjectStore store = open()) {
            assertThat(store.largestObject()).hasValue(50_000_000);
        }
        server.buckets().bucketLimit(7_000_000);
        try (ObjectStore store = open()) {
            assertThat(store.largestObject()).hasValue(7_000_000);
        }
        try (ObjectStore store = open("fileSizeLimit=2M")) {
            assertThat(store.largestObject()).hasValue(2 << 20);
        }
    }

    @Test
    void aPublicBucketIsWarnedOf() throws IOException {
        try (ObjectStore store = open()) {
            assertThat(store.warnings()).isEmpty();
            server.buckets().makePublic();
            assertThat(store.warnings())
                    .singleElement()
                    .asString()
                    .contains("is public")
                    .contains(store.describe());
        }
    }
}
