package io.jenkins.plugins.postgresqlbackup.setup;

import hudson.model.FreeStyleProject;
import hudson.model.ItemGroup;
import hudson.model.TopLevelItem;
import hudson.model.listeners.ItemListener;
import hudson.tasks.Builder;
import hudson.tasks.LogRotator;
import hudson.triggers.TimerTrigger;
import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.access.JobPatterns;
import io.jenkins.plugins.postgresqlbackup.configuration.BackupConfiguration;
import io.jenkins.plugins.postgresqlbackup.configuration.DatabaseEntry;
import io.jenkins.plugins.postgresqlbackup.configuration.RepositoryEntry;
import io.jenkins.plugins.postgresqlbackup.configuration.ScheduleEntry;
import io.jenkins.plugins.postgresqlbackup.freestyle.BackupFullBuilder;
import io.jenkins.plugins.postgresqlbackup.freestyle.VerifyBackupBuilder;
import io.jenkins.plugins.postgresqlbackup.operation.VerifyOrder;
import io.jenkins.plugins.postgresqlbackup.pipeline.BackupFullStep;
import io.jenkins.plugins.postgresqlbackup.pipeline.VerifyBackupStep;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import jenkins.model.Jenkins;

/**
 * Makes the jobs of a database: a full backup, a verification of content, and a restore drill where there is a server for it. A database that names no
 * repository, such as a scratch server or a restore target, needs none.
 */
public final class ScheduledJobs {
    private static final int BUILDS_KEPT = 100;

    private final DatabaseEntry database;
    private final ScheduleEntry schedule;

    public ScheduledJobs(DatabaseEntry database) {
        this.database = database;
        this.schedule = BackupConfiguration.get().scheduleOf(database);
    }

    /** One job as it will be. */
    private record Plan(String name, String cron, String description, Builder builder, boolean isDrill) {}

    /**
     * Makes those that are not there yet.
     *
     * @return the names of the new ones
     */
    public List<String> make() throws IOException {
        List<String> made = new ArrayList<>();
        for (Plan plan : plans()) {
            if (Jenkins.get().getItem(plan.name()) == null && !isUnreadable(plan)) {
                make(plan);
                made.add(plan.name());
            }
        }
        return made;
    }

    /** Whether it is on disk and Jenkins could not load it, perhaps for a plugin that is missing: a new one would take its place. */
    private static boolean isUnreadable(Plan plan) {
        FreeStyleProject job = new FreeStyleProject((ItemGroup<?>) Jenkins.get(), plan.name());
        return Jenkins.get().getItem(plan.name()) == null && job.getConfigFile().exists();
    }

    /** The names of the jobs that there are or will be. */
    public List<String> names() {
        return plans().stream().map(Plan::name).toList();
    }

    /** A sentence for each job that an entry does not let run, or that cannot be made. */
    public List<String> refusals() {
        List<String> refusals = new ArrayList<>();
        for (Plan plan : plans()) {
            if (isUnreadable(plan)) {
                refusals.add(Messages.ScheduledJobs_unreadable(plan.name()));
            }
            if (!JobPatterns.parse(database.getRunJobs()).allow(plan.name())) {
                refusals.add(Messages.ScheduledJobs_notListed(
                        plan.name(), Messages.OrderContext_theDatabase(database.getName())));
            }
            repository()
                    .filter(entry -> !JobPatterns.parse(entry.getRunJobs()).allow(plan.name()))
                    .ifPresent(entry -> refusals.add(Messages.ScheduledJobs_notListed(
                            plan.name(), Messages.OrderContext_theRepository(entry.getName()))));
            if (plan.isDrill()) {
                scratch()
                        .filter(entry -> !JobPatterns.parse(entry.getRunJobs()).allow(plan.name()))
                        .ifPresent(entry -> refusals.add(Messages.ScheduledJobs_notListed(
                                plan.name(), Messages.OrderContext_theDatabase(entry.getName()))));
            }
        }
        return refusals;
    }

    private Optional<RepositoryEntry> repository() {
        return BackupConfiguration.get().repository(database.getRepository());
    }

    private Optional<DatabaseEntry> scratch() {
        return BackupConfiguration.get().database(database.getScratch());
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
                    new BackupFullBuilder(new BackupFullStep(name)),
                    false));
        }
        if (!schedule.getVerify().isEmpty()) {
            plans.add(new Plan(
                    "backup-" + name + "-verify",
                    schedule.getVerify(),
                    Messages.ScheduledJobs_verify(name),
                    new VerifyBackupBuilder(verification(VerifyOrder.CONTENT)),
                    false));
        }
        if (!schedule.getDrill().isEmpty() && !database.getScratch().isEmpty()) {
            plans.add(new Plan(
                    "backup-" + name + "-drill",
                    schedule.getDrill(),
                    Messages.ScheduledJobs_drill(name),
                    new VerifyBackupBuilder(verification(VerifyOrder.RESTORE)),
                    true));
        }
        return plans;
    }

    /** Nodes that reach all that the job needs. */
    private String label(Plan plan) {
        Set<String> labels = new LinkedHashSet<>();
        labels.add(database.getNode());
        repository().map(RepositoryEntry::getNode).ifPresent(labels::add);
        if (plan.isDrill()) {
            scratch().map(DatabaseEntry::getNode).ifPresent(labels::add);
        }
        labels.remove("");
        return labels.size() < 2
                ? String.join("", labels)
                : labels.stream().map(label -> "(" + label + ")").collect(Collectors.joining(" && "));
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
        String label = label(plan);
        if (!label.isEmpty()) {
            job.setAssignedLabel(Jenkins.get().getLabel(label));
        }
        job.getBuildersList().add(plan.builder());
        TimerTrigger trigger = new TimerTrigger(plan.cron());
        job.addTrigger(trigger);
        job.onCreatedFromScratch();
        job.save(); // whole before anybody sees it
        Jenkins.get().add((TopLevelItem) job, plan.name());
        trigger.start(job, true);
        ItemListener.fireOnCreated(job);
    }
}
