package io.jenkins.plugins.postgresqlbackup.engine.health;

import io.jenkins.plugins.postgresqlbackup.engine.health.OperationFacts.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/** Whether there are the backups that were promised, and whether the newest looks like those before it. */
final class BackupRules {
    /** Differences that say nothing, however many times as much they are. */
    private static final long FEW_ROWS = 100;

    private static final long FEW_BYTES = 1_000_000;
    private static final Duration SHORT = Duration.ofMinutes(5);

    private final KnownDatabase database;
    private final List<Finding> found = new ArrayList<>();

    BackupRules(KnownDatabase database) {
        this.database = database;
    }

    List<Finding> findings() {
        database.goals().objective().ifPresent(this::overdue);
        database.repository().ifPresent(this::tooFew);
        database.newestBackup().ifPresent(newest -> {
            List<BackupFacts> all = database.backups();
            List<BackupFacts> earlier = all.subList(0, all.size() - 1);
            if (!empty(newest, earlier)) {
                unusualRows(newest, earlier);
            }
            unusualSize(newest, earlier);
            unusualDuration(newest, earlier);
        });
        return found;
    }

    private void overdue(Duration objective) {
        Optional<GoodBackup> newest = database.newestGood();
        Instant begin = newest.map(GoodBackup::moment)
                .filter(moment -> moment.isAfter(database.goals().since()))
                .orElse(database.goals().since());
        Instant due = begin.plus(objective);
        Instant now = newest.isPresent() ? database.storeNow() : database.now();
        if (!due.isBefore(now)) {
            return;
        }
        String goal = "and none may be older than " + Words.time(objective);
        String message = newest.map(good -> "The newest good backup of " + database.name() + ", " + good.id()
                        + ", was taken " + Words.at(good.moment()) + ", "
                        + Words.time(Duration.between(good.moment(), now)) + " ago, " + goal + notGood(good) + ".")
                .orElse("There is no good backup of " + database.name() + ", " + goal + notGood(null) + ".");
        String advice = newest.map(good -> "Take a backup now: what has changed since " + Words.at(good.moment())
                        + " could not be restored" + why() + ".")
                .orElse("Take a backup now: nothing of this database could be restored" + why() + ".");
        boolean always = newest.isEmpty() && database.goals().since().equals(Instant.EPOCH);
        found.add(database.finding(
                Rule.BACKUP_OVERDUE, Severity.ERROR, "", message, advice, always ? database.now() : due));
    }

    /** That there are newer ones, and why they do not count. */
    private String notGood(GoodBackup good) {
        return database.repository()
                .flatMap(repository -> database.backups().stream()
                        .filter(backup -> good == null || backup.moment().isAfter(good.moment()))
                        .reduce((first, last) -> last)
                        .map(newer -> " (" + newer.id() + " does not count: " + reason(repository, newer) + ")"))
                .orElse("");
    }

    private static String reason(KnownRepository repository, BackupFacts backup) {
        if (!repository.isWhole(backup)) {
            return "it lacks " + Words.count(repository.missingOf(backup).size(), "pack");
        }
        if (repository.foundBad(backup.id()).isPresent()) {
            return "a verification found it bad";
        }
        return "its time lies in the future";
    }

    /** What kept it from being taken, if something is known. */
    private String why() {
        Optional<String> job = database.jobs().stream()
                .filter(each ->
                        each.purpose().equals("backup") && !each.problem().isEmpty())
                .map(each -> "; its job " + each.name() + " " + Words.said(each.problem()))
                .findFirst();
        return job.or(() -> database.operations(Kind.BACKUP)
                        .findFirst()
                        .filter(last -> !last.succeeded())
                        .map(last -> "; the last attempt, " + Words.at(last.startedAt()) + ", failed: "
                                + Words.said(last.message())))
                .orElse("");
    }

    /** Young databases have few: as many as there should be must have had the time to be taken. */
    private void tooFew(KnownRepository repository) {
        int minimum = repository.goals().retention().minimum();
        List<BackupFacts> good =
                database.backups().stream().filter(repository::isGood).toList();
        if (repository.facts().isEmpty()
                || good.size() >= minimum
                || database.backups().isEmpty()) {
            return;
        }
        Instant seen = repository.seenAt().minus(KnownRepository.LOOK);
        long made = database.operations(Kind.BACKUP)
                .filter(operation -> operation.succeeded()
                        && operation.repository().equals(repository.name())
                        && operation.finishedAt().isBefore(seen))
                .map(OperationFacts::backup)
                .distinct()
                .count();
        Instant first = database.backups().get(0).moment();
        Instant begin = first.isAfter(database.goals().since())
                ? first
                : database.goals().since();
        boolean hadTheTime = database.goals()
                .objective()
                .map(objective -> begin.plus(objective.multipliedBy(minimum)))
                .filter(time -> time.isBefore(database.storeNow()))
                .isPresent();
        if (made >= minimum || hadTheTime) {
            found.add(database.finding(
                    Rule.TOO_FEW_BACKUPS,
                    Severity.WARNING,
                    "",
                    "There " + Words.verb(good.size(), "is ", "are ")
                            + Words.count(good.size(), "good backup") + " of " + database.name() + " in "
                            + repository.name() + ", and there should never be fewer than " + minimum + ".",
                    "Take backups until there are enough, and find out what became of the others.",
                    repository.seenAt()));
        }
    }

    private boolean empty(BackupFacts newest, List<BackupFacts> earlier) {
        Optional<BackupFacts> full =
                earlier.stream().filter(backup -> backup.rows() > 0).reduce((first, last) -> last);
        if (newest.rows() > 0 || full.isEmpty()) {
            return false;
        }
        Instant since = database.backups().stream()
                .filter(backup -> backup.moment().isAfter(full.get().moment()))
                .findFirst()
                .orElse(newest)
                .moment();
        found.add(database.finding(
                Rule.EMPTY_BACKUP,
                Severity.ERROR,
                "",
                "The newest backup of " + database.name() + ", " + newest.id() + ", has no rows, and "
                        + full.get().id() + " of " + Words.at(full.get().moment()) + " had "
                        + Words.count(full.get().rows(), "row") + ".",
                "See whether the database was emptied or the wrong one is saved, and pin "
                        + full.get().id() + " before the retention takes it.",
                since));
        return true;
    }

    private void unusualRows(BackupFacts newest, List<BackupFacts> earlier) {
        median(earlier.stream(), BackupFacts::rows).ifPresent(usual -> {
            if (isUnusual(newest.rows(), usual, FEW_ROWS)) {
                boolean fewer = newest.rows() < usual;
                found.add(database.finding(
                        Rule.UNUSUAL_ROWS,
                        fewer ? Severity.WARNING : Severity.INFO,
                        "",
                        "The newest backup of " + database.name() + ", " + newest.id() + ", has "
                                + Words.count(newest.rows(), "row") + ", and the ones before it had about "
                                + Words.count(usual, "row") + ".",
                        fewer
                                ? "See whether rows were deleted on purpose, or fewer tables were chosen: `pgbackup show "
                                        + newest.id() + "` lists what was left out."
                                : "See whether the database grew on purpose.",
                        newest.moment()));
            }
        });
    }

    private void unusualSize(BackupFacts newest, List<BackupFacts> earlier) {
        median(earlier.stream(), BackupFacts::rawBytes).ifPresent(usual -> {
            if (isUnusual(newest.rawBytes(), usual, FEW_BYTES)) {
                boolean smaller = newest.rawBytes() < usual;
                found.add(database.finding(
                        Rule.UNUSUAL_SIZE,
                        smaller ? Severity.WARNING : Severity.INFO,
                        "",
                        "The newest backup of " + database.name() + ", " + newest.id() + ", holds "
                                + Words.bytes(newest.rawBytes()) + ", and the ones before it held about "
                                + Words.bytes(usual) + ".",
                        smaller
                                ? "See whether data was deleted on purpose, or fewer tables were chosen."
                                : "See whether the database grew on purpose, and whether the storage is large enough.",
                        newest.moment()));
            }
        });
    }

    /** Only longer is bad, and only of the same kind can be compared. */
    private void unusualDuration(BackupFacts newest, List<BackupFacts> earlier) {
        median(
                        earlier.stream().filter(backup -> backup.full() == newest.full()),
                        backup -> backup.duration().toSeconds())
                .ifPresent(usual -> {
                    Duration took = newest.duration();
                    if (took.compareTo(SHORT) > 0
                            && took.toSeconds() > usual * database.thresholds().unusualFactor()) {
                        found.add(database.finding(
                                Rule.UNUSUAL_DURATION,
                                Severity.WARNING,
                                "",
                                "The newest " + newest.kind() + " backup of " + database.name() + ", " + newest.id()
                                        + ", took " + Words.time(took) + ", and the ones before it took about "
                                        + Words.time(Duration.ofSeconds(usual)) + ".",
                                "See whether the server, the network or the storage is slower than usual, or whether an"
                                        + " incremental backup had to read everything: `pgbackup show " + newest.id()
                                        + "` says why.",
                                newest.moment()));
                    }
                });
    }

    private boolean isUnusual(long value, long usual, long few) {
        double factor = database.thresholds().unusualFactor();
        return Math.abs(value - usual) >= few && (value > usual * factor || value * factor < usual);
    }

    /** Of the last ones, if there are enough to know what is usual. */
    private Optional<Long> median(Stream<BackupFacts> earlier, ToLongFunction<BackupFacts> figure) {
        List<BackupFacts> all = earlier.toList();
        int enough = database.thresholds().history();
        if (all.size() < enough || enough < 1) {
            return Optional.empty();
        }
        long[] figures = all.subList(all.size() - enough, all.size()).stream()
                .mapToLong(figure)
                .sorted()
                .toArray();
        return Optional.of(figures[figures.length / 2]);
    }
}
