package io.jenkins.plugins.postgresqlbackup.engine.operation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.postgresqlbackup.engine.keys.Holder;
import io.jenkins.plugins.postgresqlbackup.engine.keys.KeyException;
import io.jenkins.plugins.postgresqlbackup.engine.keys.SlotKind;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Grace;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Pins;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import io.jenkins.plugins.postgresqlbackup.engine.repository.RepositoryException;
import io.jenkins.plugins.postgresqlbackup.engine.repository.SlotChanges;
import io.jenkins.plugins.postgresqlbackup.engine.storage.FaultyStore;
import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class DeleteBackupTest {
    private PruneScene scene;

    @BeforeEach
    void open() throws Exception {
        scene = PruneScene.create(7);
    }

    @AfterEach
    void close() {
        scene.close();
    }

    private Manifest fullAndADay(String database) throws Exception {
        Manifest manifest = scene.backups.full(database, 4);
        scene.clock.pass(PruneScene.DAY);
        return manifest;
    }

    private DeleteBackup.Result delete(Manifest backup, boolean evenLast) throws Exception {
        return deletion(scene.repository, backup, evenLast).run(Progress.silent());
    }

    private DeleteBackup deletion(Repository repository, Manifest backup, boolean evenLast) {
        return new DeleteBackup(repository, backup.id(), evenLast, "A test wants it.", scene.clock);
    }

    @Test
    void theManifestGoesAtOnceAndItsPacksWithAPruneAfterTheGraceTime() throws Exception {
        Manifest old = fullAndADay("shop");
        Manifest newer = fullAndADay("shop");
        scene.backups.verified(newer);
        Set<String> before = new TreeSet<>(scene.names("packs/"));

        DeleteBackup.Result result = delete(old, false);

        assertThat(result.backup()).isEqualTo(old.id());
        assertThat(result.database()).isEqualTo("shop");
        assertThat(result.packs()).isEqualTo(old.packs().size());
        assertThat(result.bytes())
                .isEqualTo(old.packs().stream().mapToLong(Manifest.Pack::size).sum());
        assertThat(result.until()).isEqualTo(scene.clock.instant().plus(Grace.TIME));
        assertThat(scene.repository.ids()).containsExactly(newer.id());
        assertThat(scene.repository.wasDeleted(old.id())).isTrue();
        assertThat(new TreeSet<>(scene.names("packs/"))).isEqualTo(before);
        assertThat(scene.names("leases/")).isEmpty();

        scene.clock.pass(Grace.TIME.plusSeconds(1));
        scene.prune(PruneScene.last(1));
        assertThat(new TreeSet<>(scene.names("packs/"))).isEqualTo(scene.needed());
        scene.requireAllGood(VerificationLevel.CONTENT);
    }

    @Test
    void whatReusesItStaysWhole() throws Exception {
        Manifest full = fullAndADay("shop");
        Manifest incremental = scene.backups.incremental(full, 1);
        scene.clock.pass(PruneScene.DAY);
        assertThat(delete(full, false).packs()).isLessThan(full.packs().size());
        scene.clock.pass(Grace.TIME.multipliedBy(3));
        scene.prune(PruneScene.last(1));
        assertThat(scene.repository.ids()).containsExactly(incremental.id());
        scene.requireAllGood(VerificationLevel.CONTENT);
    }

    @Test
    void theNewestOfADatabaseGoesOnlyWhereSomebodySaysSo() throws Exception {
        Manifest shop = fullAndADay("shop");
        fullAndADay("blog");
        assertThatThrownBy(() -> delete(shop, false))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("is the newest of the database shop that is whole");
        assertThat(scene.repository.ids()).contains(shop.id());
        assertThat(scene.names("tombstones/")).isEmpty();
        delete(shop, true);
        assertThat(scene.repository.ids()).doesNotContain(shop.id());
    }

    @Test
    void theNewestVerifiedOneGoesOnlyWhereSomebodySaysSo() throws Exception {
        Manifest verified = fullAndADay("shop");
        scene.backups.verified(verified);
        Manifest newer = fullAndADay("shop");
        assertThatThrownBy(() -> delete(verified, false))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("is the newest of the database shop that was verified");
        scene.backups.verified(newer);
        delete(verified, false);
        assertThat(scene.repository.ids()).containsExactly(newer.id());
        assertThat(scene.names("verifications/"))
                .noneMatch(name -> name.contains(verified.id().value()));
    }

    @Test
    void aNewerOneThatIsNotWholeDoesNotCount() throws Exception {
        Manifest good = fullAndADay("shop");
        Manifest broken = fullAndADay("shop");
        scene.store.delete(broken.packs().get(0).name());
        assertThatThrownBy(() -> delete(good, false)).isInstanceOf(RefusedException.class);
        delete(broken, false);
        assertThat(scene.repository.ids()).containsExactly(good.id());
    }

    @Test
    void aPinnedOneStaysWhateverSomebodySays() throws Exception {
        Manifest pinned = fullAndADay("shop");
        fullAndADay("shop");
        new Pins(scene.repository).pin(pinned.id(), "before the move", "anna", scene.clock.instant());
        assertThatThrownBy(() -> delete(pinned, true))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("is pinned (before the move)");
        assertThat(scene.repository.ids()).contains(pinned.id());
        assertThat(scene.names("tombstones/")).isEmpty();
    }

    @Test
    void whatIsNotThereCannotBeDeleted() throws Exception {
        Manifest gone = fullAndADay("shop");
        fullAndADay("shop");
        delete(gone, false);
        assertThatThrownBy(() -> delete(gone, false))
                .isInstanceOf(RepositoryException.class)
                .hasMessageContaining(gone.id().value());
    }

    @Test
    void aManifestThatCannotBeReadIsNotDeleted() throws Exception {
        Manifest damaged = fullAndADay("shop");
        fullAndADay("shop");
        String name = "manifests/" + damaged.id();
        scene.store.delete(name);
        scene.store.put(name, "rubbish".getBytes(UTF_8));
        assertThatThrownBy(() -> delete(damaged, true)).isInstanceOf(IOException.class);
        assertThat(scene.names("manifests/")).contains(name);
    }

    @Test
    void aKeyThatOnlyWritesDeletesNothing() throws Exception {
        Manifest old = fullAndADay("shop");
        fullAndADay("shop");
        new SlotChanges(scene.repository, scene.clock, TestRepository.RANDOM)
                .add(SlotKind.WRITE, "agent", Holder.of(TestRepository.key(2)));
        try (Repository writer = Repository.open(scene.store, TestRepository.key(2))) {
            assertThatThrownBy(() -> deletion(writer, old, true).run(Progress.silent()))
                    .isInstanceOf(KeyException.class)
                    .hasMessageContaining("may only write");
        }
        assertThat(scene.repository.ids()).contains(old.id());
    }

    @Test
    void whereverItDiesEveryBackupWhoseManifestIsThereIsWhole() throws Exception {
        Manifest old = fullAndADay("shop");
        fullAndADay("shop");
        int calls = 0;
        boolean died = true;
        while (died) {
            for (boolean lastHasEffect : new boolean[] {false, true}) {
                try (PruneScene fork = scene.fork(calls)) {
                    died = diesAfter(calls, lastHasEffect, fork, old);
                    fork.requireAllGood(VerificationLevel.CONTENT);
                    for (int i = 0; i < 2; i++) {
                        fork.clock.pass(Grace.TIME.plusSeconds(1));
                        fork.prune(PruneScene.last(2));
                    }
                    fork.requireAllGood(VerificationLevel.CONTENT);
                    assertThat(new TreeSet<>(fork.names("packs/"))).isEqualTo(fork.needed());
                }
            }
            calls++;
        }
        assertThat(calls).isGreaterThan(10);
    }

    private boolean diesAfter(int calls, boolean lastHasEffect, PruneScene fork, Manifest old) throws Exception {
        FaultyStore faulty = new FaultyStore(fork.store);
        try (Repository through = Repository.open(faulty, TestRepository.key(1))) {
            faulty.dieAfter(calls, lastHasEffect);
            deletion(through, old, false).run(Progress.silent());
        } catch (IOException e) {
            assertThat(faulty.isDead()).as("%s", e).isTrue();
        }
        return faulty.isDead();
    }
}
