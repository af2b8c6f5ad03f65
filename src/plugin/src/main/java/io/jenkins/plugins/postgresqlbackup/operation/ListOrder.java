package io.jenkins.plugins.postgresqlbackup.operation;

import hudson.Util;
import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.agent.ListAll;
import io.jenkins.plugins.postgresqlbackup.configuration.RepositoryEntry;
import io.jenkins.plugins.postgresqlbackup.engine.operation.Amounts;
import io.jenkins.plugins.postgresqlbackup.history.OperationKind;
import io.jenkins.plugins.postgresqlbackup.history.OperationRecord;
import io.jenkins.plugins.postgresqlbackup.result.BackupInfo;
import java.io.IOException;
import java.util.ArrayList;

/** A list of the backups in a repository. */
public final class ListOrder implements Order<ArrayList<BackupInfo>> {
    /** How many of the newest, unless somebody says otherwise. */
    public static final int USUAL = 100;

    private final String repository;
    private final String database;
    private final int most;

    /**
     * @param database the entry whose backups are meant; empty for any
     * @param most how many of the newest
     */
    public ListOrder(String repository, String database, int most) {
        this.repository = Util.fixNull(repository).strip();
        this.database = Util.fixNull(database).strip();
        this.most = most;
    }

    @Override
    public OperationRecord record(OrderContext context) {
        return context.record(OperationKind.LIST, database, repository);
    }

    @Override
    public Prepared<ArrayList<BackupInfo>> prepare(OrderContext context) throws IOException {
        RepositoryEntry in = context.repository(repository);
        context.requireRun(in);
        return new Prepared<>(new ListAll(in.writeAccess(), database, most), Messages.ListOrder_headline(in.getName()));
    }

    @Override
    public OperationRecord note(OperationRecord record, ArrayList<BackupInfo> result) {
        return record;
    }

    @Override
    public String describe(ArrayList<BackupInfo> result) {
        StringBuilder text = new StringBuilder(Messages.ListOrder_done(result.size()));
        for (BackupInfo backup : result) {
            text.append("\n  ")
                    .append(backup.getId())
                    .append("  ")
                    .append(backup.getKind())
                    .append("  ")
                    .append(backup.getDatabase().isEmpty() ? backup.getSource() : backup.getDatabase())
                    .append("  ")
                    .append(Amounts.count(backup.getRows()))
                    .append("  ")
                    .append(Amounts.bytes(backup.getStoredBytes()));
        }
        return text.toString();
    }
}
