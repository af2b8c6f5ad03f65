package io.jenkins.plugins.postgresqlbackup.ui;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.model.Api;
import io.jenkins.plugins.postgresqlbackup.access.BackupPermissions;
import io.jenkins.plugins.postgresqlbackup.alert.Alerts;
import io.jenkins.plugins.postgresqlbackup.configuration.BackupConfiguration;
import io.jenkins.plugins.postgresqlbackup.history.OperationRecord;
import java.time.Instant;
import java.util.List;
import jenkins.model.Jenkins;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** All databases and repositories at a glance, looked up once. */
@ExportedBean
public final class Overview {
    private static final int SHOWN = 10;
    private static final int WORST = 5;

    private final Catalogue catalogue = Catalogue.get();
    private final List<DatabaseRow> databases = BackupConfiguration.get().getDatabases().stream()
            .map(entry -> new DatabaseRow(entry, catalogue))
            .toList();
    private final List<RepositoryRow> repositories = BackupConfiguration.get().getRepositories().stream()
            .map(entry -> new RepositoryRow(entry, catalogue))
            .toList();
    private final List<AlertRow> alerts = AlertRow.of(Alerts.get().open());

    Api api() {
        return new Api(this);
    }

    @Exported
    public List<DatabaseRow> getDatabases() {
        return databases;
    }

    @Exported
    public List<RepositoryRow> getRepositories() {
        return repositories;
    }

    /** Those that are open, the worst first. */
    @Exported
    public List<AlertRow> getAlerts() {
        return alerts;
    }

    /** As many of them as are read at a glance. */
    public List<AlertRow> getWorst() {
        return alerts.stream()
                .filter(alert -> !alert.isAcknowledged())
                .limit(WORST)
                .toList();
    }

    /** Whether who asks may say that he looks after one. */
    public boolean isMayAcknowledge() {
        return Jenkins.get().hasPermission(BackupPermissions.RUN);
    }

    /** The newest operations, the newest first. */
    @Exported
    public List<OperationRecord> getOperations() {
        return catalogue.past().newestFirst().stream().limit(SHOWN).toList();
    }

    /** Null if none has ended yet. */
    @CheckForNull
    public Moment getChecked() {
        return Moment.of(catalogue.status().checkedAt());
    }

    /** When the next check begins unless something asks for it before; null if none has ended yet. */
    @CheckForNull
    public Moment getNext() {
        Instant checked = catalogue.status().checkedAt();
        return checked == null
                ? null
                : Moment.of(checked.plus(
                        BackupConfiguration.get().getAlerts().getChecks().period()));
    }

    /** When the last check ended, in milliseconds since 1970; null if none has yet. */
    @CheckForNull
    @Exported(name = "checkedAt")
    public Long getCheckedMillis() {
        return RestorePoint.millis(catalogue.status().checkedAt());
    }
}
