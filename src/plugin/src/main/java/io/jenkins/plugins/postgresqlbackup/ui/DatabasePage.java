package io.jenkins.plugins.postgresqlbackup.ui;

import hudson.model.Api;
import hudson.model.ModelObject;
import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.access.BackupPermissions;
import io.jenkins.plugins.postgresqlbackup.configuration.DatabaseEntry;
import io.jenkins.plugins.postgresqlbackup.history.OperationKind;
import io.jenkins.plugins.postgresqlbackup.history.OperationRecord;
import io.jenkins.plugins.postgresqlbackup.request.RequestedOperation;
import java.util.List;
import jenkins.model.Jenkins;
import org.kohsuke.stapler.HttpResponse;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.Stapler;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;
import org.kohsuke.stapler.verb.POST;

/** One database: how it stands, its restore points and its jobs. */
@ExportedBean
public final class DatabasePage implements ModelObject {
    private static final List<String> FILTERS = List.of("kind", "proof", "from", "to");
    private static final int SHOWN = 10;

    private final DatabaseEntry entry;
    private final Catalogue catalogue = Catalogue.get();
    private final Query query = new Query(Stapler.getCurrentRequest2(), FILTERS);
    private final DatabaseRow row;

    DatabasePage(DatabaseEntry entry) {
        this.entry = entry;
        this.row = new DatabaseRow(entry, catalogue);
    }

    @Override
    public String getDisplayName() {
        return entry.getName();
    }

    public String getName() {
        return entry.getName();
    }

    /** How it stands. */
    @Exported(name = "database", inline = true)
    public DatabaseRow getRow() {
        return row;
    }

    public Api getApi() {
        return new Api(this);
    }

    /** All of its restore points, the newest first. */
    @Exported
    public List<RestorePoint> getRestorePoints() {
        return catalogue.ofDatabase(entry.getName());
    }

    public Query getQuery() {
        return query;
    }

    /** Those that the filters let through. */
    public Pager<RestorePoint> getShown() {
        return new Pager<>(
                getRestorePoints().stream()
                        .filter(point -> query.admits("kind", point.getKind()))
                        .filter(point -> admitsProof(point))
                        .filter(point -> query.admits(point.takenAt()))
                        .toList(),
                query);
    }

    private boolean admitsProof(RestorePoint point) {
        return switch (query.get("proof")) {
            case "verified" -> !point.isBad() && point.verifiedAt().isPresent();
            case "drilled" -> !point.isBad() && point.drilledAt().isPresent();
            case "unverified" -> !point.isBad() && point.verifiedAt().isEmpty();
            case "bad" -> point.isBad();
            case "pinned" -> point.isPinned();
            default -> true;
        };
    }

    /** None before there are two backups to compare. */
    public List<Chart> getCharts() {
        List<RestorePoint> points = getRestorePoints();
        return points.size() < 2 ? List.of() : List.of(Charts.sizes(points), Charts.durations(points));
    }

    /** Its newest operations. */
    public List<OperationRecord> getOperations() {
        return catalogue.past().newestFirst().stream()
                .filter(record -> record.getDatabase().equals(entry.getName()))
                .limit(SHOWN)
                .toList();
    }

    /** Whether who asks may have it backed up. */
    public boolean isMayBackUp() {
        return Jenkins.get().hasPermission(BackupPermissions.RUN)
                && !entry.getRepository().isEmpty();
    }

    /** Has a build back it up. */
    @POST
    public HttpResponse doBackUp(@QueryParameter boolean full) {
        Jenkins.get().checkPermission(BackupPermissions.RUN);
        return Answer.start(RequestedOperation.backup(full ? OperationKind.FULL : OperationKind.INCREMENTAL, entry));
    }

    /** How many backups of it are known. */
    public String getCount() {
        return Messages.Pages_backups(getRestorePoints().size());
    }
}
