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
import io.jenkins.plugins.postgresqlbackup.configuration.NodeLabels;
import io.jenkins.plugins.postgresqlbackup.configuration.RepositoryEntry;
import io.jenkins.plugins.postgresqlbackup.configuration.ScheduleEntry;
import io.jenkins.plugins.postgresqlbackup.freestyle.BackupFullBuilder;
import io.jenkins.plugins.postgresqlbackup.freestyle.BackupIncrementalBuilder;
import io.jenkins.plugins.postgresqlbackup.freestyle.CheckBackupsBuilder;
import io.jenkins.plugins.postgresqlbackup.freestyle.PruneBackupsBuilder;
import io.jenkins.plugins.postgresqlbackup.freestyle.VerifyBackupBuilder;
import io.jenkins.plugins.postgresqlbackup.history.OperationKind;
import io.jenkins.plugins.postgresqlbackup.operation.VerifyOrder;
import io.jenkins.plugins.postgresqlbackup.pipeline.BackupFullStep;
import io.jenkins.plugins.postgresqlbackup.pipeline.BackupIncrementalStep;
import io.jenkins.plugins.postgresqlbackup.pipeline.CheckBackupsStep;
import io.jenkins.plugins.postgresqlbackup.pipeline.PruneBackupsStep;
import io.jenkins.plugins.postgresqlbackup.pipeline.VerifyBackupStep;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import jenkins.model.Jenkins;

/**
 * Makes the jobs of a database: full and incremental backups, a verification of content, a restore drill where there is a server for it, and a prune. A
 * database that names no repository, such as a scratch server or a restore target, needs none. One more job, the same for all, checks them every hour.
 */
public final class ScheduledJobs {
    /** The job that checks the backups of all databases. */
    public static final String CHECK = "backup-check";

    private static final String EVERY_HOUR = "H * * * *";
    private static final int BUILDS_KEPT = 100;

    private final DatabaseEntry database;
    private final ScheduleEntry schedule;

    public ScheduledJobs(DatabaseEntry database) {
        this.database = database;
        this.schedule = BackupConfiguration.get().scheduleOf(database);
    }

    /**
     * A job that there is or will be.
     *
     * @param kind the operation that it is for
     * @param level of a verification; else empty
     */
    public record Scheduled(String name, OperationKind kind, String level) {}

    /** One job as it will be. */
    private record Plan(String name, String cron, String description, Builder builder) {
        Scheduled scheduled() {
            if (builder instanceof VerifyBackupBuilder verification) {
                return new Scheduled(
                        name, OperationKind.VERIFY, verification.getOperation().getLevel());
            }
            if (isPrune()) {
                return new Scheduled(name, OperationKind.PRUNE, "");
            }
            boolean isFull = builder instanceof BackupFullBuilder;
            return new Scheduled(name, isFull ? OperationKind.FULL : OperationKind.INCREMENTAL, "");
        }

        boolean isDrill() {
            return builder instanceof VerifyBackupBuilder verification
                    && verification.getOperation().getLevel().equals(VerifyOrder.RESTORE);
        }

        /** Whether it only looks, and at the backups of all databases. */
        boolean isCheck() {
            return builder instanceof CheckBackupsBuilder;
        }

        /** Whether it deletes, for which it must be listed apart, and does nothing else. */
        boolean isPrune() {
            return builder instanceof PruneBackupsBuilder;
        }
    }

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

    /** The operations that are to be carried out, and the jobs for them. */
    public List<Scheduled> scheduled() {
        return plans().stream()
                .filter(plan -> !plan.isCheck())
                .map(Plan::scheduled)
                .toList();
    }

    /** A sentence for each job that an entry does not let run, or that cannot be made. */
    public List<String> refusals() {
        List<String> refusals = new ArrayList<>();
        for (Plan plan : plans()) {
            if (isUnreadable(plan)) {
                refusals.add(Messages.ScheduledJobs_unreadable(plan.name()));
            }
            needs(plan).stream()
                    .filter(need -> !JobPatterns.parse(need.jobs()).allow(plan.name()))
                    .map(need -> need.refusal(plan))
                    .forEach(refusals::add);
        }
        return refusals;
    }

    /**
     * An entry that a job uses.
     *
     * @param jobs who the entry says may do it
     * @param isDelete whether the job deletes with it
     */
    private record Need(String entry, String jobs, boolean isDelete) {
        static Need of(DatabaseEntry database) {
            return new Need(Messages.OrderContext_theDatabase(database.getName()), database.getRunJobs(), false);
        }

        String refusal(Plan plan) {
            return isDelete
                    ? Messages.ScheduledJobs_mayNotDelete(plan.name(), entry)
                    : Messages.ScheduledJobs_notListed(plan.name(), entry);
        }
    }

    private List<Need> needs(Plan plan) {
        List<Need> needs = new ArrayList<>();
        if (!plan.isPrune()) {
            needs.add(Need.of(database));
        }
        repository()
                .map(entry -> new Need(
                        Messages.OrderContext_theRepository(entry.getName()),
                        plan.isPrune() ? entry.getDeleteJobs() : entry.getRunJobs(),
                        plan.isPrune()))
                .ifPresent(needs::add);
        if (plan.isDrill()) {
            scratch().map(Need::of).ifPresent(needs::add);
        }
        return needs;
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
        add(
                plans,
                "full",
                schedule.getFull(),
                Messages.ScheduledJobs_full(name),
                () -> new BackupFullBuilder(new BackupFullStep(name)));
        add(
                plans,
                "incremental",
                schedule.getIncremental(),
                Messages.ScheduledJobs_incremental(name),
                () -> new BackupIncrementalBuilder(new BackupIncrementalStep(name)));
        add(
                plans,
                "verify",
                schedule.getVerify(),
                Messages.ScheduledJobs_verify(name),
                () -> new VerifyBackupBuilder(verification(VerifyOrder.CONTENT)));
        if (!database.getScratch().isEmpty()) {
            add(
                    plans,
                    "drill",
                    schedule.getDrill(),
                    Messages.ScheduledJobs_drill(name),
                    () -> new VerifyBackupBuilder(verification(VerifyOrder.RESTORE)));
        }
        add(
                plans,
                "prune",
                schedule.getPrune(),
                Messages.ScheduledJobs_prune(name),
                () -> new PruneBackupsBuilder(prune()));
        if (!plans.isEmpty()) {
            plans.add(new Plan(
                    CHECK,
                    EVERY_HOUR,
                    Messages.ScheduledJobs_check(),
                    new CheckBackupsBuilder(new CheckBackupsStep())));
        }
        return plans;
    }

    /** An empty time means no job. */
    private void add(List<Plan> plans, String kind, String cron, String description, Supplier<Builder> builder) {
        if (!cron.isEmpty()) {
            plans.add(new Plan("backup-" + database.getName() + "-" + kind, cron, description, builder.get()));
        }
    }

    /** Nodes that reach all that the job needs. */
    private String label(Plan plan) {
        if (plan.isCheck()) {
            return ""; // the monitor looks, on nodes of its own choice
        }
        Set<String> labels = new LinkedHashSet<>();
        if (!plan.isPrune()) {
            labels.add(database.getNode());
        }
        repository().map(RepositoryEntry::getNode).ifPresent(labels::add);
        if (plan.isDrill()) {
            scratch().map(DatabaseEntry::getNode).ifPresent(labels::add);
        }
        return NodeLabels.all(labels);
    }

    private VerifyBackupStep verification(String level) {
        VerifyBackupStep step = new VerifyBackupStep();
        step.setDatabase(database.getName());
        step.setLevel(level);
        return step;
    }

    private PruneBackupsStep prune() {
        PruneBackupsStep step = new PruneBackupsStep();
        step.setDatabase(database.getName());
        return step;
    }

    private void make(Plan plan) throws IOException {
        FreeStyleProject job = new FreeStyleProject((ItemGroup<?>) Jenkins.get(), plan.name());
        job.setDescription(plan.description());
        job.setBuildDiscarder(new LogRotator(-1, BUILDS_KEPT, -1, -1));
        String label = label(plan);
        // None is any node; left alone, a job that is made before the first agent is there would stay on the
        // controller.
        job.setAssignedLabel(label.isEmpty() ? null : Jenkins.get().getLabel(label));
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
