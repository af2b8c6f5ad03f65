package io.jenkins.plugins.postgresqlbackup.history;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.Action;
import hudson.model.Job;
import hudson.model.Run;
import io.jenkins.plugins.postgresqlbackup.Messages;
import java.util.Collection;
import java.util.List;
import jenkins.model.TransientActionFactory;

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

    /** Jobs whose last build did something with backups have the page, also when it failed. */
    @Extension
    @SuppressWarnings("rawtypes") // as Jenkins declares the type of all jobs
    public static final class Factory extends TransientActionFactory<Job> {
        @Override
        public Class<Job> type() {
            return Job.class;
        }

        @Override
        public Class<BackupJobAction> actionType() {
            return BackupJobAction.class;
        }

        @NonNull
        @Override
        public Collection<? extends Action> createFor(@NonNull Job job) {
            Run last = job.getLastCompletedBuild();
            return last == null || last.getAction(BackupBuildAction.class) == null
                    ? List.of()
                    : List.of(new BackupJobAction(job));
        }
    }
}
