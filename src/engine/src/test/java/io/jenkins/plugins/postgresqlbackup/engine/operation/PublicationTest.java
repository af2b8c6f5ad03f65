package io.jenkins.plugins.postgresqlbackup.engine.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.jenkins.plugins.postgresqlbackup.engine.operation.MadeUpBackup.Care;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Grace;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import io.jenkins.plugins.postgresqlbackup.engine.storage.MemoryStore;
import io.jenkins.plugins.postgresqlbackup.engine.storage.SettableClock;
import io.jenkins.plugins.postgresqlbackup.engine.storage.TurnStore;
import io.jenkins.plugins.postgresqlbackup.engine.storage.Turns;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of a backup whose writer sleeps at the wrong moment. */
final class PublicationTest {
    private static final Duration LONG = Grace.TIME.multipliedBy(3);

    private final SettableClock clock = new SettableClock(Instant.parse("2026-01-05T02:00:00Z"));
    private final TurnStore.Stamps stamps = new TurnStore.Stamps(clock);
    private final MemoryStore store = new MemoryStore(stamps);
    private Repository repository;

    @BeforeEach
    void createARepository() throws Exception {
        repository = TestRepository.create(store);
    }

    /** Takes a backup that sleeps right before the call whose trace contains this, and gives what it failed with. */
    private Throwable sleepingBefore(String call) throws Exception {
        Turns turns = new Turns();
        TurnStore own = new TurnStore(store, stamps, turns, 100, false);
        Repository sleepy = Repository.open(own, TestRepository.key(1));
        Throwable[] failure = new Throwable[1];
        own.belongsTo(turns.actor("writer", () -> {
            failure[0] = catchThrowable(() -> new MadeUpBackup(sleepy, new Random(1), Care.FULL).take(true, false));
            return null;
        }));
        boolean[] slept = new boolean[1];
        turns.run((ready, step) -> {
            if (!slept[0] && ready.get(0).next().startsWith(call)) {
                slept[0] = true;
                clock.pass(LONG);
            }
            return ready.get(0);
        });
        assertThat(slept[0]).as("it came to " + call).isTrue();
        return failure[0];
    }

    private List<String> names(String prefix) {
        return store.names().stream().filter(name -> name.startsWith(prefix)).toList();
    }

    @Test
    void aManifestThatWasWrittenInTimeIsNeverWithdrawn() throws Exception {
        assertThat(sleepingBefore("read manifests/")).isNull();
        assertThat(repository.ids()).hasSize(1);
        assertThat(names("tombstones/")).isEmpty();
    }

    @Test
    void whoIsLateWritesNoManifest() throws Exception {
        assertThat(sleepingBefore("put packs/")).hasMessageContaining("took longer than the 48 hours");
        assertThat(names("manifests/")).isEmpty();
        assertThat(names("tombstones/")).isEmpty();
    }

    @Test
    void aManifestThatWasWrittenTooLateIsWithdrawnAndWordIsLeftOfIt() throws Exception {
        assertThat(sleepingBefore("put manifests/")).hasMessageContaining("took longer than the 48 hours");
        assertThat(names("manifests/")).isEmpty();
        assertThat(names("tombstones/")).hasSize(2).anyMatch(name -> name.endsWith("/done"));
        assertThat(names("journals/")).hasSize(1);
    }

    @Test
    void aJournalThatALateBackupLeavesIsNotBuiltUpon() throws Exception {
        sleepingBefore("put manifests/");
        Manifest next = new MadeUpBackup(repository, new Random(2), Care.FULL).take(true, false);
        assertThat(next.packs()).allMatch(pack -> pack.name().startsWith("packs/" + next.id() + "/"));
    }

    @Test
    void theTimesAgree() {
        assertThat(Grace.TIME).isEqualTo(Grace.BACKUP_LIMIT.multipliedBy(3).dividedBy(2));
    }
}
