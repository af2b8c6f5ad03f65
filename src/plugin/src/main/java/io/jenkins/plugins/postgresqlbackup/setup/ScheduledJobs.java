package io.jenkins.plugins.postgresqlbackup.setup;

import hudson.model.FreeStyleProject;
import hudson.model.ItemGroup;
import hudson.model.TopLevelItem;
import hudson.tasks.Builder;
import hudson.tasks.LogRotator;
import hudson.triggers.TimerTrigger;
import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.configuration.BackupConfiguration;
import io.jenkins.plugins.postgresqlbackup.configuration.DatabaseEntry;
import io.jenkins.plugins.postgresqlbackup.configuration.ScheduleEntry;
import io.jenkins.plugins.postgresqlbackup.freestyle.BackupFullBuilder;
import io.jenkins.plugins.postgresqlbackup.freestyle.VerifyBackupBuilder;
import io.jenkins.plugins.postgresqlbackup.operation.VerifyOrder;
import io.jenkins.plugins.postgresqlbackup.pipeline.BackupFullStep;
import io.jenkins.plugins.postgresqlbackup.pipeline.VerifyBackupStep;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import jenkins.model.Jenkins;

/** Makes the jobs of a database: a full backup, a verification of content, and a restore drill where there is a server for it. */
public final class ScheduledJobs {
    private static final int BUILDS_KEPT = 100;

    private final DatabaseEntry database;
    private final ScheduleEntry schedule;

    public ScheduledJobs(DatabaseEntry database) {
        this.database = database;
        this.schedule = BackupConfiguration.get().scheduleOf(database);
    }

    /** One job as it will be. */
    private record Plan(String name, String cron, String description, Builder builder) {}

    /**
     * Makes those that are not there yet.
     *
     * @return the names of the new ones
     */
    public List<String> make() throws IOException {
        List<String> made = new ArrayList<>();
        for (Plan plan : plans()) {
            if (Jenkins.get().getItem(plan.name()) == null) {
                make(plan);
                made.add(plan.name());
            }
        }
        return made;
    }

    /** The names of the jobs that there are or will be. */
    public List<String> names() {
        return plans().stream().map(Plan::name).toList();
    }

    private List<Plan> plans() {
        String name = database.getName();
        List<Plan> plans = new ArrayList<>();
        if (database.getRepository().isEmpty()) {
            return plans; // a scratch server, or one that is only restored into
        }
        if (!schedule.getFull().isEmpty()) {
            plans.add(new Plan(
                    "backup-" + name + "-full",
                    schedule.getFull(),
                    Messages.ScheduledJobs_full(name),
                    new BackupFullBuilder(new BackupFullStep(name))));
        }
        if (!schedule.getVerify().isEmpty()) {
            plans.add(new Plan(
                    "backup-" + name + "-verify",
                    schedule.getVerify(),
                    Messages.ScheduledJobs_verify(name),
                    new VerifyBackupBuilder(verification(VerifyOrder.CONTENT))));
        }
        if (!schedule.getDrill().isEmpty() && !database.getScratch().isEmpty()) {
            plans.add(new Plan(
                    "backup-" + name + "-drill",
                    schedule.getDrill(),
                    Messages.ScheduledJobs_drill(name),
                    new VerifyBackupBuilder(verification(VerifyOrder.RESTORE))));
        }
        return plans;
    }

    private VerifyBackupStep verification(String level) {
        VerifyBackupStep step = new VerifyBackupStep();
        step.setDatabase(database.getName());
        step.setLevel(level);
        return step;
    }

    private void make(Plan plan) throws IOException {
        FreeStyleProject job = new FreeStyleProject((ItemGroup<?>) Jenkins.get(), plan.name());
        job.setDescription(plan.description());
        job.setBuildDiscarder(new LogRotator(-1, BUILDS_KEPT, -1, -1));
        if (!database.getNode().isEmpty()) {
            job.setAssignedLabel(Jenkins.get().getLabel(database.getNode()));
        }
        job.getBuildersList().add(plan.builder());
        TimerTrigger trigger = new TimerTrigger(plan.cron());
        job.addTrigger(trigger);
        TopLevelItem item = job;
        Jenkins.get().add(item, plan.name());
        trigger.start(job, true);
        job.save();
    }
}
