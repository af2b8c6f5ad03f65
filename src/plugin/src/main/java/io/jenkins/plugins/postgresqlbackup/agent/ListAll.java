package io.jenkins.plugins.postgresqlbackup.agent;

import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import io.jenkins.plugins.postgresqlbackup.engine.repository.RepositoryException;
import io.jenkins.plugins.postgresqlbackup.result.BackupInfo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Lists backups, the newest last. */
public final class ListAll extends AgentOperation<ArrayList<BackupInfo>> {
    private static final long serialVersionUID = 1;

    private final RepositoryAccess repository;
    private final String database;
    private final int most;

    /**
     * @param database the entry whose backups are meant; empty for any
     * @param most how many of the newest
     */
    public ListAll(RepositoryAccess repository, String database, int most) {
        super(repository);
        this.repository = repository;
        this.database = database;
        this.most = most;
    }

    /** A backup that cannot be read is told in the log and is not in the list. */
    @Override
    protected ArrayList<BackupInfo> run(Work work) throws IOException, InterruptedException {
        ArrayList<BackupInfo> found = new ArrayList<>();
        try (Repository opened = repository.open(work.progress()::warn)) {
            List<BackupId> ids = opened.ids();
            for (int i = ids.size() - 1; i >= 0 && found.size() < most; i--) {
                if (Thread.interrupted()) {
                    throw new InterruptedException(Messages.ListAll_stopped());
                }
                try {
                    Manifest manifest = opened.read(ids.get(i));
                    if (database.isEmpty() || FoundBackup.isOf(manifest, database)) {
                        found.add(new BackupInfo(manifest, List.of()));
                    }
                } catch (RepositoryException e) {
                    work.progress().warn(e.getMessage());
                }
            }
        }
        Collections.reverse(found);
        return found;
    }

    @Override
    protected void wipe() {
        repository.wipe();
    }
}
