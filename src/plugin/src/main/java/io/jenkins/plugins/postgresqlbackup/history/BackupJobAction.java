package io.jenkins.plugins.postgresqlbackup.history;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.model.Action;
import hudson.model.Job;
import io.jenkins.plugins.postgresqlbackup.Messages;
import java.util.List;

/** What the builds of one job did with backups: a page of the job. */
public final class BackupJobAction implements Action {
    private static final int SHOWN = 100;

    private final Job<?, ?> job;

    BackupJobAction(Job<?, ?> job) {
        this.job = job;
    }

    public Job<?, ?> getJob() {
        return job;
    }

    /** The newest first. */
    public List<OperationRecord> getRecords() {
        String name = job.getFullName();
        return OperationHistory.get().newestFirst().stream()
                .filter(record -> record.getJob().equals(name))
                .limit(SHOWN)
                .toList();
    }

    @CheckForNull
    @Override
    public String getIconFileName() {
        return "symbol-server-outline plugin-ionicons-api";
    }

    @CheckForNull
    @Override
    public String getDisplayName() {
        return Messages.BackupJobAction_displayName();
    }

    @CheckForNull
    @Override
    public String getUrlName() {
        return "postgresql-backup";
    }
}
