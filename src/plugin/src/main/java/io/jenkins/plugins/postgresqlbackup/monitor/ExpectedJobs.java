package io.jenkins.plugins.postgresqlbackup.monitor;

import hudson.model.Item;
import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.configuration.DatabaseEntry;
import io.jenkins.plugins.postgresqlbackup.engine.health.JobFacts;
import io.jenkins.plugins.postgresqlbackup.history.OperationKind;
import io.jenkins.plugins.postgresqlbackup.history.OperationRecord;
import io.jenkins.plugins.postgresqlbackup.history.PastOperations;
import io.jenkins.plugins.postgresqlbackup.operation.VerifyOrder;
import io.jenkins.plugins.postgresqlbackup.setup.ScheduledJobs;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jenkins.model.Jenkins;
import jenkins.model.ParameterizedJobMixIn.ParameterizedJob;

/**
 * The jobs that are to work on a database, and what keeps them from it: those that its schedule asks for, or in place of one that is not there any other that
 * has done the same of late, such as somebody's own Pipeline.
 */
final class ExpectedJobs {
    /** Who did it within that time is meant to go on. */
    private static final Duration OF_LATE = Duration.ofDays(35);

    /** What a job is for, in the words of the rules; a job for one of these replaces any other for it. */
    private static final String BACKUP = "backup";

    private static final String VERIFICATION = "verification";
    private static final String DRILL = "drill";
    private static final String PRUNE = "prune";

    private final PastOperations past;
    private final Instant now;

    ExpectedJobs(PastOperations past, Instant now) {
        this.past = past;
        this.now = now;
    }

    List<JobFacts> of(DatabaseEntry database) {
        Map<String, List<String>> planned = new LinkedHashMap<>();
        new ScheduledJobs(database)
                .scheduled()
                .forEach(job -> planned.computeIfAbsent(purpose(job.kind(), job.level()), purpose -> new ArrayList<>())
                        .add(job.name()));
        List<JobFacts> jobs = new ArrayList<>();
        planned.forEach((purpose, names) -> jobs.addAll(jobs(database.getName(), purpose, names)));
        return jobs;
    }

    private List<JobFacts> jobs(String database, String purpose, List<String> planned) {
        List<String> there =
                planned.stream().filter(name -> find(name).isPresent()).toList();
        List<String> own = past.newestFirst().stream()
                .takeWhile(record -> Instant.ofEpochMilli(record.getStartedAt()).isAfter(now.minus(OF_LATE)))
                .filter(record -> record.getDatabase().equals(database)
                        && purpose(record.getKind(), record.getLevel()).equals(purpose)
                        && !planned.contains(record.getJob()))
                .map(OperationRecord::getJob)
                .distinct()
                .filter(name -> find(name).isPresent())
                .toList();
        boolean isDoneByOthers = there.isEmpty() && !own.isEmpty();
        List<JobFacts> jobs = new ArrayList<>();
        if (isDoneByOthers) {
            // It is enough that one of them can; and what starts them only they know.
            if (own.stream().allMatch(name -> !canRun(name))) {
                jobs.add(new JobFacts(own.get(0), purpose, Messages.ExpectedJobs_disabled()));
            }
        } else {
            planned.forEach(name -> jobs.add(new JobFacts(name, purpose, problem(name))));
        }
        return jobs;
    }

    /** Empty for what no job need do. */
    private static String purpose(OperationKind kind, String level) {
        return switch (kind) {
            case FULL, INCREMENTAL -> BACKUP;
            case VERIFY ->
                switch (level) {
                    case VerifyOrder.RESTORE -> DRILL;
                    case VerifyOrder.CONTENT -> VERIFICATION;
                    default -> "";
                };
            case PRUNE -> level.equals(OperationRecord.DRY_RUN) ? "" : PRUNE;
            default -> "";
        };
    }

    private static Optional<Item> find(String name) {
        return Optional.ofNullable(Jenkins.get().getItemByFullName(name));
    }

    private static boolean canRun(String name) {
        return find(name)
                .filter(item -> !(item instanceof ParameterizedJob<?, ?> job) || !job.isDisabled())
                .isPresent();
    }

    /** A clause; empty if it runs. */
    static String problem(String name) {
        Optional<Item> item = find(name);
        if (item.isEmpty()) {
            return Messages.ExpectedJobs_missing();
        }
        if (item.get() instanceof ParameterizedJob<?, ?> job && job.isDisabled()) {
            return Messages.ExpectedJobs_disabled();
        }
        boolean isStarted = !(item.get() instanceof ParameterizedJob<?, ?> job)
                || !job.getTriggers().isEmpty();
        return isStarted ? "" : Messages.ExpectedJobs_noTrigger();
    }
}
