package io.jenkins.plugins.postgresqlbackup.engine.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestPostgres;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Activity;
import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Lease;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Leases;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import io.jenkins.plugins.postgresqlbackup.engine.repository.VerificationMark;
import io.jenkins.plugins.postgresqlbackup.engine.repository.VerificationMarks;
import io.jenkins.plugins.postgresqlbackup.engine.storage.FaultyStore;
import io.jenkins.plugins.postgresqlbackup.engine.storage.FaultyStore.Call;
import io.jenkins.plugins.postgresqlbackup.engine.storage.MemoryStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Operations tell each other what they do, and what they have found out, and never fail for that. */
final class PresenceTest {
    private static Database database;

    private final FaultyStore store = new FaultyStore(new MemoryStore(Clock.systemUTC()));
    private Repository repository;

    @BeforeAll
    static void fillADatabase() throws Exception {
        database = TestPostgres.newDatabase();
        TestPostgres.run(database, "CREATE TABLE pets AS SELECT 1 AS id");
    }

    @BeforeEach
    void createARepository() throws Exception {
        repository = TestRepository.create(store);
    }

    /** Looks who is at work each time when something new begins. */
    private Progress watching(List<Activity> seen) {
        return new Progress() {
            @Override
            public void phase(String name, long expectedBytes) {
                try {
                    Leases.list(repository, Clock.systemUTC()).atWork().stream()
                            .map(Lease.Held::activity)
                            .filter(Predicate.not(seen::contains))
                            .forEach(seen::add);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }

            @Override
            public void advance(long rows, long bytes) {
                // only beginnings count here
            }

            @Override
            public void warn(String message) {
                // the result holds it too
            }
        };
    }

    private Activity whatIsSeenOf(Callable<?> operation, List<Activity> seen) throws Exception {
        operation.call();
        assertThat(Leases.list(repository, Clock.systemUTC()).atWork()).isEmpty();
        return seen.get(seen.size() - 1);
    }

    @Test
    void othersSeeABackupAVerificationAndARestoreWhileTheyLast() throws Exception {
        List<Activity> seen = new ArrayList<>();
        String name = database.url().database();
        String server = database.url().host() + ":" + database.url().port();
        Activity backup = whatIsSeenOf(
                () -> new FullBackup(
                                repository,
                                database,
                                TestRepository.settings().withLabels(Map.of("build", "17")),
                                Clock.systemUTC(),
                                TestRepository.RANDOM)
                        .run(watching(seen)),
                seen);
        assertThat(backup.what()).isEqualTo("full backup of " + name + " at " + server);
        assertThat(backup.by()).isEqualTo("build=17");
        assertThat(backup.user()).isEqualTo(System.getProperty("user.name"));
        assertThat(backup.host()).isNotBlank();

        BackupId id = repository.ids().get(0);
        Activity verification = whatIsSeenOf(
                () -> new VerifyBackup(
                                repository, id, VerifySettings.of(VerificationLevel.CONTENT, 1), Clock.systemUTC())
                        .run(watching(seen)),
                seen);
        assertThat(verification.what()).isEqualTo("verification of " + id + ", " + name + " at " + server);
        assertThat(verification.by())
                .isEqualTo("process " + ProcessHandle.current().pid());

        Database copy = TestPostgres.server().database("presence_copy");
        Activity restore = whatIsSeenOf(
                () -> new RestoreBackup(
                                repository,
                                id,
                                copy,
                                RestoreSettings.into(new RestoreInto.NewDatabase())
                                        .withPrograms(List.of(TestPostgres.home())))
                        .run(watching(seen)),
                seen);
        assertThat(restore.what()).isEqualTo("restore of " + id + ", presence_copy at " + server);
    }

    @Test
    void whoUsesARepositoryForABuildTellsOthersWhichWhateverItDoes() throws Exception {
        String build = "https://jenkins.example.com/job/nightly/17/";
        repository.useFor(build);
        try (Presence backup =
                        Presence.begin(repository, "full backup", database.url(), null, Map.of("database", "shop"));
                Presence prune = Presence.begin(repository, "prune", null, null, Map.of())) {
            assertThat(backup.who()).endsWith("(" + build + ")");
            assertThat(prune.who()).endsWith("(" + build + ")");
            assertThat(Leases.list(repository, Clock.systemUTC()).atWork())
                    .hasSize(2)
                    .allSatisfy(held -> assertThat(held.activity().by()).isEqualTo(build));
        }
    }

    @Test
    void twoBackupsOfOneDatabaseAtOnceAreWarnedOfAndBothMade() throws Exception {
        try (Presence other =
                Presence.begin(repository, "incremental backup", database.url(), null, Map.of("build", "16"))) {
            BackupResult result = TestRepository.backUp(repository, database);
            assertThat(result.warnings())
                    .singleElement()
                    .asString()
                    .startsWith(
                            "Another incremental backup of " + database.url().database() + " at ")
                    .contains("ago by " + other.who(), "build=16", "probably a mistake");
        }
        assertThat(TestRepository.backUp(repository, database).warnings()).isEmpty();
    }

    @Test
    void backupsOfOtherDatabasesAndOtherWorkAreNoMistake() throws Exception {
        try (Presence elsewhere = Presence.begin(
                        repository, "full backup", database.url().withDatabase("other"), null, Map.of());
                Presence prune = Presence.begin(repository, "prune", null, null, Map.of());
                Presence restore = Presence.begin(repository, "restore", database.url(), null, Map.of())) {
            assertThat(elsewhere.others()).isEmpty();
            assertThat(prune.others()).isEmpty();
            assertThat(restore.others()).isEmpty();
            assertThat(TestRepository.backUp(repository, database).warnings()).isEmpty();
        }
    }

    @Test
    void aBackupThatCannotTellOthersIsAGoodOneWithAWarning() throws Exception {
        store.on(Call.COMMIT, 1).fail();
        BackupResult result = TestRepository.backUp(repository, database);
        assertThat(result.warnings()).singleElement().asString().contains("leases/", "full backup");
        assertThat(TestRepository.verify(repository, result.manifest().id(), VerificationLevel.CONTENT)
                        .good())
                .isTrue();
    }

    @Test
    void aGoodVerificationLeavesItsMarkAndOneOfStructureNone() throws Exception {
        BackupId id = TestRepository.backUp(repository, database).manifest().id();
        VerificationMarks marks = new VerificationMarks(repository);
        TestRepository.verify(repository, id, VerificationLevel.STRUCTURE);
        assertThat(marks.of(repository.readLinked(id))).isEmpty();
        TestRepository.verify(repository, id, VerificationLevel.CONTENT);
        assertThat(marks.of(repository.readLinked(id)))
                .extracting(VerificationMark::level)
                .containsExactly("content");
    }

    @Test
    void aDrillLeavesTheMarkOfADrill() throws Exception {
        BackupId id = TestRepository.backUp(repository, database).manifest().id();
        VerifySettings drill = new VerifySettings(
                VerificationLevel.RESTORE,
                1,
                Optional.of(new Scratch.Server(TestPostgres.server().database("postgres"))),
                List.of(),
                List.of(TestPostgres.home()));
        VerificationResult result = new VerifyBackup(repository, id, drill, Clock.systemUTC()).run(Progress.silent());
        assertThat(result.problems()).isEmpty();
        assertThat(new VerificationMarks(repository).of(repository.readLinked(id)))
                .extracting(VerificationMark::level)
                .containsExactly("restore");
    }

    @Test
    void aBadBackupGetsNoMark() throws Exception {
        BackupId id = TestRepository.backUp(repository, database).manifest().id();
        List<String> packs = new ArrayList<>();
        store.list("packs/", object -> packs.add(object.name()));
        store.delete(packs.get(0));
        assertThat(TestRepository.verify(repository, id, VerificationLevel.CONTENT)
                        .good())
                .isFalse();
        assertThat(new VerificationMarks(repository).of(repository.readLinked(id)))
                .isEmpty();
    }

    @Test
    void aStoreThatMayOnlyBeReadMakesAVerificationNoWorseAndIsWarnedOf() throws Exception {
        BackupId id = TestRepository.backUp(repository, database).manifest().id();
        for (int call = 1; call <= 50; call++) {
            store.on(Call.CREATE, call).fail();
            store.on(Call.DELETE, call).fail();
        }
        VerificationResult result = TestRepository.verify(repository, id, VerificationLevel.CONTENT);
        assertThat(result.good()).isTrue();
        assertThat(result.warnings()).singleElement().asString().contains("verifications/" + id, "does not keep");
        Database copy = TestPostgres.server().database("presence_read_only");
        RestoreResult restored =
                TestRepository.restore(repository, id, copy, RestoreSettings.into(new RestoreInto.NewDatabase()));
        assertThat(restored.warnings()).isEmpty();
    }
}
