package io.jenkins.plugins.postgresqlbackup.engine.operation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Grace;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import io.jenkins.plugins.postgresqlbackup.engine.storage.FaultyStore;
import io.jenkins.plugins.postgresqlbackup.engine.storage.StorageException;
import java.io.IOException;
import java.time.Duration;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A prune is killed at each call to the store, and the next one takes it up. */
final class PruneKilledTest {
    /** So that a prune has everything to do that it can do. */
    private static PruneScene scene() throws Exception {
        PruneScene scene = PruneScene.create(7);
        Manifest first = scene.backups.full("shop", 6);
        scene.backups.verified(first);
        scene.clock.pass(PruneScene.DAY);
        Manifest second = scene.backups.incremental(first, 2);
        scene.clock.pass(PruneScene.DAY);
        // Packs that become free now, and a tombstone that retires.
        scene.prune(PruneScene.last(1));
        scene.backups.abandoned(2);
        scene.store.put("journals/20260106T020000Z-aaaaaa/000001", "nonsense".getBytes(UTF_8));
        scene.store.put("trials/left", new byte[3]);
        scene.store.put("leases/0123/1", new byte[3]);
        scene.clock.pass(Grace.TIME.plusSeconds(1));
        Manifest third = scene.backups.full("shop", 6);
        scene.backups.verified(third);
        scene.clock.pass(PruneScene.DAY);
        Manifest fourth = scene.backups.incremental(third, 2);
        scene.backups.verified(fourth);
        scene.backups.full("till", 2);
        scene.clock.pass(PruneScene.DAY);
        assertThat(scene.repository.ids()).contains(first.id(), second.id());
        return scene;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void everyManifestThatIsThereStaysWholeAndTheNextPruneGoesOn(boolean lastCallHasEffect) throws Exception {
        int deaths = 0;
        try (PruneScene scene = scene();
                PruneScene unharmed = scene.fork(1)) {
            unharmed.prune(PruneScene.last(1));
            for (int calls = 0; ; calls++) {
                try (PruneScene killed = scene.fork(calls)) {
                    FaultyStore dying = new FaultyStore(killed.store);
                    dying.dieAfter(calls, lastCallHasEffect);
                    try {
                        killed.pruneThrough(dying, PruneScene.last(1));
                    } catch (StorageException expected) {
                        assertThat(dying.isDead()).isTrue();
                    }
                    killed.requireAllGood(VerificationLevel.STRUCTURE);
                    // A backup may be taken meanwhile that builds on what is still there.
                    BackupId parent =
                            killed.repository.ids().get(killed.repository.ids().size() - 2);
                    killed.backups.incremental(killed.repository.read(parent), 1);
                    killed.clock.pass(Duration.ofHours(1));
                    killed.prune(PruneScene.last(2));
                    killed.requireAllGood(VerificationLevel.STRUCTURE);
                    if (calls % 10 == 0) {
                        requireThatNothingIsLeftInTheEnd(killed);
                    }
                    if (!dying.isDead()) {
                        assertThat(killed.names("manifests/")).containsAll(unharmed.names("manifests/"));
                        break;
                    }
                    deaths++;
                }
            }
        }
        assertThat(deaths).isGreaterThan(100);
    }

    /** Another prune, and a backup that builds on what is there and takes its time, come between any two calls; the first prune sleeps meanwhile. */
    @ParameterizedTest
    @ValueSource(longs = {0, 17, 40})
    void whateverComesBetweenTwoCallsEveryManifestStaysWhole(long hours) throws Exception {
        int calls = 0;
        try (PruneScene scene = scene()) {
            for (boolean reached = true; reached; calls++) {
                try (PruneScene busy = scene.fork(calls)) {
                    boolean[] happened = new boolean[1];
                    FaultyStore slow = new FaultyStore(busy.store);
                    slow.beforeCall(calls + 1, () -> {
                        happened[0] = true;
                        meanwhile(busy, Duration.ofHours(hours));
                    });
                    try {
                        busy.pruneThrough(slow, PruneScene.last(2));
                    } catch (IOException sleptTooLongToGoOn) {
                        assertThat(happened[0]).isTrue();
                    }
                    busy.requireAllGood(VerificationLevel.STRUCTURE);
                    busy.clock.pass(Grace.TIME.plusSeconds(1));
                    busy.prune(PruneScene.last(2));
                    busy.requireAllGood(VerificationLevel.STRUCTURE);
                    reached = happened[0];
                }
            }
        }
        assertThat(calls).isGreaterThan(80);
    }

    private static void meanwhile(PruneScene scene, Duration time) {
        try {
            BackupId parent = scene.repository.ids().get(0);
            Manifest read = scene.repository.read(parent);
            scene.prune(PruneScene.last(1));
            scene.clock.pass(time);
            scene.prune(PruneScene.last(1));
            scene.backups.incremental(read, 1);
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void requireThatNothingIsLeftInTheEnd(PruneScene scene) throws Exception {
        for (int i = 0; i < 3; i++) {
            scene.clock.pass(Grace.TIME.plusSeconds(1));
            assertThat(scene.prune(PruneScene.last(2)).complete()).isTrue();
        }
        assertThat(new TreeSet<>(scene.names("packs/"))).isEqualTo(scene.needed());
        scene.requireNoTombstoneWithoutUse();
        assertThat(scene.names("journals/")).isEmpty();
        assertThat(scene.names("trials/")).isEmpty();
        assertThat(scene.names("leases/")).isEmpty();
        scene.requireAllGood(VerificationLevel.CONTENT);
    }

    @Test
    void theSceneHasEverythingToDo() throws Exception {
        try (PruneScene scene = scene()) {
            PruneResult result = scene.prune(PruneScene.last(1));
            assertThat(result.deleted()).isNotEmpty();
            assertThat(result.packs()).isNotZero();
            assertThat(result.others()).isGreaterThan(result.deleted().size());
        }
    }
}
