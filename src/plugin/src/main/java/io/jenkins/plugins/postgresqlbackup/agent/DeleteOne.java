package io.jenkins.plugins.postgresqlbackup.agent;

import io.jenkins.plugins.postgresqlbackup.engine.operation.DeleteBackup;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import io.jenkins.plugins.postgresqlbackup.result.DeletionInfo;
import java.io.IOException;
import java.time.Clock;

/** Deletes one backup. */
public final class DeleteOne extends AgentOperation<DeletionInfo> {
    private static final long serialVersionUID = 1;

    private final RepositoryAccess repository;
    private final String backup;
    private final boolean evenLast;
    private final String reason;

    /**
     * @param backup its whole id
     * @param evenLast whether it may be the last good one of its database
     * @param reason who wants it, for those who find the tombstone
     */
    public DeleteOne(RepositoryAccess repository, String backup, boolean evenLast, String reason) {
        super(repository);
        this.repository = repository;
        this.backup = backup;
        this.evenLast = evenLast;
        this.reason = reason;
    }

    @Override
    protected DeletionInfo run(Work work) throws IOException, InterruptedException {
        try (Repository opened = repository.open(work.progress()::warn)) {
            return new DeletionInfo(new DeleteBackup(opened, opened.find(backup), evenLast, reason, Clock.systemUTC())
                    .run(work.progress()));
        }
    }

    @Override
    protected void wipe() {
        repository.wipe();
    }
}
