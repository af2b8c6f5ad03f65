package io.jenkins.plugins.postgresqlbackup.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestPostgres;
import io.jenkins.plugins.postgresqlbackup.engine.storage.FaultyHttp;
import io.jenkins.plugins.postgresqlbackup.engine.storage.FaultyHttp.LateAnswer;
import io.jenkins.plugins.postgresqlbackup.engine.storage.S3Server;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database that is read faster than its backup can be sent waits; it does not pile up. */
@Tag("nightly")
class SlowServerIT {
    private static final Path THIS_JAVA = Path.of(System.getProperty("java.home"), "bin", "java");

    @TempDir
    private Path directory;

    @Test
    void aServerThatIsSlowCostsTimeAndNoMemory() throws Exception {
        Database source = TestPostgres.newDatabase();
        TestPostgres.run(
                source,
                "CREATE TABLE noise AS SELECT n, sha512(n::text::bytea) AS a, sha512((-n)::text::bytea) AS b"
                        + " FROM generate_series(1, 1000000) n");
        Session session = Session.on(source, directory);
        try (FaultyHttp slow = new FaultyHttp(S3Server.s3Proxy().endpoint())) {
            slow.on(request -> request.method().equals("PUT")
                    ? Optional.of(new LateAnswer(Duration.ofMillis(500)))
                    : Optional.empty());
            URI bucket = S3Server.location(slow.endpoint(), "exclusive=true");
            JarRun run = new JarRun(THIS_JAVA, directory)
                    .with("BACKUP_ENCRYPTION_KEY", session.key())
                    .with("PGBACKUP_REPOSITORY", bucket.toString())
                    .with("AWS_ACCESS_KEY_ID", S3Server.KEYS.accessKeyId())
                    .with("AWS_SECRET_ACCESS_KEY", S3Server.KEYS.secretAccessKey())
                    .with("PGPASSWORD", session.password());
            List<String> command = new ArrayList<>(run.command(
                    "full", "--jobs", "2", "--database", source.url().toString(), "--json"));
            // Less than what is stored.
            Collections.replaceAll(command, "-Xmx256m", "-Xmx112m");
            Shell.Result result = JarRun.finish(run.start(command));
            assertThat(result.code()).as(result.err()).isZero();
            assertThat(result.json().get("storedBytes").asLong()).isGreaterThan(125_000_000L);
            assertThat(run.run("verify", "latest").out()).contains("is good");
        }
    }
}
