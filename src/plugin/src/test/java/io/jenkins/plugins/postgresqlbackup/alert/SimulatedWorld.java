package io.jenkins.plugins.postgresqlbackup.alert;

import io.jenkins.plugins.postgresqlbackup.engine.health.BackupFacts;
import io.jenkins.plugins.postgresqlbackup.engine.health.DatabaseFacts;
import io.jenkins.plugins.postgresqlbackup.engine.health.DatabaseGoals;
import io.jenkins.plugins.postgresqlbackup.engine.health.DatabaseSituation;
import io.jenkins.plugins.postgresqlbackup.engine.health.JobFacts;
import io.jenkins.plugins.postgresqlbackup.engine.health.Look;
import io.jenkins.plugins.postgresqlbackup.engine.health.OperationFacts;
import io.jenkins.plugins.postgresqlbackup.engine.health.OperationFacts.Kind;
import io.jenkins.plugins.postgresqlbackup.engine.health.RepositoryFacts;
import io.jenkins.plugins.postgresqlbackup.engine.health.RepositoryFacts.DeletedFacts;
import io.jenkins.plugins.postgresqlbackup.engine.health.RepositoryFacts.PackFacts;
import io.jenkins.plugins.postgresqlbackup.engine.health.RepositoryFacts.SlotFacts;
import io.jenkins.plugins.postgresqlbackup.engine.health.RepositoryGoals;
import io.jenkins.plugins.postgresqlbackup.engine.health.RepositorySituation;
import io.jenkins.plugins.postgresqlbackup.engine.health.Situation;
import io.jenkins.plugins.postgresqlbackup.engine.health.Thresholds;
import io.jenkins.plugins.postgresqlbackup.engine.retention.RetentionPolicy;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Two databases and their repository as they are at each hour, with a clock of its own: backups at night, and whatever somebody has happen to them. */
final class SimulatedWorld {
    private static final String REPOSITORY = "offsite";
    private static final DateTimeFormatter ID =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final long DISK = 1_000_000_000_000L;

    private final Instant begin;
    private final List<BackupFacts> backups = new ArrayList<>();
    private final List<DeletedFacts> deleted = new ArrayList<>();
    private final Map<String, List<OperationFacts>> operations = new HashMap<>();
    private final Map<String, Instant> verified = new TreeMap<>();
    private final Map<String, Instant> drilled = new TreeMap<>();
    private final Map<String, Look<DatabaseFacts>> databases = new LinkedHashMap<>();
    private Look<RepositoryFacts> repository = Look.none();
    private String disabled = "";
    private int percentFull = 40;
    private int packs;

    SimulatedWorld(Instant begin) {
        this.begin = begin;
    }

    private String id(String database, Instant at) {
        return ID.format(at) + "-" + (database + "aaaaaa").substring(0, 6);
    }

    /** A backup that is good. */
    String backUp(String database, Instant at, long rows) {
        String id = id(database, at);
        Instant end = at.plus(Duration.ofMinutes(10));
        String previous =
                backups.isEmpty() ? null : backups.get(backups.size() - 1).id();
        backups.add(new BackupFacts(
                id,
                "hash of " + id,
                "full",
                null,
                previous,
                backups.size() + 1L,
                database,
                "db:5432",
                null,
                "17.2",
                at,
                at,
                end,
                at,
                end,
                10,
                rows,
                0,
                rows * 1000,
                rows * 300,
                null,
                1,
                Map.of(BackupFacts.ENTRY_LABEL, database),
                List.of("pack " + packs++)));
        done(Kind.BACKUP, database, id, at, true, "");
        return id;
    }

    /** A backup that was tried. */
    void failToBackUp(String database, Instant at, String why) {
        done(Kind.BACKUP, database, "", at, false, why);
    }

    void verify(String database, Instant at, boolean good) {
        String newest = newest(database);
        done(Kind.VERIFY_CONTENT, database, newest, at, good, good ? "" : "12 rows of orders cannot be read");
        if (good) {
            verified.put(newest, at);
        }
    }

    void drill(String database, Instant at) {
        done(Kind.DRILL, database, newest(database), at, true, "");
        verified.put(newest(database), at);
        drilled.put(newest(database), at);
    }

    private String newest(String database) {
        return backups.stream()
                .filter(backup -> backup.isOf(database))
                .reduce((first, last) -> last)
                .orElseThrow()
                .id();
    }

    void delete(String backup, Instant at) {
        backups.removeIf(each -> each.id().equals(backup));
        deleted.add(new DeletedFacts(backup, at, List.of()));
    }

    /** Deletes what is older than the retention keeps. */
    void prune(String database, Instant at) {
        backups.stream()
                .filter(backup -> backup.isOf(database) && backup.takenAt().isBefore(at.minus(Duration.ofDays(10))))
                .map(BackupFacts::id)
                .toList()
                .forEach(old -> delete(old, at));
        done(Kind.PRUNE, database, "", at, true, "");
    }

    private void done(Kind kind, String database, String backup, Instant at, boolean succeeded, String message) {
        operations
                .computeIfAbsent(database, name -> new ArrayList<>())
                .add(
                        0,
                        new OperationFacts(
                                kind,
                                database,
                                REPOSITORY,
                                backup,
                                succeeded,
                                false,
                                at,
                                at.plus(Duration.ofMinutes(10)),
                                message,
                                "https://jenkins/job/1/console"));
    }

    void fill(int percent) {
        percentFull = percent;
    }

    /** None: all run. */
    void disable(String job) {
        disabled = job;
    }

    void lookAtRepository(Instant now, boolean reachable) {
        repository = reachable ? Look.at(now, facts(now)) : repository.failed(now, "Connection timed out");
    }

    void lookAtDatabase(String name, Instant now, boolean reachable) {
        Look<DatabaseFacts> before = databases.getOrDefault(name, Look.none());
        databases.put(
                name,
                reachable
                        ? Look.at(
                                now,
                                new DatabaseFacts(
                                        "db:5432",
                                        name,
                                        now,
                                        now,
                                        "17.2",
                                        17,
                                        null,
                                        5_000_000L,
                                        100,
                                        3,
                                        20,
                                        -1,
                                        2,
                                        4_000_000L,
                                        "17.2",
                                        null,
                                        null))
                        : before.failed(now, "Connection refused"));
    }

    private RepositoryFacts facts(Instant now) {
        List<PackFacts> there = backups.stream()
                .flatMap(backup ->
                        backup.packs().stream().map(pack -> new PackFacts(pack, 1_000_000, backup.writtenAt())))
                .toList();
        Set<String> ids = backups.stream().map(BackupFacts::id).collect(Collectors.toSet());
        verified.keySet().retainAll(ids);
        drilled.keySet().retainAll(ids);
        return new RepositoryFacts(
                "/backups",
                "repository",
                now,
                now,
                backups,
                Map.of(),
                deleted,
                verified,
                drilled,
                List.of(),
                false,
                Map.of(),
                there,
                List.of(),
                List.of(
                        new SlotFacts("1", "full", "jenkins", begin, 1, null, true),
                        new SlotFacts("2", "recovery", "safe", begin, 1, begin, false)),
                1,
                List.of(),
                List.of(),
                there.size() + 10L,
                DISK / 100 * percentFull,
                DISK,
                DISK / 100 * (100 - percentFull),
                List.of(),
                null);
    }

    Situation situation(Instant now) {
        Set<String> expected = operations.values().stream()
                .flatMap(List::stream)
                .filter(done -> done.kind() == Kind.BACKUP && done.succeeded())
                .map(OperationFacts::backup)
                .filter(backup ->
                        deleted.stream().noneMatch(gone -> gone.backup().equals(backup)))
                .collect(Collectors.toSet());
        RetentionPolicy retention = RetentionPolicy.usual().withKeepDays(10);
        return new Situation(
                now,
                List.of(new RepositorySituation(
                        REPOSITORY, new RepositoryGoals(retention, OptionalLong.empty()), repository, expected)),
                databases.entrySet().stream()
                        .map(each -> situation(each.getKey(), each.getValue()))
                        .toList(),
                Thresholds.usual());
    }

    private DatabaseSituation situation(String name, Look<DatabaseFacts> look) {
        String job = "backup-" + name + "-full";
        return new DatabaseSituation(
                name,
                REPOSITORY,
                new DatabaseGoals(
                        begin,
                        Optional.of(Duration.ofHours(26)),
                        Optional.of(Duration.ofDays(9)),
                        Optional.of(Duration.ofDays(9)),
                        2),
                look,
                operations.getOrDefault(name, List.of()),
                List.of(new JobFacts(job, "backup", job.equals(disabled) ? "is disabled" : "")));
    }
}
