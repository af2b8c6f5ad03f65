package io.jenkins.plugins.postgresqlbackup.engine.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestPostgres;
import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever the clock does, the newest backup is the one made last. */
final class ClockTest {
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

    @TempDir
    private Path directory;

    @Test
    void backupsOfOneSecondSortInTheOrderInWhichTheyWereMade() throws Exception {
        Database database = TestPostgres.newDatabase();
        try (Repository repository = TestRepository.create(directory.resolve("repository"))) {
            BackupId last = null;
            for (int counter = 1; counter <= 4; counter++) {
                BackupResult result = backUp(repository, database, NOON);
                Manifest manifest = result.manifest();
                assertThat(result.warnings()).isEmpty();
                assertThat(manifest.counter()).isEqualTo(counter);
                assertThat(
                                manifest.previous() == null
                                        ? null
                                        : manifest.previous().id())
                        .isEqualTo(last);
                last = manifest.id();
                assertThat(repository.find("latest")).isEqualTo(last);
            }
        }
    }

    @Test
    void aClockThatWentBackIsToldAndDoesNotMakeAnOldBackupTheNewest() throws Exception {
        Database database = TestPostgres.newDatabase();
        try (Repository repository = TestRepository.create(directory.resolve("repository"))) {
            BackupId early = backUp(repository, database, NOON.plusSeconds(86_400))
                    .manifest()
                    .id();
            BackupResult late = backUp(repository, database, NOON);
            assertThat(late.manifest().id()).isGreaterThan(early);
            assertThat(late.warnings()).anyMatch(warning -> warning.contains(early.value()));
            assertThat(repository.find("latest")).isEqualTo(late.manifest().id());
        }
    }

    @Test
    void anIdAtTheEndOfTimesIsNotFollowed() {
        for (String name : new String[] {"99991231T235959Z-zzzzzz", "99999999T999999Z-zzzzzz"}) {
            BackupId fresh = BackupId.createAfter(new BackupId(name), NOON, TestRepository.RANDOM);
            assertThat(fresh.value()).startsWith("20261122T120000Z-");
        }
    }

    private static BackupResult backUp(Repository repository, Database database, Instant now) throws Exception {
        return new FullBackup(
                        repository,
                        database,
                        BackupSettings.defaults(),
                        Clock.fixed(now, ZoneOffset.UTC),
                        TestRepository.RANDOM)
                .run(Progress.silent());
    }
}
