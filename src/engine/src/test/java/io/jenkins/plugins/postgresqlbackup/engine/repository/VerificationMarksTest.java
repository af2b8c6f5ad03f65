package io.jenkins.plugins.postgresqlbackup.engine.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.postgresqlbackup.engine.keys.Holder;
import io.jenkins.plugins.postgresqlbackup.engine.keys.KeyException;
import io.jenkins.plugins.postgresqlbackup.engine.keys.KeyRing;
import io.jenkins.plugins.postgresqlbackup.engine.storage.MemoryStore;
import io.jenkins.plugins.postgresqlbackup.engine.storage.SettableClock;
import io.jenkins.plugins.postgresqlbackup.engine.storage.StoredObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A mark says that exactly this backup was verified, by somebody who could. */
final class VerificationMarksTest {
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final BackupId FIRST = new BackupId("20261122T120000Z-aaaaaa");
    private static final BackupId SECOND = new BackupId("20261122T130000Z-bbbbbb");

    private final MemoryStore store = new MemoryStore(new SettableClock(NOON));
    private Repository repository;
    private VerificationMarks marks;

    @BeforeEach
    void createARepositoryWithTwoBackups() throws Exception {
        repository = RepositoryTest.create(store);
        repository.write(RepositoryTest.manifest(FIRST.value(), 1));
        repository.write(RepositoryTest.manifest(SECOND.value(), 2));
        marks = new VerificationMarks(repository);
    }

    private VerificationMark mark(BackupId backup, String level, int second) throws Exception {
        return new VerificationMark(backup, repository.sha256(backup), level, NOON.plusSeconds(second), "ci on agent");
    }

    private List<VerificationMark> of(BackupId backup) throws Exception {
        return marks.of(repository.readLinked(backup));
    }

    @Test
    void aMarkCountsForTheBackupThatWasVerifiedAndForNoOther() throws Exception {
        VerificationMark drill = mark(FIRST, "restore", 2);
        VerificationMark content = mark(FIRST, "content", 1);
        marks.write(drill);
        marks.write(content);
        assertThat(of(FIRST)).containsExactly(content, drill);
        assertThat(of(SECOND)).isEmpty();
        assertThat(marks.ofAll(List.of(repository.readLinked(FIRST), repository.readLinked(SECOND))))
                .containsOnlyKeys(FIRST)
                .containsEntry(FIRST, List.of(content, drill));
    }

    @Test
    void aMarkForgedWithAWriteSlotDoesNotCount() throws Exception {
        Repository agent = RepositoryTest.openWithAWriteSlot(repository);
        VerificationMark mark = mark(FIRST, "content", 1);
        assertThatThrownBy(() -> new VerificationMarks(agent).write(mark))
                .isInstanceOf(KeyException.class)
                .hasMessageContaining("write slot");
        // All that such a holder can do: the same form under the keys that it has.
        store.put("verifications/" + FIRST + "/1", SmallObject.seal(agent.keys(), "verification", mark));
        assertThat(of(FIRST)).isEmpty();
        assertThat(marks.ofAll(List.of(repository.readLinked(FIRST)))).isEmpty();
    }

    @Test
    void withAWriteSlotMarksCannotBeChecked() throws Exception {
        marks.write(mark(FIRST, "content", 1));
        Repository agent = RepositoryTest.openWithAWriteSlot(repository);
        VerificationMarks seen = new VerificationMarks(agent);
        assertThat(seen.canBeChecked()).isFalse();
        assertThat(seen.of(agent.readLinked(FIRST))).isEmpty();
        assertThat(seen.ofAll(List.of(agent.readLinked(FIRST)))).isEmpty();
        assertThat(marks.canBeChecked()).isTrue();
    }

    @Test
    void aMarkOfAManifestThatWasReplacedDoesNotCount() throws Exception {
        marks.write(mark(FIRST, "content", 1));
        store.delete("manifests/" + FIRST);
        repository.write(RepositoryTest.manifest(FIRST.value(), 1)); // sealed anew, so other bytes
        assertThat(of(FIRST)).isEmpty();
    }

    @Test
    void aMarkUnderAnotherBackupsNameDoesNotCount() throws Exception {
        marks.write(mark(FIRST, "content", 1));
        byte[] real = store.read("verifications/" + FIRST + "/1").readAllBytes();
        store.put("verifications/" + SECOND + "/1", real);
        assertThat(of(SECOND)).isEmpty();
    }

    @Test
    void anEditedMarkDoesNotCountAndHidesNoOther() throws Exception {
        marks.write(mark(FIRST, "content", 1));
        String real = new String(store.read("verifications/" + FIRST + "/1").readAllBytes(), StandardCharsets.UTF_8);
        store.put(
                "verifications/" + FIRST + "/2",
                real.replace("content", "restore").getBytes(StandardCharsets.UTF_8));
        store.put("verifications/" + FIRST + "/x", new byte[0]);
        store.put("verifications/" + FIRST + "/99999999999999999999", new byte[SmallObject.MAX_BYTES + 1]);
        assertThat(of(FIRST)).extracting(VerificationMark::level).containsExactly("content");
    }

    @Test
    void aMarkMadeWithALeakedOldKeyDoesNotCountForWhatWasSealedToTheNewOne() throws Exception {
        KeyRing old = repository.keys();
        new SlotChanges(repository, Clock.systemUTC(), new SecureRandom())
                .rotate(Holder.of(RepositoryTest.key(5)), "after the leak");
        Repository rotated = Repository.open(store, RepositoryTest.key(5));
        BackupId third = new BackupId("20261122T140000Z-cccccc");
        rotated.write(RepositoryTest.ofGeneration(RepositoryTest.manifest(third.value(), 3), 2));
        VerificationMark forged = new VerificationMark(third, rotated.sha256(third), "content", NOON, null);
        store.put(
                "verifications/" + third + "/1",
                SmallObject.seal(
                        forged, 1, (generation, content) -> old.privateMac(generation, "verification", content)));
        VerificationMarks seen = new VerificationMarks(rotated);
        assertThat(seen.of(rotated.readLinked(third))).isEmpty();
        seen.write(forged);
        assertThat(seen.of(rotated.readLinked(third))).containsExactly(forged);
    }

    @Test
    void marksFromBeforeARotationStillCountForTheBackupsOfThatTime() throws Exception {
        VerificationMark mark = mark(FIRST, "content", 1);
        marks.write(mark);
        new SlotChanges(repository, Clock.systemUTC(), new SecureRandom())
                .rotate(Holder.of(RepositoryTest.key(5)), "after the leak");
        Repository rotated = Repository.open(store, RepositoryTest.key(5));
        assertThat(new VerificationMarks(rotated).of(rotated.readLinked(FIRST))).containsExactly(mark);
    }

    @Test
    void ofManyWhoMarkAtOnceAllSucceed() throws Exception {
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            VerificationMark mark = mark(FIRST, "content", i);
            all.add(CompletableFuture.runAsync(() -> {
                try {
                    marks.write(mark);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }));
        }
        all.forEach(CompletableFuture::join);
        assertThat(of(FIRST)).hasSize(8);
    }

    @Test
    void theMarksOfABackupThatIsNoMoreAreDeleted() throws Exception {
        marks.write(mark(FIRST, "content", 1));
        marks.write(mark(FIRST, "content", 2));
        marks.write(mark(SECOND, "content", 3));
        marks.delete(FIRST);
        List<StoredObject> left = new ArrayList<>();
        store.list("verifications/", left::add);
        assertThat(left).extracting(StoredObject::name).containsExactly("verifications/" + SECOND + "/1");
    }
}
