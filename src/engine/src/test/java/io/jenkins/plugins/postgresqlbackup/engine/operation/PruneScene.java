package io.jenkins.plugins.postgresqlbackup.engine.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Grace;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import io.jenkins.plugins.postgresqlbackup.engine.repository.RepositoryCreation;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Tombstones;
import io.jenkins.plugins.postgresqlbackup.engine.retention.RetentionPolicy;
import io.jenkins.plugins.postgresqlbackup.engine.storage.MemoryStore;
import io.jenkins.plugins.postgresqlbackup.engine.storage.ObjectStore;
import io.jenkins.plugins.postgresqlbackup.engine.storage.SettableClock;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** A repository in memory that lives by a clock which a test moves. For one thread. */
final class PruneScene implements AutoCloseable {
    static final Instant BEGIN = Instant.parse("2026-01-05T02:00:00Z");
    static final Duration DAY = Duration.ofDays(1);

    /** The newest so many, and nothing else. */
    static RetentionPolicy last(int number) {
        return RetentionPolicy.usual().withKeepLast(number).withKeepDays(0).withMinimum(0);
    }

    final SettableClock clock;
    final MemoryStore store;
    final Repository repository;
    final SyntheticBackups backups;

    private PruneScene(SettableClock clock, MemoryStore store, Repository repository, long seed) {
        this.clock = clock;
        this.store = store;
        this.repository = repository;
        this.backups = new SyntheticBackups(repository, seed);
    }

    static PruneScene create(long seed) throws IOException {
        SettableClock clock = new SettableClock(BEGIN);
        MemoryStore store = new MemoryStore(clock);
        Repository repository = RepositoryCreation.create(
                        store, TestRepository.key(1), "test", clock, TestRepository.RANDOM)
                .repository();
        return new PruneScene(clock, store, repository, seed);
    }

    /** The same once more, to go on in another way. */
    PruneScene fork(long seed) throws IOException {
        SettableClock again = new SettableClock(clock.instant());
        MemoryStore copy = store.copy(again);
        return new PruneScene(again, copy, Repository.open(copy, TestRepository.key(1)), seed);
    }

    PruneResult prune(RetentionPolicy policy) throws IOException, InterruptedException {
        return prune(PruneSettings.of(policy));
    }

    PruneResult prune(PruneSettings settings) throws IOException, InterruptedException {
        return new PruneBackups(repository, settings, clock).run(Progress.silent());
    }

    /** Prunes by way of another store in front of this one. */
    PruneResult pruneThrough(ObjectStore other, RetentionPolicy policy) throws IOException, InterruptedException {
        return new PruneBackups(Repository.open(other, TestRepository.key(1)), PruneSettings.of(policy), clock)
                .run(Progress.silent());
    }

    void requireAllGood(VerificationLevel level) throws IOException, InterruptedException {
        try (Repository own = Repository.open(store.copy(clock), TestRepository.key(1))) {
            for (BackupId id : own.ids()) {
                assertThat(TestRepository.verify(own, id, level).problems())
                        .as(id.value())
                        .isEmpty();
            }
        }
    }

    List<String> names(String prefix) {
        return store.names().stream().filter(name -> name.startsWith(prefix)).toList();
    }

    /** The packs that manifests name. */
    Set<String> needed() throws IOException {
        Set<String> needed = new TreeSet<>();
        for (BackupId id : repository.ids()) {
            repository.read(id).packs().stream().map(Manifest.Pack::name).forEach(needed::add);
        }
        return needed;
    }

    void requireNoTombstoneWithoutUse() throws IOException {
        Set<BackupId> referred = new TreeSet<>();
        for (BackupId id : repository.ids()) {
            Optional.ofNullable(repository.read(id).previous()).ifPresent(previous -> referred.add(previous.id()));
        }
        Set<String> packs = Set.copyOf(names("packs/"));
        for (Tombstones.Found tombstone : repository.tombstones().all()) {
            // One that has no end is that of a backup which a prune was killed before deleting, and which another has
            // kept.
            boolean fresh = tombstone
                    .doneAt()
                    .map(done -> done.plus(Grace.TIME).compareTo(clock.instant()) >= 0)
                    .orElse(names("manifests/" + tombstone.backup()).size() == 1);
            boolean used = tombstone.said().orElseThrow().packs().stream().anyMatch(packs::contains);
            assertThat(fresh || used || referred.contains(tombstone.backup()))
                    .as(tombstone.toString())
                    .isTrue();
        }
    }

    @Override
    public void close() {
        repository.close();
    }
}
