package io.jenkins.plugins.postgresqlbackup.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.jenkins.plugins.postgresqlbackup.engine.storage.FaultyHttp;
import io.jenkins.plugins.postgresqlbackup.engine.storage.S3Server;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The places where Amazon's own programs look for credentials, each tried by the jar in a process of its own. */
@Tag("nightly")
class S3CredentialsIT {
    private static final Path THIS_JAVA = Path.of(System.getProperty("java.home"), "bin", "java");
    private static final String ROLE = "arn:aws:iam::123456789012:role/backup";

    @TempDir
    private Path directory;

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private HttpServer amazon;
    private FaultyHttp front;
    private URI bucket;

    /** What answers in an instance, in a container and at Amazon's token service. */
    @BeforeEach
    void startAmazon() throws Exception {
        amazon = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        amazon.createContext("/latest/api/token", exchange -> answer(exchange, "a token"));
        amazon.createContext("/latest/meta-data/iam/security-credentials", exchange -> {
            boolean named = exchange.getRequestURI().getPath().endsWith("/backup");
            answer(exchange, named ? keysAsJson() : "backup");
        });
        amazon.createContext("/container", exchange -> answer(exchange, keysAsJson()));
        amazon.createContext("/", exchange -> {
            String form = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            asked.add(URLDecoder.decode(form, StandardCharsets.UTF_8));
            answer(exchange, keysAsXml(form.contains("WebIdentity") ? "AssumeRoleWithWebIdentity" : "AssumeRole"));
        });
        amazon.start();
        // Which believes every signature; so the front looks who signed.
        front = new FaultyHttp(S3Server.s3Mock().endpoint());
        bucket = S3Server.location(front.endpoint());
        assertThat(jar().with("AWS_ACCESS_KEY_ID", S3Server.KEYS.accessKeyId())
                        .with("AWS_SECRET_ACCESS_KEY", S3Server.KEYS.secretAccessKey())
                        .run("init", "--quiet", "--repository", bucket.toString())
                        .err())
                .isEmpty();
    }

    @AfterEach
    void stopAmazon() {
        front.close();
        amazon.stop(0);
    }

    private static void answer(HttpExchange exchange, String text) throws IOException {
        byte[] content = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, content.length);
        try (exchange) {
            exchange.getResponseBody().write(content);
        }
    }

    private static String keysAsJson() {
        return "{\"Code\":\"Success\",\"Type\":\"AWS-HMAC\",\"AccessKeyId\":\"" + S3Server.KEYS.accessKeyId()
                + "\",\"SecretAccessKey\":\"" + S3Server.KEYS.secretAccessKey()
                + "\",\"Token\":\"a session\",\"Expiration\":\"" + inAnHour() + "\"}";
    }

    private static String keysAsXml(String action) {
        return "<" + action + "Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><" + action
                + "Result><Credentials><AccessKeyId>" + S3Server.KEYS.accessKeyId() + "</AccessKeyId><SecretAccessKey>"
                + S3Server.KEYS.secretAccessKey()
                + "</SecretAccessKey><SessionToken>a session</SessionToken><Expiration>" + inAnHour()
                + "</Expiration></Credentials></" + action + "Result></" + action + "Response>";
    }

    private static Instant inAnHour() {
        return Instant.now().plusSeconds(3600);
    }

    private String url(String path) {
        return "http://127.0.0.1:" + amazon.getAddress().getPort() + path;
    }

    private JarRun jar() {
        return new JarRun(THIS_JAVA, directory)
                .with("BACKUP_ENCRYPTION_KEY", "a passphrase long enough")
                .with("AWS_CONFIG_FILE", directory.resolve("none").toString())
                .with("AWS_SHARED_CREDENTIALS_FILE", directory.resolve("none").toString());
    }

    private void assertOpens(boolean forAWhile, JarRun jar, String... parameters) throws Exception {
        int before = front.seen().size();
        String location = bucket + (parameters.length == 0 ? "" : "&" + String.join("&", parameters));
        Shell.Result listed = jar.run("list", "--json", "--repository", location);
        assertThat(listed.err()).isEmpty();
        assertThat(listed.code()).isZero();
        assertThat(listed.json()).isEmpty();
        assertThat(front.seen().subList(before, front.seen().size()))
                .isNotEmpty()
                .allSatisfy(request -> {
                    assertThat(request.headers().get("Authorization").get(0))
                            .contains("Credential=" + S3Server.KEYS.accessKeyId() + "/");
                    assertThat(request.headers().containsKey("X-amz-security-token"))
                            .isEqualTo(forAWhile);
                });
    }

    @Test
    void aProfileThatAVariableOrTheUrlNames() throws Exception {
        Path file = Files.writeString(
                directory.resolve("credentials"),
                "[backup]\naws_access_key_id = " + S3Server.KEYS.accessKeyId() + "\naws_secret_access_key = "
                        + S3Server.KEYS.secretAccessKey() + "\n");
        assertOpens(
                false,
                jar().with("AWS_SHARED_CREDENTIALS_FILE", file.toString()).with("AWS_PROFILE", "backup"));
        assertOpens(
                false,
                jar().with("AWS_SHARED_CREDENTIALS_FILE", file.toString())
                        .with("AWS_ACCESS_KEY_ID", "others")
                        .with("AWS_SECRET_ACCESS_KEY", "others"),
                "profile=backup");
    }

    @Test
    void aWebIdentity() throws Exception {
        Path token = Files.writeString(directory.resolve("token"), "a web identity");
        assertOpens(
                true,
                jar().with("AWS_WEB_IDENTITY_TOKEN_FILE", token.toString())
                        .with("AWS_ROLE_ARN", ROLE)
                        .with("AWS_REGION", "eu-central-1")
                        .with("AWS_ENDPOINT_URL_STS", url("")));
        assertThat(asked).singleElement().asString().contains("a web identity").contains(ROLE);
    }

    @Test
    void theRoleOfAContainer() throws Exception {
        assertOpens(true, jar().with("AWS_CONTAINER_CREDENTIALS_FULL_URI", url("/container")));
    }

    @Test
    void theRoleOfAnInstance() throws Exception {
        assertOpens(true, jar().with("AWS_EC2_METADATA_SERVICE_ENDPOINT", url("")));
    }

    @Test
    void aRoleThatTheUrlNames() throws Exception {
        JarRun jar = jar().with("AWS_ACCESS_KEY_ID", "somebody")
                .with("AWS_SECRET_ACCESS_KEY", "secret")
                .with("AWS_ENDPOINT_URL_STS", url(""));
        assertOpens(true, jar, "role=" + ROLE, "externalId=jenkins");
        assertThat(asked).singleElement().asString().contains(ROLE).contains("ExternalId=jenkins");
    }

    @Test
    void noCredentialsAtAllAreToldInASentence() throws Exception {
        Shell.Result refused =
                jar().with("AWS_EC2_METADATA_DISABLED", "true").run("list", "--repository", bucket.toString());
        assertThat(refused.code()).isEqualTo(ExitCodes.FAILED);
        assertThat(refused.complaints())
                .singleElement()
                .asString()
                .contains("no credentials were found")
                .contains("AWS_ACCESS_KEY_ID");
    }
}
