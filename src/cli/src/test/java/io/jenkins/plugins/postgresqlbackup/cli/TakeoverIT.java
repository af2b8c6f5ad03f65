package io.jenkins.plugins.postgresqlbackup.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestPostgres;
import io.jenkins.plugins.postgresqlbackup.engine.storage.FaultyHttp;
import io.jenkins.plugins.postgresqlbackup.engine.storage.FaultyHttp.LateAnswer;
import io.jenkins.plugins.postgresqlbackup.engine.storage.S3Server;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a process had stored when it was stopped, or killed without a word, serves the next. */
@Tag("nightly")
class TakeoverIT {
    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"-INT", "-KILL"})
    void whatAStoppedRunHasStoredIsTakenOverByTheNext(String signal) throws Exception {
        Database source = TestPostgres.newDatabase();
        TestPostgres.run(
                source,
                "CREATE TABLE noise AS SELECT n, sha512(n::text::bytea) AS a, sha512((-n)::text::bytea) AS b"
                        + " FROM generate_series(1, 600000) n");
        Session session = Session.on(source, directory);
        try (FaultyHttp slow = new FaultyHttp(S3Server.s3Proxy().endpoint())) {
            URI bucket = S3Server.location(slow.endpoint(), "exclusive=true");
            JarRun run = new JarRun(JAVA, directory)
                    .with("BACKUP_ENCRYPTION_KEY", session.key())
                    .with("PGBACKUP_REPOSITORY", bucket.toString())
                    .with("AWS_ACCESS_KEY_ID", S3Server.KEYS.accessKeyId())
                    .with("AWS_SECRET_ACCESS_KEY", S3Server.KEYS.secretAccessKey())
                    .with("PGPASSWORD", session.password());
            String[] full = {"full", "--json", "--database", source.url().toString()};
            slow.on(request -> request.method().equals("PUT") && request.path().contains("/packs/")
                    ? Optional.of(new LateAnswer(Duration.ofSeconds(3)))
                    : Optional.empty());
            JarRun.Started stopped = run.start(run.command(full));
            awaitJournal(slow, stopped);
            new ProcessBuilder("kill", signal, Long.toString(stopped.process().pid()))
                    .start()
                    .waitFor();
            assertThat(JarRun.finish(stopped).code()).isEqualTo(signal.equals("-INT") ? ExitCodes.INTERRUPTED : 137);
            slow.on(request -> Optional.empty());

            Shell.Result next = run.run(full);
            assertThat(next.code()).as(next.err()).isZero();
            JsonNode backup = next.json();
            assertThat(backup.get("kind").asText()).isEqualTo("full");
            assertThat(backup.get("rows").asLong()).isEqualTo(600_000);
            assertThat(backup.get("reuse").get("reused").get("rows").asLong()).isGreaterThan(10_000);
            assertThat(run.run("verify", "latest").out()).contains("is good");
            assertThat(run.run("list", "--json").json()).hasSize(1);
        }
    }

    /** The run writes down what it has stored twice a minute. */
    private static void awaitJournal(FaultyHttp slow, JarRun.Started run) throws InterruptedException {
        Instant end = Instant.now().plus(PATIENCE);
        while (slow.seen().stream()
                .noneMatch(request ->
                        request.method().equals("PUT") && request.path().contains("/journals/"))) {
            assertThat(run.process().isAlive()).as("the backup goes on").isTrue();
            assertThat(Instant.now()).as("nothing was written down").isBefore(end);
            Thread.sleep(100);
        }
    }
}
