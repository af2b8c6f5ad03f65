package io.jenkins.plugins.postgresqlbackup.engine.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.postgresqlbackup.engine.repository.Grace;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import io.jenkins.plugins.postgresqlbackup.engine.retention.RetentionPolicy;
import io.jenkins.plugins.postgresqlbackup.engine.storage.StorageUse;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A year of full backups each Sunday, incremental ones each other night, and a prune after each. */
final class PruneYearTest {
    private static final int NIGHTS = 365;

    @Test
    void theStorageInUseFallsToWhatIsNeededAndTheGraceTimesShare() throws Exception {
        RetentionPolicy policy = RetentionPolicy.usual().withKeepDays(14).withPeriods(0, 5, 6, 0);
        Map<String, Long> sizes = new TreeMap<>();
        long most = 0;
        try (PruneScene scene = PruneScene.create(365)) {
            Manifest last = null;
            for (int night = 0; night < NIGHTS; night++) {
                last = night % 7 == 0 ? scene.backups.full("shop", 12) : scene.backups.incremental(last, 1);
                last.packs().forEach(pack -> sizes.put(pack.name(), pack.size()));
                if (night % 7 == 6) {
                    scene.backups.verified(last);
                }
                if (night % 30 == 3) {
                    scene.backups.abandoned(5).forEach(pack -> sizes.put(pack, size(scene, pack)));
                }
                scene.clock.pass(Duration.ofMinutes(30));
                PruneResult result = scene.prune(policy);
                assertThat(result.complete()).isTrue();
                long needed = scene.needed().stream().mapToLong(sizes::get).sum();
                long inUse = StorageUse.of(scene.store, "packs/").bytes();
                assertThat(inUse).isEqualTo(needed + result.waiting().bytes());
                most = Math.max(most, inUse);
                scene.clock.pass(PruneScene.DAY.minusMinutes(30));
            }
            assertThat(scene.repository.ids()).hasSizeBetween(20, 30);
            scene.requireAllGood(VerificationLevel.CONTENT);
            scene.clock.pass(Grace.TIME);
            scene.prune(policy);
            scene.clock.pass(Grace.TIME.plusSeconds(1));
            scene.prune(policy);
            long needed = scene.needed().stream().mapToLong(sizes::get).sum();
            assertThat(StorageUse.of(scene.store, "packs/").bytes())
                    .as("what is needed, and what the last days have let go")
                    .isLessThanOrEqualTo(needed
                            + last.packs().stream()
                                    .mapToLong(Manifest.Pack::size)
                                    .sum());
            long all = sizes.values().stream().mapToLong(Long::longValue).sum();
            assertThat(most).as("most that ever was in use").isLessThan(all / 3);
            scene.requireNoTombstoneWithoutUse();
        }
    }

    private static long size(PruneScene scene, String pack) {
        return scene.store.find(pack).orElseThrow().size();
    }
}
