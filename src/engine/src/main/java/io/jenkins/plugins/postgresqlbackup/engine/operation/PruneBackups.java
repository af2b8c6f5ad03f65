package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.keys.KeyException;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * Deletes the backups that a policy does not keep, and what none of the others needs.
 *
 * <p>First manifests, each with a tombstone; later, when the grace time is over, the packs that nothing names any more; see {@link PackFates} for why
 * nothing is lost that a backup which is being taken at the same time is about to name. Ages are told by the store's clock alone, by which backups are
 * dated too. If this machine's clock differs from it, one of both is wrong, nobody knows which, and with a wrong one young backups look old: then
 * nothing is deleted.
 *
 * <p>It can be stopped or killed at any moment, and two may run at once: every backup whose manifest is there stays whole. For one thread; run once.
 */
public final class PruneBackups {
    private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(5);

    private final Repository repository;
    private final PruneSettings settings;
    private final Clock clock;

    public PruneBackups(Repository repository, PruneSettings settings, Clock clock) {
        this.repository = repository;
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * Prunes. What cannot be deleted stands in the result, and the rest goes on; what cannot be listed or read is thrown, and nothing more is deleted.
     *
     * @throws KeyException with a write slot's key
     * @throws RefusedException when this machine's clock and the store's differ by more than five minutes
     * @throws io.jenkins.plugins.postgresqlbackup.engine.storage.StorageException when the store fails
     * @throws InterruptedException when the thread was interrupted; what was deleted until then is gone, and all that is left is whole
     */
    public PruneResult run(Progress progress) throws IOException, InterruptedException {
        if (!repository.keys().canRead()) {
            throw new KeyException("This key may only write backups: pruning needs a full or the recovery key.");
        }
        repository.requireNewestGeneration();
        Instant began = clock.instant();
        requireSameTime(began, repository.store().now());
        try (Presence presence = Presence.begin(repository, "prune", null, null, Map.of())) {
            PruneTally tally = new PruneTally();
            // What was seen is true for long, but a pin or a clock may have been set since.
            Duration fresh = settings.grace().dividedBy(4);
            while (true) {
                Instant seenAt = clock.instant();
                Survey survey = Survey.take(repository, progress);
                PruneRound round = new PruneRound(
                        repository,
                        settings,
                        survey,
                        tally,
                        () -> Duration.between(seenAt, clock.instant()).compareTo(fresh) > 0);
                if (round.run(progress)) {
                    presence.problems().forEach(progress::warn);
                    return round.result(Duration.between(began, clock.instant()));
                }
            }
        } catch (IOException e) {
            if (Thread.interrupted()) {
                throw stopped(e);
            }
            throw e;
        }
    }

    static InterruptedException stopped(Exception cause) {
        InterruptedException stopped = new InterruptedException(
                "The prune was stopped; what it has deleted is gone, all that is left is whole.");
        stopped.initCause(cause);
        return stopped;
    }

    private void requireSameTime(Instant ours, Instant theirs) throws RefusedException {
        Duration difference = Duration.between(ours, theirs).abs();
        if (difference.compareTo(CLOCKS_DIFFER) > 0) {
            throw new RefusedException("By this machine's clock it is " + Amounts.second(ours) + ", by that of "
                    + repository.store().describe() + " " + Amounts.second(theirs)
                    + ": one of them is wrong, and by a wrong clock young backups would be deleted as old. Nothing was"
                    + " deleted; set the clock right.");
        }
    }
}
