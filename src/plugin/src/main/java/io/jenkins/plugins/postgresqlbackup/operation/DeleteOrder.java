package io.jenkins.plugins.postgresqlbackup.operation;

import hudson.Util;
import hudson.model.Run;
import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.access.RefusedException;
import io.jenkins.plugins.postgresqlbackup.agent.DeleteOne;
import io.jenkins.plugins.postgresqlbackup.configuration.RepositoryEntry;
import io.jenkins.plugins.postgresqlbackup.engine.operation.Amounts;
import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import io.jenkins.plugins.postgresqlbackup.history.OperationKind;
import io.jenkins.plugins.postgresqlbackup.history.OperationRecord;
import io.jenkins.plugins.postgresqlbackup.result.DeletionInfo;
import java.io.IOException;
import java.time.Duration;

/** The deletion of one backup, whatever the retention says of it. */
public final class DeleteOrder implements Order<DeletionInfo> {
    private final String repository;
    private final String backup;
    private final String database;
    private final boolean evenLast;

    /**
     * @param backup its whole id: nothing is deleted by the beginning of a name
     * @param database the entry it was taken for; empty if that is not known
     * @param evenLast whether it may be the last good one of its database
     */
    public DeleteOrder(String repository, String backup, String database, boolean evenLast) {
        this.repository = Util.fixNull(repository).strip();
        this.backup = Util.fixNull(backup).strip();
        this.database = Util.fixNull(database).strip();
        this.evenLast = evenLast;
    }

    @Override
    public OperationRecord record(OrderContext context) {
        return context.record(OperationKind.DELETE, database, repository).of(backup, "");
    }

    @Override
    public Prepared<DeletionInfo> prepare(OrderContext context) throws IOException {
        RepositoryEntry in = context.repository(repository);
        context.requireDelete(in);
        if (BackupId.parse(backup).isEmpty()) {
            throw new RefusedException(Messages.DeleteOrder_nameBackup());
        }
        Run<?, ?> build = context.build();
        String reason = Messages.DeleteOrder_reason(build.getFullDisplayName());
        return new Prepared<>(
                new DeleteOne(in.fullAccess(), backup, evenLast, reason),
                Messages.DeleteOrder_headline(backup, in.getName()));
    }

    @Override
    public OperationRecord note(OperationRecord record, DeletionInfo result) {
        return record.with(result);
    }

    @Override
    public String describe(DeletionInfo result) {
        return Messages.DeleteOrder_done(
                result.getBackup(),
                result.getDatabase(),
                Amounts.duration(Duration.ofMillis(result.getDurationMillis())),
                Amounts.bytes(result.getWaitingBytes()),
                result.getWaitingUntil());
    }
}
