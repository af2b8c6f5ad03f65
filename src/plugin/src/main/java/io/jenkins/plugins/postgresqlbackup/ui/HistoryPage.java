package io.jenkins.plugins.postgresqlbackup.ui;

import hudson.model.Api;
import hudson.model.ModelObject;
import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.history.OperationHistory;
import io.jenkins.plugins.postgresqlbackup.history.OperationKind;
import io.jenkins.plugins.postgresqlbackup.history.OperationRecord;
import io.jenkins.plugins.postgresqlbackup.history.OperationState;
import java.time.Instant;
import java.util.List;
import org.kohsuke.stapler.Stapler;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** All operations that are known. */
@ExportedBean
public final class HistoryPage implements ModelObject {
    private static final List<String> FILTERS = List.of("kind", "state", "database", "repository", "from", "to");

    private final Query query = new Query(Stapler.getCurrentRequest2(), FILTERS);
    private final List<OperationRecord> all = OperationHistory.get().newestFirst();
    private final List<OperationRecord> wanted = all.stream()
            .filter(record -> query.admits("kind", record.getKind().name()))
            .filter(record -> query.admits("state", record.getState().name()))
            .filter(record -> query.admits("database", record.getDatabase()))
            .filter(record -> query.admits("repository", record.getRepository()))
            .filter(record -> query.admits(Instant.ofEpochMilli(record.getStartedAt())))
            .toList();

    @Override
    public String getDisplayName() {
        return Messages.HistoryPage_displayName();
    }

    public Api getApi() {
        return new Api(this);
    }

    public Query getQuery() {
        return query;
    }

    /** Those that the filters let through, the newest first. */
    @Exported
    public List<OperationRecord> getOperations() {
        return wanted;
    }

    /** A page of them. */
    public Pager<OperationRecord> getShown() {
        return new Pager<>(wanted, query);
    }

    /** Of those that the filters let through. */
    public List<Chart> getCharts() {
        return wanted.isEmpty() ? List.of() : List.of(Charts.outcomes(wanted), Charts.work(wanted));
    }

    public List<OperationKind> getKinds() {
        return List.of(OperationKind.values());
    }

    public List<OperationState> getStates() {
        return List.of(OperationState.values());
    }

    /** The names in the history. */
    public List<String> getDatabases() {
        return all.stream()
                .map(OperationRecord::getDatabase)
                .filter(name -> !name.isEmpty())
                .distinct()
                .sorted()
                .toList();
    }

    /** The names in the history. */
    public List<String> getRepositories() {
        return all.stream()
                .map(OperationRecord::getRepository)
                .filter(name -> !name.isEmpty())
                .distinct()
                .sorted()
                .toList();
    }
}
