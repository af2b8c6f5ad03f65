package io.jenkins.plugins.postgresqlbackup.operation;

import hudson.Util;
import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.agent.DiskThresholds;
import io.jenkins.plugins.postgresqlbackup.agent.TakeFullBackup;
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
import jenkins.model.Jenkins;

/** A full backup of a database. */
public final class FullBackupOrder implements Order<BackupInfo> {
    private final String database;
    private final String repository;

    /** @param repository empty for the one that the database's entry names */
    public FullBackupOrder(String database, String repository) {
        this.database = Util.fixNull(database).strip();
        this.repository = Util.fixNull(repository).strip();
    }

    @Override
    public OperationRecord record(OrderContext context) {
        return context.record(OperationKind.FULL, database, context.repositoryName(repository, database));
    }

    @Override
    public Prepared<BackupInfo> prepare(OrderContext context) throws IOException {
        DatabaseEntry source = context.database(database);
        RepositoryEntry into = context.repository(context.repositoryName(repository, database));
        context.requireRun(source);
        context.requireRun(into);
        AlertSettings alerts = context.configuration().getAlerts();
        TakeFullBackup operation = new TakeFullBackup(
                source.access(),
                into.writeAccess(),
                labels(context),
                new DiskThresholds(alerts.getStorageWarningPercent(), alerts.getStorageErrorPercent()));
        return new Prepared<>(operation, Messages.FullBackupOrder_headline(source.getName(), into.getName()));
    }

    private Map<String, String> labels(OrderContext context) {
        Map<String, String> labels = new TreeMap<>();
        labels.put(BackupInfo.DATABASE_LABEL, database);
        labels.put("job", context.build().getParent().getFullName());
        labels.put("build", Integer.toString(context.build().getNumber()));
        String jenkins = Jenkins.get().getRootUrl();
        if (jenkins != null) {
            labels.put("jenkins", jenkins);
        }
        return labels;
    }

    @Override
    public OperationRecord note(OperationRecord record, BackupInfo result) {
        return record.with(result);
    }

    @Override
    public String describe(BackupInfo result) {
        StringBuilder text = new StringBuilder(Messages.FullBackupOrder_done(
                result.getId(),
                result.getTables(),
                Amounts.count(result.getRows()),
                Amounts.bytes(result.getRawBytes()),
                Amounts.bytes(result.getStoredBytes()),
                Amounts.duration(Duration.ofMillis(result.getDurationMillis()))));
        result.getLeftOut().forEach(line -> text.append('\n').append(Messages.Order_leftOut(line)));
        return text.toString();
    }
}
