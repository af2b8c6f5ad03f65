package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.health.DatabaseFacts;
import io.jenkins.plugins.postgresqlbackup.engine.health.DatabaseGoals;
import io.jenkins.plugins.postgresqlbackup.engine.health.DatabaseSituation;
import io.jenkins.plugins.postgresqlbackup.engine.health.Finding;
import io.jenkins.plugins.postgresqlbackup.engine.health.HealthRules;
import io.jenkins.plugins.postgresqlbackup.engine.health.JobFacts;
import io.jenkins.plugins.postgresqlbackup.engine.health.Look;
import io.jenkins.plugins.postgresqlbackup.engine.health.OperationFacts;
import io.jenkins.plugins.postgresqlbackup.engine.health.RepositoryFacts;
import io.jenkins.plugins.postgresqlbackup.engine.health.RepositoryGoals;
import io.jenkins.plugins.postgresqlbackup.engine.health.RepositorySituation;
import io.jenkins.plugins.postgresqlbackup.engine.health.Rule;
import io.jenkins.plugins.postgresqlbackup.engine.health.Situation;
import io.jenkins.plugins.postgresqlbackup.engine.health.Thresholds;
import io.jenkins.plugins.postgresqlbackup.engine.keys.Secret;
import io.jenkins.plugins.postgresqlbackup.engine.keys.Secrets;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import io.jenkins.plugins.postgresqlbackup.engine.repository.RepositoryCreation;
import io.jenkins.plugins.postgresqlbackup.engine.repository.SlotChanges;
import io.jenkins.plugins.postgresqlbackup.engine.repository.VerificationMark;
import io.jenkins.plugins.postgresqlbackup.engine.repository.VerificationMarks;
import io.jenkins.plugins.postgresqlbackup.engine.retention.RetentionPolicy;
import io.jenkins.plugins.postgresqlbackup.engine.storage.FaultyStore;
import io.jenkins.plugins.postgresqlbackup.engine.storage.MemoryStore;
import io.jenkins.plugins.postgresqlbackup.engine.storage.SettableClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** A real repository in memory with the backups of a database, which are to be well; time passes when a test says so. For one thread. */
final class HealthScene implements AutoCloseable {
    static final Instant BEGIN = Instant.parse("2026-03-02T02:00:00Z");
    static final Duration DAY = Duration.ofDays(1);
    static final Duration HOUR = Duration.ofHours(1);
    static final String DATABASE = "shop";
    static final String REPOSITORY = "offsite";
    static final int ROWS = 400;

    final SettableClock clock = new SettableClock(BEGIN);
    final MemoryStore store = new MemoryStore(clock);
    final FaultyStore front = new FaultyStore(store);
    final Repository repository;
    final SyntheticBackups backups;
    final List<Manifest> taken = new ArrayList<>();
    final List<OperationFacts> operations = new ArrayList<>();
    final List<JobFacts> jobs = new ArrayList<>();
    final Set<String> expected = new HashSet<>();
    Look<RepositoryFacts> look = Look.none();
    Look<DatabaseFacts> databaseLook = Look.none();
    RetentionPolicy policy = RetentionPolicy.usual().withKeepDays(7);
    OptionalLong quota = OptionalLong.empty();
    Thresholds thresholds = Thresholds.usual();
    DatabaseGoals goals = new DatabaseGoals(
            BEGIN,
            Optional.of(Duration.ofHours(26)),
            Optional.of(Duration.ofDays(9)),
            Optional.of(Duration.ofDays(9)),
            4);

    private HealthScene() throws IOException {
        RepositoryCreation.Created created =
                RepositoryCreation.create(front, TestRepository.key(1), "test", clock, TestRepository.RANDOM);
        repository = created.repository();
        backups = new SyntheticBackups(repository, 1);
        prove(created.recoveryKey());
    }

    /** Nothing was done yet. */
    static HealthScene empty() throws IOException {
        return new HealthScene();
    }

    /** Ten nights have passed in which all went well, and it is the next morning. */
    static HealthScene well() throws IOException, InterruptedException {
        HealthScene scene = new HealthScene();
        for (int night = 0; night < 10; night++) {
            scene.night(night % 7 == 0);
        }
        scene.clock.pass(HOUR.multipliedBy(5));
        scene.see();
        scene.databaseLook = Look.at(scene.clock.instant(), scene.database());
        return scene;
    }

    /** A backup, its verification and a prune; and a day passes. */
    void night(boolean full) throws IOException, InterruptedException {
        if (!taken.isEmpty()) {
            clock.pass(DAY.minus(HOUR));
        }
        backUp(full);
        clock.pass(HOUR);
        if (full) {
            drill(last());
        }
        new PruneBackups(repository, PruneSettings.of(policy), clock).run(Progress.silent());
    }

    Manifest backUp(boolean full) throws IOException {
        return backUp(full, ROWS / 20);
    }

    Manifest backUp(boolean full, int ranges) throws IOException {
        Instant began = clock.instant();
        Manifest manifest = full || taken.isEmpty() ? backups.full(DATABASE, ranges) : backups.incremental(last(), 3);
        taken.add(manifest);
        expected.add(manifest.id().value());
        operations.add(0, succeeded(OperationFacts.Kind.BACKUP, manifest, began));
        return manifest;
    }

    Manifest last() {
        return taken.get(taken.size() - 1);
    }

    void drill(Manifest manifest) throws IOException {
        new VerificationMarks(repository)
                .write(new VerificationMark(
                        manifest.id(),
                        repository.sha256(manifest.id()),
                        VerificationMark.RESTORE,
                        clock.instant(),
                        "a test"));
        operations.add(0, succeeded(OperationFacts.Kind.DRILL, manifest, clock.instant()));
    }

    OperationFacts succeeded(OperationFacts.Kind kind, Manifest manifest, Instant began) {
        return new OperationFacts(
                kind, DATABASE, REPOSITORY, manifest.id().value(), true, false, began, clock.instant(), "", "");
    }

    OperationFacts failed(OperationFacts.Kind kind, String backup, String message) {
        return new OperationFacts(
                kind,
                DATABASE,
                REPOSITORY,
                backup,
                false,
                false,
                clock.instant().minus(Duration.ofMinutes(1)),
                clock.instant(),
                message,
                "https://jenkins.example.com/job/shop/1/");
    }

    void prove(String recoveryKey) throws IOException {
        try (Secret printed = Secrets.parse(recoveryKey.getBytes(StandardCharsets.US_ASCII));
                Repository opened = Repository.open(front, printed)) {
            new SlotChanges(opened, clock, TestRepository.RANDOM).prove();
        }
    }

    /** Looks at the repository, with what was seen before. */
    RepositoryFacts see() throws IOException, InterruptedException {
        RepositoryFacts facts = new LookAtRepository(repository, look.known(), clock).run(Progress.silent());
        look = Look.at(clock.instant(), facts);
        return facts;
    }

    Situation situation() {
        return new Situation(
                clock.instant(),
                List.of(new RepositorySituation(REPOSITORY, new RepositoryGoals(policy, quota), look, expected)),
                List.of(new DatabaseSituation(DATABASE, REPOSITORY, goals, databaseLook, operations, jobs)),
                thresholds);
    }

    /** The database answers, and nothing is wrong with it. */
    DatabaseFacts database() {
        return database(1_000, 20, null, null);
    }

    DatabaseFacts database(long nextTransaction, int connections, String programsProblem, String project) {
        return new DatabaseFacts(
                "db.example.com:5432",
                DATABASE,
                clock.instant(),
                clock.instant(),
                "18.1",
                18,
                SyntheticBackups.source(DATABASE).systemIdentifier(),
                1_000_000L,
                100,
                3,
                connections,
                -1,
                connections,
                nextTransaction,
                programsProblem == null ? "18.1" : null,
                programsProblem,
                project);
    }

    List<Finding> findings() {
        return HealthRules.findings(situation());
    }

    List<Finding> findings(Rule rule) {
        return findings().stream().filter(finding -> finding.rule() == rule).toList();
    }

    @Override
    public void close() {
        repository.close();
    }
}
