package io.jenkins.plugins.postgresqlbackup.engine.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.postgresqlbackup.engine.storage.GcsServer.Answer;
import io.jenkins.plugins.postgresqlbackup.engine.storage.GcsServer.Strange;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.http.client.methods.HttpPut;
import org.apache.http.entity.ByteArrayEntity;
import org.apache.http.impl.client.CloseableHttpClient;
import org.apache.http.impl.client.HttpClients;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each thing that is wrong is told in a sentence that names the store and says what helps. */
@Timeout(120)
class GcsFailureTest {
    private final List<AutoCloseable> open = new ArrayList<>();
    private GcsServer server;

    @TempDir
    Path directory;

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

    private ObjectStore open(String... parameters) throws StorageException {
        return open(server.newLocation(parameters), server.key());
    }

    private ObjectStore open(URI location, GoogleKey key) throws StorageException {
        ObjectStore store = ObjectStores.open(location, false, Optional.of(key));
        open.add(0, store);
        return store;
    }

    private ObjectStore open(URI location, UnaryOperator<String> variables) throws StorageException {
        ObjectStore store = GcsStore.open(location, Optional.empty(), variables);
        open.add(0, store);
        return store;
    }

    private static void assertTold(ThrowingCallable what, String... parts) {
        assertThatThrownBy(what)
                .isInstanceOf(StorageException.class)
                .satisfies(e -> assertThat(e.getMessage())
                        .contains(parts)
                        .endsWith(".")
                        .doesNotContain("\n")
                        .doesNotContain("PRIVATE KEY"));
    }

    @Test
    void theMissingPermissionIsNamed() throws IOException {
        ObjectStore store = open();
        store.put("keys/k", new byte[1]);
        server.api()
                .deny(
                        "storage.objects.create",
                        "storage.objects.get",
                        "storage.objects.list",
                        "storage.objects.delete");
        assertTold(
                () -> store.put("keys/l", new byte[1]),
                "keys/l could not be written to " + store.describe(),
                "the permission storage.objects.create");
        assertTold(
                () -> store.find("keys/k"),
                "keys/k could not be read from " + store.describe(),
                "the permission storage.objects.get");
        assertTold(() -> store.read("keys/k"), "keys/k could not be read", "the permission storage.objects.get");
        assertTold(
                () -> store.list("", object -> {}),
                "The objects in " + store.describe() + " could not be listed",
                "the permission storage.objects.list");
        assertTold(
                () -> store.delete("keys/k"),
                "keys/k could not be deleted from " + store.describe(),
                "the permission storage.objects.delete");
        assertTold(this::open, "could not be opened", "the permission storage.objects.list");
    }

    @Test
    void whoMayListAndNotWriteIsToldWhenHeWrites() throws IOException {
        server.api().deny("storage.objects.create");
        ObjectStore store = open("chunkSize=256K");
        assertTold(
                () -> {
                    try (Upload upload = store.create("packs/p")) {
                        upload.write(new byte[1024 * 1024]);
                        upload.commit();
                    }
                },
                "packs/p could not be written",
                "the permission storage.objects.create");
    }

    @Test
    void aWrongBucketIsNamed() {
        URI location = URI.create("gs://no-such-bucket/x?endpoint=" + server.endpoint());
        assertTold(
                () -> open(location, server.key()),
                "gs://no-such-bucket/x at " + server.endpoint().getAuthority() + " could not be opened",
                "The specified bucket does not exist",
                "check the bucket's name");
    }

    @Test
    void aBucketThatGoesIsNoMissingObject() throws IOException {
        ObjectStore store = open();
        server.on(request -> Optional.of(new Answer(404, "notFound", "The specified bucket does not exist.")));
        assertTold(() -> store.find("keys/k"), "keys/k could not be read", "check the bucket's name");
        assertTold(() -> store.delete("keys/k"), "keys/k could not be deleted", "check the bucket's name");
    }

    @Test
    void aKeyThatIsNoneIsNamedAndNotPrinted() {
        URI location = server.newLocation();
        for (String json : List.of(
                "hunter2",
                "",
                "{}",
                "[]",
                "{\"type\":\"authorized_user\",\"refresh_token\":\"hunter2\"}",
                server.key().json().replace("BEGIN PRIVATE KEY-----\\n", "BEGIN PRIVATE KEY-----\\nhunter2"),
                server.key().json().substring(0, 700))) {
            assertThatThrownBy(() -> open(location, new GoogleKey(json)))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("could not be opened")
                    .hasMessageContaining("use the whole JSON key file of a service account")
                    .message()
                    .doesNotContain("hunter2");
        }
        assertThat(new GoogleKey("hunter2").toString()).doesNotContain("hunter2");
    }

    @Test
    void aClockThatIsWrongIsTold() {
        server.tokens().setSkew(Duration.ofHours(3));
        assertTold(this::open, "could not be opened", "reasonable timeframe", "this machine's clock is wrong");
    }

    @Test
    void aKeyThatWasReplacedIsTold() {
        GoogleKey old = server.key();
        server.tokens().replaceKey();
        assertTold(() -> open(server.newLocation(), old), "Invalid JWT Signature", "this key is not valid any more");
    }

    @Test
    void anAccountThatIsGoneIsTold() {
        GoogleKey old = server.key();
        server.tokens().removeAccount();
        assertTold(() -> open(server.newLocation(), old), "account not found", "no such service account any more");
    }

    @Test
    void aTokenThatIsRefusedThoughItIsNewIsTold() throws IOException {
        ObjectStore store = open();
        server.tokens().setValidity(Duration.ofSeconds(-1));
        server.tokens().revokeAll();
        assertTold(
                () -> store.find("keys/k"),
                "keys/k could not be read",
                "the access token is refused: check this machine's clock");
    }

    @Test
    void whoComesWithoutCredentialsIsToldThatTheyAreWanted() {
        assertTold(
                () -> open(server.newLocation("anonymous=true"), name -> null),
                "Anonymous caller",
                "take anonymous=true out of the URL");
    }

    @Test
    void aServerThatIsNotThereIsNamed() {
        URI location = URI.create("gs://b01/x?endpoint=http://127.0.0.1:1&attempts=1&anonymous=true");
        assertTold(
                () -> open(location, name -> null),
                "gs://b01/x at 127.0.0.1:1 could not be opened",
                "Connection refused",
                "check the network");
    }

    @Test
    void aServerThatIsSilentIsNotWaitedForForEver() throws IOException {
        ObjectStore store = open("timeout=1", "attempts=2");
        server.on(request -> {
            try {
                Thread.sleep(3_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return Optional.empty();
        });
        assertTold(() -> store.find("keys/k"), "keys/k could not be read", "timed out", "timeout=");
    }

    @Test
    void anAnswerThatIsNoneOfGooglesIsTold() throws IOException {
        ObjectStore store = open("attempts=1");
        for (String strange :
                List.of("<html>Log in to the network</html>", "", "[]", "{}", "{\"items\":5}", "{\"size\":\"x\"}")) {
            server.on(request -> Optional.of(new Strange(strange)));
            assertTold(() -> store.find("keys/k"), "keys/k");
            assertTold(() -> store.put("keys/k", new byte[1]), "keys/k");
            if (!strange.equals("{}") && !strange.startsWith("{\"size")) {
                assertTold(() -> store.list("", object -> {}), store.describe());
            }
        }
    }

    @Test
    void aServerThatTakesNoMoreBytesIsNotWaitedForForEver() throws Exception {
        try (ServerSocket deaf = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                GcsDeadline deadline = new GcsDeadline(Duration.ofMillis(300));
                CloseableHttpClient client = HttpClients.custom()
                        .setRequestExecutor(deadline)
                        .disableAutomaticRetries()
                        .build()) {
            HttpPut request = new HttpPut("http://127.0.0.1:" + deaf.getLocalPort());
            request.setEntity(new ByteArrayEntity(new byte[64 * 1024 * 1024]));
            assertThatThrownBy(() -> client.execute(request)).isInstanceOf(IOException.class);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "400 | required | Bucket is a requester pays bucket but no user project provided. | userProject=",
                "400 | invalid | Invalid storage class COLD. | check storageClass in the URL",
                "403 | forbidden | Permission denied on Cloud KMS key. Please ensure | check kmsKey in the URL",
                "403 | retentionPolicyNotMet | Object is subject to bucket's retention policy | do this again afterwards",
                "403 | accountDisabled | The billing account is disabled in state absent | billing",
                "403 | forbidden | Request had insufficient authentication scopes. | access scopes are too narrow",
                "403 | accessNotConfigured | API has not been used in project 1 | switch on the Cloud Storage JSON API",
                "403 | vpcServiceControls | Request is prohibited by organization's policy. | a policy of the organization",
                "403 | forbidden | x does not have serviceusage.services.use access. | serviceusage.services.use",
                "403 | forbidden | Forbidden | storage.objects.create",
                "413 | uploadTooLarge | too large | check the bucket and the parameters",
                "429 | rateLimitExceeded | rate limit exceeded | fewer",
                "503 | backendError | Backend Error | run this again later"
            })
    void whatGoogleRefusesComesWithAdvice(int status, String reason, String message, String advice) throws IOException {
        ObjectStore store = open("attempts=1");
        server.on(request -> Optional.of(new Answer(status, reason, message)));
        assertTold(
                () -> store.put("keys/k", new byte[1]),
                "keys/k could not be written to " + store.describe(),
                message.replaceAll("\\.$", ""),
                advice);
    }

    @ParameterizedTest
    @ValueSource(strings = {"retentionPolicyNotMet", "objectUnderActiveHold"})
    void anObjectUnderALockIsToldFromOneThatMayNotBeDeleted(String reason) throws IOException {
        ObjectStore store = open("attempts=1");
        server.on(request -> Optional.of(new Answer(403, reason, "Object is kept.")));
        assertThatThrownBy(() -> store.delete("keys/k"))
                .isInstanceOf(LockedObjectException.class)
                .hasMessageContaining("keys/k could not be deleted from " + store.describe());
        server.on(request -> Optional.of(new Answer(403, "forbidden", "Forbidden")));
        assertThatThrownBy(() -> store.delete("keys/k"))
                .isInstanceOf(StorageException.class)
                .isNotInstanceOf(LockedObjectException.class);
    }

    @Test
    void theCredentialsAreThoseOfTheFileThatTheVariableNames() throws IOException {
        Path file =
                Files.writeString(directory.resolve("key.json"), server.key().json());
        Map<String, String> variables = Map.of("GOOGLE_APPLICATION_CREDENTIALS", file.toString());
        ObjectStore store = open(server.newLocation(), variables::get);
        store.put("keys/k", new byte[1]);
        assertThat(store.signedUrls()).isPresent();

        Files.writeString(file, "hunter2");
        assertTold(
                () -> open(server.newLocation(), variables::get),
                "there are no credentials in the file " + file,
                "use the whole JSON key file");
        Files.delete(file);
        assertTold(() -> open(server.newLocation(), variables::get), "there is no file " + file);
    }

    @Test
    void elseThoseThatGcloudHasLeft() throws IOException {
        Files.writeString(
                directory.resolve("application_default_credentials.json"),
                server.key().json());
        open(server.newLocation(), Map.of("CLOUDSDK_CONFIG", directory.toString())::get)
                .put("keys/k", new byte[1]);
    }

    @Test
    void anEmulatorGetsNoCredentials() {
        Map<String, String> variables =
                Map.of("STORAGE_EMULATOR_HOST", server.endpoint().getAuthority());
        assertTold(() -> open(URI.create("gs://" + GcsServer.BUCKET + "/p"), variables::get), "Anonymous caller");
        assertThat(server.seen())
                .isNotEmpty()
                .allMatch(request -> request.authorization().isEmpty());
    }

    @Test
    void aRuleThatDeletesOldObjectsIsWarnedOf() throws IOException {
        URI location = server.newLocation();
        ObjectStore store = open(location, server.key());
        assertThat(store.warnings()).isEmpty();
        String prefix = location.getPath().substring(1);

        assertThat(warnings(store, delete("{'age':30}")))
                .singleElement()
                .asString()
                .contains(store.describe())
                .contains("after 30 days")
                .contains("remove that rule");
        assertThat(warnings(store, delete("{'age':30,'matchesPrefix':['other/','" + prefix + "/packs/']}")))
                .hasSize(1);
        assertThat(warnings(store, delete("{'age':30,'matchesPrefix':['" + prefix.substring(0, 5) + "']}")))
                .hasSize(1);
        assertThat(warnings(store, delete("{'createdBefore':'2026-01-01'}") + "," + delete("{'isLive':true}")))
                .hasSize(2);

        assertThat(warnings(store, delete("{'age':30,'matchesPrefix':['other/']}")))
                .isEmpty();
        assertThat(warnings(store, delete("{'age':30,'isLive':false}"))).isEmpty();
        assertThat(warnings(store, delete("{'numNewerVersions':3}"))).isEmpty();
        assertThat(warnings(store, delete("{'daysSinceNoncurrentTime':7}"))).isEmpty();
        assertThat(warnings(
                        store,
                        "{'action':{'type':'SetStorageClass','storageClass':'NEARLINE'},'condition':{'age':30}},"
                                + "{'action':{'type':'AbortIncompleteMultipartUpload'},'condition':{'age':7}}"))
                .isEmpty();
    }

    @Test
    void whoMayNotSeeTheRulesIsNotBothered() throws IOException {
        ObjectStore store = open();
        warnings(store, delete("{'age':30}"));
        server.api().deny("storage.buckets.get");
        assertThat(store.warnings()).isEmpty();
    }

    private static String delete(String condition) {
        return "{'action':{'type':'Delete'},'condition':" + condition + "}";
    }

    private List<String> warnings(ObjectStore store, String rules) throws IOException {
        JsonNode lifecycle = GcsAnswer.JSON.readTree(
                ("{'rule':[" + rules + "]}").replace('\'', '"').getBytes(UTF_8));
        server.api().bucket().setLifecycle(lifecycle);
        return store.warnings();
    }
}
