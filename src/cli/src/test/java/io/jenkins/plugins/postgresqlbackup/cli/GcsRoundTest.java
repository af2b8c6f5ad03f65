package io.jenkins.plugins.postgresqlbackup.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestPostgres;
import io.jenkins.plugins.postgresqlbackup.engine.storage.GcsServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands against a repository in Google Cloud Storage, with the key's file where Google's own programs look for it. */
class GcsRoundTest {
    @TempDir
    Path directory;

    @Test
    void aBackupInABucketIsTakenListedVerifiedAndRestored() throws Exception {
        Database source = TestPostgres.newDatabase();
        TestPostgres.run(
                source,
                "CREATE TABLE orders (id int PRIMARY KEY, item text NOT NULL)",
                "INSERT INTO orders SELECT n, md5(n::text) || md5((n * 7)::text) FROM generate_series(1, 200000) n");
        Session session = Session.on(source, directory);
        URI bucket = GcsServer.shared().newLocation("chunkSize=1M");
        Shell shell = withKey(session.shell()).with("PGBACKUP_REPOSITORY", bucket.toString());

        assertSaid(shell.run("storage", "test"), "can keep backups");
        assertSaid(shell.run("init"), "is created");
        assertSaid(session.full(shell), "is complete");
        assertThat(shell.run("list", "--json").json().get(0).get("storedBytes").asLong())
                .as("more than one chunk")
                .isGreaterThan(1024 * 1024);
        assertSaid(shell.run("verify", "latest"), "every digest right");
        String copy = source.url().database() + "_copy";
        assertSaid(
                shell.run(
                        "restore",
                        "latest",
                        "--to",
                        source.url().withDatabase(copy).toString(),
                        "--create"),
                "200,000 rows");
        assertThat(Session.count(source.withDatabase(copy), "public.orders")).isEqualTo(200_000);
    }

    @Test
    void aWrongBucketIsToldInOneSentence() throws Exception {
        URI elsewhere = URI.create(
                "gs://another-bucket/p?endpoint=" + GcsServer.shared().endpoint());
        Shell.Result refused = withKey(new Shell(directory))
                .with("BACKUP_ENCRYPTION_KEY", "a passphrase")
                .run("list", "--repository", elsewhere.toString());
        assertThat(refused.code()).isEqualTo(ExitCodes.FAILED);
        assertThat(refused.complaints())
                .singleElement()
                .asString()
                .contains("gs://another-bucket/p")
                .contains("check the bucket's name in the URL");
    }

    private Shell withKey(Shell shell) throws IOException {
        Path key = directory.resolve("google.json");
        Files.writeString(key, GcsServer.shared().key().json());
        return shell.with("GOOGLE_APPLICATION_CREDENTIALS", key.toString());
    }

    private static void assertSaid(Shell.Result result, String text) {
        assertThat(result.complaints()).isEmpty();
        assertThat(result.code()).isZero();
        assertThat(result.out()).contains(text);
    }
}
