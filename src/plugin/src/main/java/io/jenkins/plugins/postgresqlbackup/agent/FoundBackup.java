package io.jenkins.plugins.postgresqlbackup.agent;

import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import io.jenkins.plugins.postgresqlbackup.engine.repository.RepositoryException;
import io.jenkins.plugins.postgresqlbackup.result.BackupInfo;
import java.io.IOException;
import java.util.List;

/** The search for the backup that somebody means. */
final class FoundBackup {
    static final String LATEST = "latest";

    private FoundBackup() {}

    /**
     * The backup of this id or beginning of one, or the latest.
     *
     * @param database the entry whose latest backup is meant, and whose backup it must be; empty for any
     * @throws RepositoryException when there is none or it is another database's
     */
    static Manifest in(Repository repository, String backup, String database) throws IOException {
        if (database.isEmpty()) {
            return repository.read(repository.find(backup));
        }
        if (!LATEST.equals(backup)) {
            Manifest manifest = repository.read(repository.find(backup));
            if (isOf(manifest, database)) {
                return manifest;
            }
            throw new RepositoryException(
                    RepositoryException.Reason.NO_SUCH_BACKUP,
                    Messages.FoundBackup_another(
                            manifest.id(),
                            database,
                            manifest.database().name(),
                            manifest.database().host()));
        }
        List<BackupId> ids = repository.ids();
        for (int i = ids.size() - 1; i >= 0; i--) {
            Manifest manifest = repository.read(ids.get(i));
            if (isOf(manifest, database)) {
                return manifest;
            }
        }
        throw new RepositoryException(
                RepositoryException.Reason.NO_SUCH_BACKUP,
                Messages.FoundBackup_none(database, repository.store().describe()));
    }

    static boolean isOf(Manifest manifest, String database) {
        return database.equals(manifest.labels().get(BackupInfo.DATABASE_LABEL));
    }

    static String databaseOf(Manifest manifest) {
        return manifest.labels().getOrDefault(BackupInfo.DATABASE_LABEL, "");
    }
}
