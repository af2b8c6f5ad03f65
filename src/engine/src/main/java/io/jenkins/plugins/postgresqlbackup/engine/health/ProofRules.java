package io.jenkins.plugins.postgresqlbackup.engine.health;

import io.jenkins.plugins.postgresqlbackup.engine.health.OperationFacts.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** Whether backups were proven as often as was promised. */
final class ProofRules {
    private final KnownDatabase database;
    private final List<Finding> found = new ArrayList<>();

    ProofRules(KnownDatabase database) {
        this.database = database;
    }

    List<Finding> findings() {
        database.goals()
                .verifiedWithin()
                .ifPresent(within -> overdue(
                        Rule.VERIFICATION_OVERDUE,
                        within,
                        last(RepositoryFacts::verified, Kind.VERIFY_CONTENT, Kind.DRILL),
                        "verified",
                        "Verify one with its content now: that its rows can be read is not known."));
        database.goals()
                .drilledWithin()
                .ifPresent(within -> overdue(
                        Rule.DRILL_OVERDUE,
                        within,
                        last(RepositoryFacts::drilled, Kind.DRILL, Kind.DRILL),
                        "restored for trial",
                        "Run a restore drill now: whether a restore would work is not known."));
        return found;
    }

    private void overdue(Rule rule, Duration within, Optional<Instant> last, String done, String advice) {
        if (database.backups().isEmpty() && database.newestGood().isEmpty()) {
            return; // there is nothing to prove, and that is told
        }
        Instant due = Stream.concat(last.stream(), Stream.of(begin()))
                .max(Comparator.naturalOrder())
                .get()
                .plus(within);
        if (!due.isBefore(database.now())) {
            return;
        }
        boolean unknown = database.repository()
                .flatMap(KnownRepository::facts)
                .filter(RepositoryFacts::marksUnknown)
                .isPresent();
        String message = last.map(at -> "A backup of " + database.name() + " was last " + done + " "
                        + Words.time(Duration.between(at, database.now())) + " ago")
                .orElse("No backup of " + database.name() + " was ever " + done
                        + (unknown ? " as far as can be told with a write key" : ""));
        found.add(database.finding(
                rule,
                Severity.WARNING,
                "",
                message + ", and one should be every " + Words.time(within) + ".",
                advice,
                due));
    }

    /** Since when there was something to prove. */
    private Instant begin() {
        Instant promised = database.goals().since();
        return database.backups().stream()
                .findFirst()
                .map(BackupFacts::moment)
                .filter(first -> first.isAfter(promised))
                .orElse(promised);
    }

    private Optional<Instant> last(Function<RepositoryFacts, Map<String, Instant>> marks, Kind one, Kind other) {
        Stream<Instant> marked = database.repository().flatMap(KnownRepository::facts).stream()
                .flatMap(facts -> database.backups().stream()
                        .map(backup -> marks.apply(facts).get(backup.id()))
                        .filter(java.util.Objects::nonNull));
        Stream<Instant> told = database.operations().stream()
                .filter(operation -> (operation.kind() == one || operation.kind() == other) && operation.succeeded())
                .map(OperationFacts::finishedAt);
        return Stream.concat(marked, told)
                .filter(at ->
                        !at.isAfter(database.now().plus(database.thresholds().clockSkew())))
                .max(Comparator.naturalOrder());
    }
}
