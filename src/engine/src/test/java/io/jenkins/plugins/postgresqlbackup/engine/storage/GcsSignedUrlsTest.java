package io.jenkins.plugins.postgresqlbackup.engine.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GcsSignedUrlsTest {
    private static final Duration VALIDITY = Duration.ofMinutes(5);

    private final HttpClient client = HttpClient.newHttpClient();
    private GcsServer server;
    private ObjectStore store;
    private SignedUrls urls;

    @BeforeEach
    void open() throws IOException {
        server = new GcsServer();
        store = ObjectStores.open(server.newLocation("userProject=p1"), false, Optional.of(server.key()));
        urls = store.signedUrls().orElseThrow();
    }

    @AfterEach
    void close() {
        store.close();
        server.close();
    }

    @Test
    void aSignedUrlAllowsOneRequestOnOneObject() throws Exception {
        SignedRequest toPut = urls.toPut("packs/p", VALIDITY);
        assertThat(put(toPut, "content")).isEqualTo(200);
        try (InputStream in = store.read("packs/p")) {
            assertThat(in.readAllBytes()).asString().isEqualTo("content");
        }
        SignedRequest toGet = urls.toGet("packs/p", VALIDITY);
        assertThat(toGet.headers()).isEmpty();
        HttpRequest range =
                HttpRequest.newBuilder(toGet.uri()).header("Range", "bytes=3-5").build();
        assertThat(client.send(range, BodyHandlers.ofString()).body()).isEqualTo("ten");

        URI other = URI.create(toGet.uri().toString().replace("packs/p", "packs/q"));
        assertThat(status(HttpRequest.newBuilder(other))).isEqualTo(403);
        assertThat(status(HttpRequest.newBuilder(toGet.uri()).DELETE())).isEqualTo(403);
        URI longer = URI.create(toGet.uri().toString().replace("Expires=300", "Expires=400"));
        assertThat(status(HttpRequest.newBuilder(longer))).isEqualTo(403);
    }

    @Test
    void aSignedUrlNeverOverwrites() throws Exception {
        store.put("packs/p", new byte[] {7});
        SignedRequest toPut = urls.toPut("packs/p", VALIDITY);
        assertThat(toPut.headers()).isEqualTo(Map.of("x-goog-if-generation-match", "0"));
        assertThat(put(toPut, "content")).isEqualTo(412);
        assertThat(put(new SignedRequest(toPut.uri(), Map.of()), "content"))
                .as("the condition cannot be left out")
                .isEqualTo(403);
        assertThat(put(new SignedRequest(toPut.uri(), Map.of("x-goog-if-generation-match", "5")), "content"))
                .isEqualTo(403);
    }

    @Test
    void aSignedUrlEnds() throws Exception {
        SignedRequest toGet = urls.toGet("packs/p", VALIDITY);
        server.tokens().setSkew(VALIDITY.plusSeconds(5));
        assertThat(status(HttpRequest.newBuilder(toGet.uri()))).isEqualTo(400);
        assertThatThrownBy(() -> urls.toGet("packs/p", Duration.ofDays(8)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("7 days");
    }

    @Test
    void whoCannotSignHasNoSignedUrls() throws Exception {
        server.on(request -> Optional.of(new GcsServer.Answer(200, "", "")));
        try (ObjectStore anonymous =
                GcsStore.open(server.newLocation("anonymous=true"), Optional.empty(), name -> null)) {
            assertThat(anonymous.signedUrls()).isEmpty();
        }
    }

    /** What is signed, word by word as Google's documentation on canonical requests has it. */
    @Test
    void whatIsSignedIsWhatGoogleDocuments() throws Exception {
        GcsSettings settings = GcsSettings.parse(URI.create("gs://example-bucket/p?anonymous=true"), name -> null);
        byte[][] signed = new byte[1][];
        GcsSignedUrls signing = new GcsSignedUrls(
                settings,
                new com.google.auth.ServiceAccountSigner() {
                    @Override
                    public String getAccount() {
                        return "example@example-project.iam.gserviceaccount.com";
                    }

                    @Override
                    public byte[] sign(byte[] content) {
                        signed[0] = content;
                        return new byte[] {1, (byte) 0xab};
                    }
                },
                Clock.fixed(Instant.parse("2019-11-02T04:33:24Z"), ZoneOffset.UTC));
        SignedRequest request = signing.toGet("cat.jpeg", Duration.ofHours(1));
        String query = "X-Goog-Algorithm=GOOG4-RSA-SHA256"
                + "&X-Goog-Credential=example%40example-project.iam.gserviceaccount.com%2F20191102%2Fauto%2Fstorage"
                + "%2Fgoog4_request&X-Goog-Date=20191102T043324Z&X-Goog-Expires=3600&X-Goog-SignedHeaders=host";
        assertThat(request.uri())
                .hasToString(
                        "https://storage.googleapis.com/example-bucket/p/cat.jpeg?" + query + "&X-Goog-Signature=01ab");
        String canonical =
                "GET\n/example-bucket/p/cat.jpeg\n" + query + "\nhost:storage.googleapis.com\n\nhost\nUNSIGNED-PAYLOAD";
        byte[] hash = java.security.MessageDigest.getInstance("SHA-256").digest(canonical.getBytes("UTF-8"));
        assertThat(signed[0])
                .asString()
                .isEqualTo("GOOG4-RSA-SHA256\n20191102T043324Z\n20191102/auto/storage/goog4_request\n"
                        + java.util.HexFormat.of().formatHex(hash));
    }

    private int put(SignedRequest signed, String content) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(signed.uri()).PUT(BodyPublishers.ofString(content));
        signed.headers().forEach(request::header);
        return status(request);
    }

    private int status(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), BodyHandlers.discarding()).statusCode();
    }
}
