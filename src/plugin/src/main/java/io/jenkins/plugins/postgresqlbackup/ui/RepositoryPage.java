package io.jenkins.plugins.postgresqlbackup.ui;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.model.Api;
import hudson.model.ModelObject;
import io.jenkins.plugins.postgresqlbackup.configuration.RepositoryEntry;
import java.util.List;
import jenkins.security.stapler.StaplerDispatchable;
import org.kohsuke.stapler.Stapler;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** One repository: what lies in it, who has keys to it, who is at work, and the way to each of its backups. */
@ExportedBean
public final class RepositoryPage implements ModelObject {
    private final RepositoryEntry entry;
    private final Catalogue catalogue = Catalogue.get();
    private final Query query = new Query(Stapler.getCurrentRequest2(), List.of("database"));
    private final RepositoryRow row;

    RepositoryPage(RepositoryEntry entry) {
        this.entry = entry;
        this.row = new RepositoryRow(entry, catalogue);
    }

    @Override
    public String getDisplayName() {
        return entry.getName();
    }

    public String getName() {
        return entry.getName();
    }

    /** How it stands. */
    @Exported(name = "repository", inline = true)
    public RepositoryRow getRow() {
        return row;
    }

    public Api getApi() {
        return new Api(this);
    }

    /** What is in it, the newest first. */
    @Exported
    public List<RestorePoint> getRestorePoints() {
        return catalogue.inRepository(entry.getName());
    }

    public Query getQuery() {
        return query;
    }

    /** Those that the filter lets through. */
    public Pager<RestorePoint> getShown() {
        return new Pager<>(
                getRestorePoints().stream()
                        .filter(point -> query.admits("database", point.getDatabase()))
                        .toList(),
                query);
    }

    /** The names of the databases of which there are backups in it. */
    public List<String> getDatabases() {
        return getRestorePoints().stream()
                .map(RestorePoint::getDatabase)
                .distinct()
                .sorted()
                .toList();
    }

    /** The page of a backup; null if there is none of this id. */
    @CheckForNull
    @StaplerDispatchable
    public BackupPage getBackup(String id) {
        return catalogue
                .find(entry.getName(), id)
                .map(point -> new BackupPage(entry, point, catalogue))
                .orElse(null);
    }
}
