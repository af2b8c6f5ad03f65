package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Grace;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import io.jenkins.plugins.postgresqlbackup.engine.retention.RetentionPolicy;
import io.jenkins.plugins.postgresqlbackup.engine.storage.MemoryStore;
import io.jenkins.plugins.postgresqlbackup.engine.storage.SettableClock;
import io.jenkins.plugins.postgresqlbackup.engine.storage.TurnStore;
import io.jenkins.plugins.postgresqlbackup.engine.storage.Turns;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * Backups, incremental ones, verifications and prunes at work in one repository at once, in an order that a test chooses, and what is wrong afterwards.
 * Everything follows from the seed and the order.
 */
final class Crowd implements AutoCloseable {
    private static final Instant BEGIN = Instant.parse("2026-01-05T02:00:00Z");

    /**
     * How those at work behave.
     *
     * @param grace the prunes'
     */
    record Manners(MadeUpBackup.Care care, Duration grace) {
        static final Manners GOOD = new Manners(MadeUpBackup.Care.FULL, Grace.TIME);
    }

    /** What somebody does, again and again. */
    private interface Work {
        void run(Repository repository, Random random) throws IOException, InterruptedException;
    }

    final SettableClock clock = new SettableClock(BEGIN);
    final Turns turns = new Turns();
    private final TurnStore.Stamps stamps = new TurnStore.Stamps(clock);
    private final Manners manners;
    private final Random random;
    private final MemoryStore store;
    private final int page;
    private final boolean early;
    private final List<Repository> opened = new ArrayList<>();
    private final Set<BackupId> published = new TreeSet<>();
    private final Set<String> prunes = new HashSet<>();
    private final List<String> findings = new ArrayList<>();

    /** With two backups, one incremental, that were made in peace. */
    Crowd(long seed, Manners manners) throws IOException {
        this.manners = manners;
        this.random = new Random(seed);
        this.store = new MemoryStore(stamps, random.nextBoolean());
        this.page = 1 + random.nextInt(4);
        this.early = random.nextBoolean();
        Repository repository = TestRepository.create(store);
        opened.add(repository);
        for (int i = 0; i < 2; i++) {
            published.add(new MadeUpBackup(repository, random, MadeUpBackup.Care.FULL)
                    .take(i > 0, false)
                    .id());
            clock.pass(Duration.ofHours(1 + random.nextInt(100)));
        }
    }

    void backups(String name, int times) throws IOException {
        somebody(name, times, (repository, chance) -> {
            Manifest manifest = new MadeUpBackup(repository, chance, manners.care()).take(chance.nextInt(4) > 0, true);
            published.add(manifest.id());
        });
    }

    void prunes(String name, int times) throws IOException {
        prunes.add(name);
        somebody(name, times, (repository, chance) -> {
            PruneSettings settings =
                    new PruneSettings(last(1 + chance.nextInt(2)), Optional.empty(), false, manners.grace());
            // A machine's clock may stand still while the machine sleeps.
            Clock own = chance.nextBoolean() ? clock : Clock.fixed(clock.instant(), ZoneOffset.UTC);
            new PruneBackups(repository, settings, own).run(Progress.silent());
        });
    }

    void verifications(String name, int times) throws IOException {
        somebody(name, times, (repository, chance) -> {
            List<BackupId> ids = repository.ids();
            if (ids.isEmpty()) {
                findings.add(name + " found no backup at all");
                return;
            }
            BackupId id = ids.get(chance.nextInt(ids.size()));
            VerificationResult result = TestRepository.verify(repository, id, VerificationLevel.CONTENT);
            if (!result.good() && published.contains(id) && isThere(id)) {
                findings.add(name + " found " + result.problems());
            }
        });
    }

    private static RetentionPolicy last(int number) {
        return RetentionPolicy.usual().withKeepLast(number).withKeepDays(0).withMinimum(0);
    }

    private boolean isThere(BackupId id) {
        return store.find("manifests/" + id).isPresent();
    }

    private void somebody(String name, int times, Work work) throws IOException {
        TurnStore own = new TurnStore(store, stamps, turns, page, early);
        Repository repository = Repository.open(own, TestRepository.key(1));
        opened.add(repository);
        Random chance = new Random(random.nextLong());
        own.belongsTo(turns.actor(name, () -> {
            for (int i = 0; i < times; i++) {
                try {
                    work.run(repository, chance);
                } catch (IOException e) {
                    turns.trace().add(name + " gives up: " + e.getMessage());
                }
            }
            return null;
        }));
    }

    /** Lets all work, and then looks what is wrong: at once, and after prunes in peace. */
    List<String> run(Turns.Choice choice) throws IOException, InterruptedException {
        turns.run(choice);
        published.removeIf(this::wasPruned);
        if (opened.get(0).ids().isEmpty()) {
            findings.add("no backup is left");
        }
        look("at the end");
        Repository repository = opened.get(0);
        for (int i = 0; i < 2; i++) {
            clock.pass(Grace.TIME.plusSeconds(1));
            published.removeAll(new PruneBackups(repository, PruneSettings.of(last(2)), clock)
                    .run(Progress.silent())
                    .deleted());
        }
        look("after prunes in peace");
        return findings;
    }

    private void look(String when) throws IOException, InterruptedException {
        for (BackupId id : opened.get(0).ids()) {
            List<String> problems = TestRepository.verify(opened.get(0), id, VerificationLevel.CONTENT)
                    .problems();
            if (!problems.isEmpty()) {
                findings.add(when + ", " + (published.contains(id) ? "" : "not published ") + id + ": " + problems);
            }
        }
        for (BackupId id : published) {
            if (!isThere(id)) {
                findings.add(when + ", " + id + " is gone, and no prune has deleted it");
            }
        }
    }

    private boolean wasPruned(BackupId id) {
        return prunes.stream().anyMatch(name -> turns.trace().contains(name + ": delete manifests/" + id));
    }

    @Override
    public void close() {
        opened.forEach(Repository::close);
    }
}
