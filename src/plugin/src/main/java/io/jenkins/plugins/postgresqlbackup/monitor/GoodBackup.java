package io.jenkins.plugins.postgresqlbackup.monitor;

import io.jenkins.plugins.postgresqlbackup.configuration.BackupConfiguration;
import io.jenkins.plugins.postgresqlbackup.configuration.DatabaseEntry;
import io.jenkins.plugins.postgresqlbackup.engine.health.BackupFacts;
import io.jenkins.plugins.postgresqlbackup.engine.health.Look;
import io.jenkins.plugins.postgresqlbackup.engine.health.RepositoryFacts;
import io.jenkins.plugins.postgresqlbackup.history.OperationHistory;
import io.jenkins.plugins.postgresqlbackup.history.OperationRecord;
import io.jenkins.plugins.postgresqlbackup.history.OperationState;
import io.jenkins.plugins.postgresqlbackup.history.PastOperations;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The newest backup that would serve, by all that this Jenkins knows: what its jobs did and what the last check saw in the repository. It is there, its packs
 * are, and nobody has found it bad. Immutable.
 *
 * @param database the entry's name
 * @param repository the entry's name
 * @param takenAt the moment it shows
 */
public record GoodBackup(String database, String repository, String id, Instant takenAt) {
    /** What was written while a check looked it may not have seen. */
    private static final Duration LOOK = Duration.ofMinutes(10);

    /** Of a database, in whatever repository. */
    public static Optional<GoodBackup> of(String database) {
        PastOperations past = OperationHistory.get().past();
        Optional<GoodBackup> done =
                past.lastGoodBackup(database).filter(GoodBackup::isNotGone).map(GoodBackup::of);
        Optional<GoodBackup> seen = BackupConfiguration.get()
                .database(database)
                .map(DatabaseEntry::getRepository)
                .flatMap(repository -> seen(repository, database));
        return newer(done, seen);
    }

    /** In a repository, of whatever database. */
    public static Optional<GoodBackup> in(String repository) {
        PastOperations past = OperationHistory.get().past();
        Optional<GoodBackup> done =
                past.lastGoodBackupIn(repository).filter(GoodBackup::isNotGone).map(GoodBackup::of);
        Optional<GoodBackup> seen = BackupConfiguration.get().databaseNames().stream()
                .flatMap(database -> seen(repository, database).stream())
                .max(Comparator.comparing(GoodBackup::takenAt));
        return newer(done, seen);
    }

    private static Optional<GoodBackup> newer(Optional<GoodBackup> one, Optional<GoodBackup> other) {
        return Stream.concat(one.stream(), other.stream()).max(Comparator.comparing(GoodBackup::takenAt));
    }

    private static GoodBackup of(OperationRecord record) {
        return new GoodBackup(
                record.getDatabase(),
                record.getRepository(),
                record.getBackup(),
                Instant.ofEpochMilli(record.getStartedAt()));
    }

    private static Optional<Look<RepositoryFacts>> look(String repository) {
        return BackupMonitor.get()
                .status()
                .situation()
                .repository(repository)
                .map(found -> found.look())
                .filter(look -> look.known().isPresent());
    }

    /** Whether the last check saw it, or could not yet have seen it. */
    private static boolean isNotGone(OperationRecord record) {
        Optional<Look<RepositoryFacts>> look = look(record.getRepository());
        return look.isEmpty()
                || look.get().seenAt().minus(LOOK).isBefore(Instant.ofEpochMilli(record.getFinishedAt()))
                || look.get().facts().backups().stream()
                        .anyMatch(backup -> backup.id().equals(record.getBackup())
                                && isWhole(look.get().facts(), backup));
    }

    private static boolean isWhole(RepositoryFacts facts, BackupFacts backup) {
        Set<String> wanted = new HashSet<>(backup.packs());
        facts.packs().forEach(pack -> wanted.remove(pack.name()));
        return wanted.isEmpty();
    }

    private static Optional<GoodBackup> seen(String repository, String database) {
        PastOperations past = OperationHistory.get().past();
        return look(repository).map(Look::facts).stream()
                .flatMap(facts -> facts.backups().stream()
                        .filter(backup -> backup.isOf(database))
                        .sorted(Comparator.comparing(BackupFacts::takenAt).reversed())
                        .filter(backup -> isWhole(facts, backup)))
                .filter(backup -> !past.isDeleted(repository, backup.id())
                        && past.lastVerification(repository, backup.id())
                                .filter(check -> check.getState() == OperationState.FAILED)
                                .isEmpty())
                .findFirst()
                .map(backup -> new GoodBackup(database, repository, backup.id(), backup.takenAt()));
    }

    /**
     * What was done to see that it can be restored: by this Jenkins, or by somebody else who left a mark in the repository.
     *
     * @param level {@code structure}, {@code content} or {@code restore}
     */
    public record Proof(String level, Instant at) {
        /** Whether every row was opened. */
        public boolean isOfContent() {
            return !level.equals("structure");
        }
    }

    /** The best that is known; empty: nobody ever tried. */
    public Optional<Proof> proof() {
        Optional<Proof> own = OperationHistory.get()
                .lastVerification(repository, id)
                .filter(check -> check.getState() == OperationState.SUCCEEDED)
                .map(check -> new Proof(check.getLevel(), Instant.ofEpochMilli(check.getFinishedAt())));
        Optional<RepositoryFacts> facts = look(repository).map(Look::facts);
        Optional<Proof> drilled = facts.map(seen -> seen.drilled().get(id)).map(at -> new Proof("restore", at));
        Optional<Proof> verified = facts.map(seen -> seen.verified().get(id)).map(at -> new Proof("content", at));
        return own.filter(Proof::isOfContent)
                .or(() -> drilled)
                .or(() -> verified)
                .or(() -> own);
    }
}
