package io.jenkins.plugins.postgresqlbackup.engine.operation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.postgresqlbackup.engine.keys.Holder;
import io.jenkins.plugins.postgresqlbackup.engine.keys.KeyException;
import io.jenkins.plugins.postgresqlbackup.engine.keys.SlotKind;
import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Grace;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Journal;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Pins;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import io.jenkins.plugins.postgresqlbackup.engine.repository.SlotChanges;
import io.jenkins.plugins.postgresqlbackup.engine.retention.RetentionPolicy;
import io.jenkins.plugins.postgresqlbackup.engine.storage.FaultyStore;
import io.jenkins.plugins.postgresqlbackup.engine.storage.FaultyStore.Call;
import io.jenkins.plugins.postgresqlbackup.engine.storage.SettableClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class PruneBackupsTest {
    private PruneScene scene;

    @BeforeEach
    void open() throws Exception {
        scene = PruneScene.create(1);
    }

    @AfterEach
    void close() {
        scene.close();
    }

    private void pass(Duration time) {
        scene.clock.pass(time);
    }

    private Manifest fullAndADay(String database) throws Exception {
        Manifest manifest = scene.backups.full(database, 4);
        pass(PruneScene.DAY);
        return manifest;
    }

    @Test
    void aManifestGoesFirstAndItsPacksAfterTheGraceTime() throws Exception {
        Manifest first = fullAndADay("shop");
        Manifest second = fullAndADay("shop");
        Set<String> before = new TreeSet<>(scene.names("packs/"));

        PruneResult result = scene.prune(PruneScene.last(1));
        assertThat(result.deleted()).containsExactly(first.id());
        assertThat(result.packs()).isZero();
        assertThat(result.complete()).isTrue();
        assertThat(result.waiting().packs()).isEqualTo(first.packs().size());
        assertThat(result.waiting().until()).hasValue(scene.clock.instant().plus(Grace.TIME));
        assertThat(scene.names("manifests/")).containsExactly("manifests/" + second.id());
        assertThat(scene.names("packs/")).containsExactlyElementsOf(before);
        assertThat(scene.repository.wasDeleted(first.id())).isTrue();
        scene.requireAllGood(VerificationLevel.CONTENT);

        pass(Grace.TIME);
        assertThat(scene.prune(PruneScene.last(1)).packs()).isZero();
        pass(Duration.ofSeconds(1));
        PruneResult later = scene.prune(PruneScene.last(1));
        assertThat(later.packs()).isEqualTo(first.packs().size());
        assertThat(later.bytes())
                .isGreaterThanOrEqualTo(
                        first.packs().stream().mapToLong(Manifest.Pack::size).sum());
        assertThat(later.waiting().packs()).isZero();
        assertThat(new TreeSet<>(scene.names("packs/"))).isEqualTo(scene.needed());
        scene.requireAllGood(VerificationLevel.CONTENT);
    }

    @Test
    void aPackStaysAsLongAsAnotherBackupReusesIt() throws Exception {
        Manifest full = fullAndADay("shop");
        Manifest incremental = scene.backups.incremental(full, 1);
        pass(PruneScene.DAY);
        scene.prune(PruneScene.last(1));
        pass(Grace.TIME.multipliedBy(3));
        scene.prune(PruneScene.last(1));
        assertThat(scene.repository.ids()).containsExactly(incremental.id());
        assertThat(new TreeSet<>(scene.names("packs/" + full.id())))
                .isNotEmpty()
                .isSubsetOf(scene.needed());
        scene.requireAllGood(VerificationLevel.CONTENT);
        assertThat(scene.repository.wasDeleted(full.id())).isTrue();
    }

    @Test
    void atTheEndNothingIsLeftThatNobodyNeeds() throws Exception {
        Manifest first = fullAndADay("shop");
        scene.backups.verified(first);
        scene.backups.incremental(first, 2);
        scene.backups.abandoned(3);
        scene.store.put("trials/x", new byte[3]);
        pass(PruneScene.DAY);
        Manifest last = fullAndADay("shop");
        scene.backups.verified(last);
        for (int i = 0; i < 4; i++) {
            scene.prune(PruneScene.last(1));
            pass(Grace.TIME.plusSeconds(1));
        }
        assertThat(scene.repository.ids()).containsExactly(last.id());
        assertThat(new TreeSet<>(scene.names("packs/"))).isEqualTo(scene.needed());
        assertThat(scene.names("trials/")).isEmpty();
        assertThat(scene.names("verifications/"))
                .singleElement()
                .asString()
                .contains(last.id().value());
        assertThat(scene.names("leases/")).isEmpty();
        assertThat(scene.names("tombstones/"))
                .as("only the one that the last backup's manifest refers to")
                .allMatch(
                        name -> name.startsWith("tombstones/" + last.previous().id()));
        scene.requireAllGood(VerificationLevel.CONTENT);
    }

    @Test
    void whatABackupThatIsBeingTakenHasStoredStays() throws Exception {
        fullAndADay("shop");
        List<String> packs = scene.backups.abandoned(3);
        pass(Grace.TIME);
        PruneResult result = scene.prune(PruneScene.last(1));
        assertThat(scene.names("packs/")).containsAll(packs);
        assertThat(result.waiting().packs()).isEqualTo(packs.size());
        pass(Duration.ofSeconds(1));
        scene.prune(PruneScene.last(1));
        assertThat(scene.names("packs/")).doesNotContainAnyElementsOf(packs);
    }

    /** It found its parent before that went, and takes almost as long as it may. */
    @Test
    void whatABackupThatIsBeingTakenReusesStays() throws Exception {
        Manifest parent = fullAndADay("shop");
        pass(Duration.ofDays(100));
        fullAndADay("shop");
        Publication publication = Publication.begin(scene.repository, Grace.BACKUP_LIMIT);
        for (int hour = 0; hour < Grace.BACKUP_LIMIT.toHours(); hour++) {
            scene.prune(PruneScene.last(1));
            pass(Duration.ofHours(1));
        }
        assertThat(scene.repository.ids()).doesNotContain(parent.id());
        Manifest made = scene.backups.incremental(parent, 1);
        assertThat(Duration.between(publication.begunAt(), made.begunAt())).isEqualTo(Grace.BACKUP_LIMIT);
        assertThat(publication.missing(made.packs())).isEmpty();
        scene.requireAllGood(VerificationLevel.CONTENT);
        scene.prune(PruneScene.last(1));
        pass(Grace.TIME.multipliedBy(2));
        scene.prune(PruneScene.last(1));
        scene.requireAllGood(VerificationLevel.CONTENT);
    }

    @Test
    void aDryRunSaysTheSameAndDoesNothing() throws Exception {
        fullAndADay("shop");
        scene.backups.abandoned(3);
        pass(Grace.TIME.plusSeconds(1));
        fullAndADay("shop");
        List<String> before = scene.store.names();
        PruneSettings settings = PruneSettings.of(PruneScene.last(1));
        PruneResult dry = scene.prune(settings.withDryRun(true));
        assertThat(scene.store.names()).isEqualTo(before);
        PruneResult wet = scene.prune(settings);
        assertThat(dry.deleted()).isNotEmpty().isEqualTo(wet.deleted());
        assertThat(dry.backups()).isEqualTo(wet.backups());
        assertThat(dry.packs()).isNotZero().isEqualTo(wet.packs());
        assertThat(dry.waiting()).isEqualTo(wet.waiting());
    }

    @Test
    void onlyTheDatabaseThatWasAskedForIsPruned() throws Exception {
        Manifest shop = fullAndADay("shop");
        Manifest till = fullAndADay("till");
        fullAndADay("shop");
        fullAndADay("till");
        PruneResult result = scene.prune(PruneSettings.of(PruneScene.last(1)).withDatabase("till"));
        assertThat(result.deleted()).containsExactly(till.id());
        assertThat(result.backups())
                .filteredOn(backup -> backup.id().equals(shop.id()))
                .singleElement()
                .satisfies(backup -> {
                    assertThat(backup.keep()).isTrue();
                    assertThat(backup.reasons()).containsExactly("Another database was asked for.");
                });
        assertThat(scene.prune(PruneSettings.of(PruneScene.last(1)).withDatabase("db.example.com:5432/shop"))
                        .deleted())
                .containsExactly(shop.id());
    }

    @Test
    void unverifiedBackupsPushNoVerifiedOneOut() throws Exception {
        Manifest verified = fullAndADay("shop");
        scene.backups.verified(verified);
        Manifest second = fullAndADay("shop");
        Manifest third = fullAndADay("shop");
        PruneResult result = scene.prune(PruneScene.last(1));
        assertThat(result.deleted()).containsExactly(second.id());
        assertThat(scene.repository.ids()).containsExactly(verified.id(), third.id());
    }

    @Test
    void aBackupThatHasLostAPackPushesNoneOutAndIsTold() throws Exception {
        Manifest good = fullAndADay("shop");
        Manifest damaged = fullAndADay("shop");
        String lost = damaged.packs().get(0).name();
        scene.store.delete(lost);
        PruneResult result = scene.prune(PruneScene.last(1));
        assertThat(result.deleted()).isEmpty();
        assertThat(scene.repository.ids()).containsExactly(good.id(), damaged.id());
        assertThat(result.findings())
                .singleElement()
                .asString()
                .contains(lost, damaged.id().value());
        assertThat(result.complete()).isTrue();
    }

    @Test
    void aManifestThatCannotBeReadStaysAndWithItAllPacks() throws Exception {
        Manifest first = fullAndADay("shop");
        Manifest second = fullAndADay("shop");
        scene.prune(PruneScene.last(1));
        scene.store.put("manifests/20260101T000000Z-aaaaaa", "nonsense".getBytes(UTF_8));
        pass(Grace.TIME.multipliedBy(2));
        PruneResult result = scene.prune(PruneScene.last(1));
        assertThat(result.packs()).isZero();
        assertThat(result.findings()).singleElement().asString().contains("20260101T000000Z-aaaaaa", "no pack");
        assertThat(scene.repository.ids()).hasSize(2).contains(second.id());
        assertThat(scene.names("packs/" + first.id())).isNotEmpty();
        scene.store.delete("manifests/20260101T000000Z-aaaaaa");
        assertThat(scene.prune(PruneScene.last(1)).packs()).isNotZero();
    }

    @Test
    void aPinnedBackupStays() throws Exception {
        Manifest pinned = fullAndADay("shop");
        Manifest other = fullAndADay("shop");
        fullAndADay("shop");
        new Pins(scene.repository).pin(pinned.id(), "before the migration", "me", scene.clock.instant());
        PruneResult result = scene.prune(PruneScene.last(1));
        assertThat(result.deleted()).containsExactly(other.id());
        assertThat(result.backups().get(0).reasons()).contains("It is pinned: before the migration");
    }

    /** By another store in front, which pins when the tombstone is begun. */
    @Test
    void aPinThatIsSetAtTheLastMomentIsSeen() throws Exception {
        Manifest first = fullAndADay("shop");
        fullAndADay("shop");
        FaultyStore watching = new FaultyStore(scene.store);
        watching.on(Call.COMMIT, 2).run(() -> pin(first.id()));
        PruneResult result = scene.pruneThrough(watching, PruneScene.last(1));
        assertThat(result.deleted()).isEmpty();
        assertThat(result.backups().get(0).reasons()).containsExactly("It was pinned at this moment.");
        assertThat(scene.repository.ids()).contains(first.id());
    }

    private void pin(BackupId id) {
        try {
            scene.store.put("pins/" + id, "not authentic, and a pin all the same".getBytes(UTF_8));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void aBackupFromTheFutureStays() throws Exception {
        Manifest old = fullAndADay("shop");
        pass(Duration.ofDays(400));
        Manifest future = scene.backups.full("shop", 3);
        scene.clock.set(PruneScene.BEGIN.plus(Duration.ofDays(10)));
        Manifest present = scene.backups.full("shop", 3);
        PruneResult result = scene.prune(PruneScene.last(1));
        assertThat(result.deleted()).containsExactly(old.id());
        assertThat(scene.repository.ids()).containsExactlyInAnyOrder(present.id(), future.id());
    }

    @Test
    void aLockedObjectIsToldAndLeft() throws Exception {
        Manifest first = fullAndADay("shop");
        Manifest second = fullAndADay("shop");
        fullAndADay("shop");
        scene.store.lock("manifests/" + first.id());
        PruneResult result = scene.prune(PruneScene.last(1));
        assertThat(result.complete()).isTrue();
        assertThat(result.locked()).singleElement().asString().contains("manifests/" + first.id());
        assertThat(result.deleted()).containsExactly(second.id());
        scene.requireAllGood(VerificationLevel.CONTENT);

        String pack = second.packs().get(0).name();
        scene.store.lock(pack);
        pass(Grace.TIME.plusSeconds(1));
        PruneResult later = scene.prune(PruneScene.last(1));
        assertThat(later.locked()).anyMatch(sentence -> sentence.contains(pack));
        assertThat(scene.names("packs/" + second.id())).containsExactly(pack);
        scene.store.unlock(pack);
        assertThat(scene.prune(PruneScene.last(1)).packs()).isEqualTo(1);
    }

    @Test
    void aDeleteThatFailsIsAnErrorAndTheOthersGoOn() throws Exception {
        Manifest first = fullAndADay("shop");
        Manifest second = fullAndADay("shop");
        fullAndADay("shop");
        FaultyStore faulty = new FaultyStore(scene.store);
        // The first deletes are those of tombstones that may be there.
        faulty.on(Call.DELETE, 2).fail();
        PruneResult result = scene.pruneThrough(faulty, PruneScene.last(1));
        assertThat(result.complete()).isFalse();
        assertThat(result.failures()).singleElement().asString().contains("manifests/" + first.id());
        assertThat(result.deleted()).containsExactly(second.id());
        assertThat(scene.prune(PruneScene.last(1)).deleted()).containsExactly(first.id());
    }

    @Test
    void whereAPruneDiedTheGraceTimeBeginsWithTheNext() throws Exception {
        Manifest first = fullAndADay("shop");
        fullAndADay("shop");
        FaultyStore faulty = new FaultyStore(scene.store);
        faulty.on(Call.DELETE, 2).failAfterwards();
        scene.pruneThrough(faulty, PruneScene.last(1));
        assertThat(scene.names("manifests/" + first.id())).isEmpty();
        assertThat(scene.names("tombstones/")).containsExactly("tombstones/" + first.id() + "/begun");
        pass(Grace.TIME.multipliedBy(2));
        PruneResult next = scene.prune(PruneScene.last(1));
        assertThat(next.packs()).isZero();
        assertThat(scene.names("tombstones/")).contains("tombstones/" + first.id() + "/done");
        assertThat(scene.prune(PruneScene.last(1)).waiting().until())
                .hasValue(scene.clock.instant().plus(Grace.TIME));
        pass(Grace.TIME.plusSeconds(1));
        assertThat(scene.prune(PruneScene.last(1)).packs())
                .isEqualTo(first.packs().size());
    }

    /** As when it was put back from a copy of the storage. */
    @Test
    void aManifestThatCameBackGetsAFreshGraceTime() throws Exception {
        Manifest first = fullAndADay("shop");
        fullAndADay("shop");
        byte[] manifest;
        try (var in = scene.store.read("manifests/" + first.id())) {
            manifest = in.readAllBytes();
        }
        scene.prune(PruneScene.last(1));
        pass(Grace.TIME.minusSeconds(1));
        scene.store.put("manifests/" + first.id(), manifest);
        pass(Duration.ofSeconds(2));
        PruneResult again = scene.prune(PruneScene.last(1));
        assertThat(again.deleted()).containsExactly(first.id());
        assertThat(scene.prune(PruneScene.last(1)).packs()).isZero();
        assertThat(again.waiting().until()).hasValue(scene.clock.instant().plus(Grace.TIME));
    }

    @Test
    void aTombstoneThatWasChangedLetsNothingGo() throws Exception {
        Manifest first = fullAndADay("shop");
        fullAndADay("shop");
        scene.prune(PruneScene.last(1));
        for (String name : scene.names("tombstones/")) {
            scene.store.replace(name, "{}\n{}\n".getBytes(UTF_8));
        }
        assertThat(scene.repository.wasDeleted(first.id())).isFalse();
        pass(Grace.TIME.minusSeconds(1));
        PruneResult result = scene.prune(PruneScene.last(1));
        assertThat(result.packs()).isZero();
        assertThat(result.findings())
                .singleElement()
                .asString()
                .contains(first.id().value());
        pass(Duration.ofSeconds(2));
        assertThat(scene.prune(PruneScene.last(1)).packs())
                .isEqualTo(first.packs().size());
    }

    @Test
    void whatAnUnfinishedBackupHasStoredStaysUntilItsJournalIsOld() throws Exception {
        Manifest like = fullAndADay("shop");
        Manifest.Pack pack = new Manifest.Pack(scene.backups.abandoned(3).get(0), 1, null);
        BackupId dead = new BackupId(pack.name().split("/")[1]);
        pass(Grace.TIME.plusSeconds(1));
        scene.repository
                .journals()
                .write(
                        new Journal(
                                Manifest.FORMAT,
                                dead,
                                like.kind(),
                                like.begunAt(),
                                like.database(),
                                like.snapshot(),
                                List.of(),
                                List.of(pack),
                                Map.of()),
                        1);
        scene.prune(PruneScene.last(1));
        assertThat(scene.names("packs/" + dead)).containsExactly(pack.name());
        pass(Grace.TIME.plusSeconds(1));
        assertThat(scene.prune(PruneScene.last(1)).packs()).as("still named").isZero();
        assertThat(scene.names("journals/")).isEmpty();
        assertThat(scene.prune(PruneScene.last(1)).packs()).isEqualTo(1);
    }

    @Test
    void aJournalThatCannotBeReadKeepsItsBackupsPacks() throws Exception {
        fullAndADay("shop");
        List<String> packs = scene.backups.abandoned(3);
        String dead = packs.get(0).split("/")[1];
        pass(Grace.TIME.plusSeconds(1));
        scene.store.put("journals/" + dead + "/000001", "nonsense".getBytes(UTF_8));
        PruneResult result = scene.prune(PruneScene.last(1));
        assertThat(scene.names("packs/" + dead)).containsExactlyElementsOf(packs);
        assertThat(result.findings()).singleElement().asString().contains("journals/" + dead);
    }

    @Test
    void aWriteSlotMayNotPrune() throws Exception {
        fullAndADay("shop");
        new SlotChanges(scene.repository, scene.clock, TestRepository.RANDOM)
                .add(SlotKind.WRITE, "agent", Holder.of(TestRepository.key(2)));
        try (Repository writer = Repository.open(scene.store, TestRepository.key(2))) {
            PruneBackups prune = new PruneBackups(writer, PruneSettings.of(PruneScene.last(1)), scene.clock);
            assertThatThrownBy(() -> prune.run(Progress.silent())).isInstanceOf(KeyException.class);
        }
    }

    @Test
    void nothingIsDeletedByAClockThatMayBeWrong() throws Exception {
        fullAndADay("shop");
        fullAndADay("shop");
        List<String> before = scene.store.names();
        for (Duration wrong : List.of(Duration.ofMinutes(6), Duration.ofDays(-400))) {
            SettableClock ours = new SettableClock(scene.clock.instant().plus(wrong));
            PruneBackups prune = new PruneBackups(scene.repository, PruneSettings.of(PruneScene.last(1)), ours);
            assertThatThrownBy(() -> prune.run(Progress.silent()))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("clock");
        }
        assertThat(scene.store.names()).isEqualTo(before);
    }

    @Test
    void whatWasSeenLongAgoIsLookedAtAgain() throws Exception {
        Manifest first = fullAndADay("shop");
        Manifest second = fullAndADay("shop");
        fullAndADay("shop");
        FaultyStore slow = new FaultyStore(scene.store);
        // While the first manifest is deleted, half a day passes.
        slow.on(Call.DELETE, 2).run(() -> pass(Duration.ofHours(19)));
        PruneResult result = scene.pruneThrough(slow, PruneScene.last(1));
        assertThat(result.now()).isEqualTo(scene.clock.instant());
        assertThat(result.deleted()).containsExactly(first.id(), second.id());
        assertThat(result.backups()).hasSize(3);
        assertThat(slow.count(Call.NOW)).isGreaterThan(2);
    }

    @Test
    void aCopiedRepositoryIsPrunedLikeAnyOther() throws Exception {
        Manifest first = fullAndADay("shop");
        scene.backups.verified(first);
        Manifest second = fullAndADay("shop");
        pass(Duration.ofDays(100));
        // Every object is of today now.
        for (String name : scene.store.names()) {
            byte[] content;
            try (var in = scene.store.read(name)) {
                content = in.readAllBytes();
            }
            scene.store.delete(name);
            scene.store.put(name, content);
        }
        RetentionPolicy policy = RetentionPolicy.usual();
        assertThat(scene.prune(policy).deleted()).isEmpty();
        assertThat(scene.repository.ids()).containsExactly(first.id(), second.id());
        assertThat(scene.prune(PruneScene.last(1)).deleted()).isEmpty();
        Manifest third = scene.backups.full("shop", 3);
        assertThat(scene.prune(PruneScene.last(1)).deleted()).containsExactly(second.id());
        scene.backups.verified(third);
        assertThat(scene.prune(PruneScene.last(1)).deleted()).containsExactly(first.id());
    }

    @Test
    void anInterruptEndsItAndLeavesAllWhole() throws Exception {
        fullAndADay("shop");
        fullAndADay("shop");
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> scene.prune(PruneScene.last(1))).isInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isFalse();
        scene.requireAllGood(VerificationLevel.CONTENT);
    }

    @Test
    void theGraceTimeCannotBeMadeShorter() {
        PruneSettings settings = PruneSettings.of(PruneScene.last(1));
        assertThatThrownBy(() -> settings.withGrace(Duration.ofHours(71))).hasMessageContaining("72 hours");
        assertThat(settings.withGrace(Duration.ofDays(5)).grace()).isEqualTo(Duration.ofDays(5));
    }
}
