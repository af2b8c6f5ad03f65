package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.DatabaseUrl;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.PasswordSource;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestPostgres;
import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupKind;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import io.jenkins.plugins.postgresqlbackup.engine.retention.RetentionPolicy;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * A process that does one thing after another in a repository, as chance wants, until its time is over: {@code RestlessWorker DIRECTORY URL SEED END}.
 * What cannot be done is told on standard output; what should not happen ends it with an error.
 */
final class RestlessWorker {
    /** How long a backup may take here. */
    static final Duration LIMIT = Duration.ofSeconds(40);

    /** As much longer as it really is. */
    static final Duration GRACE = LIMIT.multipliedBy(3).dividedBy(2);

    private final Repository repository;
    private final Database database;
    private final Random random;

    private RestlessWorker(Repository repository, Database database, Random random) {
        this.repository = repository;
        this.database = database;
        this.random = random;
    }

    public static void main(String[] arguments) throws Exception {
        Database database = new Database(DatabaseUrl.parse(arguments[1]), PasswordSource.environment(System.getenv()));
        Instant end = Instant.parse(arguments[3]);
        try (Repository repository = TestRepository.open(Path.of(arguments[0]))) {
            RestlessWorker worker = new RestlessWorker(repository, database, new Random(Long.parseLong(arguments[2])));
            while (Instant.now().isBefore(end)) {
                try {
                    worker.doSomething();
                } catch (IOException e) {
                    System.out.println("gives up: " + e.getMessage());
                }
            }
        }
    }

    private void doSomething() throws IOException, InterruptedException {
        int chance = random.nextInt(100);
        if (chance < 15) {
            backUp(BackupKind.FULL);
        } else if (chance < 60) {
            TestPostgres.run(
                    database,
                    "UPDATE numbers SET text = text || 'x' WHERE n % 1000 = " + random.nextInt(1000),
                    "INSERT INTO numbers VALUES (" + random.nextInt() + ", 'new')");
            backUp(BackupKind.INCREMENTAL);
        } else if (chance < 85) {
            RetentionPolicy policy = RetentionPolicy.usual()
                    .withKeepLast(1 + random.nextInt(3))
                    .withKeepDays(0)
                    .withMinimum(0);
            PruneResult result = new PruneBackups(
                            repository, new PruneSettings(policy, Optional.empty(), false, GRACE), Clock.systemUTC())
                    .run(Progress.silent());
            System.out.println("pruned " + result.deleted() + " and " + result.packs() + " packs");
        } else {
            List<BackupId> ids = repository.ids();
            if (!ids.isEmpty()) {
                VerificationResult result = TestRepository.verify(
                        repository, ids.get(random.nextInt(ids.size())), VerificationLevel.CONTENT);
                System.out.println("verified " + result.backup() + " " + result.problems());
            }
        }
    }

    private void backUp(BackupKind kind) throws IOException, InterruptedException {
        BackupResult result = new BackupRun(
                        kind,
                        repository,
                        database,
                        TestRepository.settings().withRangeBytes(64 << 10),
                        Clock.systemUTC(),
                        TestRepository.RANDOM,
                        LIMIT)
                .run(Progress.silent());
        System.out.println(
                "made " + result.manifest().id() + ", " + result.manifest().kind());
    }
}
