package io.jenkins.plugins.postgresqlbackup.engine.health;

import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Grace;
import io.jenkins.plugins.postgresqlbackup.engine.retention.Candidate;
import io.jenkins.plugins.postgresqlbackup.engine.retention.Decision;
import io.jenkins.plugins.postgresqlbackup.engine.retention.Grade;
import io.jenkins.plugins.postgresqlbackup.engine.retention.RetentionPlan;
import io.jenkins.plugins.postgresqlbackup.engine.retention.RetentionPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Whether what the retention no longer keeps goes, judged as a prune judges. */
final class RetentionRules {
    private final KnownRepository repository;

    RetentionRules(KnownRepository repository) {
        this.repository = repository;
    }

    List<Finding> findings() {
        return repository.facts().flatMap(this::overdue).map(List::of).orElse(List.of());
    }

    private Optional<Finding> overdue(RepositoryFacts facts) {
        Duration patience = repository.thresholds().overdueDeletion();
        Instant now = repository.storeNow();
        List<Candidate> candidates = candidates(facts);
        Set<String> going = going(candidates, now);
        Instant then = now.minus(patience);
        Set<String> wereGoing = going(
                candidates.stream()
                        .filter(candidate -> !candidate.time().isAfter(then))
                        .toList(),
                then);
        List<Candidate> overdue = certain(
                facts,
                candidates.stream()
                        .filter(candidate -> going.contains(candidate.id()) && wereGoing.contains(candidate.id()))
                        .toList());
        if (overdue.isEmpty()) {
            return Optional.empty();
        }
        Candidate oldest = overdue.get(0);
        Instant aged = oldest.time()
                .plus(Duration.ofDays(repository.goals().retention().keepDays()));
        return Optional.of(repository.finding(
                Rule.RETENTION_OVERDUE,
                Severity.WARNING,
                "",
                (facts.marksUnknown() ? "At least " : "") + Words.count(overdue.size(), "backup") + " in "
                        + repository.name() + " "
                        + Words.verb(overdue.size(), "is", "are") + " still there although the retention has not kept "
                        + Words.verb(overdue.size(), "it", "them") + " for more than " + Words.time(patience)
                        + ", the oldest of them " + oldest.id() + ", "
                        + Words.time(Duration.between(oldest.time(), now)) + " old.",
                "See whether the job that prunes runs and has a full key; if the storage locks objects for longer, let the"
                        + " retention be as long.",
                repository.goals().retention().keepDays() > 0 && aged.isBefore(then) ? aged : then));
    }

    /**
     * Those that a prune would delete whatever it knows besides, the oldest first. Who cannot tell which backups are verified does not know which of them
     * the rules that count would keep, but how many at most of each database.
     */
    private List<Candidate> certain(RepositoryFacts facts, List<Candidate> overdue) {
        RetentionPolicy policy = repository.goals().retention();
        int counted = policy.keepLast()
                + policy.daily()
                + policy.weekly()
                + policy.monthly()
                + policy.yearly()
                + policy.minimum();
        int spared = facts.marksUnknown() ? counted : 0;
        return overdue.stream()
                .sorted(Comparator.comparing(Candidate::time).reversed())
                .collect(Collectors.groupingBy(Candidate::database))
                .values()
                .stream()
                .flatMap(ofOne -> ofOne.stream().skip(spared))
                .sorted(Comparator.comparing(Candidate::time))
                .toList();
    }

    /** Those of the backups that were there once which the retention would not keep today: a prune may have deleted them long ago. */
    Set<String> outlived(Collection<String> backups) {
        Optional<RepositoryFacts> facts = repository.facts();
        List<String> gone =
                backups.stream().filter(backup -> !repository.holds(backup)).toList();
        if (facts.isEmpty() || gone.isEmpty()) {
            return Set.of();
        }
        Map<String, OperationFacts> made = repository.operations().stream()
                .filter(operation -> operation.kind() == OperationFacts.Kind.BACKUP)
                .collect(Collectors.toMap(OperationFacts::backup, Function.identity(), (a, b) -> a));
        List<Candidate> candidates = candidates(facts.get());
        for (String backup : gone) {
            String database = Optional.ofNullable(made.get(backup))
                    .flatMap(operation -> facts.get().backups().stream()
                            .filter(other -> other.isOf(operation.database()))
                            .findFirst())
                    .map(BackupFacts::source)
                    .orElse("");
            Optional<Instant> time = BackupId.parse(backup).flatMap(BackupId::second);
            time.ifPresent(at -> candidates.add(Candidate.of(backup, database, at, Grade.UNVERIFIED)));
        }
        return going(candidates, repository.storeNow());
    }

    private Set<String> going(List<Candidate> candidates, Instant moment) {
        return RetentionPlan.of(repository.goals().retention(), candidates, moment).decisions().stream()
                .filter(decision -> !decision.keep())
                .map(Decision::id)
                .collect(Collectors.toSet());
    }

    private List<Candidate> candidates(RepositoryFacts facts) {
        List<Candidate> candidates = new ArrayList<>();
        facts.unreadable().forEach((backup, why) -> candidates.add(Candidate.unreadable(backup, why)));
        facts.backups()
                .forEach(backup -> candidates.add(new Candidate(
                        backup.id(),
                        backup.source(),
                        backup.begunAt() == null ? backup.startedAt() : backup.begunAt(),
                        grade(facts, backup),
                        Optional.ofNullable(facts.pinned().get(backup.id())),
                        Optional.empty())));
        return candidates;
    }

    private Grade grade(RepositoryFacts facts, BackupFacts backup) {
        if (!repository.isWhole(backup)) {
            return Grade.DOUBTFUL;
        }
        if (facts.verified().containsKey(backup.id())) {
            return Grade.VERIFIED;
        }
        boolean inTime = backup.begunAt() == null
                || Duration.between(backup.begunAt(), backup.writtenAt()).compareTo(Grace.BACKUP_LIMIT) <= 0;
        return inTime ? Grade.UNVERIFIED : Grade.DOUBTFUL;
    }
}
