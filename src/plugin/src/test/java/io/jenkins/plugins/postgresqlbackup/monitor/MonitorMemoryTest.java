package io.jenkins.plugins.postgresqlbackup.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.postgresqlbackup.configuration.BackupConfiguration;
import io.jenkins.plugins.postgresqlbackup.configuration.RepositoryEntry;
import io.jenkins.plugins.postgresqlbackup.engine.health.BackupFacts;
import io.jenkins.plugins.postgresqlbackup.engine.health.RepositorySituation;
import io.jenkins.plugins.postgresqlbackup.testing.BackupSetup;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import jenkins.model.Jenkins;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.junit.jupiter.JenkinsSessionExtension;

/** What the monitor has seen outlives a restart of Jenkins. */
class MonitorMemoryTest {
    @RegisterExtension
    private final JenkinsSessionExtension sessions = new JenkinsSessionExtension();

    @TempDir
    private Path directory;

    private static RepositorySituation offsite(Status status) {
        return status.situation().repository("offsite").orElseThrow();
    }

    private static Status awaitMemory() throws InterruptedException {
        for (int i = 0; i < 200 && BackupMonitor.get().status() == Status.NONE; i++) {
            Thread.sleep(50);
        }
        return BackupMonitor.get().status();
    }

    @Test
    void afterARestartItIsKnownAtOnceAndNotReadAgain() throws Throwable {
        BackupSetup setup = BackupSetup.make(directory);
        String backup = setup.takeAgo(Duration.ofHours(1));
        Path manifest = Path.of(URI.create(setup.repositoryUrl())).resolve("manifests/" + backup);
        sessions.then(jenkins -> {
            setup.configure();
            BackupMonitor.get().check().get(60, TimeUnit.SECONDS);
        });
        FileTime written = Files.getLastModifiedTime(manifest);
        byte[] spoilt = Files.readAllBytes(manifest);
        spoilt[spoilt.length / 2] ^= 1;
        Files.write(manifest, spoilt);
        Files.setLastModifiedTime(manifest, written);
        sessions.then(jenkins -> {
            Status known = awaitMemory();
            assertThat(known.checkedAt()).isNotNull();
            assertThat(offsite(known).look().known().orElseThrow().backups())
                    .extracting(BackupFacts::id)
                    .containsExactly(backup);
            Status fresh = BackupMonitor.get().check().get(60, TimeUnit.SECONDS);
            assertThat(offsite(fresh).look().known().orElseThrow().backups())
                    .extracting(BackupFacts::id)
                    .containsExactly(backup);
        });
    }

    @Test
    void whatIsNoLongerConfiguredIsForgottenAndAnotherPlaceIsSeenAnew() throws Throwable {
        BackupSetup setup = BackupSetup.make(directory);
        setup.takeAgo(Duration.ofHours(1));
        sessions.then(jenkins -> {
            setup.configure();
            BackupMonitor.get().check().get(60, TimeUnit.SECONDS);
            RepositoryEntry elsewhere = new RepositoryEntry("offsite", "file:" + directory.resolve("elsewhere"));
            elsewhere.setCredentialsId("key");
            BackupConfiguration.get().setRepositories(List.of(elsewhere));
            assertThat(offsite(BackupMonitor.get().check().get(60, TimeUnit.SECONDS))
                            .look()
                            .known())
                    .isEmpty();
            BackupConfiguration.get().setRepositories(List.of());
            BackupMonitor.get().check().get(60, TimeUnit.SECONDS);
            Path kept = Jenkins.get().getRootDir().toPath().resolve("postgresql-backup/facts/repositories");
            assertThat(kept).isEmptyDirectory();
        });
    }
}
