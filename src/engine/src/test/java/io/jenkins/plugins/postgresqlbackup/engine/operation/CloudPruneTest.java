package io.jenkins.plugins.postgresqlbackup.engine.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import io.jenkins.plugins.postgresqlbackup.engine.storage.FaultyHttp;
import io.jenkins.plugins.postgresqlbackup.engine.storage.FaultyHttp.Answer;
import io.jenkins.plugins.postgresqlbackup.engine.storage.ObjectStore;
import io.jenkins.plugins.postgresqlbackup.engine.storage.ObjectStores;
import io.jenkins.plugins.postgresqlbackup.engine.storage.SettableClock;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Prunes in clouds, whose clocks nobody sets: the grace time is short. */
final class CloudPruneTest {
    private static final Duration GRACE = Duration.ofSeconds(3);

    @ParameterizedTest
    @EnumSource
    void whatIsNoMoreNeededGoesAndWhatIsLockedIsTold(CloudServer server) throws Exception {
        URI straight = server.newLocation();
        try (FaultyHttp front = new FaultyHttp(server.endpoint());
                ObjectStore store = ObjectStores.open(
                        server.through(front.endpoint(), straight), true, Optional.of(server.keys()));
                Repository repository = TestRepository.create(store)) {
            // Ours stands still, so that nothing seen becomes old while the test waits.
            SettableClock clock = new SettableClock(store.now());
            SyntheticBackups backups = new SyntheticBackups(repository, 1);
            Manifest first = backups.full("shop", 8);
            Thread.sleep(1_100);
            Manifest second = backups.full("shop", 4);
            Thread.sleep(1_100);
            Manifest last = backups.incremental(first, 2);

            PruneResult result = prune(repository, clock);
            assertThat(result.deleted()).containsExactly(first.id(), second.id());
            assertThat(result.packs()).isZero();
            assertThat(result.waiting().packs()).isPositive();

            Thread.sleep(GRACE.plusSeconds(2).toMillis());
            String locked = second.packs().get(0).name();
            Answer refusal = server.lock().orElseGet(() -> server.failure(403, Map.of()));
            front.on(request -> request.method().equals("DELETE")
                            && request.path().replace("%2F", "/").endsWith(locked)
                    ? Optional.of(refusal)
                    : Optional.empty());
            PruneResult later = prune(repository, clock);
            if (server.lock().isPresent()) {
                assertThat(later.complete()).isTrue();
                assertThat(later.locked()).singleElement().asString().contains(locked);
            } else {
                assertThat(later.complete()).isFalse();
                assertThat(later.failures()).singleElement().asString().contains(locked);
            }
            front.on(request -> Optional.empty());
            TreeSet<String> left = new TreeSet<>();
            store.list("packs/", pack -> left.add(pack.name()));
            assertThat(left.remove(locked)).isTrue();
            TreeSet<String> needed = new TreeSet<>();
            last.packs().forEach(pack -> needed.add(pack.name()));
            assertThat(left).isEqualTo(needed);
            assertThat(prune(repository, clock).packs()).isEqualTo(1);
            assertThat(TestRepository.verify(repository, last.id(), VerificationLevel.CONTENT)
                            .problems())
                    .isEmpty();
        }
    }

    private static PruneResult prune(Repository repository, SettableClock clock) throws Exception {
        PruneSettings settings = new PruneSettings(PruneScene.last(1), Optional.empty(), false, GRACE);
        return new PruneBackups(repository, settings, clock).run(Progress.silent());
    }
}
