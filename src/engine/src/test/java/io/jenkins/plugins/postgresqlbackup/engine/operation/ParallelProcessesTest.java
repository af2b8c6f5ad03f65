package io.jenkins.plugins.postgresqlbackup.engine.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestPostgres;
import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes that take backups of a real database, verify and prune, all in one directory, while some are killed and others put to sleep for longer than
 * the grace time: whatever manifest is there at the end verifies.
 */
final class ParallelProcessesTest {
    private static final int WORKERS = 4;
    private static final Duration FOR = Duration.ofSeconds(Long.getLong("processes.seconds", 600));

    @TempDir
    private Path directory;

    private final Random random = new Random(Long.getLong("processes.seed", System.nanoTime()));
    private Database database;

    @Test
    @Tag("nightly")
    void whateverIsThereAfterTenMinutesVerifies() throws Exception {
        database = TestPostgres.newDatabase();
        TestPostgres.run(
                database,
                "CREATE TABLE numbers AS SELECT n, md5(n::text) AS text FROM generate_series(1, 20000) n",
                "CREATE TABLE pets (id int PRIMARY KEY, name text)",
                "INSERT INTO pets VALUES (1, 'Rex'), (2, 'Mia')");
        TestRepository.create(directory.resolve("repository")).close();
        Instant end = Instant.now().plus(FOR);
        List<Process> workers = new ArrayList<>();
        for (int i = 0; i < WORKERS; i++) {
            workers.add(start(end));
        }
        while (Instant.now().isBefore(end)) {
            Thread.sleep(1_000 + random.nextInt(9_000));
            int chosen = random.nextInt(WORKERS);
            if (random.nextInt(4) == 0) {
                workers.get(chosen).destroyForcibly().waitFor();
                workers.set(chosen, start(end));
            } else if (random.nextInt(3) == 0) {
                signal("STOP", workers.get(chosen));
                Thread.sleep(
                        random.nextInt(2) == 0
                                ? 5_000
                                : RestlessWorker.GRACE.plusSeconds(20).toMillis());
                signal("CONT", workers.get(chosen));
            }
        }
        for (Process worker : workers) {
            assertThat(worker.waitFor(120, TimeUnit.SECONDS)).isTrue();
            assertThat(worker.exitValue()).as(output()).isZero();
        }
        assertThat(output()).contains(", full", ", incremental", "pruned [2", "verified");
        try (Repository repository = TestRepository.open(directory.resolve("repository"))) {
            List<BackupId> ids = repository.ids();
            assertThat(ids).isNotEmpty();
            for (BackupId id : ids) {
                assertThat(TestRepository.verify(repository, id, VerificationLevel.CONTENT)
                                .problems())
                        .as(id + "\n" + output())
                        .isEmpty();
            }
        }
    }

    private Process start(Instant end) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                RestlessWorker.class.getName(),
                directory.resolve("repository").toString(),
                database.url().toString(),
                Long.toString(random.nextLong()),
                end.toString());
        try (var environment = database.clientEnvironment()) {
            String line = Files.readString(Path.of(environment.variables().get("PGPASSFILE")))
                    .strip();
            if (!line.isEmpty()) {
                builder.environment().put("PGPASSWORD", line.substring(line.lastIndexOf(':') + 1));
            }
        }
        File output = Files.createTempFile(directory, "worker", ".txt").toFile();
        return builder.redirectErrorStream(true).redirectOutput(output).start();
    }

    private static void signal(String name, Process worker) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(worker.pid()))
                .start()
                .waitFor();
    }

    private String output() throws IOException {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".txt")).toList()) {
                all.append(file.getFileName()).append('\n').append(Files.readString(file));
            }
        }
        return all.toString();
    }
}
