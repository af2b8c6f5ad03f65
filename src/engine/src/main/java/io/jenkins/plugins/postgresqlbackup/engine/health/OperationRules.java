package io.jenkins.plugins.postgresqlbackup.engine.health;

import io.jenkins.plugins.postgresqlbackup.engine.health.OperationFacts.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/** What failed and has not succeeded since. What somebody stopped neither failed nor succeeded. */
final class OperationRules {
    /** A restore is no routine: nobody repeats one so that a list becomes shorter. */
    private static final Duration RESTORE_TOLD = Duration.ofDays(1);

    private final KnownDatabase database;
    private final List<Finding> found = new ArrayList<>();

    OperationRules(KnownDatabase database) {
        this.database = database;
    }

    List<Finding> findings() {
        for (Kind kind : Kind.values()) {
            List<OperationFacts> all = database.operations(kind)
                    .filter(operation -> !isVerdict(operation))
                    .toList();
            long failures =
                    all.stream().takeWhile(operation -> !operation.succeeded()).count();
            if (failures > 0 && !doneSince(kind, all.get(0).finishedAt())) {
                failed(kind, all.get(0), all.get((int) failures - 1), failures);
            }
        }
        verdicts();
        return found;
    }

    /** One that found a backup bad did its work. */
    private static boolean isVerdict(OperationFacts operation) {
        return KnownRepository.isVerification(operation.kind())
                && !operation.succeeded()
                && !operation.backup().isEmpty();
    }

    /** Whether the repository shows that somebody else has succeeded meanwhile. */
    private boolean doneSince(Kind kind, Instant failure) {
        Stream<Instant> done =
                switch (kind) {
                    case BACKUP -> database.newestGood().map(GoodBackup::moment).stream();
                    case VERIFY_CONTENT -> marks(RepositoryFacts::verified);
                    case DRILL -> marks(RepositoryFacts::drilled);
                    case VERIFY_STRUCTURE, RESTORE, PRUNE -> Stream.empty();
                };
        return done.anyMatch(at -> at.isAfter(failure));
    }

    private Stream<Instant> marks(Function<RepositoryFacts, Map<String, Instant>> which) {
        return database.repository().flatMap(KnownRepository::facts).map(which).orElse(Map.of()).entrySet().stream()
                .filter(mark -> database.backups().stream()
                        .anyMatch(backup -> backup.id().equals(mark.getKey())))
                .map(Map.Entry::getValue);
    }

    private void failed(Kind kind, OperationFacts last, OperationFacts first, long times) {
        if (kind == Kind.RESTORE
                && Duration.between(last.finishedAt(), database.now()).compareTo(RESTORE_TOLD) > 0) {
            return;
        }
        boolean again = kind == Kind.BACKUP && times > 1;
        found.add(database.finding(
                Rule.OPERATION_FAILED,
                again || kind == Kind.BACKUP && database.newestGood().isEmpty() ? Severity.ERROR : Severity.WARNING,
                kind.name().toLowerCase(Locale.ROOT).replace('_', '-'),
                "The last " + noun(kind) + " of " + database.name() + " failed at " + Words.at(last.finishedAt())
                        + (times > 1 ? ", as did " + Words.count(times - 1, "attempt") + " before it" : "") + ": "
                        + Words.said(last.message()) + ".",
                advice(kind) + (last.where().isEmpty() ? "" : " Its log: " + last.where()),
                first.finishedAt()));
    }

    private static String noun(Kind kind) {
        return switch (kind) {
            case BACKUP -> "backup";
            case VERIFY_STRUCTURE -> "verification of the structure";
            case VERIFY_CONTENT -> "verification of the content";
            case DRILL -> "restore drill";
            case RESTORE -> "restore";
            case PRUNE -> "prune";
        };
    }

    private static String advice(Kind kind) {
        return switch (kind) {
            case BACKUP -> "Mend what the message names and take a backup again; it goes on with what was stored.";
            case VERIFY_STRUCTURE, VERIFY_CONTENT, DRILL ->
                "Mend what the message names and verify again: it came to no verdict about the backup.";
            case RESTORE ->
                "Mend what the message names and restore again; the log says what is there and what is not.";
            case PRUNE -> "Mend what the message names and prune again, or the storage fills up.";
        };
    }

    private void verdicts() {
        Map<String, OperationFacts> bad = new LinkedHashMap<>();
        database.operations().stream()
                .filter(OperationRules::isVerdict)
                .forEach(operation -> bad.putIfAbsent(operation.backup(), operation));
        bad.forEach((backup, operation) -> {
            boolean stands = database.repository()
                    .filter(repository -> repository.foundBad(backup).isPresent()
                            && (repository.facts().isEmpty() || repository.holds(backup)))
                    .isPresent();
            if (stands) {
                Instant at = operation.finishedAt();
                found.add(database.finding(
                        Rule.VERIFICATION_FAILED,
                        Severity.ERROR,
                        backup,
                        "The backup " + backup + " of " + database.name() + " is bad, as a "
                                + (operation.kind() == Kind.DRILL ? "restore drill" : "verification") + " found at "
                                + Words.at(at) + ": " + Words.said(operation.message()) + ".",
                        "Take a full backup now, verify it, and do not count on " + backup + "; `pgbackup verify "
                                + backup + "` tells what of it is lost."
                                + (operation.where().isEmpty() ? "" : " Its log: " + operation.where()),
                        at));
            }
        });
    }
}
