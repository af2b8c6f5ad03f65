package io.jenkins.plugins.postgresqlbackup.engine.health;

import java.util.List;

/** Whether the jobs that are to work on a database can run. */
final class ScheduleRules {
    private final KnownDatabase database;

    ScheduleRules(KnownDatabase database) {
        this.database = database;
    }

    List<Finding> findings() {
        return database.jobs().stream()
                .filter(job -> !job.problem().isEmpty())
                .map(job -> database.finding(
                        Rule.JOB_MISSING,
                        Severity.WARNING,
                        job.name(),
                        "The job " + job.name() + " (" + job.purpose() + " of " + database.name() + ") "
                                + Words.said(job.problem()) + ", so it does not run.",
                        "Mend that, or change the schedule of " + database.name() + " if it is meant so.",
                        database.now()))
                .toList();
    }
}
