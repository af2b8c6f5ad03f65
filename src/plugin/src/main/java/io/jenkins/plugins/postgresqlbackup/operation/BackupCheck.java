package io.jenkins.plugins.postgresqlbackup.operation;

import hudson.AbortException;
import hudson.Util;
import hudson.model.Result;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.access.BackupPermissions;
import io.jenkins.plugins.postgresqlbackup.access.BuildAuthority;
import io.jenkins.plugins.postgresqlbackup.access.JobPatterns;
import io.jenkins.plugins.postgresqlbackup.access.RefusedException;
import io.jenkins.plugins.postgresqlbackup.configuration.BackupConfiguration;
import io.jenkins.plugins.postgresqlbackup.configuration.DatabaseEntry;
import io.jenkins.plugins.postgresqlbackup.configuration.RepositoryEntry;
import io.jenkins.plugins.postgresqlbackup.engine.health.Finding;
import io.jenkins.plugins.postgresqlbackup.engine.health.Severity;
import io.jenkins.plugins.postgresqlbackup.monitor.BackupMonitor;
import io.jenkins.plugins.postgresqlbackup.monitor.Status;
import io.jenkins.plugins.postgresqlbackup.result.CheckInfo;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/** A check of backups that a build waits for and is judged by. The monitor carries it out; nothing of it needs a node of the build. */
public final class BackupCheck {
    /** No finding does that. */
    public static final String NEVER = "never";

    private final Run<?, ?> build;
    private final TaskListener listener;
    private final String failOn;
    private final String unstableOn;

    /** What the findings shown may be about. */
    private final Set<String> subjects = new TreeSet<>();

    /** What the build may not see. */
    private final Set<String> hidden = new TreeSet<>();

    /**
     * The thread that asks must be authenticated as the build is.
     *
     * @param database the entry that is meant, and the repository that it is saved in; empty for any
     * @param repository the entry that is meant, and the databases that are saved in it; empty for any
     * @param failOn the code of the least severity that fails the build, or {@link #NEVER}
     * @param unstableOn the same for making it unstable
     * @throws AbortException with a sentence, when an entry that was named is not there or may not be seen
     */
    public BackupCheck(
            Run<?, ?> build,
            TaskListener listener,
            String database,
            String repository,
            String failOn,
            String unstableOn)
            throws AbortException {
        this.build = build;
        this.listener = listener;
        this.failOn = failOn;
        this.unstableOn = unstableOn;
        choose(Util.fixNull(database).strip(), Util.fixNull(repository).strip());
    }

    private void choose(String database, String repository) throws AbortException {
        OrderContext context = new OrderContext(build, "");
        BackupConfiguration configuration = BackupConfiguration.get();
        List<DatabaseEntry> databases = new ArrayList<>();
        List<RepositoryEntry> repositories = new ArrayList<>();
        if (database.isEmpty() && repository.isEmpty()) {
            databases.addAll(configuration.getDatabases());
            repositories.addAll(configuration.getRepositories());
        }
        if (!database.isEmpty()) {
            DatabaseEntry named = context.database(database);
            databases.add(named);
            configuration.repository(named.getRepository()).ifPresent(repositories::add);
        }
        if (!repository.isEmpty()) {
            RepositoryEntry named = context.repository(repository);
            repositories.add(named);
            configuration.getDatabases().stream()
                    .filter(each -> each.getRepository().equals(named.getName()))
                    .forEach(databases::add);
        }
        BuildAuthority authority = new BuildAuthority(build);
        for (DatabaseEntry each : databases) {
            String jobs = each.getRunJobs() + "\n" + each.getRestoreJobs();
            String entry = Messages.OrderContext_theDatabase(each.getName());
            choose(authority, each.getName(), entry, jobs, each.getName().equals(database));
        }
        for (RepositoryEntry each : repositories) {
            String jobs = each.getRunJobs() + "\n" + each.getRestoreJobs() + "\n" + each.getDeleteJobs();
            String entry = Messages.OrderContext_theRepository(each.getName());
            choose(authority, each.getName(), entry, jobs, each.getName().equals(repository));
        }
    }

    /** An entry that was named must be one that the job may use; of others it is enough to say that they are left out. */
    private void choose(BuildAuthority authority, String name, String entry, String jobs, boolean isNamed)
            throws RefusedException {
        if (isNamed || JobPatterns.parse(jobs).allow(build.getParent().getFullName())) {
            authority.require(BackupPermissions.VIEW, entry, JobPatterns.parse(jobs));
            subjects.add(name);
        } else {
            hidden.add(entry);
        }
    }

    /** Begins; what comes of it is for {@link #judge}. */
    public CompletableFuture<Status> start() {
        PrintStream log = listener.getLogger();
        log.println(Messages.BackupCheck_headline());
        hidden.forEach(entry ->
                log.println(Messages.BackupCheck_hidden(build.getParent().getFullName(), entry)));
        return BackupMonitor.get().check();
    }

    /**
     * Says in the build's log what was found, and makes the build what that is worth.
     *
     * @throws AbortException with a sentence, when it is to fail
     */
    public CheckInfo judge(Status status) throws AbortException {
        List<Finding> found = status.findings().stream().filter(this::isShown).toList();
        PrintStream log = listener.getLogger();
        for (Finding finding : found) {
            log.println(Messages.BackupCheck_finding(name(finding.severity()), finding.id(), finding.message()));
            log.println("  " + finding.advice());
        }
        CheckInfo info = new CheckInfo(status.checkedAt(), found);
        String told = Messages.BackupCheck_done(info.getErrors(), info.getWarnings(), info.getInfos());
        log.println(told);
        if (found.stream().anyMatch(each -> reaches(each, failOn))) {
            throw new AbortException(Messages.BackupCheck_failed(told));
        }
        if (found.stream().anyMatch(each -> reaches(each, unstableOn))) {
            build.setResult(Result.UNSTABLE);
        }
        return info;
    }

    /** What is about no entry, such as the monitor itself, is everybody's. */
    private boolean isShown(Finding finding) {
        return subjects.contains(finding.subject())
                || BackupConfiguration.get().database(finding.subject()).isEmpty()
                        && BackupConfiguration.get()
                                .repository(finding.subject())
                                .isEmpty();
    }

    private static boolean reaches(Finding finding, String code) {
        return !code.equals(NEVER)
                && finding.severity().compareTo(Severity.valueOf(code.toUpperCase(Locale.ROOT))) >= 0;
    }

    private static String name(Severity severity) {
        return switch (severity) {
            case ERROR -> Messages.BackupCheck_error();
            case WARNING -> Messages.BackupCheck_warning();
            case INFO -> Messages.BackupCheck_info();
        };
    }
}
