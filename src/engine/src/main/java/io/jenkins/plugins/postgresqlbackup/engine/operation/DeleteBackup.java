package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.keys.KeyException;
import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Grace;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Pin;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import io.jenkins.plugins.postgresqlbackup.engine.storage.StoredObject;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Deletes one backup that somebody has chosen, whatever a policy says of it; others that reuse what it stored stay whole.
 *
 * <p>Its manifest goes at once, with a tombstone, exactly as in a prune. The packs that nothing else needs go with the first prune after the grace time.
 * It can be stopped or killed at any moment: every backup whose manifest is there stays whole. For one thread; run once.
 */
public final class DeleteBackup {
    private final Repository repository;
    private final BackupId backup;
    private final boolean evenLast;
    private final String reason;
    private final Clock clock;

    /**
     * @param evenLast whether it may be the newest backup of its database, or the newest of them that was verified
     * @param reason who wants it and why, a sentence for those who find the tombstone
     */
    public DeleteBackup(Repository repository, BackupId backup, boolean evenLast, String reason, Clock clock) {
        this.repository = repository;
        this.backup = backup;
        this.evenLast = evenLast;
        this.reason = reason;
        this.clock = clock;
    }

    /**
     * What came of it.
     *
     * @param database the database's own name
     * @param packs how many packs nothing needs any more
     * @param bytes of these packs: free with the first prune after {@code until}
     */
    public record Result(BackupId backup, String database, int packs, long bytes, Instant until, Duration took) {}

    /**
     * Deletes it.
     *
     * @throws RefusedException when it is pinned, or is the last of its database and that was not allowed; nothing is changed
     * @throws KeyException with a write slot's key
     * @throws io.jenkins.plugins.postgresqlbackup.engine.repository.RepositoryException when there is no such backup or its manifest cannot be read
     * @throws InterruptedException when the thread was interrupted; nothing is changed
     */
    public Result run(Progress progress) throws IOException, InterruptedException {
        if (!repository.keys().canRead()) {
            throw new KeyException("This key may only write backups: deleting needs a full or the recovery key.");
        }
        repository.requireNewestGeneration();
        Instant began = clock.instant();
        try (Presence presence = Presence.begin(repository, "deletion", repository.read(backup))) {
            Survey survey = Survey.take(repository, progress);
            Survey.Known chosen = survey.backups().get(backup);
            if (chosen == null) {
                repository.read(backup); // says what is wrong with it
                throw new RefusedException("The backup " + backup + " has just been written anew; run this again.");
            }
            requireNotPinned(survey.pins());
            requireNotLast(survey, chosen);
            if (Thread.interrupted()) {
                throw new InterruptedException("The deletion was stopped; nothing was deleted.");
            }
            progress.phase("Deleting the backup", 0);
            if (!ManifestDeletion.run(repository, backup, survey.now(), reason, chosen.packs(), () -> {})) {
                throw new RefusedException(
                        "The backup " + backup + " was pinned at this moment, so it was not deleted.");
            }
            presence.problems().forEach(progress::warn);
            Set<String> free = free(survey, chosen);
            return new Result(
                    backup,
                    chosen.source().name(),
                    free.size(),
                    free.stream()
                            .map(survey.packs()::get)
                            .mapToLong(StoredObject::size)
                            .sum(),
                    survey.now().plus(Grace.TIME),
                    Duration.between(began, clock.instant()));
        }
    }

    private void requireNotPinned(Map<BackupId, Pin> pins) throws RefusedException {
        if (pins.containsKey(backup)) {
            throw new RefusedException("The backup " + backup + " is pinned"
                    + Optional.ofNullable(pins.get(backup))
                            .map(Pin::reason)
                            .map(why -> " (" + why + ")")
                            .orElse("")
                    + ", so it was not deleted: `pgbackup unpin` it first.");
        }
    }

    private void requireNotLast(Survey survey, Survey.Known chosen) throws RefusedException {
        if (evenLast) {
            return;
        }
        if (isLast(survey, chosen, false)) {
            throw new RefusedException("The backup " + backup + " is the newest of the database "
                    + chosen.source().name() + " that is whole, so it was not deleted: say so if even that is to go.");
        }
        if (isLast(survey, chosen, true)) {
            throw new RefusedException(
                    "The backup " + backup + " is the newest of the database "
                            + chosen.source().name()
                            + " that was verified, so it was not deleted: verify a newer one, or say so if even this is to go.");
        }
    }

    /** Whether it is the newest whole one of its database, or the newest of these that was verified. */
    private static boolean isLast(Survey survey, Survey.Known chosen, boolean verified) {
        return survey.backups().values().stream()
                .filter(each -> each.database().equals(chosen.database()))
                .filter(survey::isWhole)
                .filter(each -> !verified || each.verified())
                .max(Comparator.comparing(Survey.Known::time).thenComparing(Survey.Known::id))
                .filter(chosen::equals)
                .isPresent();
    }

    /** The packs that it needed and nothing else does. */
    private static Set<String> free(Survey survey, Survey.Known chosen) {
        Set<String> free = new TreeSet<>(chosen.packs());
        free.retainAll(survey.packs().keySet());
        survey.backups().values().stream().filter(each -> each != chosen).forEach(each -> free.removeAll(each.packs()));
        return free;
    }
}
