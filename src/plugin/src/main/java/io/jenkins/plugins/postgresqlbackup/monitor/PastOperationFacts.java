package io.jenkins.plugins.postgresqlbackup.monitor;

import hudson.Util;
import io.jenkins.plugins.postgresqlbackup.configuration.DatabaseEntry;
import io.jenkins.plugins.postgresqlbackup.engine.health.OperationFacts;
import io.jenkins.plugins.postgresqlbackup.engine.health.OperationFacts.Kind;
import io.jenkins.plugins.postgresqlbackup.history.OperationKind;
import io.jenkins.plugins.postgresqlbackup.history.OperationRecord;
import io.jenkins.plugins.postgresqlbackup.history.OperationState;
import io.jenkins.plugins.postgresqlbackup.history.PastOperations;
import io.jenkins.plugins.postgresqlbackup.operation.VerifyOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The history of operations, as the rules of health want it. Immutable. */
final class PastOperationFacts {
    /** By database, the newest first. */
    private final Map<String, List<OperationFacts>> ofDatabase = new HashMap<>();

    /** By repository, the ids of the backups that should be there. */
    private final Map<String, Set<String>> expected = new HashMap<>();

    private final String rootUrl;

    /**
     * @param rootUrl of Jenkins, where it is known
     * @param databases of the configuration: what was done with a whole repository is told with the first that is saved there
     */
    PastOperationFacts(PastOperations past, String rootUrl, List<DatabaseEntry> databases) {
        this.rootUrl = rootUrl;
        Map<String, String> firstOf = new HashMap<>();
        databases.forEach(each -> firstOf.putIfAbsent(each.getRepository(), each.getName()));
        for (OperationRecord record : past.newestFirst()) {
            String database =
                    record.getDatabase().isEmpty() ? firstOf.get(record.getRepository()) : record.getDatabase();
            if (database != null) {
                facts(record, database)
                        .ifPresent(facts -> ofDatabase
                                .computeIfAbsent(database, name -> new ArrayList<>())
                                .add(facts));
            }
            if (record.isGoodBackup() && !past.isDeleted(record.getRepository(), record.getBackup())) {
                expected.computeIfAbsent(record.getRepository(), name -> new HashSet<>())
                        .add(record.getBackup());
            }
        }
    }

    private Optional<OperationFacts> facts(OperationRecord record, String database) {
        boolean isDry =
                record.getKind() == OperationKind.PRUNE && record.getLevel().equals(OperationRecord.DRY_RUN);
        if (record.isRunning() || isDry) {
            return Optional.empty();
        }
        return kind(record)
                .map(kind -> new OperationFacts(
                        kind,
                        database,
                        record.getRepository(),
                        record.getBackup(),
                        record.getState() == OperationState.SUCCEEDED,
                        record.getState() == OperationState.ABORTED && !record.isAbandoned(),
                        Instant.ofEpochMilli(record.getStartedAt()),
                        Instant.ofEpochMilli(record.getFinishedAt()),
                        record.getMessage(),
                        record.getBuildUrl().isEmpty() ? "" : rootUrl + record.getBuildUrl() + "console"));
    }

    private static Optional<Kind> kind(OperationRecord record) {
        return switch (record.getKind()) {
            case FULL, INCREMENTAL -> Optional.of(Kind.BACKUP);
            case VERIFY -> Optional.of(verification(Util.fixNull(record.getLevel())));
            case RESTORE -> Optional.of(Kind.RESTORE);
            case PRUNE -> Optional.of(Kind.PRUNE);
            default -> Optional.empty();
        };
    }

    private static Kind verification(String level) {
        return switch (level) {
            case VerifyOrder.RESTORE -> Kind.DRILL;
            case VerifyOrder.CONTENT -> Kind.VERIFY_CONTENT;
            default -> Kind.VERIFY_STRUCTURE;
        };
    }

    List<OperationFacts> of(String database) {
        return ofDatabase.getOrDefault(database, List.of());
    }

    Set<String> expectedIn(String repository) {
        return expected.getOrDefault(repository, Set.of());
    }
}
