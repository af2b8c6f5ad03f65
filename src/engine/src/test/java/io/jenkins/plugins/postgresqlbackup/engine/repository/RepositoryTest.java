package io.jenkins.plugins.postgresqlbackup.engine.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.postgresqlbackup.engine.keys.Holder;
import io.jenkins.plugins.postgresqlbackup.engine.keys.KeyException;
import io.jenkins.plugins.postgresqlbackup.engine.keys.KeySlot;
import io.jenkins.plugins.postgresqlbackup.engine.keys.RawKey;
import io.jenkins.plugins.postgresqlbackup.engine.keys.Secret;
import io.jenkins.plugins.postgresqlbackup.engine.keys.Secrets;
import io.jenkins.plugins.postgresqlbackup.engine.keys.SlotKind;
import io.jenkins.plugins.postgresqlbackup.engine.repository.RepositoryCreation.Created;
import io.jenkins.plugins.postgresqlbackup.engine.repository.RepositoryException.Reason;
import io.jenkins.plugins.postgresqlbackup.engine.storage.FaultyStore;
import io.jenkins.plugins.postgresqlbackup.engine.storage.ObjectStore;
import io.jenkins.plugins.postgresqlbackup.engine.storage.ObjectStores;
import io.jenkins.plugins.postgresqlbackup.engine.storage.StorageException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RepositoryTest {
    private static final Clock NOON = Clock.fixed(Instant.parse("2026-11-22T12:00:00Z"), ZoneOffset.UTC);

    private final SecureRandom random = new SecureRandom();

    @TempDir
    private Path place;

    private Path root;

    @BeforeEach
    void chooseAPlace() {
        root = place.resolve("repository");
    }

    @Test
    void aManifestComesBackAsItWasWritten() throws Exception {
        create().close();
        Manifest manifest = manifest("20261122T120000Z-aaaaaa", 1);
        try (Repository repository = open(key(1))) {
            repository.write(manifest);
        }
        try (Repository repository = open(key(1))) {
            assertThat(repository.ids()).containsExactly(manifest.id());
            assertThat(repository.read(manifest.id()))
                    .usingRecursiveComparison()
                    .isEqualTo(manifest);
            assertThat(repository.damage()).isEmpty();
        }
    }

    @Test
    void anotherKeyOpensNothingAndIsToldSo() throws Exception {
        create().close();
        assertThatThrownBy(() -> open(key(2)))
                .isInstanceOf(RepositoryException.class)
                .hasMessageContaining("opens none of the 2 key slots")
                .extracting(e -> ((RepositoryException) e).reason())
                .isEqualTo(Reason.WRONG_KEY);
    }

    @Test
    void theRecoveryKeyOpensEverything() throws Exception {
        String recovery;
        try (ObjectStore store = store()) {
            Created created = RepositoryCreation.create(store, key(1), "me", NOON, random);
            recovery = created.recoveryKey();
        }
        try (Repository repository = open(Secrets.parse(recovery.getBytes(StandardCharsets.US_ASCII)))) {
            assertThat(repository.openedWith().kind()).isEqualTo(SlotKind.RECOVERY);
            assertThat(repository.keys().canRead()).isTrue();
        }
    }

    @Test
    void aRecoveryKeyIsUnprovenUntilItHasOpenedTheRepository() throws Exception {
        String recovery;
        try (ObjectStore store = store()) {
            recovery =
                    RepositoryCreation.create(store, key(1), "me", NOON, random).recoveryKey();
        }
        try (Repository repository = open(Secrets.parse(recovery.getBytes(StandardCharsets.US_ASCII)))) {
            SlotChanges slots = new SlotChanges(repository, NOON, random);
            assertThat(slots.proven(repository.openedWith())).isEmpty();
            slots.prove();
            slots.prove();
            assertThat(slots.proven(repository.openedWith())).contains(NOON.instant());
        }
    }

    @Test
    void lostRepositoryFileAndSlotsAreReadFromAManifestAndTold() throws Exception {
        create().close();
        try (Repository repository = open(key(1))) {
            repository.write(manifest("20261122T120000Z-aaaaaa", 1));
        }
        Files.delete(root.resolve("repository.json"));
        deleteAll(root.resolve("keys"));
        try (Repository repository = open(key(1))) {
            assertThat(repository.read(repository.find("latest")).counter()).isEqualTo(1);
            assertThat(repository.damage()).extracting(Damage::object).contains("repository.json");
            assertThat(repository.damage()).anyMatch(damage -> damage.object().startsWith("keys/"));
        }
    }

    @Test
    void aNewSlotPutsALostOrDamagedRepositoryFileBack() throws Exception {
        create().close();
        try (Repository repository = open(key(1))) {
            repository.write(manifest("20261122T120000Z-aaaaaa", 1));
        }
        Path file = root.resolve("repository.json");
        byte[] good = Files.readAllBytes(file);
        for (byte[] bad : new byte[][] {null, {'{', '}'}}) {
            Files.delete(file);
            if (bad != null) {
                Files.write(file, bad);
            }
            try (Repository repository = open(key(1))) {
                new SlotChanges(repository, NOON, random)
                        .add(SlotKind.WRITE, "agent", Holder.of(key(bad == null ? 8 : 9)));
            }
            assertThat(Files.readAllBytes(file)).isEqualTo(good);
        }
        try (Repository repository = open(key(9))) {
            assertThat(repository.damage()).isEmpty();
        }
    }

    @Test
    void everyFlippedBitOfTheClearObjectsIsNoticedAndNamed() throws Exception {
        create().close();
        try (Repository repository = open(key(1))) {
            repository.write(manifest("20261122T120000Z-aaaaaa", 1));
        }
        for (Path object : clearObjects()) {
            byte[] good = Files.readAllBytes(object);
            String name = root.relativize(object).toString();
            for (int bit = 0; bit < good.length * 8; bit++) {
                byte[] bad = good.clone();
                bad[bit / 8] ^= (byte) (1 << bit % 8);
                Files.write(object, bad);
                assertThat(whatOpeningSays())
                        .as("bit %d of byte %d of %s", bit % 8, bit / 8, name)
                        .contains(name);
            }
            Files.write(object, good);
        }
    }

    @Test
    void aMovedManifestIsNoBackup() throws Exception {
        create().close();
        try (Repository repository = open(key(1))) {
            repository.write(manifest("20261122T120000Z-aaaaaa", 1));
        }
        Path manifests = root.resolve("manifests");
        Files.copy(manifests.resolve("20261122T120000Z-aaaaaa"), manifests.resolve("20261123T120000Z-bbbbbb"));
        try (Repository repository = open(key(1))) {
            assertThatThrownBy(() -> repository.read(new BackupId("20261123T120000Z-bbbbbb")))
                    .hasMessageContaining("manifests/20261123T120000Z-bbbbbb")
                    .hasMessageContaining("moved or swapped");
        }
    }

    @Test
    void aManifestOfANewerFormatIsRefusedInASentence() throws Exception {
        create().close();
        Manifest newer = withFormat(manifest("20261122T120000Z-aaaaaa", 1), "2.0");
        try (Repository repository = open(key(1))) {
            repository.write(newer);
            assertThatThrownBy(() -> repository.read(newer.id()))
                    .hasMessageContaining("format version 2.0")
                    .hasMessageContaining("use a newer PostgreSQL Backup");
        }
    }

    @Test
    void aMinorVersionsNewFieldsAreIgnored() throws Exception {
        create().close();
        Manifest newer = withFormat(manifest("20261122T120000Z-aaaaaa", 1), "1.7");
        try (Repository repository = open(key(1))) {
            repository.write(newer);
            assertThat(repository.read(newer.id()).format()).isEqualTo("1.7");
        }
    }

    @Test
    void aWriteSlotCanWrapADataKeyButNotUnwrapIt() throws Exception {
        try (Repository repository = create()) {
            new SlotChanges(repository, NOON, random).add(SlotKind.WRITE, "agent", Holder.of(key(3)));
        }
        try (Repository agent = open(key(3))) {
            Manifest.WrappedKey wrapped = agent.wrapDataKey(new BackupId("20261122T120000Z-aaaaaa"), new byte[32]);
            assertThat(wrapped.wrapped()).hasSizeGreaterThan(32);
            assertThatThrownBy(() -> agent.keys().unwrapDataKey(1, wrapped.wrapped(), new byte[0]))
                    .isInstanceOf(KeyException.class);
            assertThatThrownBy(() -> new SlotChanges(agent, NOON, random).add(SlotKind.FULL, "x", Holder.of(key(4))))
                    .isInstanceOf(KeyException.class)
                    .hasMessageContaining("may only write");
        }
    }

    @Test
    void theLastFullSlotCannotBeRemoved() throws Exception {
        try (Repository repository = create()) {
            SlotChanges slots = new SlotChanges(repository, NOON, random);
            String own = repository.openedWith().id();
            assertThatThrownBy(() -> slots.remove(own)).hasMessageContaining("last full slot");
            slots.add(SlotKind.FULL, "second", Holder.of(key(2)));
            slots.remove(own);
            assertThat(repository.slots())
                    .extracting(KeySlot::label)
                    .contains("second")
                    .doesNotContain("me");
        }
        open(key(2)).close();
    }

    @Test
    void afterARotationOldKeysOpenNothingNewAndNewKeysOpenAll() throws Exception {
        Manifest before = manifest("20261122T120000Z-aaaaaa", 1);
        try (Repository repository = create()) {
            repository.write(before);
            new SlotChanges(repository, NOON, random).rotate(Holder.of(key(5)), "me again");
        }
        try (Repository repository = open(key(5))) {
            assertThat(repository.keys().newest()).isEqualTo(2);
            assertThat(repository.read(before.id()).id()).isEqualTo(before.id());
            Manifest after = withGeneration(manifest("20261122T130000Z-bbbbbb", 2), 2);
            repository.write(after);
            assertThat(repository.read(after.id()).counter()).isEqualTo(2);
        }
        try (Repository old = open(key(1))) {
            assertThat(old.damage()).isNotEmpty();
            assertThatThrownBy(() -> old.read(new BackupId("20261122T130000Z-bbbbbb")))
                    .hasMessageContaining("key generation 2");
            assertThatThrownBy(old::requireNewestGeneration).hasMessageContaining("rotated");
        }
    }

    @Test
    void aStrangersPublicKeyIsRefused() throws Exception {
        try (Repository repository = create()) {
            repository.requireFingerprint(repository.fingerprint());
            assertThatThrownBy(() -> repository.requireFingerprint("00".repeat(32)))
                    .hasMessageContaining("another public key");
        }
    }

    @Test
    void aMistypedIdIsAnsweredWithTheNearestOnes() throws Exception {
        try (Repository repository = create()) {
            repository.write(manifest("20261122T120000Z-aaaaaa", 1));
            repository.write(manifest("20261123T120000Z-bbbbbb", 2));
            assertThat(repository.find("latest").value()).isEqualTo("20261123T120000Z-bbbbbb");
            assertThat(repository.find("20261122").value()).isEqualTo("20261122T120000Z-aaaaaa");
            assertThat(repository.find("bbbbbb").value()).isEqualTo("20261123T120000Z-bbbbbb");
            assertThatThrownBy(() -> repository.find("20261122T120000Z-aaaaax"))
                    .hasMessageContaining("Did you mean 20261122T120000Z-aaaaaa");
            assertThatThrownBy(() -> repository.find("2026112")).hasMessageContaining("more than one");
        }
    }

    @Test
    void aRepositoryIsNotCreatedTwiceNorAmongOtherThings() throws Exception {
        create().close();
        assertThatThrownBy(this::create).hasMessageContaining("already");
        root = place.resolve("other");
        Files.createDirectories(root);
        Files.writeString(root.resolve("holiday.jpg"), "beach");
        assertThatThrownBy(this::create).hasMessageContaining("holiday.jpg");
    }

    @Test
    void ofTwoCreationsAtTheSameTimeOneSucceedsWithAllItsSlots() throws Exception {
        FaultyStore winner = new FaultyStore(store());
        winner.on(FaultyStore.Call.COMMIT, 3).delay(Duration.ofMillis(600)); // repository.json
        FaultyStore loser = new FaultyStore(store());
        loser.on(FaultyStore.Call.CREATE, 1).delay(Duration.ofMillis(1000)); // its first slot
        CompletableFuture<Void> creation = CompletableFuture.runAsync(() -> {
            try (Repository made = RepositoryCreation.create(winner, key(1), "one", NOON, random)
                    .repository()) {
                made.slots();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        while (winner.count(FaultyStore.Call.COMMIT) < 3) {
            Thread.sleep(5);
        }
        assertThatThrownBy(() -> RepositoryCreation.create(loser, key(2), "other", NOON, random))
                .extracting(e -> ((RepositoryException) e).reason())
                .isEqualTo(Reason.EXISTS);
        creation.join();
        try (Repository repository = open(key(1))) {
            assertThat(repository.slots()).hasSize(2);
            assertThat(repository.damage()).isEmpty();
        }
    }

    @Test
    void aStoreThatKeepsLessOfASlotThanItWasGivenMakesNoRepository() throws Exception {
        for (int write = 1; write <= 3; write++) {
            FaultyStore store = new FaultyStore(store());
            store.on(FaultyStore.Call.WRITE, write).cutAfter(30);
            assertThatThrownBy(() -> RepositoryCreation.create(store, key(1), "me", NOON, random))
                    .hasMessageContaining(store.describe())
                    .hasMessageContaining("does not keep what it accepts");
            assertThat(Repository.existsIn(store)).isFalse();
        }
        create().close();
        try (Repository repository = open(key(1))) {
            assertThat(repository.damage()).isEmpty();
        }
    }

    @Test
    void aManifestThatDidNotComeWholeHasNoDigest() throws Exception {
        create().close();
        FaultyStore store = new FaultyStore(store());
        try (Repository repository = Repository.open(store, key(1))) {
            BackupId id = BackupId.parse("20261122T120000Z-aaaaaa").orElseThrow();
            repository.write(manifest(id.value(), 1));
            String digest = repository.sha256(id);
            store.on(FaultyStore.Call.READ, 1).cutAfter(100);
            assertThatThrownBy(() -> repository.sha256(id))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("manifests/" + id)
                    .hasMessageContaining("100 of ");
            assertThat(repository.sha256(id)).isEqualTo(digest);
        }
    }

    @Test
    void anAuthenticManifestThatLeadsElsewhereIsRefused() throws Exception {
        List<String> hostile = List.of(
                "packs/../../../etc/passwd",
                "/etc/passwd",
                "keys/x",
                "packs",
                "",
                "packs/20261122T110000Z-bbbbbb/000001",
                "packs/20261122T120000Z-aaaaa0/..",
                "packs/20261122T120000Z-aaaaa0/000001/x");
        try (Repository repository = create()) {
            for (int i = 0; i < hostile.size(); i++) {
                String pack = hostile.get(i);
                BackupId id = new BackupId("20261122T120000Z-aaaaa" + i);
                repository.write(withPack(manifest(id.value(), 1), pack));
                assertThatThrownBy(() -> repository.read(id))
                        .as(pack)
                        .isInstanceOf(RepositoryException.class)
                        .hasMessageContaining("manifests/" + id)
                        .hasMessageContaining("«" + pack + "»");
            }
            BackupId incomplete = new BackupId("20261122T120001Z-aaaaaa");
            repository.write(with(manifest(incomplete.value(), 1), null, List.of()));
            assertThatThrownBy(() -> repository.read(incomplete))
                    .isInstanceOf(RepositoryException.class)
                    .hasMessageContaining("a field is missing");
        }
    }

    @Test
    void aHugeObjectInAManifestsPlaceIsRefusedUnread() throws Exception {
        FaultyStore store = new FaultyStore(store());
        try (Repository repository =
                RepositoryCreation.create(store, key(1), "me", NOON, random).repository()) {
            BackupId id = new BackupId("20261122T120000Z-aaaaaa");
            repository.write(manifest(id.value(), 1));
            try (RandomAccessFile file =
                    new RandomAccessFile(root.resolve("manifests/" + id).toFile(), "rw")) {
                file.setLength(1L << 30);
            }
            int opened = store.count(FaultyStore.Call.OPEN);
            assertThatThrownBy(() -> repository.read(id)).hasMessageContaining("longer than it can be");
            assertThat(store.count(FaultyStore.Call.OPEN)).isEqualTo(opened);
        }
    }

    @Test
    void aManifestThatWouldBeTooLongToBeReadIsNotWritten() throws Exception {
        byte[] noise = new byte[40 << 20];
        random.nextBytes(noise);
        try (Repository repository = create()) {
            Manifest small = manifest("20261122T120000Z-aaaaaa", 1);
            Manifest.TableEntry table = small.tables().get(0);
            Manifest.TableEntry large = new Manifest.TableEntry(
                    table.oid(),
                    table.schema(),
                    new String(noise, StandardCharsets.ISO_8859_1),
                    table.kind(),
                    table.columns(),
                    null,
                    null,
                    null,
                    1,
                    null,
                    table.rows(),
                    table.digest(),
                    table.ranges());
            assertThatThrownBy(() -> repository.write(with(small, small.schema(), List.of(large))))
                    .hasMessageContaining("no backup was made");
            assertThat(repository.ids()).isEmpty();
        }
    }

    @Test
    void aCreationThatDiedBeforeItsEndCanBeRepeated() throws Exception {
        create().close();
        Files.delete(root.resolve("repository.json"));
        assertThatThrownBy(() -> open(key(1))).hasMessageContaining("interrupted");
        create().close();
        open(key(1)).close();
    }

    @Test
    void whereNothingIsThereIsNoRepository() throws Exception {
        Files.createDirectories(root);
        assertThatThrownBy(() -> open(key(1)))
                .isInstanceOf(RepositoryException.class)
                .hasMessageContaining("no repository at")
                .hasMessageContaining("pgbackup init");
    }

    private Repository create() throws IOException {
        return RepositoryCreation.create(store(), key(1), "me", NOON, random).repository();
    }

    static Repository create(ObjectStore store) throws IOException {
        return RepositoryCreation.create(store, key(1), "me", NOON, new SecureRandom())
                .repository();
    }

    static ObjectStore store(Path directory) throws IOException {
        return ObjectStores.open(directory.toUri(), true);
    }

    /** The same repository, as a machine sees it that only takes backups. */
    static Repository openWithAWriteSlot(Repository repository) throws IOException {
        new SlotChanges(repository, NOON, new SecureRandom()).add(SlotKind.WRITE, "agent", Holder.of(key(9)));
        return Repository.open(repository.store(), key(9));
    }

    private Repository open(Secret secret) throws IOException {
        return Repository.open(store(), secret);
    }

    private ObjectStore store() throws IOException {
        return ObjectStores.open(root.toUri(), true);
    }

    private String whatOpeningSays() throws Exception {
        try (Repository repository = open(key(1))) {
            return String.valueOf(repository.damage());
        } catch (RepositoryException e) {
            return e.getMessage();
        }
    }

    private List<Path> clearObjects() throws IOException {
        try (var files = Files.walk(root)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !file.startsWith(root.resolve("manifests")))
                    .toList();
        }
    }

    private static void deleteAll(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
    }

    static Secret key(int seed) {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) seed);
        return new RawKey(key);
    }

    static Manifest manifest(String id, long counter) {
        BackupId backup = new BackupId(id);
        Manifest.Blob blob =
                new Manifest.Blob(backup, "packs/" + id + "/1", 0, 10, "00".repeat(32), 5, "schema", "schema");
        return new Manifest(
                Manifest.FORMAT,
                backup,
                BackupKind.FULL,
                counter,
                null,
                null,
                1,
                NOON.instant(),
                NOON.instant(),
                NOON.instant().plusSeconds(3),
                new Manifest.Source("shop", "db", 5432, "7", 1, 16384, 150018, "15.18", "UTF8", NOON.instant()),
                new Manifest.SnapshotFacts(NOON.instant(), 740L, null, "0/1A"),
                blob,
                blob,
                new Manifest.LargeObjects(0, 0, new Manifest.Digest(0, "0000000000000000"), List.of()),
                List.of(new Manifest.TableEntry(
                        16385,
                        "public",
                        "ö \"x",
                        "table",
                        List.of(new Manifest.Column(1, "id", "integer")),
                        null,
                        null,
                        null,
                        1,
                        null,
                        1,
                        new Manifest.Digest(1, "00000000000000ff"),
                        List.of(new Manifest.Range(
                                0,
                                null,
                                new Manifest.Digest(1, "00000000000000ff"),
                                NOON.instant(),
                                blob,
                                1,
                                null,
                                null,
                                null)))),
                List.of(new Manifest.Omission("temp", "is temporary")),
                null,
                new Manifest.Totals(1, 1, 5, 10, 0),
                List.of(new Manifest.Pack("packs/" + id + "/1", 10, null)),
                Map.of(backup, new Manifest.WrappedKey(1, new byte[] {1, 2})),
                Map.of("who", "test"),
                "test");
    }

    private static Manifest withPack(Manifest m, String pack) {
        Manifest.Blob blob = new Manifest.Blob(m.id(), pack, 0, 10, "00".repeat(32), 5, "schema", "schema");
        return with(m, blob, m.tables());
    }

    private static Manifest with(Manifest m, Manifest.Blob schema, List<Manifest.TableEntry> tables) {
        return new Manifest(
                m.format(),
                m.id(),
                m.kind(),
                m.counter(),
                m.previous(),
                m.parent(),
                m.generation(),
                m.begunAt(),
                m.startedAt(),
                m.finishedAt(),
                m.database(),
                m.snapshot(),
                schema,
                m.globals(),
                m.largeObjects(),
                tables,
                m.leftOut(),
                m.fallbacks(),
                m.totals(),
                m.packs(),
                m.dataKeys(),
                m.labels(),
                m.madeBy());
    }

    static Manifest ofGeneration(Manifest manifest, int generation) {
        return copy(manifest, manifest.format(), generation);
    }

    private static Manifest withFormat(Manifest manifest, String format) {
        return copy(manifest, format, manifest.generation());
    }

    private static Manifest withGeneration(Manifest manifest, int generation) {
        return copy(manifest, manifest.format(), generation);
    }

    private static Manifest copy(Manifest m, String format, int generation) {
        return new Manifest(
                format,
                m.id(),
                m.kind(),
                m.counter(),
                m.previous(),
                m.parent(),
                generation,
                m.begunAt(),
                m.startedAt(),
                m.finishedAt(),
                m.database(),
                m.snapshot(),
                m.schema(),
                m.globals(),
                m.largeObjects(),
                m.tables(),
                m.leftOut(),
                m.fallbacks(),
                m.totals(),
                m.packs(),
                m.dataKeys(),
                m.labels(),
                m.madeBy());
    }
}
