package io.jenkins.plugins.postgresqlbackup.engine.health;

import io.jenkins.plugins.postgresqlbackup.engine.health.OperationFacts.Kind;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What the rules want to know of a database, put together once for each look. */
final class KnownDatabase {
    private final Situation situation;
    private final DatabaseSituation database;
    private final Optional<KnownRepository> repository;
    private final List<BackupFacts> backups;
    private final List<OperationFacts> operations;
    private final Optional<GoodBackup> newestGood;

    KnownDatabase(Situation situation, DatabaseSituation database, Optional<KnownRepository> repository) {
        this.situation = situation;
        this.database = database;
        this.repository = repository;
        this.backups = repository.map(found -> found.backupsOf(database.name())).orElse(List.of());
        this.operations = database.operations().stream()
                .filter(operation -> !operation.stopped())
                .sorted(Comparator.comparing(OperationFacts::finishedAt).reversed())
                .toList();
        this.newestGood = findNewestGood();
    }

    String name() {
        return database.name();
    }

    /** For people: the name of the repository, quoted by nothing. */
    String repositoryName() {
        return database.repository();
    }

    DatabaseGoals goals() {
        return database.goals();
    }

    Look<DatabaseFacts> look() {
        return database.look();
    }

    Optional<DatabaseFacts> facts() {
        return database.look().known();
    }

    List<JobFacts> jobs() {
        return database.jobs();
    }

    Optional<KnownRepository> repository() {
        return repository;
    }

    Thresholds thresholds() {
        return situation.thresholds();
    }

    Instant now() {
        return situation.now();
    }

    Instant storeNow() {
        return repository.map(KnownRepository::storeNow).orElse(now());
    }

    /** Those that nobody stopped, the newest first. */
    List<OperationFacts> operations() {
        return operations;
    }

    Stream<OperationFacts> operations(Kind kind) {
        return operations().stream().filter(operation -> operation.kind() == kind);
    }

    /** Its backups in the repository that can be read, the oldest first. */
    List<BackupFacts> backups() {
        return backups;
    }

    Optional<BackupFacts> newestBackup() {
        return backups.isEmpty() ? Optional.empty() : Optional.of(backups.get(backups.size() - 1));
    }

    /**
     * The newest backup that would serve: it is there, whole, and was not found bad. One that was made after the repository was seen last counts by the
     * word of who made it.
     */
    Optional<GoodBackup> newestGood() {
        return newestGood;
    }

    private Optional<GoodBackup> findNewestGood() {
        Stream<GoodBackup> seen = backups.stream()
                .filter(backup -> repository
                        .filter(there -> there.isGood(backup) && !there.isFromTheFuture(backup))
                        .isPresent())
                .map(backup -> new GoodBackup(backup.id(), backup.moment()));
        Stream<GoodBackup> told = operations(Kind.BACKUP)
                .filter(operation -> operation.succeeded()
                        && operation.repository().equals(database.repository())
                        && isNews(operation)
                        && repository
                                .flatMap(there -> there.foundBad(operation.backup()))
                                .isEmpty())
                .map(operation -> new GoodBackup(operation.backup(), operation.startedAt()));
        return Stream.concat(seen, told).max(Comparator.comparing(GoodBackup::moment));
    }

    /** Whether the repository was not seen since, so that nobody can tell whether the backup is there. */
    private boolean isNews(OperationFacts operation) {
        Optional<Instant> seenAt = repository.flatMap(there -> there.facts().map(facts -> there.seenAt()));
        return seenAt.isEmpty() || operation.finishedAt().isAfter(seenAt.get().minus(KnownRepository.LOOK));
    }

    Finding finding(Rule rule, Severity severity, String detail, String message, String advice, Instant since) {
        // Where a name stands for two, as when a database is saved to two repositories, they are told apart.
        boolean alone = situation.databases().stream()
                        .filter(other -> other.name().equals(name()))
                        .count()
                == 1;
        String where = alone ? "" : database.repository();
        String whole = where.isEmpty() || detail.isEmpty() ? where + detail : where + "/" + detail;
        return new Finding(rule, severity, name(), whole, message, advice, since.isAfter(now()) ? now() : since);
    }
}
