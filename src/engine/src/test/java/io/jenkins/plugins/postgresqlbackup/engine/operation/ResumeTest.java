package io.jenkins.plugins.postgresqlbackup.engine.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestPostgres;
import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupKind;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import io.jenkins.plugins.postgresqlbackup.engine.storage.FaultyStore;
import io.jenkins.plugins.postgresqlbackup.engine.storage.FaultyStore.Call;
import io.jenkins.plugins.postgresqlbackup.engine.testing.DatabaseComparison;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a backup has stored before it died serves the next one; and packs that are gone are noticed before and after. */
final class ResumeTest {
    @TempDir
    private Path directory;

    private Database source;
    private BackupSettings settings;
    private FaultyStore store;
    private Repository repository;

    @BeforeEach
    void aTableOfSeveralRanges() throws Exception {
        source = TestPostgres.newDatabase();
        TestPostgres.run(
                source,
                "CREATE TABLE big AS SELECT i AS id, repeat(md5(i::text), 3) AS t FROM generate_series(1, 60000) i");
        settings =
                TestRepository.settings().withSizes(new BackupSettings.Sizes(1 << 20, 1 << 18, 1 << 10, Duration.ZERO));
        store = new FaultyStore(TestRepository.store(directory));
        repository = TestRepository.create(store);
    }

    @AfterEach
    void close() {
        repository.close();
    }

    @Test
    void whatAFullBackupStoredBeforeItDiedIsTakenOver() throws Exception {
        dieBeforeTheEnd(() -> TestRepository.backUp(repository, source, settings));
        TestPostgres.run(source, "UPDATE big SET t = 'changed' WHERE id % 10000 = 1");
        Manifest manifest = TestRepository.backUp(repository, source, settings).manifest();
        assertThat(manifest.kind()).isEqualTo(BackupKind.FULL);
        assertThat(manifest.rangeBlobs().map(Manifest.Blob::backup).distinct()).hasSize(2);
        requireEqualCopy(manifest);
        assertThat(repository.journals().newest()).isEmpty();
    }

    @Test
    void whatAnIncrementalBackupStoredBeforeItDiedIsTakenOver() throws Exception {
        TestRepository.backUp(repository, source, settings);
        TestPostgres.run(source, "UPDATE big SET t = 'changed' WHERE id % 100 = 1");
        dieBeforeTheEnd(() -> TestRepository.increment(repository, source, settings));
        Manifest manifest =
                TestRepository.increment(repository, source, settings).manifest();
        assertThat(manifest.tables().get(0).ranges())
                .allSatisfy(range -> assertThat(range.delta().rows().backup()).isNotEqualTo(manifest.id()));
        requireEqualCopy(manifest);
        assertThat(repository.journals().newest()).isEmpty();
    }

    @Test
    void aFullBackupTakesNothingOverThatNeedsAnotherBackup() throws Exception {
        Manifest first = TestRepository.backUp(repository, source, settings).manifest();
        TestPostgres.run(source, "UPDATE big SET t = 'changed' WHERE id % 100 = 1");
        dieBeforeTheEnd(() -> TestRepository.increment(repository, source, settings));
        Manifest manifest = TestRepository.backUp(repository, source, settings).manifest();
        assertThat(manifest.blobs()).noneMatch(blob -> blob.backup().equals(first.id()));
        requireEqualCopy(manifest);
    }

    @Test
    void packsThatAreGoneAreReadAnewAndTold() throws Exception {
        Manifest full = TestRepository.backUp(repository, source, settings).manifest();
        String lost = full.tables().get(0).ranges().get(2).base().pack();
        Files.delete(directory.resolve(lost));
        BackupResult result = TestRepository.increment(repository, source, settings);
        assertThat(result.warnings()).anySatisfy(warning -> assertThat(warning).contains(lost, "Verify"));
        requireEqualCopy(result.manifest());
    }

    @Test
    void aBackupWhosePacksGoWhileItIsWrittenIsWithdrawn() throws Exception {
        Manifest full = TestRepository.backUp(repository, source, settings).manifest();
        Path packs = directory.resolve("packs/" + full.id());
        store.before(Call.CREATE, "manifests/", () -> {
            try (Stream<Path> files = Files.list(packs)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
        });
        assertThatThrownBy(() -> TestRepository.increment(repository, source, settings))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no backup was made");
        assertThat(repository.ids()).containsExactly(full.id());
    }

    private interface Run {
        BackupResult run() throws Exception;
    }

    private void dieBeforeTheEnd(Run run) throws Exception {
        store.refuse(Call.CREATE, "manifests/");
        assertThatThrownBy(run::run).isInstanceOf(IOException.class);
        store.refuse(Call.CREATE, null);
        assertThat(repository.journals().newest()).hasSize(1);
    }

    private void requireEqualCopy(Manifest manifest) throws Exception {
        assertThat(TestRepository.verify(repository, manifest.id(), VerificationLevel.CONTENT)
                        .problems())
                .isEmpty();
        Database copy = source.withDatabase(source.url().database() + "_copy");
        TestRepository.restore(repository, manifest.id(), copy, RestoreSettings.into(new RestoreInto.NewDatabase()));
        DatabaseComparison.of(source, copy, TestPostgres.clientPrograms()).assertEqual();
    }
}
