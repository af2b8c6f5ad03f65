package io.jenkins.plugins.postgresqlbackup.engine.operation;

import static io.jenkins.plugins.postgresqlbackup.engine.operation.HealthScene.DAY;
import static io.jenkins.plugins.postgresqlbackup.engine.operation.HealthScene.HOUR;
import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.postgresqlbackup.engine.health.DatabaseFacts;
import io.jenkins.plugins.postgresqlbackup.engine.health.DatabaseGoals;
import io.jenkins.plugins.postgresqlbackup.engine.health.Finding;
import io.jenkins.plugins.postgresqlbackup.engine.health.JobFacts;
import io.jenkins.plugins.postgresqlbackup.engine.health.Look;
import io.jenkins.plugins.postgresqlbackup.engine.health.OperationFacts;
import io.jenkins.plugins.postgresqlbackup.engine.health.OperationFacts.Kind;
import io.jenkins.plugins.postgresqlbackup.engine.health.Rule;
import io.jenkins.plugins.postgresqlbackup.engine.health.Severity;
import io.jenkins.plugins.postgresqlbackup.engine.health.Thresholds;
import io.jenkins.plugins.postgresqlbackup.engine.keys.Holder;
import io.jenkins.plugins.postgresqlbackup.engine.keys.SlotKind;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Activity;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Pins;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import io.jenkins.plugins.postgresqlbackup.engine.repository.SlotChanges;
import io.jenkins.plugins.postgresqlbackup.engine.repository.TestLease;
import io.jenkins.plugins.postgresqlbackup.engine.repository.VerificationMark;
import io.jenkins.plugins.postgresqlbackup.engine.repository.VerificationMarks;
import io.jenkins.plugins.postgresqlbackup.engine.storage.DiskSpace;
import io.jenkins.plugins.postgresqlbackup.engine.storage.FaultyStore.Call;
import io.jenkins.plugins.postgresqlbackup.engine.storage.SettableClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each rule speaks when something is really wrong with a real repository, and is silent a moment before. */
final class HealthRulesTest {
    private static final long REACH = Manifest.SnapshotFacts.HORIZON_REACH;

    private HealthScene scene;

    @BeforeEach
    void allIsWell() throws Exception {
        scene = HealthScene.well();
    }

    @AfterEach
    void close() {
        scene.close();
    }

    private Finding only(Rule rule) {
        List<Finding> findings = scene.findings(rule);
        assertThat(findings).as(scene.findings().toString()).hasSize(1);
        Finding finding = findings.get(0);
        assertThat(finding.message()).matches("[A-Z0-9].*[.]").doesNotContain("..", "null", "\n");
        assertThat(finding.advice()).matches("[A-Z].*").doesNotContain("null");
        assertThat(finding.since()).isBeforeOrEqualTo(scene.clock.instant());
        return finding;
    }

    private void none(Rule rule) {
        assertThat(scene.findings(rule)).isEmpty();
    }

    @Test
    void nothingIsSaidWhenAllIsWell() {
        assertThat(scene.findings()).isEmpty();
    }

    @Test
    void theWorstIsSaidFirstAndWhatIsTurnedOffNotAtAll() throws Exception {
        scene.jobs.add(new JobFacts("shop-drill", "drill", "is disabled"));
        scene.store.delete(scene.last().packs().get(0).name());
        scene.see();
        assertThat(scene.findings())
                .extracting(Finding::rule)
                .containsExactly(Rule.BACKUP_OVERDUE, Rule.PACK_MISSING, Rule.JOB_MISSING);

        Thresholds usual = Thresholds.usual();
        scene.thresholds = new Thresholds(
                80,
                90,
                2,
                5,
                usual.orphanedAfter(),
                usual.overdueDeletion(),
                usual.endlessAfter(),
                usual.clockSkew(),
                Set.of(Rule.PACK_MISSING));
        assertThat(scene.findings()).extracting(Finding::rule).containsExactly(Rule.BACKUP_OVERDUE, Rule.JOB_MISSING);
    }

    @Test
    void aBackupThatFailedIsToldUntilOneSucceeds() throws Exception {
        scene.operations.add(0, scene.failed(Kind.BACKUP, "", "The server closed the connection."));
        Finding once = only(Rule.OPERATION_FAILED);
        assertThat(once.severity()).isEqualTo(Severity.WARNING);
        assertThat(once.id()).isEqualTo("operation-failed/shop/backup");
        assertThat(once.message()).contains("The server closed the connection.").doesNotContain("attempt");
        assertThat(once.advice()).endsWith("https://jenkins.example.com/job/shop/1/");
        Instant first = scene.clock.instant();

        scene.clock.pass(HOUR);
        scene.operations.add(0, scene.failed(Kind.BACKUP, "", "No space is left."));
        Finding twice = only(Rule.OPERATION_FAILED);
        assertThat(twice.severity()).isEqualTo(Severity.ERROR);
        assertThat(twice.message()).contains("No space is left.", "1 attempt before it");
        assertThat(twice.since()).isEqualTo(first);

        scene.clock.pass(HOUR);
        scene.backUp(false);
        none(Rule.OPERATION_FAILED);
    }

    @Test
    void whatFailedIsOldNewsOnceSomebodyElseHasDoneIt() throws Exception {
        scene.operations.add(0, scene.failed(Kind.BACKUP, "", "The server closed the connection."));
        scene.operations.add(0, scene.failed(Kind.DRILL, "", "There is no scratch server."));
        assertThat(scene.findings(Rule.OPERATION_FAILED)).hasSize(2);
        List<OperationFacts> known = List.copyOf(scene.operations);
        scene.clock.pass(HOUR);
        scene.backUp(false);
        scene.drill(scene.last());
        scene.operations.clear();
        scene.operations.addAll(known);
        scene.see();
        none(Rule.OPERATION_FAILED);
    }

    @Test
    void whatSomebodyStoppedNeitherFailedNorSucceeded() {
        OperationFacts failure = scene.failed(Kind.BACKUP, "", "Stopped.");
        OperationFacts stopped = new OperationFacts(
                failure.kind(),
                failure.database(),
                failure.repository(),
                "",
                false,
                true,
                failure.startedAt(),
                failure.finishedAt(),
                "Stopped.",
                "");
        scene.operations.add(0, stopped);
        none(Rule.OPERATION_FAILED);

        scene.operations.add(1, failure);
        only(Rule.OPERATION_FAILED);
    }

    @Test
    void aRestoreThatFailedIsOldNewsAfterADay() {
        scene.operations.add(0, scene.failed(Kind.RESTORE, "", "The database is there already."));
        scene.clock.pass(DAY);
        assertThat(only(Rule.OPERATION_FAILED).severity()).isEqualTo(Severity.WARNING);
        scene.clock.pass(Duration.ofSeconds(1));
        none(Rule.OPERATION_FAILED);
    }

    @Test
    void aVerificationThatCameToNoVerdictFailedAndCondemnsNothing() {
        scene.operations.add(0, scene.failed(Kind.VERIFY_CONTENT, "", "The storage does not answer."));
        assertThat(only(Rule.OPERATION_FAILED).message()).contains("verification of the content");
        none(Rule.VERIFICATION_FAILED);
        none(Rule.BACKUP_OVERDUE);
    }

    @Test
    void aBackupIsOverdueOnceTheObjectiveHasPassed() {
        Instant due = scene.last().begunAt().plus(Duration.ofHours(26));
        scene.clock.set(due);
        none(Rule.BACKUP_OVERDUE);
        scene.clock.pass(Duration.ofSeconds(1));
        Finding finding = only(Rule.BACKUP_OVERDUE);
        assertThat(finding.severity()).isEqualTo(Severity.ERROR);
        assertThat(finding.since()).isEqualTo(due);
        assertThat(finding.id()).isEqualTo("backup-overdue/shop");
        assertThat(finding.message())
                .isEqualTo("The newest good backup of shop, " + scene.last().id()
                        + ", was taken 2026-03-11 02:00 UTC, 26 hours ago, and none may be older than 26 hours.");
    }

    @Test
    void theReasonWhyNoneWasTakenIsToldWithIt() {
        scene.operations.add(0, scene.failed(Kind.BACKUP, "", "The password is wrong."));
        scene.clock.pass(DAY);
        assertThat(only(Rule.BACKUP_OVERDUE).advice()).contains("failed: The password is wrong.");
        scene.jobs.add(new JobFacts("shop-nightly", "backup", "is disabled"));
        assertThat(only(Rule.BACKUP_OVERDUE).advice()).contains("its job shop-nightly is disabled");
    }

    @Test
    void aBackupThatLacksAPackOrWasFoundBadDoesNotCount() throws Exception {
        scene.clock.set(scene.taken.get(8).begunAt().plus(Duration.ofHours(26)).plusSeconds(1));
        scene.operations.add(
                0, scene.failed(Kind.VERIFY_CONTENT, scene.last().id().value(), "A blob is damaged."));
        assertThat(only(Rule.BACKUP_OVERDUE).message())
                .contains(scene.taken.get(8).id().value(), "a verification found it bad");

        scene.operations.remove(0);
        none(Rule.BACKUP_OVERDUE);
        String own = scene.last().packs().stream()
                .map(Manifest.Pack::name)
                .filter(name -> name.contains(scene.last().id().value()))
                .findFirst()
                .orElseThrow();
        scene.store.delete(own);
        scene.see();
        assertThat(only(Rule.BACKUP_OVERDUE).message()).contains("does not count: it lacks 1 pack");
    }

    @Test
    void whoHasJustBegunHasAsMuchTimeAsTheObjectiveGives() throws Exception {
        scene.close();
        scene = HealthScene.empty();
        scene.see();
        scene.clock.pass(Duration.ofHours(26));
        assertThat(scene.findings()).isEmpty();
        scene.clock.pass(Duration.ofSeconds(1));
        assertThat(only(Rule.BACKUP_OVERDUE).message()).startsWith("There is no good backup of shop,");
    }

    @Test
    void aBackupMadeSinceTheRepositoryWasSeenCounts() throws Exception {
        scene.clock.pass(DAY.minus(HOUR));
        scene.backUp(false);
        none(Rule.BACKUP_OVERDUE);
        none(Rule.BACKUP_MISSING);
    }

    @Test
    void whoWantsNoBackupsIsNotReminded() {
        scene.goals = new DatabaseGoals(HealthScene.BEGIN, Optional.empty(), Optional.empty(), Optional.empty(), 4);
        scene.clock.pass(DAY.multipliedBy(365));
        none(Rule.BACKUP_OVERDUE);
        none(Rule.VERIFICATION_OVERDUE);
        none(Rule.DRILL_OVERDUE);
    }

    @Test
    void theLastVerificationBecomesTooOld() throws Exception {
        Instant due = scene.taken.get(7).begunAt().plus(HOUR).plus(DAY.multipliedBy(9));
        scene.clock.set(due);
        none(Rule.VERIFICATION_OVERDUE);
        none(Rule.DRILL_OVERDUE);
        scene.clock.pass(Duration.ofSeconds(1));
        Finding verification = only(Rule.VERIFICATION_OVERDUE);
        assertThat(verification.severity()).isEqualTo(Severity.WARNING);
        assertThat(verification.since()).isEqualTo(due);
        assertThat(verification.message())
                .isEqualTo("A backup of shop was last verified 9 days ago, and one should be every 9 days.");
        only(Rule.DRILL_OVERDUE);
    }

    @Test
    void aVerificationIsNoDrill() throws Exception {
        scene.clock.pass(DAY.multipliedBy(9));
        scene.backUp(false);
        new VerificationMarks(scene.repository)
                .write(new VerificationMark(
                        scene.last().id(),
                        scene.repository.sha256(scene.last().id()),
                        VerificationMark.CONTENT,
                        scene.clock.instant(),
                        null));
        scene.see();
        none(Rule.VERIFICATION_OVERDUE);
        assertThat(only(Rule.DRILL_OVERDUE).advice()).startsWith("Run a restore drill now");
    }

    @Test
    void aBadBackupIsToldUntilItIsFoundGoodOrGone() throws Exception {
        String bad = scene.taken.get(8).id().value();
        scene.operations.add(0, scene.failed(Kind.VERIFY_STRUCTURE, bad, "A pack is too short."));
        Finding finding = only(Rule.VERIFICATION_FAILED);
        assertThat(finding.severity()).isEqualTo(Severity.ERROR);
        assertThat(finding.id()).isEqualTo("verification-failed/shop/" + bad);
        assertThat(finding.message()).contains("A pack is too short.");
        none(Rule.OPERATION_FAILED);

        scene.clock.pass(HOUR);
        scene.operations.add(0, scene.succeeded(Kind.VERIFY_STRUCTURE, scene.taken.get(8), scene.clock.instant()));
        only(Rule.VERIFICATION_FAILED); // the structure alone proves nothing
        scene.operations.add(0, scene.succeeded(Kind.VERIFY_CONTENT, scene.taken.get(8), scene.clock.instant()));
        none(Rule.VERIFICATION_FAILED);

        scene.operations.subList(0, 2).clear();
        new VerificationMarks(scene.repository)
                .write(new VerificationMark(
                        scene.taken.get(8).id(),
                        scene.repository.sha256(scene.taken.get(8).id()),
                        VerificationMark.CONTENT,
                        scene.clock.instant(),
                        null));
        scene.see();
        none(Rule.VERIFICATION_FAILED); // somebody else has found it good

        scene.operations.add(0, scene.failed(Kind.DRILL, scene.taken.get(7).id().value(), "A row is missing."));
        assertThat(only(Rule.VERIFICATION_FAILED).message()).contains("restore drill");
        scene.store.delete("manifests/" + scene.taken.get(7).id());
        scene.see();
        none(Rule.VERIFICATION_FAILED);
    }

    @Test
    void aRecoveryKeyThatNobodyHasProvenIsAskedForAfterThreeDays() throws Exception {
        String key = new SlotChanges(scene.repository, scene.clock, TestRepository.RANDOM).addRecovery();
        scene.clock.pass(DAY.multipliedBy(3));
        scene.see();
        none(Rule.RECOVERY_KEY_UNPROVEN);
        scene.clock.pass(Duration.ofSeconds(1));
        assertThat(only(Rule.RECOVERY_KEY_UNPROVEN).advice()).contains("pgbackup key check");
        scene.prove(key);
        scene.see();
        none(Rule.RECOVERY_KEY_UNPROVEN);
    }

    @Test
    void aQuotaFillsUp() {
        long used = scene.look.facts().bytes();
        scene.quota = OptionalLong.of(used * 100 / 79);
        none(Rule.STORAGE_FULL);
        scene.quota = OptionalLong.of(used * 100 / 81);
        Finding warning = only(Rule.STORAGE_FULL);
        assertThat(warning.severity()).isEqualTo(Severity.WARNING);
        assertThat(warning.id()).isEqualTo("storage-full/offsite/quota");
        assertThat(warning.message()).contains("of its quota, 81 %", "at last week's pace will be full in ");
        assertThat(warning.since()).isBefore(scene.clock.instant());
        scene.quota = OptionalLong.of(used * 100 / 91);
        assertThat(only(Rule.STORAGE_FULL).severity()).isEqualTo(Severity.ERROR);
        scene.quota = OptionalLong.of(used / 2);
        assertThat(only(Rule.STORAGE_FULL).message()).contains(" 200 %").doesNotContain("pace");
    }

    @Test
    void aDiskFillsUp() throws Exception {
        scene.front.tellDisk(new DiskSpace(1_000_000, 210_000));
        scene.see();
        none(Rule.STORAGE_FULL);
        scene.front.tellDisk(new DiskSpace(1_000_000, 100_000));
        scene.see();
        assertThat(only(Rule.STORAGE_FULL).id()).isEqualTo("storage-full/offsite/disk");
        assertThat(only(Rule.STORAGE_FULL).severity()).isEqualTo(Severity.ERROR);
    }

    @Test
    void harmfulSettingsOfTheStorageAreTold() throws Exception {
        scene.front.tellWarnings("The bucket deletes objects after 30 days.", "It is public.");
        scene.see();
        assertThat(only(Rule.STORAGE_SETTINGS).message())
                .isEqualTo("The settings of the storage of offsite would harm backups: The bucket deletes objects after"
                        + " 30 days; It is public.");
    }

    @Test
    void whatTheRetentionNoLongerKeepsShouldGoWithinDays() throws Exception {
        Instant oldest = scene.taken.get(3).begunAt();
        for (int night = 0; night < 3; night++) {
            scene.clock.pass(DAY);
            scene.backUp(false);
        }
        scene.clock.set(oldest.plus(DAY.multipliedBy(10)));
        scene.see();
        none(Rule.RETENTION_OVERDUE);
        scene.clock.pass(Duration.ofSeconds(1));
        Finding finding = only(Rule.RETENTION_OVERDUE);
        assertThat(finding.severity()).isEqualTo(Severity.WARNING);
        assertThat(finding.message())
                .startsWith("1 backup in offsite is still there")
                .contains("10 days old");
        assertThat(finding.since()).isEqualTo(oldest.plus(DAY.multipliedBy(7)));

        new Pins(scene.repository).pin(scene.taken.get(3).id(), "for good", "me", scene.clock.instant());
        scene.see();
        none(Rule.RETENTION_OVERDUE);
    }

    @Test
    void whoCannotTellWhichBackupsAreVerifiedSaysOnlyWhatIsCertain() throws Exception {
        new SlotChanges(scene.repository, scene.clock, TestRepository.RANDOM)
                .add(SlotKind.WRITE, "agent", Holder.of(TestRepository.key(2)));
        try (Repository writer = Repository.open(scene.front, TestRepository.key(2))) {
            // The first, which is verified and so is one of three that always stay, and two that should have gone.
            scene.clock.set(
                    scene.taken.get(4).begunAt().plus(DAY.multipliedBy(10)).plusSeconds(1));
            scene.backUp(true);
            scene.backUp(true);
            scene.backUp(true);
            assertThat(overdue(scene.repository)).startsWith("2 backups");
            none(writer);
            // One more, and one of them at least is too old, whichever are verified.
            scene.clock.pass(DAY);
            scene.backUp(true);
            assertThat(overdue(scene.repository)).startsWith("3 backups");
            assertThat(overdue(writer)).startsWith("At least 1 backup in");
        }
    }

    private String overdue(Repository seenBy) throws Exception {
        look(seenBy);
        return only(Rule.RETENTION_OVERDUE).message();
    }

    private void none(Repository seenBy) throws Exception {
        look(seenBy);
        none(Rule.RETENTION_OVERDUE);
    }

    private void look(Repository repository) throws Exception {
        scene.look = Look.at(
                scene.clock.instant(),
                new LookAtRepository(repository, Optional.empty(), scene.clock).run(Progress.silent()));
    }

    @Test
    void thereAreFewerBackupsThanTheMinimum() throws Exception {
        scene.policy = scene.policy.withMinimum(8);
        none(Rule.TOO_FEW_BACKUPS);
        scene.store.delete("manifests/" + scene.taken.get(5).id());
        scene.see();
        assertThat(only(Rule.TOO_FEW_BACKUPS).message())
                .isEqualTo("There are 7 good backups of shop in offsite, and there should never be fewer than 8.");
    }

    @Test
    void aYoungDatabaseHasFewBackupsByNature() throws Exception {
        scene.close();
        scene = HealthScene.empty();
        for (int night = 0; night < 2; night++) {
            scene.night(false);
            scene.see();
            assertThat(scene.findings()).isEmpty();
        }
        // Nobody has taken any for long enough that there should be three.
        scene.clock.set(HealthScene.BEGIN.plus(Duration.ofHours(3 * 26)).plusSeconds(1));
        only(Rule.TOO_FEW_BACKUPS);
    }

    @Test
    void aBackupWithoutRowsIsAnError() throws Exception {
        scene.clock.pass(HOUR);
        scene.backUp(true, 0);
        scene.see();
        Finding finding = only(Rule.EMPTY_BACKUP);
        assertThat(finding.severity()).isEqualTo(Severity.ERROR);
        assertThat(finding.message())
                .contains("has no rows, and " + scene.taken.get(9).id(), "had 400 rows");
        assertThat(finding.since()).isEqualTo(scene.last().begunAt());
        none(Rule.UNUSUAL_ROWS);

        scene.clock.pass(HOUR);
        scene.backUp(true);
        scene.see();
        none(Rule.EMPTY_BACKUP);
    }

    @Test
    void aDatabaseThatNeverHadRowsMayHaveNone() throws Exception {
        scene.close();
        scene = HealthScene.empty();
        scene.backUp(true, 0);
        scene.see();
        assertThat(scene.findings()).isEmpty();
    }

    @Test
    void farFewerRowsThanUsualAreAWarningAndFarMoreAreNews() throws Exception {
        scene.clock.pass(HOUR);
        scene.backUp(true, 10);
        scene.see();
        none(Rule.UNUSUAL_ROWS); // half as many
        scene.clock.pass(HOUR);
        scene.backUp(true, 9);
        scene.see();
        Finding fewer = only(Rule.UNUSUAL_ROWS);
        assertThat(fewer.severity()).isEqualTo(Severity.WARNING);
        assertThat(fewer.message()).contains("has 180 rows, and the ones before it had about 400 rows.");

        scene.clock.pass(HOUR);
        scene.backUp(true, 41);
        scene.see();
        assertThat(only(Rule.UNUSUAL_ROWS).severity()).isEqualTo(Severity.INFO);
    }

    @Test
    void whatIsUsualIsNotKnownAfterFourBackups() throws Exception {
        scene.close();
        scene = HealthScene.empty();
        for (int night = 0; night < 4; night++) {
            scene.night(true);
        }
        scene.clock.pass(HOUR);
        scene.backUp(true, 5);
        scene.see();
        assertThat(scene.findings()).isEmpty();
    }

    @Test
    void farSmallerThanUsualIsAWarning() throws Exception {
        scene.close();
        scene = HealthScene.empty();
        for (int night = 0; night < 5; night++) {
            scene.clock.pass(HOUR);
            scene.backUp(true, 1_800);
        }
        scene.clock.pass(HOUR);
        scene.backUp(true, 910);
        scene.see();
        none(Rule.UNUSUAL_SIZE);
        scene.clock.pass(HOUR);
        scene.backUp(true, 300);
        scene.see();
        Finding finding = only(Rule.UNUSUAL_SIZE);
        assertThat(finding.severity()).isEqualTo(Severity.WARNING);
        assertThat(finding.message()).contains(" holds 2").contains(" kB, and the ones before it held about 1.");
    }

    @Test
    void aBackupThatTakesFarLongerThanTheOthersOfItsKindIsAWarning() throws Exception {
        // Incremental ones took no time; the hours of a full one say nothing about them.
        slow(HOUR, true);
        none(Rule.UNUSUAL_DURATION);
        slow(Duration.ofMinutes(5), false);
        none(Rule.UNUSUAL_DURATION);
        slow(Duration.ofSeconds(301), false);
        Finding finding = only(Rule.UNUSUAL_DURATION);
        assertThat(finding.severity()).isEqualTo(Severity.WARNING);
        assertThat(finding.message())
                .startsWith("The newest incremental backup of shop")
                .contains("took 5 minutes");
    }

    private void slow(Duration time, boolean full) throws Exception {
        scene.clock.pass(HOUR);
        scene.front.before(Call.CREATE, "packs/", () -> scene.clock.pass(time));
        scene.backUp(full);
        scene.see();
    }

    @Test
    void aBackupThatWasMadeAndIsGoneIsMissing() throws Exception {
        String newest = scene.last().id().value();
        scene.store.delete("manifests/" + newest);
        scene.see();
        Finding finding = only(Rule.BACKUP_MISSING);
        assertThat(finding.severity()).isEqualTo(Severity.ERROR);
        assertThat(finding.id()).isEqualTo("backup-missing/offsite/" + newest);
        assertThat(finding.message()).contains("it is known to have been made");
    }

    @Test
    void aBackupThatOthersFollowedIsMissedByThemAlone() throws Exception {
        scene.expected.clear();
        String gone = scene.taken.get(7).id().value();
        scene.store.delete("manifests/" + gone);
        scene.see();
        Finding finding = only(Rule.BACKUP_MISSING);
        assertThat(finding.id()).endsWith(gone);
        assertThat(finding.message())
                .contains("the backup " + scene.taken.get(8).id() + " was made after it");
    }

    @Test
    void manyMissingBackupsAreToldTogether() throws Exception {
        for (int i = 3; i < 9; i++) {
            scene.store.delete("manifests/" + scene.taken.get(i).id());
        }
        scene.see();
        Finding finding = only(Rule.BACKUP_MISSING);
        assertThat(finding.id()).isEqualTo("backup-missing/offsite");
        assertThat(finding.message()).startsWith("6 backups (").contains(" and 3 more)");
    }

    @Test
    void whatAPruneHasDeletedIsNotMissingEvenWhenItsTraceIsGone() throws Exception {
        assertThat(scene.expected).hasSize(10);
        assertThat(scene.look.facts().backups()).hasSizeLessThan(10);
        for (int night = 0; night < 9; night++) {
            scene.night(false);
        }
        scene.see();
        assertThat(scene.look.facts().deleted()).hasSizeLessThan(scene.expected.size() - 8);
        none(Rule.BACKUP_MISSING);
    }

    @Test
    void nothingIsMissingOnlyBecauseTheRepositoryCannotBeReached() {
        scene.expected.add(scene.last().id().value());
        scene.look = scene.look.failed(scene.clock.instant(), "The host does not answer.");
        assertThat(scene.findings()).extracting(Finding::rule).containsExactly(Rule.REPOSITORY_UNREACHABLE);
        Finding fresh = only(Rule.REPOSITORY_UNREACHABLE);
        assertThat(fresh.severity()).isEqualTo(Severity.WARNING);
        assertThat(fresh.message()).endsWith("(less than a minute): The host does not answer.");

        Instant since = scene.clock.instant();
        scene.clock.pass(HOUR);
        scene.look = scene.look.failed(scene.clock.instant(), "The host does not answer.");
        Finding old = only(Rule.REPOSITORY_UNREACHABLE);
        assertThat(old.severity()).isEqualTo(Severity.ERROR);
        assertThat(old.since()).isEqualTo(since);
    }

    @Test
    void aRepositoryThatWasNeverSeenIsJudgedByWhatWasDone() {
        scene.look = Look.none();
        assertThat(scene.findings()).isEmpty();
        scene.clock.pass(DAY);
        only(Rule.BACKUP_OVERDUE);
    }

    @Test
    void aManifestThatCannotBeReadIsToldAndNotMissed() throws Exception {
        String name = "manifests/" + scene.taken.get(8).id();
        scene.store.replace(name, "rubbish".getBytes(StandardCharsets.UTF_8));
        scene.look = Look.none();
        scene.see();
        Finding finding = only(Rule.MANIFEST_DAMAGED);
        assertThat(finding.severity()).isEqualTo(Severity.ERROR);
        assertThat(finding.detail()).isEqualTo(scene.taken.get(8).id().value());
        none(Rule.BACKUP_MISSING);
        none(Rule.PACKS_ORPHANED);
    }

    @Test
    void aPackThatIsGoneIsToldWithWhoNeedsIt() throws Exception {
        String pack = scene.taken.get(7).packs().get(0).name();
        scene.store.delete(pack);
        scene.see();
        Finding finding = only(Rule.PACK_MISSING);
        assertThat(finding.severity()).isEqualTo(Severity.ERROR);
        assertThat(finding.message())
                .startsWith("1 pack (" + pack + ") is gone from offsite, which ")
                .contains("the newest of them ");
    }

    @Test
    void packsThatNothingNamesAreToldAfterTenDays() throws Exception {
        List<String> packs = scene.backups.abandoned(3);
        Instant left = scene.clock.instant();
        scene.clock.set(left.plus(DAY.multipliedBy(10)));
        scene.see();
        none(Rule.PACKS_ORPHANED);
        scene.clock.pass(Duration.ofSeconds(1));
        Finding finding = only(Rule.PACKS_ORPHANED);
        assertThat(finding.severity()).isEqualTo(Severity.INFO);
        assertThat(finding.message()).startsWith(packs.size() + " pack");
        assertThat(finding.since()).isEqualTo(left);

        new PruneBackups(scene.repository, PruneSettings.of(scene.policy), scene.clock).run(Progress.silent());
        scene.see();
        none(Rule.PACKS_ORPHANED);
    }

    @Test
    void packsOfDeletedBackupsHaveTheirGraceTimeFirst() throws Exception {
        scene.clock.pass(DAY.multipliedBy(20));
        new PruneBackups(scene.repository, PruneSettings.of(scene.policy), scene.clock).run(Progress.silent());
        scene.see();
        assertThat(scene.look.facts().deleted()).isNotEmpty();
        none(Rule.PACKS_ORPHANED);
        scene.clock.pass(DAY.multipliedBy(10).plusSeconds(1));
        only(Rule.PACKS_ORPHANED); // no prune came to fetch them
    }

    @Test
    void damageOfOtherObjectsIsTold() throws Exception {
        scene.store.delete("repository.json");
        new Pins(scene.repository).pin(scene.last().id(), "for good", "me", scene.clock.instant());
        scene.store.replace("pins/" + scene.last().id(), "{}".getBytes(StandardCharsets.UTF_8));
        try (Repository again = Repository.open(scene.front, TestRepository.key(1))) {
            scene.look = Look.at(
                    scene.clock.instant(),
                    new LookAtRepository(again, Optional.empty(), scene.clock).run(Progress.silent()));
        }
        Finding finding = only(Rule.REPOSITORY_DAMAGED);
        assertThat(finding.severity()).isEqualTo(Severity.WARNING);
        assertThat(finding.message())
                .startsWith("In offsite 2 things are not as written: repository.json: it is gone")
                .contains("The backup stays pinned");
    }

    @Test
    void whoeverIsAtWorkForMoreThanTwoDaysHangs() throws Exception {
        Activity backup = new Activity("full backup", "shop", "db:5432", null, "agent-7", "ci", "build=17");
        try (TestLease lease = new TestLease(scene.repository, backup, scene.clock)) {
            lease.pass(Duration.ofHours(48));
            scene.see();
            none(Rule.LEASE_ENDLESS);
            lease.pass(Duration.ofMinutes(1));
            scene.see();
            Finding finding = only(Rule.LEASE_ENDLESS);
            assertThat(finding.severity()).isEqualTo(Severity.WARNING);
            assertThat(finding.message())
                    .isEqualTo(
                            "The full backup of shop at db:5432 by ci on agent-7 (build=17) in offsite has been going"
                                    + " on for 48 hours, longer than 48 hours.");

            scene.clock.pass(HOUR);
            scene.see();
            assertThat(only(Rule.LEASE_ENDLESS).severity()).isEqualTo(Severity.INFO); // it is dead
        }
        scene.see();
        none(Rule.LEASE_ENDLESS);
    }

    @Test
    void withoutAFullOrARecoveryKeySomethingIsAboutToBeLost() throws Exception {
        String full = slot("full");
        String recovery = slot("recovery");
        byte[] kept = scene.store.read("keys/" + recovery).readAllBytes();
        scene.store.delete("keys/" + recovery);
        scene.see();
        assertThat(only(Rule.KEY_SLOTS).id()).isEqualTo("key-slots/offsite/recovery");
        assertThat(only(Rule.KEY_SLOTS).severity()).isEqualTo(Severity.WARNING);

        scene.store.delete("keys/" + full);
        scene.see();
        assertThat(only(Rule.KEY_SLOTS).id()).isEqualTo("key-slots/offsite/none");
        assertThat(only(Rule.KEY_SLOTS).severity()).isEqualTo(Severity.ERROR);

        scene.store.put("keys/" + recovery, kept);
        scene.see();
        assertThat(only(Rule.KEY_SLOTS).id()).isEqualTo("key-slots/offsite/full");
    }

    private String slot(String kind) {
        return scene.look.facts().slots().stream()
                .filter(slot -> slot.kind().equals(kind))
                .findFirst()
                .orElseThrow()
                .id();
    }

    @Test
    void aKeyOfAnOldGenerationIsAboutToBeOfNoUse() throws Exception {
        String old = slot("full");
        byte[] kept = scene.store.read("keys/" + old).readAllBytes();
        try (Repository other = Repository.open(scene.front, TestRepository.key(1))) {
            String printed = new SlotChanges(other, scene.clock, TestRepository.RANDOM)
                    .rotate(Holder.of(TestRepository.key(2)), "the new");
            scene.prove(printed);
        }
        scene.store.put("keys/" + old, kept);
        scene.see();
        Finding own = only(Rule.KEY_SLOTS);
        assertThat(own.id()).isEqualTo("key-slots/offsite/own");
        assertThat(own.severity()).isEqualTo(Severity.ERROR);
        assertThat(own.message()).contains("(«test») is of generation 1, and the newest is 2");

        try (Repository fresh = Repository.open(scene.front, TestRepository.key(2))) {
            scene.look = Look.at(
                    scene.clock.instant(),
                    new LookAtRepository(fresh, Optional.empty(), scene.clock).run(Progress.silent()));
        }
        assertThat(only(Rule.KEY_SLOTS).id()).isEqualTo("key-slots/offsite/old");
        assertThat(only(Rule.KEY_SLOTS).severity()).isEqualTo(Severity.WARNING);
    }

    @Test
    void clocksThatDifferByMoreThanFiveMinutesAreTold() throws Exception {
        SettableClock other = new SettableClock(scene.clock.instant().minus(Duration.ofMinutes(5)));
        scene.look = Look.at(
                scene.clock.instant(),
                new LookAtRepository(scene.repository, Optional.empty(), other).run(Progress.silent()));
        none(Rule.CLOCK_SKEW);
        other.pass(Duration.ofSeconds(-1));
        scene.look = Look.at(
                scene.clock.instant(),
                new LookAtRepository(scene.repository, Optional.empty(), other).run(Progress.silent()));
        Finding finding = only(Rule.CLOCK_SKEW);
        assertThat(finding.id()).isEqualTo("clock-skew/offsite/storage");
        assertThat(finding.message()).contains("is 5 minutes ahead of that of the machine");
    }

    @Test
    void agesAreJudgedByTheStoresClockAndNotByOurs() throws Exception {
        // This machine is two days ahead: its own reckoning would call every backup too old.
        SettableClock ahead = new SettableClock(scene.clock.instant().plus(DAY.multipliedBy(2)));
        scene.look = Look.at(
                ahead.instant(),
                new LookAtRepository(scene.repository, Optional.empty(), ahead).run(Progress.silent()));
        scene.clock.set(ahead.instant());
        none(Rule.BACKUP_OVERDUE);
        only(Rule.CLOCK_SKEW);
    }

    @Test
    void backupsFromTheFutureAreToldAndDoNotCount() throws Exception {
        scene.clock.pass(DAY.multipliedBy(3));
        scene.backUp(false);
        scene.clock.pass(DAY.multipliedBy(-3));
        scene.see();
        Finding finding = only(Rule.CLOCK_SKEW);
        assertThat(finding.id()).isEqualTo("clock-skew/offsite/future");
        none(Rule.BACKUP_OVERDUE);
        scene.clock.pass(DAY.multipliedBy(2));
        scene.operations.clear();
        scene.see();
        assertThat(only(Rule.BACKUP_OVERDUE).message()).contains("its time lies in the future");
    }

    @Test
    void theClockOfTheDatabasesServerIsComparedToo() {
        scene.clock.pass(Duration.ofMinutes(6));
        var now = scene.database();
        scene.databaseLook = Look.at(
                scene.clock.instant(),
                new DatabaseFacts(
                        now.server(),
                        now.database(),
                        now.serverTime().minus(Duration.ofMinutes(6)),
                        now.clockTime(),
                        now.version(),
                        now.major(),
                        now.systemIdentifier(),
                        now.bytes(),
                        now.maxConnections(),
                        now.reservedConnections(),
                        now.connections(),
                        now.roleConnections(),
                        now.roleConnectionsOpen(),
                        now.nextTransaction(),
                        now.programs(),
                        now.programsProblem(),
                        now.project()));
        assertThat(only(Rule.CLOCK_SKEW).message()).contains("server of shop is 6 minutes behind");
    }

    @Test
    void aHorizonNearItsLimitIsToldBeforeTheNextBackupReadsEverything() {
        see(5 + REACH / 100 * 80 - 1, 20);
        none(Rule.HORIZON_OLD);
        see(5 + REACH / 100 * 80, 20);
        assertThat(only(Rule.HORIZON_OLD).advice()).startsWith("Take a backup soon");
        see(5 + REACH, 20);
        assertThat(only(Rule.HORIZON_OLD).message()).endsWith("the next one reads the whole database.");
    }

    private void see(long nextTransaction, int connections) {
        scene.databaseLook = Look.at(scene.clock.instant(), scene.database(nextTransaction, connections, null, null));
    }

    @Test
    void tooFewConnectionsAreLeftForABackup() {
        see(1_000, 100 - 3 - 4);
        none(Rule.CONNECTIONS_SCARCE);
        see(1_000, 100 - 3 - 3);
        assertThat(only(Rule.CONNECTIONS_SCARCE).message())
                .isEqualTo("The server of shop has 3 connections left for its role (94 of 97 are in use), and a backup"
                        + " takes 4.");
    }

    @Test
    void clientProgramsThatAreTooOldAreTold() {
        scene.databaseLook = Look.at(
                scene.clock.instant(), scene.database(1_000, 20, "The server is PostgreSQL 18, found: 15.", null));
        assertThat(only(Rule.CLIENT_PROGRAMS).message()).contains("found: 15.");
    }

    @Test
    void anUnreachableDatabaseIsWorseAfterAnHour() {
        scene.databaseLook = scene.databaseLook.failed(scene.clock.instant(), "The server refuses the connection.");
        assertThat(only(Rule.DATABASE_UNREACHABLE).severity()).isEqualTo(Severity.WARNING);
        scene.clock.pass(HOUR.minusSeconds(1));
        scene.databaseLook = scene.databaseLook.failed(scene.clock.instant(), "The server refuses the connection.");
        assertThat(only(Rule.DATABASE_UNREACHABLE).severity()).isEqualTo(Severity.WARNING);
        scene.clock.pass(Duration.ofSeconds(1));
        assertThat(only(Rule.DATABASE_UNREACHABLE).severity()).isEqualTo(Severity.ERROR);
        scene.databaseLook = Look.at(scene.clock.instant(), scene.database());
        none(Rule.DATABASE_UNREACHABLE);
    }

    @Test
    void aJobThatCannotRunIsTold() {
        scene.jobs.add(new JobFacts("shop-nightly", "backup", ""));
        none(Rule.JOB_MISSING);
        scene.jobs.add(new JobFacts("shop-drill", "drill", "is disabled"));
        Finding finding = only(Rule.JOB_MISSING);
        assertThat(finding.id()).isEqualTo("job-missing/shop/shop-drill");
        assertThat(finding.message()).isEqualTo("The job shop-drill (drill of shop) is disabled, so it does not run.");
    }
}
