package io.jenkins.plugins.postgresqlbackup.operation;

import hudson.Util;
import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.agent.DatabaseAccess;
import io.jenkins.plugins.postgresqlbackup.agent.DiskThresholds;
import io.jenkins.plugins.postgresqlbackup.agent.RepositoryAccess;
import io.jenkins.plugins.postgresqlbackup.agent.TakeBackup;
import io.jenkins.plugins.postgresqlbackup.configuration.AlertSettings;
import io.jenkins.plugins.postgresqlbackup.configuration.DatabaseEntry;
import io.jenkins.plugins.postgresqlbackup.configuration.RepositoryEntry;
import io.jenkins.plugins.postgresqlbackup.engine.operation.Amounts;
import io.jenkins.plugins.postgresqlbackup.history.OperationKind;
import io.jenkins.plugins.postgresqlbackup.history.OperationRecord;
import io.jenkins.plugins.postgresqlbackup.result.BackupInfo;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** A backup of a database, full or incremental. */
public final class BackupOrder implements Order<BackupInfo> {
    private static final String LATEST = "latest";

    private final OperationKind kind;
    private final String database;
    private final String repository;
    private final String parent;

    private BackupOrder(OperationKind kind, String database, String repository, String parent) {
        this.kind = kind;
        this.database = Util.fixNull(database).strip();
        this.repository = Util.fixNull(repository).strip();
        this.parent = Util.fixNull(parent).strip();
    }

    /** @param repository empty for the one that the database's entry names */
    public static BackupOrder full(String database, String repository) {
        return new BackupOrder(OperationKind.FULL, database, repository, "");
    }

    /**
     * An incremental one.
     *
     * @param repository empty for the one that the database's entry names
     * @param parent an id or the beginning of one; empty or {@code latest} for the latest good backup of the database
     */
    public static BackupOrder incremental(String database, String repository, String parent) {
        return new BackupOrder(OperationKind.INCREMENTAL, database, repository, parent);
    }

    @Override
    public OperationRecord record(OrderContext context) {
        return context.record(kind, database, context.repositoryName(repository, database));
    }

    @Override
    public Prepared<BackupInfo> prepare(OrderContext context) throws IOException {
        DatabaseEntry source = context.database(database);
        RepositoryEntry into = context.repository(context.repositoryName(repository, database));
        context.requireRun(source);
        context.requireRun(into);
        AlertSettings alerts = context.configuration().getAlerts();
        DiskThresholds thresholds =
                new DiskThresholds(alerts.getStorageWarningPercent(), alerts.getStorageErrorPercent());
        DatabaseAccess from = source.access();
        RepositoryAccess to = into.writeAccess();
        return kind == OperationKind.FULL
                ? new Prepared<>(
                        TakeBackup.full(from, to, labels(context), thresholds),
                        Messages.BackupOrder_full(source.getName(), into.getName()))
                : new Prepared<>(
                        TakeBackup.incremental(
                                parent.isEmpty() ? LATEST : parent, from, to, labels(context), thresholds),
                        Messages.BackupOrder_incremental(source.getName(), into.getName()));
    }

    private Map<String, String> labels(OrderContext context) {
        Map<String, String> labels = new TreeMap<>(context.labels());
        labels.put(BackupInfo.DATABASE_LABEL, database);
        return labels;
    }

    @Override
    public OperationRecord note(OperationRecord record, BackupInfo result) {
        return record.with(result);
    }

    @Override
    public String describe(BackupInfo result) {
        StringBuilder text = new StringBuilder(done(result));
        result.getFallbacks().forEach(line -> text.append('\n').append(Messages.BackupOrder_fallback(line)));
        result.getLeftOut().forEach(line -> text.append('\n').append(Messages.Order_leftOut(line)));
        return text.toString();
    }

    private static String done(BackupInfo result) {
        String took = Amounts.duration(Duration.ofMillis(result.getDurationMillis()));
        if (result.getReusedBytes() == 0 && result.getParent().isEmpty()) {
            return Messages.BackupOrder_done(
                    result.getId(),
                    result.getTables(),
                    Amounts.count(result.getRows()),
                    Amounts.bytes(result.getRawBytes()),
                    Amounts.bytes(result.getStoredBytes()),
                    took);
        }
        return Messages.BackupOrder_doneOnAnother(
                result.getId(),
                result.getTables(),
                Amounts.count(result.getRows()),
                Amounts.bytes(result.getReusedBytes()),
                Amounts.bytes(result.getReadBytes()),
                Amounts.bytes(result.getStoredBytes()),
                took,
                result.getParent().isEmpty()
                        ? Messages.BackupOrder_interrupted()
                        : Messages.BackupOrder_parent(result.getParent()));
    }
}
