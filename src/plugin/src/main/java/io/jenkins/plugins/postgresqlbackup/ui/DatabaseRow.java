package io.jenkins.plugins.postgresqlbackup.ui;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.model.Item;
import hudson.security.ACL;
import hudson.security.ACLContext;
import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.configuration.BackupConfiguration;
import io.jenkins.plugins.postgresqlbackup.configuration.DatabaseEntry;
import io.jenkins.plugins.postgresqlbackup.engine.health.Finding;
import io.jenkins.plugins.postgresqlbackup.engine.health.Severity;
import io.jenkins.plugins.postgresqlbackup.history.OperationRecord;
import io.jenkins.plugins.postgresqlbackup.history.OperationState;
import io.jenkins.plugins.postgresqlbackup.setup.ScheduledJobs;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import jenkins.model.Jenkins;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** How one database stands, looked up once. */
@ExportedBean(defaultVisibility = 2)
public final class DatabaseRow {
    private static final int WHOLE = 100;

    private final DatabaseEntry entry;
    private final RestorePoint lastGood;
    private final OperationRecord lastAttempt;
    private final Instant verifiedAt;
    private final Instant drilledAt;
    private final List<Finding> findings;
    private final Standing standing;

    DatabaseRow(DatabaseEntry entry, Catalogue catalogue) {
        String name = entry.getName();
        this.entry = entry;
        this.lastGood = catalogue.lastGood(name).orElse(null);
        this.lastAttempt = catalogue.past().lastAttempt(name).orElse(null);
        this.verifiedAt = catalogue.lastVerified(name).orElse(null);
        this.drilledAt = catalogue.lastDrilled(name).orElse(null);
        this.findings = catalogue.status().findingsOf(name);
        this.standing = standing();
    }

    @Exported
    public String getName() {
        return entry.getName();
    }

    /** Below the page of this plugin. */
    @Exported
    public String getUrl() {
        return "database/" + entry.getName() + "/";
    }

    /** The entry of the repository that its backups go to; empty if they go to none. */
    @Exported
    public String getRepository() {
        return entry.getRepository();
    }

    /** Null if there was none yet. */
    @CheckForNull
    @Exported
    public RestorePoint getLastBackup() {
        return lastGood;
    }

    /** The last attempt at a backup, good or not; null if there was none yet. */
    @CheckForNull
    public OperationRecord getLastAttempt() {
        return lastAttempt;
    }

    /** When the content of a backup was last verified, or more; null if it never was. */
    @CheckForNull
    public Moment getLastVerification() {
        return Moment.of(verifiedAt);
    }

    /** Null if it never was; else in milliseconds since 1970. */
    @CheckForNull
    @Exported(name = "verifiedAt")
    public Long getVerifiedMillis() {
        return RestorePoint.millis(verifiedAt);
    }

    /** When a backup was last restored for trial; null if it never was. */
    @CheckForNull
    public Moment getLastDrill() {
        return Moment.of(drilledAt);
    }

    /** Null if it never was; else in milliseconds since 1970. */
    @CheckForNull
    @Exported(name = "drilledAt")
    public Long getDrilledMillis() {
        return RestorePoint.millis(drilledAt);
    }

    /** How old its last good backup may become. */
    @Exported
    public int getObjectiveHours() {
        return BackupConfiguration.get().scheduleOf(entry).getObjectiveHours();
    }

    /** How much of the time that the objective gives the age of the last good backup takes up, in per cent; 100 where it is over. */
    public int getAgePercent() {
        if (lastGood == null) {
            return WHOLE;
        }
        long percent = WHOLE
                * age().toMinutes()
                / Duration.ofHours(getObjectiveHours()).toMinutes();
        return (int) Math.max(0, Math.min(WHOLE, percent));
    }

    private Duration age() {
        return Duration.between(lastGood.takenAt(), Instant.now());
    }

    /** What the last check found. */
    @Exported
    public List<FindingRow> getFindings() {
        return FindingRow.of(findings);
    }

    /** What somebody should do something about, in a few words; empty if there is nothing. */
    public String getFindingsText() {
        long errors = count(Severity.ERROR);
        long warnings = count(Severity.WARNING);
        return errors + warnings == 0 ? "" : Messages.DatabaseRow_findings(errors, warnings, errors * warnings);
    }

    private long count(Severity severity) {
        return findings.stream().filter(each -> each.severity() == severity).count();
    }

    /** How it stands, in a few words. */
    public String getVerdict() {
        return switch (standing) {
            case GOOD -> Messages.DatabaseRow_good();
            case OVERDUE -> Messages.DatabaseRow_overdue(getObjectiveHours());
            case FAILED -> Messages.DatabaseRow_failed();
            case NEVER -> Messages.DatabaseRow_never();
            case NOT_BACKED_UP -> Messages.DatabaseRow_notBackedUp();
        };
    }

    /** How it stands, for programs: {@code good}, {@code overdue}, {@code failed}, {@code never} or {@code not_backed_up}. */
    @Exported
    public String getStanding() {
        return standing.name().toLowerCase(Locale.ROOT);
    }

    /** The symbol that Jenkins shows a build with that stands as this database does. */
    public String getIcon() {
        Optional<Severity> worst = findings.stream().map(Finding::severity).max(Severity::compareTo);
        if (standing == Standing.FAILED || worst.equals(Optional.of(Severity.ERROR))) {
            return "symbol-status-red";
        }
        if (standing == Standing.OVERDUE || worst.equals(Optional.of(Severity.WARNING))) {
            return "symbol-status-yellow";
        }
        return switch (standing) {
            case NEVER -> "symbol-status-nobuilt";
            case NOT_BACKED_UP -> "symbol-status-disabled";
            default -> "symbol-status-blue";
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
        if (lastAttempt == null && lastGood == null && entry.getRepository().isEmpty()) {
            return Standing.NOT_BACKED_UP;
        }
        if (lastAttempt != null && lastAttempt.getState() == OperationState.FAILED && !isMadeSince(lastAttempt)) {
            return Standing.FAILED;
        }
        if (lastGood == null) {
            return Standing.NEVER;
        }
        return age().compareTo(Duration.ofHours(getObjectiveHours())) > 0 ? Standing.OVERDUE : Standing.GOOD;
    }

    /** Perhaps by somebody else, such as the command line. */
    private boolean isMadeSince(OperationRecord attempt) {
        return lastGood != null && lastGood.getTakenMillis() > attempt.getFinishedAt();
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
