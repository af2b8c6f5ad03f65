package io.jenkins.plugins.postgresqlbackup.request;

import hudson.model.Action;
import hudson.model.InvisibleAction;
import hudson.model.Label;
import hudson.model.Queue;
import hudson.model.labels.LabelAssignmentAction;
import hudson.model.queue.SubTask;
import hudson.security.Permission;
import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.access.BackupPermissions;
import io.jenkins.plugins.postgresqlbackup.access.JobPatterns;
import io.jenkins.plugins.postgresqlbackup.access.Lines;
import io.jenkins.plugins.postgresqlbackup.agent.RestoreChoices;
import io.jenkins.plugins.postgresqlbackup.configuration.BackupConfiguration;
import io.jenkins.plugins.postgresqlbackup.configuration.DatabaseEntry;
import io.jenkins.plugins.postgresqlbackup.configuration.NodeLabels;
import io.jenkins.plugins.postgresqlbackup.configuration.RepositoryEntry;
import io.jenkins.plugins.postgresqlbackup.history.OperationKind;
import io.jenkins.plugins.postgresqlbackup.operation.BackupOrder;
import io.jenkins.plugins.postgresqlbackup.operation.DeleteOrder;
import io.jenkins.plugins.postgresqlbackup.operation.Order;
import io.jenkins.plugins.postgresqlbackup.operation.RestoreOrder;
import io.jenkins.plugins.postgresqlbackup.operation.VerifyOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import jenkins.model.Jenkins;

/**
 * What one build of {@link OnDemandJob} is to do. It goes with the build from the queue on, over restarts too, and nothing but a page of this plugin makes one.
 * Immutable.
 */
public final class RequestedOperation extends InvisibleAction implements Queue.QueueAction, LabelAssignmentAction {
    private final OperationKind kind;
    private final String repository;
    private final String database;
    private String backup = "";
    private String level = "";
    private String target = "";
    private boolean create;
    private boolean overwrite;
    private boolean evenLast;
    private String tables = "";

    private RequestedOperation(OperationKind kind, String repository, String database) {
        this.kind = kind;
        this.repository = repository;
        this.database = database;
    }

    /**
     * A backup.
     *
     * @param kind full or incremental
     */
    public static RequestedOperation backup(OperationKind kind, DatabaseEntry database) {
        return new RequestedOperation(kind, database.getRepository(), database.getName());
    }

    /**
     * A verification.
     *
     * @param database the entry it was taken for; empty if that is not known
     */
    public static RequestedOperation verification(String repository, String database, String backup, String level) {
        RequestedOperation operation = new RequestedOperation(OperationKind.VERIFY, repository, database);
        operation.backup = backup;
        operation.level = level;
        return operation;
    }

    /**
     * A restore.
     *
     * @param target the entry to restore into
     * @param create whether its database is made first
     * @param overwrite whether what is there may be lost
     * @param tables only these, one pattern a line; empty for all
     */
    public static RequestedOperation restore(
            String repository,
            String database,
            String backup,
            String target,
            boolean create,
            boolean overwrite,
            String tables) {
        RequestedOperation operation = new RequestedOperation(OperationKind.RESTORE, repository, database);
        operation.backup = backup;
        operation.target = target;
        operation.create = create;
        operation.overwrite = overwrite;
        operation.tables = tables;
        return operation;
    }

    /**
     * A deletion.
     *
     * @param evenLast whether it may be the last good one of its database
     */
    public static RequestedOperation deletion(String repository, String database, String backup, boolean evenLast) {
        RequestedOperation operation = new RequestedOperation(OperationKind.DELETE, repository, database);
        operation.backup = backup;
        operation.evenLast = evenLast;
        return operation;
    }

    /** What who asks for it must be allowed to do. */
    public Permission permission() {
        return switch (kind) {
            case RESTORE -> BackupPermissions.RESTORE;
            case DELETE -> BackupPermissions.DELETE;
            default -> BackupPermissions.RUN;
        };
    }

    Order<?> order() {
        return switch (kind) {
            case FULL -> BackupOrder.full(database, repository);
            case INCREMENTAL -> BackupOrder.incremental(database, repository, "");
            case VERIFY -> new VerifyOrder(repository, backup, database, level, "", List.of());
            case RESTORE ->
                new RestoreOrder(
                        repository,
                        backup,
                        database,
                        target,
                        new RestoreChoices(create, overwrite, Lines.of(tables), true, true, false, false));
            case DELETE -> new DeleteOrder(repository, backup, database, evenLast);
            default -> throw new IllegalStateException(kind.name());
        };
    }

    /** Why the job may not do it, a sentence each, with the setting to change; none if it may. */
    public List<String> refusals() {
        List<String> refusals = new ArrayList<>();
        Optional<RepositoryEntry> in = repositoryEntry();
        if (in.isEmpty()) {
            refusals.add(Messages.BackupRootAction_noRepository(repository));
        }
        switch (kind) {
            case RESTORE -> {
                in.ifPresent(entry ->
                        require(refusals, entry, entry.getRestoreJobs(), Messages.RequestedOperation_restoreFrom()));
                targetEntry().ifPresent(entry -> requireTarget(refusals, entry));
            }
            case DELETE ->
                in.ifPresent(entry ->
                        require(refusals, entry, entry.getDeleteJobs(), Messages.RequestedOperation_deleteFrom()));
            default -> {
                in.ifPresent(
                        entry -> require(refusals, entry, entry.getRunJobs(), Messages.RequestedOperation_addTo()));
                databaseEntry().ifPresent(entry -> requireRun(refusals, entry));
                scratchEntry().ifPresent(entry -> requireRun(refusals, entry));
            }
        }
        return refusals;
    }

    private static void require(List<String> refusals, RepositoryEntry entry, String jobs, String setting) {
        require(refusals, Messages.OrderContext_theRepository(entry.getName()), jobs, setting);
    }

    private static void requireRun(List<String> refusals, DatabaseEntry entry) {
        require(
                refusals,
                Messages.OrderContext_theDatabase(entry.getName()),
                entry.getRunJobs(),
                Messages.RequestedOperation_backUp());
    }

    private static void requireTarget(List<String> refusals, DatabaseEntry entry) {
        if (!entry.isRestoreTarget()) {
            refusals.add(Messages.RestoreOrder_noTarget(entry.getName()));
        }
        require(
                refusals,
                Messages.OrderContext_theDatabase(entry.getName()),
                entry.getRestoreJobs(),
                Messages.RequestedOperation_restoreInto());
    }

    private static void require(List<String> refusals, String entry, String jobs, String setting) {
        if (!JobPatterns.parse(jobs).allow(OnDemandJob.NAME)) {
            refusals.add(Messages.RequestedOperation_notListed(OnDemandJob.NAME, setting, entry));
        }
    }

    private Optional<RepositoryEntry> repositoryEntry() {
        return BackupConfiguration.get().repository(repository);
    }

    private Optional<DatabaseEntry> databaseEntry() {
        return BackupConfiguration.get().database(database);
    }

    private Optional<DatabaseEntry> targetEntry() {
        return BackupConfiguration.get().database(target);
    }

    /** The server of a drill. */
    private Optional<DatabaseEntry> scratchEntry() {
        return level.equals(VerifyOrder.RESTORE)
                ? databaseEntry().map(DatabaseEntry::getScratch).flatMap(BackupConfiguration.get()::database)
                : Optional.empty();
    }

    /** Nodes that reach all that it needs; whatever the job itself says where no entry says anything. */
    @Override
    public Label getAssignedLabel(SubTask task) {
        boolean source = kind.isBackup();
        String label = NodeLabels.all(Stream.of(
                        repositoryEntry().map(RepositoryEntry::getNode),
                        databaseEntry().filter(entry -> source).map(DatabaseEntry::getNode),
                        targetEntry().map(DatabaseEntry::getNode),
                        scratchEntry().map(DatabaseEntry::getNode))
                .map(Optional::stream)
                .flatMap(Function.identity())
                .toList());
        return label.isEmpty() ? task.getAssignedLabel() : Jenkins.get().getLabel(label);
    }

    /** Each is done, also where another waits already. */
    @Override
    public boolean shouldSchedule(List<Action> actions) {
        return true;
    }
}
