package io.jenkins.plugins.postgresqlbackup.engine.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.postgresqlbackup.engine.health.BackupFacts;
import io.jenkins.plugins.postgresqlbackup.engine.health.FactsJson;
import io.jenkins.plugins.postgresqlbackup.engine.health.Look;
import io.jenkins.plugins.postgresqlbackup.engine.health.RepositoryFacts;
import io.jenkins.plugins.postgresqlbackup.engine.health.RepositoryFacts.MarkFacts;
import io.jenkins.plugins.postgresqlbackup.engine.health.RepositoryFacts.PackFacts;
import io.jenkins.plugins.postgresqlbackup.engine.keys.Holder;
import io.jenkins.plugins.postgresqlbackup.engine.keys.SlotKind;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import io.jenkins.plugins.postgresqlbackup.engine.repository.SlotChanges;
import io.jenkins.plugins.postgresqlbackup.engine.storage.FaultyStore.Call;
import io.jenkins.plugins.postgresqlbackup.engine.storage.ObjectStore;
import io.jenkins.plugins.postgresqlbackup.engine.storage.ObjectStores;
import io.jenkins.plugins.postgresqlbackup.engine.storage.StorageException;
import io.jenkins.plugins.postgresqlbackup.engine.storage.SupabaseServer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LookAtRepositoryTest {
    @TempDir
    private Path directory;

    private static RepositoryFacts look(Repository repository, HealthScene scene) throws Exception {
        return new LookAtRepository(repository, Optional.empty(), scene.clock).run(Progress.silent());
    }

    @Test
    void whatManifestsMarksAndObjectsSayIsTold() throws Exception {
        try (HealthScene scene = HealthScene.well()) {
            RepositoryFacts facts = scene.see();
            Manifest last = scene.last();
            BackupFacts backup = facts.backups().get(facts.backups().size() - 1);
            assertThat(backup.id()).isEqualTo(last.id().value());
            assertThat(backup.kind()).isEqualTo("incremental");
            assertThat(backup.parent()).isEqualTo(last.parent().value());
            assertThat(backup.previous()).isEqualTo(last.previous().id().value());
            assertThat(backup.counter()).isEqualTo(10);
            assertThat(backup.source()).isEqualTo("7000000000000000001/shop");
            assertThat(backup.isOf("shop")).isTrue();
            assertThat(backup.isOf("db.example.com:5432/shop")).isTrue();
            assertThat(backup.rows()).isEqualTo(HealthScene.ROWS);
            assertThat(backup.horizon()).isEqualTo(5);
            assertThat(backup.packs())
                    .containsExactlyInAnyOrderElementsOf(
                            last.packs().stream().map(Manifest.Pack::name).toList());
            assertThat(facts.packs())
                    .extracting(PackFacts::name)
                    .containsExactlyElementsOf(scene.store.names().stream()
                            .filter(name -> name.startsWith("packs/"))
                            .toList());
            assertThat(facts.verified())
                    .containsOnlyKeys(
                            scene.taken.get(0).id().value(),
                            scene.taken.get(7).id().value());
            assertThat(facts.drilled()).isEqualTo(facts.verified());
            assertThat(facts.deleted()).hasSize(10 - facts.backups().size());
            assertThat(facts.deleted())
                    .allSatisfy(deleted -> assertThat(deleted.packs()).isNotEmpty());
            assertThat(facts.slots()).extracting("kind").containsExactlyInAnyOrder("full", "recovery");
            assertThat(facts.slots()).extracting("own").containsExactlyInAnyOrder(true, false);
            assertThat(facts.objects()).isEqualTo(scene.store.names().size());
            assertThat(facts.storeTime()).isEqualTo(scene.clock.instant());
            assertThat(facts.damage()).isEmpty();
            assertThat(facts.leases()).isEmpty();
        }
    }

    @Test
    void twoThousandBackupsKnownBeforeAreLookedAtWithListingsAlone() throws Exception {
        try (HealthScene scene = HealthScene.empty()) {
            Manifest one = scene.backUp(true, 1);
            scene.drill(one);
            byte[] manifest = scene.store.read("manifests/" + one.id()).readAllBytes();
            byte[] mark = scene.store.read("verifications/" + one.id() + "/1").readAllBytes();
            RepositoryFacts first = scene.see();
            BackupFacts seen = first.backups().get(0);
            List<BackupFacts> known = new ArrayList<>();
            List<MarkFacts> marks = new ArrayList<>();
            for (int i = 0; i < 2_000; i++) {
                String id = String.format("20260301T%06dZ-aaaaaa", i);
                scene.store.put("manifests/" + id, manifest);
                scene.store.put("verifications/" + id + "/1", mark);
                known.add(renamed(seen, id));
                marks.add(new MarkFacts(
                        "verifications/" + id + "/1", scene.clock.instant(), id, "content", scene.clock.instant()));
            }
            RepositoryFacts before = FactsJson.readRepository(FactsJson.write(first)
                    .replace("\"backups\":[", "\"backups\":[" + text(known) + ",")
                    .replace("\"marks\":[", "\"marks\":[" + marksText(marks) + ",")
                    .replace(",]", "]"));

            scene.front.calls(); // what came before does not count
            int opened = scene.front.count(Call.OPEN);
            int found = scene.front.count(Call.FIND);
            int listed = scene.front.count(Call.LIST);
            RepositoryFacts again =
                    new LookAtRepository(scene.repository, Optional.of(before), scene.clock).run(Progress.silent());
            assertThat(again.backups()).hasSize(2_001);
            assertThat(again.verified()).hasSize(2_001);
            // The two slots and the one proof: nothing that grows with the number of backups.
            assertThat(scene.front.count(Call.OPEN) - opened).isEqualTo(3);
            assertThat(scene.front.count(Call.FIND) - found).isZero();
            assertThat(scene.front.count(Call.LIST) - listed).isEqualTo(3);
            assertThat(again.backups()).isEqualTo(before.backups());
        }
    }

    private static BackupFacts renamed(BackupFacts seen, String id) throws Exception {
        return FactsJson.readBackup(FactsJson.write(seen).replaceFirst(seen.id(), id));
    }

    private static String text(List<BackupFacts> backups) {
        return String.join(",", backups.stream().map(FactsJson::write).toList());
    }

    private static String marksText(List<MarkFacts> marks) {
        return String.join(
                ",",
                marks.stream()
                        .map(mark -> "{\"name\":\"" + mark.name() + "\",\"writtenAt\":\"" + mark.writtenAt()
                                + "\",\"backup\":\"" + mark.backup() + "\",\"level\":\"content\",\"at\":\""
                                + mark.at() + "\"}")
                        .toList());
    }

    @Test
    void whatIsNewIsReadAndWhatWasReplacedIsTold() throws Exception {
        try (HealthScene scene = HealthScene.well()) {
            int opened = scene.front.count(Call.OPEN);
            scene.clock.pass(Duration.ofHours(1));
            scene.backUp(false);
            int writing = scene.front.count(Call.OPEN);
            assertThat(scene.see().backups()).hasSize(9);
            assertThat(scene.front.calls().stream()
                            .skip(0)
                            .filter(call ->
                                    call.call() == Call.OPEN && call.name().startsWith("manifests/"))
                            .filter(call ->
                                    call.name().endsWith(scene.last().id().value()))
                            .count())
                    .isGreaterThan(0);
            assertThat(scene.front.count(Call.OPEN) - writing).isEqualTo(1 + 3);
            assertThat(opened).isLessThan(writing);

            // Somebody puts another authentic manifest in a newer one's place.
            String name = "manifests/" + scene.last().id();
            byte[] other = remade(scene);
            scene.store.delete(name);
            scene.clock.pass(Duration.ofHours(1));
            scene.store.put(name, other);
            assertThat(scene.see().damage())
                    .containsExactly("The manifest of backup " + scene.last().id()
                            + " is not the one that was there before: it was replaced.");
        }
    }

    /** The same manifest sealed once more: every seal differs. */
    private static byte[] remade(HealthScene scene) throws Exception {
        String name = "manifests/" + scene.last().id();
        byte[] kept = scene.store.read(name).readAllBytes();
        scene.store.delete(name);
        scene.repository.write(scene.last());
        byte[] fresh = scene.store.read(name).readAllBytes();
        assertThat(fresh).isNotEqualTo(kept);
        return fresh;
    }

    @Test
    void aWriteSlotSeesAllButTheMarks() throws Exception {
        try (HealthScene scene = HealthScene.well()) {
            new SlotChanges(scene.repository, scene.clock, TestRepository.RANDOM)
                    .add(SlotKind.WRITE, "agent", Holder.of(TestRepository.key(2)));
            try (Repository writer = Repository.open(scene.front, TestRepository.key(2))) {
                RepositoryFacts facts = look(writer, scene);
                assertThat(facts.marksUnknown()).isTrue();
                assertThat(facts.verified()).isEmpty();
                assertThat(facts.marks()).isEmpty();
                assertThat(facts.backups()).isEqualTo(scene.look.facts().backups());
                // What a full key saw before is not taken for what this one sees, nor the other way round.
                assertThat(new LookAtRepository(writer, scene.look.known(), scene.clock)
                                .run(Progress.silent())
                                .verified())
                        .isEmpty();
                assertThat(new LookAtRepository(scene.repository, Optional.of(facts), scene.clock)
                                .run(Progress.silent())
                                .verified())
                        .isEqualTo(scene.look.facts().verified());
            }
        }
    }

    @Test
    void aStoreThatMayOnlyBeReadTellsNoTimeAndThatIsAll() throws Exception {
        try (HealthScene scene = HealthScene.well()) {
            scene.front.refuse(Call.NOW, "");
            RepositoryFacts facts = look(scene.repository, scene);
            assertThat(facts.storeTime()).isNull();
            assertThat(facts.backups()).hasSize(8);
            assertThat(FactsJson.readRepository(FactsJson.write(facts))).isEqualTo(facts);
            scene.look = Look.at(scene.clock.instant(), facts);
            assertThat(scene.findings()).isEmpty();
        }
    }

    @Test
    void aPackThatTheListingShowsLateIsAskedForAlone() throws Exception {
        try (HealthScene scene = HealthScene.well()) {
            String pack = scene.last().packs().get(0).name();
            ObjectStore late = new LateListing(scene.front, pack);
            try (Repository again = Repository.open(late, TestRepository.key(1))) {
                assertThat(look(again, scene).packs())
                        .extracting(PackFacts::name)
                        .contains(pack);
            }
        }
    }

    @Test
    void aStoreThatFailsHalfWayIsAFailureAndNotDamage() throws Exception {
        try (HealthScene scene = HealthScene.well()) {
            scene.front.refuse(Call.OPEN, "manifests/");
            assertThatThrownBy(() -> look(scene.repository, scene)).isInstanceOf(StorageException.class);
        }
    }

    @Test
    void anInterruptEndsIt() throws Exception {
        try (HealthScene scene = HealthScene.well()) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> look(scene.repository, scene)).isInstanceOf(InterruptedException.class);
            assertThat(Thread.interrupted()).isFalse();

            Thread looking = Thread.currentThread();
            scene.front.before(Call.OPEN, "manifests/", looking::interrupt);
            assertThatThrownBy(() -> look(scene.repository, scene)).isInstanceOf(InterruptedException.class);
            assertThat(Thread.interrupted()).isFalse();
        }
    }

    @Test
    void aDirectoryTellsTheDiskItLiesOn() throws Exception {
        try (Repository repository = TestRepository.create(directory)) {
            RepositoryFacts facts =
                    new LookAtRepository(repository, Optional.empty(), Clock.systemUTC()).run(Progress.silent());
            assertThat(facts.diskBytes()).isEqualTo(directory.toFile().getTotalSpace());
            assertThat(facts.diskFreeBytes()).isBetween(1L, facts.diskBytes());
            assertThat(facts.project()).isNull();
            assertThat(facts.objects()).isEqualTo(3);
        }
    }

    @Test
    void aBucketOfSupabaseTellsItsProject() throws Exception {
        try (SupabaseServer server = new SupabaseServer()) {
            URI location = URI.create(
                    server.newLocation().toString().replace("supabase:///", "supabase://abcdefghijklmnopqrst/"));
            ObjectStore store = ObjectStores.open(
                    location,
                    true,
                    Optional.empty(),
                    Map.of("SUPABASE_SERVICE_ROLE_KEY", SupabaseServer.SERVICE_KEY)::get);
            try (Repository repository = TestRepository.create(store)) {
                assertThat(new LookAtRepository(repository, Optional.empty(), Clock.systemUTC())
                                .run(Progress.silent())
                                .project())
                        .isEqualTo("abcdefghijklmnopqrst");
            }
        }
    }

    @Test
    void factsOfAnotherRepositoryAreNotBelieved() throws Exception {
        try (HealthScene one = HealthScene.well();
                HealthScene other = HealthScene.empty()) {
            RepositoryFacts facts =
                    new LookAtRepository(other.repository, one.look.known(), other.clock).run(Progress.silent());
            assertThat(facts.backups()).isEmpty();
            assertThat(facts.damage()).isEmpty();
        }
    }

    @Test
    void rubbishInTheManifestsFolderIsNoBackup() throws Exception {
        try (HealthScene scene = HealthScene.well()) {
            scene.store.put("manifests/notes", "hello".getBytes(StandardCharsets.UTF_8));
            scene.store.put("packs/notes", "hello".getBytes(StandardCharsets.UTF_8));
            RepositoryFacts facts = scene.see();
            assertThat(facts.unreadable()).isEmpty();
            assertThat(facts.objects()).isEqualTo(scene.store.names().size());
        }
    }
}
