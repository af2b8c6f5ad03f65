package io.jenkins.plugins.postgresqlbackup.ui;

import hudson.model.Api;
import hudson.model.ModelObject;
import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.access.BackupPermissions;
import io.jenkins.plugins.postgresqlbackup.alert.Alert;
import io.jenkins.plugins.postgresqlbackup.alert.Alerts;
import java.util.List;
import jenkins.model.Jenkins;
import org.kohsuke.stapler.HttpRedirect;
import org.kohsuke.stapler.HttpResponse;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.Stapler;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;
import org.kohsuke.stapler.verb.POST;

/** The alerts: those that nobody looks after yet, those that somebody does, and those that are over. */
@ExportedBean
public final class AlertsPage implements ModelObject {
    private final Query query = new Query(Stapler.getCurrentRequest2(), List.of());
    private final List<AlertRow> open = AlertRow.of(Alerts.get().open());

    @Override
    public String getDisplayName() {
        return Messages.AlertsPage_displayName();
    }

    public Api getApi() {
        return new Api(this);
    }

    /** All that are not over, the worst first. */
    @Exported(name = "open")
    public List<AlertRow> getOpen() {
        return open;
    }

    /** Those that nobody looks after yet, the worst first. */
    public List<AlertRow> getFresh() {
        return open.stream().filter(alert -> !alert.isAcknowledged()).toList();
    }

    /** Those that somebody looks after, the worst first. */
    public List<AlertRow> getAcknowledged() {
        return open.stream().filter(AlertRow::isAcknowledged).toList();
    }

    /** Those that are over, the newest first. */
    @Exported
    public List<AlertRow> getResolved() {
        return AlertRow.of(
                Alerts.get().recent().stream().filter(Alert::isResolved).toList());
    }

    /** A page of those that are over. */
    public Pager<AlertRow> getPast() {
        return new Pager<>(getResolved(), query);
    }

    /** Whether who asks may say that he looks after one. */
    public boolean isMayAcknowledge() {
        return Jenkins.get().hasPermission(BackupPermissions.RUN);
    }

    /** Takes note that who asks looks after an alert. */
    @POST
    public HttpResponse doAcknowledge(@QueryParameter(required = true) String id) {
        Jenkins.get().checkPermission(BackupPermissions.RUN);
        Alerts.get().acknowledge(id, Jenkins.getAuthentication2().getName());
        return new HttpRedirect(".");
    }
}
