package io.jenkins.plugins.postgresqlbackup.engine.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import io.jenkins.plugins.postgresqlbackup.engine.storage.MemoryStore;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The fixture itself: what it makes are good backups, and they do reuse what others have stored. */
final class SyntheticBackupsTest {
    @Test
    void theyVerifyAndReuse() throws Exception {
        try (Repository repository = TestRepository.create(new MemoryStore(Clock.systemUTC()))) {
            SyntheticBackups backups = new SyntheticBackups(repository, 1);
            Manifest full = backups.full("shop", 30);
            Manifest first = backups.incremental(full, 5);
            Manifest second = backups.incremental(first, 10);
            for (Manifest each : List.of(full, first, second)) {
                VerificationResult result = TestRepository.verify(repository, each.id(), VerificationLevel.CONTENT);
                assertThat(result.problems()).isEmpty();
                assertThat(result.rows()).isEqualTo(600);
            }
            assertThat(second.dataKeys()).containsKeys(full.id(), first.id(), second.id());
            assertThat(second.rangeBlobs().map(Manifest.Blob::backup)).contains(full.id(), first.id(), second.id());
            assertThat(second.tables().get(0).ranges()).anyMatch(range -> range.delta() != null);
            assertThat(full.packs()).hasSizeGreaterThan(3);
        }
    }
}
