package io.jenkins.plugins.postgresqlbackup.engine.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.postgresqlbackup.engine.storage.FaultyHttp.Answer;
import io.jenkins.plugins.postgresqlbackup.engine.storage.FaultyHttp.Fault;
import io.jenkins.plugins.postgresqlbackup.engine.storage.FaultyHttp.Seen;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Supabase's S3 endpoint: a server that checks signatures, and in front what refuses all that Supabase does not know. */
class SupabaseS3Test implements ObjectStoreContract {
    private static final List<String> UNKNOWN =
            List.of("content-md5", "if-none-match", "x-amz-tagging", "x-amz-trailer", "x-amz-decoded-content-length");

    private FaultyHttp front;
    private ObjectStore store;

    @BeforeEach
    void open() throws IOException {
        URI server = S3Server.supabase().endpoint();
        front = new FaultyHttp(URI.create("http://" + server.getAuthority()));
        front.on(SupabaseS3Test::supabase);
        store = ObjectStores.open(location(), false, Optional.of(S3Server.KEYS));
    }

    @AfterEach
    void close() {
        store.close();
        front.close();
    }

    @Override
    public ObjectStore store() {
        return store;
    }

    private URI location(String... parameters) {
        StringBuilder location = new StringBuilder(
                "supabase:///" + S3Server.BUCKET + "/" + UUID.randomUUID() + "?url=" + front.endpoint());
        for (String parameter : parameters) {
            location.append('&').append(parameter);
        }
        return URI.create(location.toString());
    }

    private static Optional<Fault> supabase(Seen request) {
        boolean unknown = !request.path().startsWith("/storage/v1/s3/" + S3Server.BUCKET)
                || request.headers().entrySet().stream()
                        .anyMatch(header -> isUnknown(header.getKey(), header.getValue()));
        return unknown ? Optional.of(Answer.s3(400, "InvalidRequest", Map.of())) : Optional.empty();
    }

    private static boolean isUnknown(String header, List<String> values) {
        String name = header.toLowerCase(Locale.ROOT);
        return UNKNOWN.contains(name)
                || name.startsWith("x-amz-checksum-")
                || name.startsWith("x-amz-sdk-checksum-")
                || name.equals("content-encoding") && values.toString().contains("aws-chunked")
                || name.equals("x-amz-content-sha256") && values.toString().contains("STREAMING");
    }

    @Test
    void aLargeObjectComesBackAsItWasWritten() throws IOException {
        byte[] content = new byte[20_000_000];
        new Random(1).nextBytes(content);
        try (Upload upload = store.create("packs/b1/000001")) {
            upload.write(content);
            assertThat(upload.commit().size()).isEqualTo(content.length);
        }
        try (InputStream in = store.read("packs/b1/000001", 9_000_000, 1_000_000)) {
            assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(content, 9_000_000, 10_000_000));
        }
        assertThat(front.seen()).anyMatch(request -> request.query().contains("partNumber=2"));
    }

    @Test
    void accessKeysOfTheEnvironmentOpenIt() throws IOException {
        Map<String, String> variables = Map.of(
                "SUPABASE_S3_ACCESS_KEY_ID", S3Server.KEYS.accessKeyId(),
                "SUPABASE_S3_SECRET_ACCESS_KEY", S3Server.KEYS.secretAccessKey(),
                "SUPABASE_URL", front.endpoint().toString());
        URI location = URI.create("supabase:///" + S3Server.BUCKET + "/" + UUID.randomUUID());
        try (ObjectStore other = ObjectStores.open(location, false, Optional.empty(), variables::get)) {
            other.put("keys/k", new byte[] {1});
            assertThat(other.find("keys/k")).isPresent();
        }
    }

    @Test
    void theServerIsNotReliedUponToKeepANameFromBeingTakenTwice() {
        assertThat(store.createsExclusively()).isFalse();
    }

    @Test
    void theLimitOfTheProjectIsTheUrlsElseTheUsualOne() throws IOException {
        assertThat(store.largestObject()).hasValue(50_000_000);
        try (ObjectStore other = ObjectStores.open(location("fileSizeLimit=5G"), false, Optional.of(S3Server.KEYS))) {
            assertThat(other.largestObject()).hasValue(5L << 30);
        }
    }

    @Test
    void anObjectAboveTheLimitIsToldWithWhatHelps() {
        front.on(request -> request.method().equals("PUT")
                ? Optional.of(Answer.s3(413, "EntityTooLarge", Map.of()))
                : supabase(request));
        assertThatThrownBy(() -> store.put("packs/p", new byte[10]))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("packs/p could not be written to " + store.describe())
                .hasMessageContaining("file size limit of project and bucket")
                .hasMessageContaining("fileSizeLimit=…");
    }
}
