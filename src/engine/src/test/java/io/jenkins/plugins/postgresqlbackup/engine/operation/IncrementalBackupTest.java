package io.jenkins.plugins.postgresqlbackup.engine.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestPostgres;
import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupKind;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import io.jenkins.plugins.postgresqlbackup.engine.testing.DatabaseComparison;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an incremental backup stores, reuses and says. That it is right is for the random histories to show. */
final class IncrementalBackupTest {
    @TempDir
    private Path directory;

    private Database source;
    private BackupSettings settings;

    @BeforeEach
    void aTableOfSeveralRanges() throws Exception {
        source = TestPostgres.newDatabase();
        TestPostgres.run(
                source,
                "CREATE TABLE big AS SELECT i AS id, repeat(md5(i::text), 3) AS t FROM generate_series(1, 60000) i",
                "CREATE TABLE small AS SELECT 1 AS one",
                "CREATE TABLE none (a int)");
        settings = TestRepository.settings().withRangeBytes(1 << 20);
    }

    @Test
    void withoutAnythingToBuildOnItBecomesAFullBackupAndSaysWhy() throws Exception {
        try (Repository repository = TestRepository.create(directory)) {
            BackupResult result = TestRepository.increment(repository, source, settings);
            assertThat(result.manifest().kind()).isEqualTo(BackupKind.FULL);
            assertThat(result.fullBecause())
                    .hasValueSatisfying(why -> assertThat(result.warnings())
                            .singleElement()
                            .asString()
                            .contains(why)
                            .contains("full backup")
                            .contains("no backup of this database"));
        }
    }

    @Test
    void whatHasNotChangedIsNotStoredAgain() throws Exception {
        try (Repository repository = TestRepository.create(directory)) {
            Manifest full = TestRepository.backUp(repository, source, settings).manifest();
            BackupResult result = TestRepository.increment(repository, source, settings);
            Manifest manifest = result.manifest();
            assertThat(result.warnings()).isEmpty();
            assertThat(manifest.kind()).isEqualTo(BackupKind.INCREMENTAL);
            assertThat(manifest.parent()).isEqualTo(full.id());
            assertThat(manifest.fallbacks()).isNull();
            assertThat(manifest.rangeBlobs()).allMatch(blob -> blob.backup().equals(full.id()));
            assertThat(manifest.totals().storedBytes()).isLessThan(100_000);
            assertThat(manifest.tables()).isEqualTo(full.tables());
            requireEqualCopy(repository, manifest);
        }
    }

    @Test
    void whatHasChangedIsStoredAsADeltaOfItsBase() throws Exception {
        try (Repository repository = TestRepository.create(directory)) {
            Manifest full = TestRepository.backUp(repository, source, settings).manifest();
            for (int round = 1; round <= 3; round++) {
                TestPostgres.run(
                        source,
                        "UPDATE big SET t = 'round " + round + "' WHERE id % 5000 = " + round,
                        "DELETE FROM big WHERE id % 7000 = " + round,
                        "INSERT INTO big VALUES (" + -round + ", 'new')",
                        "INSERT INTO small VALUES (" + round + ")",
                        "INSERT INTO none VALUES (" + round + ")");
                Manifest manifest =
                        TestRepository.increment(repository, source, settings).manifest();
                Manifest.TableEntry big = manifest.tables().get(0);
                assertThat(big.ranges()).allMatch(range -> range.base().backup().equals(full.id()));
                assertThat(big.ranges())
                        .filteredOn(range -> range.delta() != null)
                        .isNotEmpty();
                assertThat(manifest.totals().storedBytes())
                        .isLessThan(full.totals().storedBytes() / 5);
                requireEqualCopy(repository, manifest);
            }
        }
    }

    @Test
    void aRangeThatHasNotChangedAmongManyThatHaveIsReusedAndProven() throws Exception {
        try (Repository repository = TestRepository.create(directory)) {
            TestRepository.backUp(repository, source, settings);
            TestPostgres.run(source, "UPDATE big SET t = 'changed' WHERE id % 50 = 0 AND id <= 38000");
            Manifest manifest = TestRepository.increment(
                            repository, source, settings.withJobs(1).withProveWithin(Duration.ofDays(900)))
                    .manifest();
            Reuse reuse = Reuse.of(manifest, manifest.tables().get(0));
            assertThat(reuse.deltas().ranges()).isGreaterThanOrEqualTo(5);
            assertThat(reuse.reused().ranges()).isPositive();
            // Nobody asked first whether it has changed, so its digest was told.
            assertThat(reuse.proven().ranges()).isGreaterThan(reuse.deltas().ranges());
            requireEqualCopy(repository, manifest);
        }
    }

    @Test
    void anEqualDatabaseThatWasRewrittenIsRecognisedByItsDigests() throws Exception {
        try (Repository repository = TestRepository.create(directory)) {
            TestRepository.backUp(repository, source, settings);
            TestPostgres.run(source, "VACUUM FULL big");
            Manifest manifest =
                    TestRepository.increment(repository, source, settings).manifest();
            assertThat(manifest.fallbacks())
                    .singleElement()
                    .satisfies(fallback -> assertThat(fallback.reason()).contains("rewritten"));
            assertThat(manifest.tables().get(0).ranges()).allMatch(range -> range.horizon() == null);
            requireEqualCopy(repository, manifest);
            TestPostgres.run(source, "UPDATE big SET t = '' WHERE id = 1");
            Manifest next =
                    TestRepository.increment(repository, source, settings).manifest();
            assertThat(next.tables().get(0).ranges()).allMatch(range -> range.delta() == null);
            assertThat(next.tables().get(0).ranges())
                    .filteredOn(range -> range.base().backup().equals(next.id()))
                    .isNotEmpty();
            requireEqualCopy(repository, next);
        }
    }

    @Test
    void everyReusedRangeIsProvenInTime() throws Exception {
        try (Repository repository = TestRepository.create(directory)) {
            Manifest full = TestRepository.backUp(repository, source, settings).manifest();
            Manifest proven = TestRepository.increment(
                            repository, source, settings.withProveWithin(Duration.ofMillis(1)))
                    .manifest();
            assertThat(proven.tables().get(0).ranges())
                    .allMatch(range -> range.provenAt().equals(proven.snapshot().takenAt()));
            Manifest unproven = TestRepository.increment(
                            repository, source, settings.withProveWithin(Duration.ofDays(900)))
                    .manifest();
            assertThat(unproven.tables().get(0).ranges())
                    .allMatch(range -> range.provenAt().equals(proven.snapshot().takenAt()));
            assertThat(full.snapshot().takenAt()).isBefore(proven.snapshot().takenAt());
        }
    }

    @Test
    void aNamedParentIsTakenBeforeALaterBackup() throws Exception {
        try (Repository repository = TestRepository.create(directory)) {
            Manifest first = TestRepository.backUp(repository, source, settings).manifest();
            TestRepository.backUp(repository, source, settings);
            Manifest manifest = TestRepository.increment(
                            repository, source, settings.withParent(Optional.of(first.id())))
                    .manifest();
            assertThat(manifest.parent()).isEqualTo(first.id());
            requireEqualCopy(repository, manifest);
        }
    }

    private void requireEqualCopy(Repository repository, Manifest manifest) throws Exception {
        assertThat(TestRepository.verify(repository, manifest.id(), VerificationLevel.CONTENT)
                        .problems())
                .isEmpty();
        Database copy = source.withDatabase(source.url().database() + "_" + manifest.counter());
        TestRepository.restore(repository, manifest.id(), copy, RestoreSettings.into(new RestoreInto.NewDatabase()));
        DatabaseComparison.of(source, copy, TestPostgres.clientPrograms()).assertEqual();
    }
}
