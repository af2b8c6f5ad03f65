package io.jenkins.plugins.postgresqlbackup.monitor;

import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.engine.health.Finding;
import io.jenkins.plugins.postgresqlbackup.engine.health.Rule;
import io.jenkins.plugins.postgresqlbackup.engine.health.Severity;
import io.jenkins.plugins.postgresqlbackup.setup.ScheduledJobs;
import java.time.Instant;
import java.util.Optional;
import jenkins.model.Jenkins;

/** The job that checks backups: who has deleted it does without, but one that is there and cannot run keeps quiet by mistake. */
final class CheckJob {
    private CheckJob() {}

    static Optional<Finding> finding(Instant now) {
        if (Jenkins.get().getItemByFullName(ScheduledJobs.CHECK) == null) {
            return Optional.empty();
        }
        String problem = ExpectedJobs.problem(ScheduledJobs.CHECK);
        return problem.isEmpty()
                ? Optional.empty()
                : Optional.of(new Finding(
                        Rule.JOB_MISSING,
                        Severity.WARNING,
                        ScheduledJobs.CHECK,
                        "",
                        Messages.CheckJob_problem(ScheduledJobs.CHECK, problem),
                        Messages.CheckJob_advice(),
                        now));
    }
}
