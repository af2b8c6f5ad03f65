package io.jenkins.plugins.postgresqlbackup.engine.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import io.jenkins.plugins.postgresqlbackup.engine.storage.MemoryStore;
import io.jenkins.plugins.postgresqlbackup.engine.storage.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ReuseTest {
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void aFullBackupHasReadAndProvenAll() throws Exception {
        try (Repository repository = TestRepository.create(new MemoryStore(new SettableClock(BEGIN), true))) {
            Manifest full = new SyntheticBackups(repository, 1).full("shop", 30);
            Reuse reuse = Reuse.of(full);
            assertThat(reuse.anew().ranges()).isEqualTo(30);
            assertThat(reuse.anew().rows()).isEqualTo(full.totals().rows());
            assertThat(reuse.anew().bytes()).isEqualTo(full.totals().rawBytes());
            assertThat(reuse.proven()).isEqualTo(reuse.anew());
            assertThat(reuse.reused()).isEqualTo(new Reuse.Part(0, 0, 0));
            assertThat(reuse.deltas()).isEqualTo(new Reuse.Part(0, 0, 0));
            assertThat(reuse.oldestProof()).contains(full.snapshot().takenAt());
        }
    }

    @Test
    void anIncrementalToldApartByWhoStoredWhat() throws Exception {
        SettableClock clock = new SettableClock(BEGIN);
        try (Repository repository = TestRepository.create(new MemoryStore(clock, true))) {
            SyntheticBackups backups = new SyntheticBackups(repository, 1);
            Manifest full = backups.full("shop", 30);
            clock.pass(Duration.ofDays(1));
            Manifest first = backups.incremental(full, 12);
            clock.pass(Duration.ofDays(1));
            Manifest second = backups.incremental(first, 0);

            Reuse changed = Reuse.of(first);
            assertThat(changed.reused().ranges()).isEqualTo(18);
            assertThat(changed.deltas().ranges()).isPositive();
            assertThat(changed.anew().ranges()).isPositive();
            assertThat(changed.ranges()).isEqualTo(30);
            assertThat(changed.reused().rows()
                            + changed.deltas().rows()
                            + changed.anew().rows())
                    .isEqualTo(first.totals().rows());
            assertThat(changed.proven().ranges()).isEqualTo(12);
            assertThat(changed.oldestProof()).contains(full.snapshot().takenAt());
            assertThat(changed.readBytes()).isBetween(1L, changed.reused().bytes());
            assertThat(changed.storedBytes()).isBetween(1L, first.totals().storedBytes() - 1);
            assertThat(Reuse.of(first, first.tables().get(0))).isEqualTo(changed);

            // A delta that an earlier backup has stored is reused like anything else.
            Reuse unchanged = Reuse.of(second);
            assertThat(unchanged.reused().ranges()).isEqualTo(30);
            assertThat(unchanged.proven().ranges()).isZero();
            assertThat(unchanged.storedBytes()).isZero();
        }
    }

    @Test
    void whatWasNeverProvenIsNotSaidToBe() throws Exception {
        try (Repository repository = TestRepository.create(new MemoryStore(new SettableClock(BEGIN), true))) {
            Manifest full = new SyntheticBackups(repository, 1).full("shop", 2);
            Manifest.TableEntry table = full.tables().get(0);
            List<Manifest.Range> ranges = table.ranges();
            Manifest.TableEntry unproven =
                    table.withRanges(List.of(ranges.get(0), ranges.get(1).provenAt(null)));
            assertThat(Reuse.of(full, unproven).oldestProof()).isEmpty();
            assertThat(Reuse.of(full, table.withRanges(List.of())).oldestProof())
                    .isEmpty();
        }
    }
}
