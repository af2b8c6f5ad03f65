package io.jenkins.plugins.postgresqlbackup.ui;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.model.Item;
import hudson.security.ACL;
import hudson.security.ACLContext;
import io.jenkins.plugins.postgresqlbackup.configuration.DatabaseEntry;
import io.jenkins.plugins.postgresqlbackup.history.OperationHistory;
import io.jenkins.plugins.postgresqlbackup.history.OperationKind;
import io.jenkins.plugins.postgresqlbackup.history.OperationRecord;
import io.jenkins.plugins.postgresqlbackup.history.OperationState;
import io.jenkins.plugins.postgresqlbackup.operation.VerifyOrder;
import io.jenkins.plugins.postgresqlbackup.setup.ScheduledJobs;
import java.util.List;
import java.util.Objects;
import jenkins.model.Jenkins;

/** What the overview says of one database. */
public final class DatabaseRow {
    private final DatabaseEntry entry;

    DatabaseRow(DatabaseEntry entry) {
        this.entry = entry;
    }

    public String getName() {
        return entry.getName();
    }

    /** Null if there was none yet. */
    @CheckForNull
    public OperationRecord getLastBackup() {
        return OperationHistory.get().lastGoodBackup(entry.getName()).orElse(null);
    }

    /** The last attempt at a backup, good or not; null if there was none yet. */
    @CheckForNull
    public OperationRecord getLastAttempt() {
        return OperationHistory.get()
                .newest(record -> record.getKind() == OperationKind.FULL
                        && record.getDatabase().equals(entry.getName()))
                .orElse(null);
    }

    /** The last verification of content or more that succeeded; null if there was none yet. */
    @CheckForNull
    public OperationRecord getLastVerification() {
        return verified(List.of(VerifyOrder.CONTENT, VerifyOrder.RESTORE));
    }

    /** The last drill that succeeded; null if there was none yet. */
    @CheckForNull
    public OperationRecord getLastDrill() {
        return verified(List.of(VerifyOrder.RESTORE));
    }

    private OperationRecord verified(List<String> levels) {
        return OperationHistory.get()
                .newest(record -> record.getKind() == OperationKind.VERIFY
                        && record.getState() == OperationState.SUCCEEDED
                        && record.getDatabase().equals(entry.getName())
                        && levels.contains(record.getLevel()))
                .orElse(null);
    }

    /** Whether a job of the set-up is missing. */
    public boolean isJobMissing() {
        return jobs().size() < new ScheduledJobs(entry).names().size();
    }

    /** The jobs of the set-up that there are and that who asks may see. */
    public List<Item> getJobs() {
        return jobs().stream().filter(job -> job.hasPermission(Item.READ)).toList();
    }

    // As SYSTEM: Jenkins refuses the whole page to those who may discover a job and not read it.
    private List<Item> jobs() {
        try (ACLContext system = ACL.as2(ACL.SYSTEM2)) {
            return new ScheduledJobs(entry)
                    .names().stream()
                            .map(name -> (Item) Jenkins.get().getItem(name))
                            .filter(Objects::nonNull)
                            .toList();
        }
    }
}
