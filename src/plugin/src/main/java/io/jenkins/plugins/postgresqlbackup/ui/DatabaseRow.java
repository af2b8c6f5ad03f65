package io.jenkins.plugins.postgresqlbackup.ui;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.model.Item;
import hudson.security.ACL;
import hudson.security.ACLContext;
import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.configuration.BackupConfiguration;
import io.jenkins.plugins.postgresqlbackup.configuration.DatabaseEntry;
import io.jenkins.plugins.postgresqlbackup.history.OperationHistory;
import io.jenkins.plugins.postgresqlbackup.history.OperationKind;
import io.jenkins.plugins.postgresqlbackup.history.OperationRecord;
import io.jenkins.plugins.postgresqlbackup.history.OperationState;
import io.jenkins.plugins.postgresqlbackup.operation.VerifyOrder;
import io.jenkins.plugins.postgresqlbackup.setup.ScheduledJobs;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import jenkins.model.Jenkins;

/** What the overview says of one database, looked up once. */
public final class DatabaseRow {
    private final DatabaseEntry entry;
    private final OperationRecord lastBackup;
    private final OperationRecord lastAttempt;
    private final Standing standing;

    DatabaseRow(DatabaseEntry entry) {
        OperationHistory history = OperationHistory.get();
        this.entry = entry;
        this.lastBackup = history.lastGoodBackup(entry.getName()).orElse(null);
        this.lastAttempt = history.newest(record ->
                        record.getKind().isBackup() && record.getDatabase().equals(entry.getName()))
                .orElse(null);
        this.standing = standing();
    }

    public String getName() {
        return entry.getName();
    }

    /** Null if there was none yet. */
    @CheckForNull
    public OperationRecord getLastBackup() {
        return lastBackup;
    }

    /** The last attempt at a backup, good or not; null if there was none yet. */
    @CheckForNull
    public OperationRecord getLastAttempt() {
        return lastAttempt;
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

    /** How it stands, in a few words. */
    public String getVerdict() {
        return switch (standing) {
            case GOOD -> Messages.DatabaseRow_good();
            case OVERDUE -> Messages.DatabaseRow_overdue(objectiveHours());
            case FAILED -> Messages.DatabaseRow_failed();
            case NEVER -> Messages.DatabaseRow_never();
            case NOT_BACKED_UP -> Messages.DatabaseRow_notBackedUp();
        };
    }

    /** The symbol that Jenkins shows a build with that stands as this database does. */
    public String getIcon() {
        return switch (standing) {
            case GOOD -> "symbol-status-blue";
            case OVERDUE -> "symbol-status-yellow";
            case FAILED -> "symbol-status-red";
            case NEVER -> "symbol-status-nobuilt";
            case NOT_BACKED_UP -> "symbol-status-disabled";
        };
    }

    private enum Standing {
        GOOD,
        OVERDUE,
        FAILED,
        NEVER,
        /** Nor is it to be: it has no repository. */
        NOT_BACKED_UP
    }

    private Standing standing() {
        if (lastAttempt == null && entry.getRepository().isEmpty()) {
            return Standing.NOT_BACKED_UP;
        }
        if (lastAttempt != null && lastAttempt.getState() == OperationState.FAILED) {
            return Standing.FAILED;
        }
        if (lastBackup == null) {
            return Standing.NEVER;
        }
        Duration age = Duration.between(Instant.ofEpochMilli(lastBackup.getStartedAt()), Instant.now());
        return age.compareTo(Duration.ofHours(objectiveHours())) > 0 ? Standing.OVERDUE : Standing.GOOD;
    }

    private int objectiveHours() {
        return BackupConfiguration.get().scheduleOf(entry).getObjectiveHours();
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
