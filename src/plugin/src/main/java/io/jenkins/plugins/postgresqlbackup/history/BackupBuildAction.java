package io.jenkins.plugins.postgresqlbackup.history;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.EnvVars;
import hudson.model.EnvironmentContributingAction;
import hudson.model.Run;
import io.jenkins.plugins.postgresqlbackup.Messages;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import jenkins.model.RunAction2;

/** What one build did with backups: a page of the build, and variables for its later steps. Thread-safe. */
public final class BackupBuildAction implements RunAction2, EnvironmentContributingAction {
    private final CopyOnWriteArrayList<OperationRecord> records = new CopyOnWriteArrayList<>();
    private transient Run<?, ?> build;

    /** Adds what came of an operation to a build, and keeps it with the build. */
    public static void add(Run<?, ?> build, OperationRecord record) throws IOException {
        synchronized (build) {
            BackupBuildAction action = build.getAction(BackupBuildAction.class);
            if (action == null) {
                action = new BackupBuildAction();
                build.addAction(action);
            }
            action.records.add(record);
            build.save();
        }
    }

    /** In the order they ended. */
    public List<OperationRecord> getRecords() {
        return List.copyOf(records);
    }

    public Run<?, ?> getBuild() {
        return build;
    }

    @Override
    public void onAttached(Run<?, ?> run) {
        build = run;
    }

    @Override
    public void onLoad(Run<?, ?> run) {
        build = run;
    }

    @CheckForNull
    @Override
    public String getIconFileName() {
        return "symbol-server-outline plugin-ionicons-api";
    }

    @CheckForNull
    @Override
    public String getDisplayName() {
        return Messages.BackupBuildAction_displayName();
    }

    @CheckForNull
    @Override
    public String getUrlName() {
        return "postgresql-backup";
    }

    /** {@code POSTGRESQL_BACKUP_ID}, {@code _DATABASE} and {@code _REPOSITORY} of the last backup that was taken. */
    @Override
    public void buildEnvironment(@NonNull Run<?, ?> run, @NonNull EnvVars variables) {
        for (OperationRecord record : getRecords()) {
            if (record.isGoodBackup()) {
                variables.put("POSTGRESQL_BACKUP_ID", record.getBackup());
                variables.put("POSTGRESQL_BACKUP_DATABASE", record.getDatabase());
                variables.put("POSTGRESQL_BACKUP_REPOSITORY", record.getRepository());
            }
        }
    }
}
