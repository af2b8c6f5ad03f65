package io.jenkins.plugins.postgresqlbackup.ui;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.postgresqlbackup.configuration.RepositoryEntry;
import io.jenkins.plugins.postgresqlbackup.configuration.RetentionSettings;
import io.jenkins.plugins.postgresqlbackup.history.OperationHistory;
import io.jenkins.plugins.postgresqlbackup.history.OperationRecord;
import io.jenkins.plugins.postgresqlbackup.history.OperationState;

/** What the overview says of one repository. */
public final class RepositoryRow {
    private final RepositoryEntry entry;

    RepositoryRow(RepositoryEntry entry) {
        this.entry = entry;
    }

    public String getName() {
        return entry.getName();
    }

    public String getUrl() {
        return entry.getUrl();
    }

    public RetentionSettings getRetention() {
        return entry.getRetention();
    }

    /** Not found bad since; null if there is none. */
    @CheckForNull
    public OperationRecord getLastBackup() {
        return OperationHistory.get().lastGoodBackupIn(entry.getName()).orElse(null);
    }

    /** Whether something succeeded in it, so that it need not be created. */
    public boolean isUsed() {
        return OperationHistory.get()
                .newest(record -> record.getState() == OperationState.SUCCEEDED
                        && record.getRepository().equals(entry.getName()))
                .isPresent();
    }
}
