package io.jenkins.plugins.postgresqlbackup.alert;

import hudson.Extension;
import hudson.model.AdministrativeMonitor;
import hudson.util.HttpResponses;
import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.access.BackupPermissions;
import io.jenkins.plugins.postgresqlbackup.engine.health.Finding;
import io.jenkins.plugins.postgresqlbackup.monitor.BackupMonitor;
import java.time.Instant;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;
import org.kohsuke.stapler.HttpResponse;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/**
 * The alerts that nobody has acknowledged, where Jenkins shows administrators what is wrong with it. Each is acknowledged for itself; none can be dismissed for
 * good, since that would silence those to come, for everybody.
 */
@Extension
public final class AlertMonitor extends AdministrativeMonitor {
    private static final Logger LOGGER = Logger.getLogger(AlertMonitor.class.getName());

    /** The others are on the page of alerts. */
    private static final int SHOWN = 5;

    public AlertMonitor() {
        super("postgresql-backup-alerts");
    }

    @Override
    public String getDisplayName() {
        return Messages.AlertMonitor_displayName();
    }

    @Override
    public boolean isActivated() {
        return !unacknowledged().isEmpty() || !getStalled().isEmpty();
    }

    private static List<Alert> unacknowledged() {
        return Alerts.get().open().stream()
                .filter(alert -> !alert.isAcknowledged())
                .toList();
    }

    /** The worst of them. */
    public List<Alert> getAlerts() {
        return unacknowledged().stream().limit(SHOWN).toList();
    }

    /** How many more there are. */
    public int getMore() {
        return Math.max(0, unacknowledged().size() - SHOWN);
    }

    /** That the monitor itself is held up; none if it is not. */
    public List<Finding> getStalled() {
        return BackupMonitor.get().stalled(Instant.now()).stream().toList();
    }

    public boolean isError() {
        return unacknowledged().stream().anyMatch(Alert::isError)
                || !getStalled().isEmpty();
    }

    /** Whether who looks may acknowledge. */
    public boolean isAcknowledgeable() {
        return Jenkins.get().hasPermission(BackupPermissions.RUN);
    }

    /** Somebody looks after an alert. */
    @POST
    public HttpResponse doAcknowledge(@QueryParameter(required = true) String id) {
        checkRequiredPermission();
        Jenkins.get().checkPermission(BackupPermissions.RUN);
        Alerts.get().acknowledge(id, Jenkins.getAuthentication2().getName());
        return HttpResponses.redirectViaContextPath("/manage");
    }

    @Override
    public boolean hasRequiredPermission() {
        return Jenkins.get().hasPermission(BackupPermissions.VIEW);
    }

    @Override
    public void checkRequiredPermission() {
        Jenkins.get().checkPermission(BackupPermissions.VIEW);
    }

    /** Always: what was dismissed once, perhaps long ago, must not hide an error of today. */
    @Override
    public boolean isEnabled() {
        return true;
    }

    /** Does nothing but say so. */
    @Override
    public void disable(boolean value) {
        if (value) {
            LOGGER.log(
                    Level.INFO,
                    "Alerts about backups cannot be dismissed for good; acknowledge each, or turn its rule off");
        }
    }
}
