package io.jenkins.plugins.postgresqlbackup.operation;

import hudson.AbortException;
import hudson.Util;
import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.agent.RestoreChoices;
import io.jenkins.plugins.postgresqlbackup.agent.RestoreOne;
import io.jenkins.plugins.postgresqlbackup.configuration.DatabaseEntry;
import io.jenkins.plugins.postgresqlbackup.configuration.RepositoryEntry;
import io.jenkins.plugins.postgresqlbackup.engine.operation.Amounts;
import io.jenkins.plugins.postgresqlbackup.history.OperationKind;
import io.jenkins.plugins.postgresqlbackup.history.OperationRecord;
import io.jenkins.plugins.postgresqlbackup.result.RestoreInfo;
import java.io.IOException;
import java.time.Duration;

/** A restore of one backup into a database that its entry calls a restore target. */
public final class RestoreOrder implements Order<RestoreInfo> {
    private final String repository;
    private final String backup;
    private final String database;
    private final String target;
    private final RestoreChoices choices;

    /**
     * @param backup an id, the beginning of one, or {@code latest}; never guessed
     * @param database the entry whose backup is meant; empty for any
     * @param target the entry to restore into
     */
    public RestoreOrder(String repository, String backup, String database, String target, RestoreChoices choices) {
        this.repository = Util.fixNull(repository).strip();
        this.backup = Util.fixNull(backup).strip();
        this.database = Util.fixNull(database).strip();
        this.target = Util.fixNull(target).strip();
        this.choices = choices;
    }

    @Override
    public OperationRecord record(OrderContext context) {
        return context.record(OperationKind.RESTORE, database, repository).of("", target);
    }

    @Override
    public Prepared<RestoreInfo> prepare(OrderContext context) throws IOException {
        RepositoryEntry from = context.repository(repository);
        if (!database.isEmpty()) {
            context.database(database);
        }
        DatabaseEntry into = context.database(target);
        context.requireRestore(from);
        context.requireRestore(into);
        if (choices.makesDatabaseForTables()) {
            throw new AbortException(Messages.RestoreBackupStep_tablesNeedDatabase());
        }
        if (backup.isEmpty()) {
            throw new AbortException(Messages.RestoreOrder_nameBackup());
        }
        if (!into.isRestoreTarget()) {
            throw new AbortException(Messages.RestoreOrder_noTarget(target));
        }
        RestoreOne operation = new RestoreOne(from.fullAccess(), backup, database, into.access(), choices);
        return new Prepared<>(operation, Messages.RestoreOrder_headline(backup, from.getName(), into.getName()));
    }

    @Override
    public OperationRecord note(OperationRecord record, RestoreInfo result) {
        return record.with(result);
    }

    @Override
    public String describe(RestoreInfo result) {
        StringBuilder text = new StringBuilder(Messages.RestoreOrder_done(
                result.getBackup(),
                result.getTarget(),
                result.getTables(),
                Amounts.count(result.getRows()),
                Amounts.bytes(result.getRawBytes()),
                Amounts.duration(Duration.ofMillis(result.getDurationMillis()))));
        result.getRolesCreated().forEach(role -> text.append('\n').append(Messages.RestoreOrder_newRole(role)));
        result.getTolerated().forEach(line -> text.append('\n').append(Messages.RestoreOrder_tolerated(line)));
        result.getLeftOut().forEach(line -> text.append('\n').append(Messages.Order_leftOut(line)));
        return text.toString();
    }
}
