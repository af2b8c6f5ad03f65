package io.jenkins.plugins.postgresqlbackup.ui;

import io.jenkins.plugins.postgresqlbackup.configuration.BackupConfiguration;
import io.jenkins.plugins.postgresqlbackup.engine.health.BackupFacts;
import io.jenkins.plugins.postgresqlbackup.engine.health.Look;
import io.jenkins.plugins.postgresqlbackup.engine.health.RepositoryFacts;
import io.jenkins.plugins.postgresqlbackup.engine.health.RepositorySituation;
import io.jenkins.plugins.postgresqlbackup.history.OperationHistory;
import io.jenkins.plugins.postgresqlbackup.history.OperationRecord;
import io.jenkins.plugins.postgresqlbackup.history.OperationState;
import io.jenkins.plugins.postgresqlbackup.history.PastOperations;
import io.jenkins.plugins.postgresqlbackup.monitor.BackupMonitor;
import io.jenkins.plugins.postgresqlbackup.monitor.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * All restore points that are known: what the last check saw in the repositories, and what operations have made and deleted since. Worked out once for a check
 * and a state of the history, however many pages ask. Immutable.
 */
final class Catalogue {
    private static volatile Catalogue last;

    private final Status status;
    private final PastOperations past;
    private final List<String> databases;
    private final Map<String, Map<String, RestorePoint>> byId = new HashMap<>();
    private final Map<String, List<RestorePoint>> byDatabase = new HashMap<>();
    private final Map<String, List<RestorePoint>> byRepository = new HashMap<>();
    private final Map<String, StorageUse> uses = new HashMap<>();

    private Catalogue(Status status, PastOperations past, List<String> databases) {
        this.status = status;
        this.past = past;
        this.databases = databases;
        status.situation().repositories().forEach(this::addSeen);
        past.newestFirst().forEach(this::addMade);
        Comparator<RestorePoint> newestFirst = Comparator.comparing(RestorePoint::takenAt)
                .thenComparing(RestorePoint::getId)
                .reversed();
        byDatabase.values().forEach(points -> points.sort(newestFirst));
        byRepository.values().forEach(points -> points.sort(newestFirst));
    }

    /** As it is now. */
    static Catalogue get() {
        Status status = BackupMonitor.get().status();
        PastOperations past = OperationHistory.get().past();
        List<String> databases = BackupConfiguration.get().databaseNames();
        Catalogue known = last;
        if (known == null || known.status != status || known.past != past || !known.databases.equals(databases)) {
            known = new Catalogue(status, past, databases);
            last = known;
        }
        return known;
    }

    private void addSeen(RepositorySituation repository) {
        repository.look().known().ifPresent(facts -> {
            facts.backups().stream()
                    .filter(backup -> !past.isDeleted(repository.name(), backup.id()))
                    .forEach(backup -> add(point(repository.name(), facts, backup)));
            uses.put(repository.name(), StorageUse.of(facts, status));
        });
    }

    /** One that is not among those seen was made since, or is lost. */
    private void addMade(OperationRecord record) {
        String repository = record.getRepository();
        if (record.isGoodBackup()
                && !past.isDeleted(repository, record.getBackup())
                && find(repository, record.getBackup()).isEmpty()
                && !wasLookedAtSince(repository, Instant.ofEpochMilli(record.getFinishedAt()))) {
            RestorePoint.Proof proof = proof(repository, record.getBackup(), null, null, null);
            add(new RestorePoint(repository, record.getDatabase(), null, record, proof));
        }
    }

    private boolean wasLookedAtSince(String repository, Instant moment) {
        return status.situation()
                .repository(repository)
                .map(RepositorySituation::look)
                .map(Look::seenAt)
                .filter(seen -> seen.isAfter(moment))
                .isPresent();
    }

    private void add(RestorePoint point) {
        byId.computeIfAbsent(point.getRepository(), any -> new HashMap<>()).put(point.getId(), point);
        byDatabase
                .computeIfAbsent(point.getDatabase(), any -> new ArrayList<>())
                .add(point);
        byRepository
                .computeIfAbsent(point.getRepository(), any -> new ArrayList<>())
                .add(point);
    }

    private RestorePoint point(String repository, RepositoryFacts facts, BackupFacts backup) {
        OperationRecord maker = past.makerOf(repository, backup.id()).orElse(null);
        RestorePoint.Proof proof = proof(
                repository,
                backup.id(),
                facts.verified().get(backup.id()),
                facts.drilled().get(backup.id()),
                facts.pinned().get(backup.id()));
        return new RestorePoint(repository, databaseOf(backup), backup, maker, proof);
    }

    private String databaseOf(BackupFacts backup) {
        String entry = backup.labels().get(BackupFacts.ENTRY_LABEL);
        return entry != null
                ? entry
                : databases.stream().filter(backup::isOf).findFirst().orElse(backup.database());
    }

    /** What the repository's marks say, and what operations of this Jenkins have found besides. */
    private RestorePoint.Proof proof(
            String repository, String backup, Instant verifiedMark, Instant drilledMark, String pin) {
        Optional<OperationRecord> verdict = past.lastVerification(repository, backup);
        String objection = verdict.filter(check -> check.getState() == OperationState.FAILED)
                .filter(check -> verifiedMark == null || finished(check).isAfter(verifiedMark))
                .map(OperationRecord::getMessage)
                .orElse(null);
        Instant verified = verdict.filter(OperationRecord::isContentProof)
                .map(Catalogue::finished)
                .orElse(null);
        Instant drilled = verdict.filter(OperationRecord::isDrill)
                .map(Catalogue::finished)
                .orElse(null);
        Instant lastDrill = later(drilledMark, drilled);
        return new RestorePoint.Proof(later(later(verifiedMark, verified), lastDrill), lastDrill, objection, pin);
    }

    private static Instant finished(OperationRecord record) {
        return Instant.ofEpochMilli(record.getFinishedAt());
    }

    private static Instant later(Instant one, Instant other) {
        return Stream.of(Optional.ofNullable(one), Optional.ofNullable(other))
                .flatMap(Optional::stream)
                .max(Comparator.naturalOrder())
                .orElse(null);
    }

    /** The check that it is of. */
    Status status() {
        return status;
    }

    /** The history that it is of. */
    PastOperations past() {
        return past;
    }

    Optional<RestorePoint> find(String repository, String id) {
        return Optional.ofNullable(byId.getOrDefault(repository, Map.of()).get(id));
    }

    /** The newest first. */
    List<RestorePoint> ofDatabase(String name) {
        return List.copyOf(byDatabase.getOrDefault(name, List.of()));
    }

    /** The newest first. */
    List<RestorePoint> inRepository(String name) {
        return List.copyOf(byRepository.getOrDefault(name, List.of()));
    }

    /** The newest of a database that nobody found bad. */
    Optional<RestorePoint> lastGood(String database) {
        return byDatabase.getOrDefault(database, List.of()).stream()
                .filter(point -> !point.isBad())
                .findFirst();
    }

    /** When the content of a backup of a database was last verified, or more. */
    Optional<Instant> lastVerified(String database) {
        return Stream.concat(
                        byDatabase.getOrDefault(database, List.of()).stream()
                                .map(RestorePoint::verifiedAt)
                                .flatMap(Optional::stream),
                        past.lastProof(database).map(Catalogue::finished).stream())
                .max(Comparator.naturalOrder());
    }

    /** When a backup of a database was last restored for trial. */
    Optional<Instant> lastDrilled(String database) {
        return Stream.concat(
                        byDatabase.getOrDefault(database, List.of()).stream()
                                .map(RestorePoint::drilledAt)
                                .flatMap(Optional::stream),
                        past.lastDrill(database).map(Catalogue::finished).stream())
                .max(Comparator.naturalOrder());
    }

    /** Empty if nobody has looked into it yet. */
    Optional<StorageUse> use(String repository) {
        return Optional.ofNullable(uses.get(repository));
    }
}
