package io.jenkins.plugins.postgresqlbackup.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestPostgres;
import io.jenkins.plugins.postgresqlbackup.engine.storage.S3Server;
import java.net.URI;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The commands against a repository in a bucket, with the access key where Amazon's own programs look for it. */
class S3RoundTest {
    private static final String KEY_ID = "aws.accessKeyId";
    private static final String KEY = "aws.secretAccessKey";

    @TempDir
    Path directory;

    /** This JVM's variables cannot be set; these properties stand for them. */
    @BeforeEach
    void setKeys() {
        System.setProperty(KEY_ID, S3Server.KEYS.accessKeyId());
        System.setProperty(KEY, S3Server.KEYS.secretAccessKey());
    }

    @AfterEach
    void clearKeys() {
        System.clearProperty(KEY_ID);
        System.clearProperty(KEY);
    }

    static Stream<S3Server> eachServer() {
        return Stream.of(S3Server.s3Proxy(), S3Server.s3Mock());
    }

    @ParameterizedTest
    @MethodSource("eachServer")
    void aBackupInABucketIsTakenListedVerifiedAndRestored(S3Server server) throws Exception {
        Database source = TestPostgres.newDatabase();
        TestPostgres.run(
                source,
                "CREATE TABLE orders (id int PRIMARY KEY, item text NOT NULL)",
                "INSERT INTO orders SELECT n, md5(n::text) || md5((n * 7)::text) FROM generate_series(1, 400000) n");
        Session session = Session.on(source, directory);
        URI bucket = server.newLocation("partSize=5M");
        Shell shell = session.shell().with("PGBACKUP_REPOSITORY", bucket.toString());

        assertSaid(session.full(shell), "is complete");
        assertThat(shell.run("list", "--json").json().get(0).get("storedBytes").asLong())
                .as("more than one part")
                .isGreaterThan(5 * 1024 * 1024);
        assertSaid(shell.run("list"), " objects in s3://backups/");
        assertSaid(shell.run("verify", "latest"), "every digest right");
        String copy = source.url().database() + "_copy";
        assertSaid(
                shell.run(
                        "restore",
                        "latest",
                        "--to",
                        source.url().withDatabase(copy).toString(),
                        "--create"),
                "400,000 rows");
        assertThat(Session.count(source.withDatabase(copy), "public.orders")).isEqualTo(400_000);
    }

    @Test
    void aBucketIsTriedWithoutAnyKeyOfARepository() {
        URI bucket = S3Server.s3Proxy().newLocation();
        Shell shell = new Shell(directory);
        assertSaid(shell.run("storage", "test", "--repository", bucket.toString()), "can keep backups");
        assertThat(shell.run("storage", "test", "--json", "--repository", bucket.toString())
                        .json()
                        .get("problems"))
                .isEmpty();
        Shell.Result wrong =
                shell.run("storage", "test", "--repository", bucket.toString().replace("//backups/", "//elsewhere/"));
        assertThat(wrong.code()).isEqualTo(ExitCodes.FAILED);
        assertThat(wrong.complaints()).singleElement().asString().contains("check the bucket's name");
    }

    @Test
    void wrongKeysAreToldInOneSentence() {
        System.setProperty(KEY, "hunter2");
        URI bucket = S3Server.s3Proxy().newLocation();
        Shell.Result refused = new Shell(directory)
                .with("BACKUP_ENCRYPTION_KEY", "a passphrase")
                .run("list", "--repository", bucket.toString());
        assertThat(refused.code()).isEqualTo(ExitCodes.FAILED);
        assertThat(refused.complaints())
                .singleElement()
                .asString()
                .contains("could not be opened")
                .contains("check the secret access key")
                .doesNotContain("hunter2");
    }

    @Test
    void aUrlThatIsNotRightIsToldInOneSentence() {
        Shell.Result refused = new Shell(directory)
                .with("BACKUP_ENCRYPTION_KEY", "a passphrase")
                .run("list", "--repository", "s3://bucket/p?pathstyle=true");
        assertThat(refused.complaints()).isNotEmpty().first().asString().contains("no parameter pathstyle");
    }

    private static void assertSaid(Shell.Result result, String text) {
        assertThat(result.complaints()).isEmpty();
        assertThat(result.code()).isZero();
        assertThat(result.out()).contains(text);
    }
}
