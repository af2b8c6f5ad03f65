package io.jenkins.plugins.postgresqlbackup.ui;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.model.User;
import io.jenkins.plugins.postgresqlbackup.alert.Alert;
import io.jenkins.plugins.postgresqlbackup.configuration.BackupConfiguration;
import java.util.List;
import java.util.Locale;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** One alert. Immutable. */
@ExportedBean(defaultVisibility = 2)
public final class AlertRow {
    private final Alert alert;

    AlertRow(Alert alert) {
        this.alert = alert;
    }

    static List<AlertRow> of(List<Alert> alerts) {
        return alerts.stream().map(AlertRow::new).toList();
    }

    @Exported
    public String getId() {
        return alert.getId();
    }

    /** The code of its rule, such as {@code backup-overdue}. */
    @Exported
    public String getRule() {
        return alert.getRule();
    }

    /** {@code error}, {@code warning} or {@code info}. */
    @Exported
    public String getSeverity() {
        return alert.getSeverity().name().toLowerCase(Locale.ROOT);
    }

    public String getSeverityName() {
        return Severities.name(alert.getSeverity());
    }

    /** One that is over looks as what is well does. */
    public String getIcon() {
        return alert.isResolved() ? "symbol-status-blue" : Severities.icon(alert.getSeverity());
    }

    /** The database or repository that it is about. */
    @Exported
    public String getSubject() {
        return alert.getSubject();
    }

    /** Where its subject has a page, below that of this plugin; empty if it has none. */
    public String getUrl() {
        return urlOf(alert.getSubject());
    }

    static String urlOf(String subject) {
        BackupConfiguration configuration = BackupConfiguration.get();
        if (configuration.database(subject).isPresent()) {
            return "database/" + subject + "/";
        }
        return configuration.repository(subject).isPresent() ? "repository/" + subject + "/" : "";
    }

    @Exported
    public String getMessage() {
        return alert.getMessage();
    }

    @Exported
    public String getAdvice() {
        return alert.getAdvice();
    }

    public Moment getSince() {
        return Moment.of(alert.getSince());
    }

    /** In milliseconds since 1970. */
    @Exported(name = "since")
    public long getSinceMillis() {
        return alert.getSince().toEpochMilli();
    }

    public Moment getOpened() {
        return Moment.of(alert.getOpenedAt());
    }

    /** In milliseconds since 1970. */
    @Exported(name = "openedAt")
    public long getOpenedMillis() {
        return alert.getOpenedAt().toEpochMilli();
    }

    /** Null if it never has. */
    @CheckForNull
    public Moment getWorsened() {
        return Moment.of(alert.getWorsenedAt());
    }

    @Exported
    public boolean isAcknowledged() {
        return alert.isAcknowledged();
    }

    /** Null if nobody has. */
    @CheckForNull
    public Moment getAcknowledgedTime() {
        return Moment.of(alert.getAcknowledgedAt());
    }

    /** Null if nobody has; else in milliseconds since 1970. */
    @CheckForNull
    @Exported(name = "acknowledgedAt")
    public Long getAcknowledgedMillis() {
        return RestorePoint.millis(alert.getAcknowledgedAt());
    }

    /** The id of the user; empty if nobody has. */
    @Exported
    public String getAcknowledgedBy() {
        return alert.getAcknowledgedBy();
    }

    /** The name of the user, for people. */
    public String getAcknowledgedByName() {
        User user = User.getById(alert.getAcknowledgedBy(), false);
        return user == null ? alert.getAcknowledgedBy() : user.getDisplayName();
    }

    /** Null while it is open. */
    @CheckForNull
    public Moment getResolved() {
        return Moment.of(alert.getResolvedAt());
    }

    /** Null while it is open; else in milliseconds since 1970. */
    @CheckForNull
    @Exported(name = "resolvedAt")
    public Long getResolvedMillis() {
        return RestorePoint.millis(alert.getResolvedAt());
    }
}
