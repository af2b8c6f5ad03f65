package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupKind;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;

/**
 * Takes an incremental backup: block ranges that have not changed since an earlier backup are not stored again, the changed ones as a delta or anew.
 * What it makes is as complete as a full backup, and any other may be deleted without harming it. It needs the key of a write slot only.
 *
 * <p>Without a backup to build on it becomes a full one, and the result says why. What {@link FullBackup} says of failures holds here too. For one
 * thread; run once.
 */
public final class IncrementalBackup {
    private final BackupRun run;

    public IncrementalBackup(
            Repository repository, Database database, BackupSettings settings, Clock clock, SecureRandom random) {
        this.run = new BackupRun(BackupKind.INCREMENTAL, repository, database, settings, clock, random);
    }

    /**
     * Takes the backup.
     *
     * @throws io.jenkins.plugins.postgresqlbackup.engine.postgres.DatabaseException when the database cannot be read as a whole
     * @throws io.jenkins.plugins.postgresqlbackup.engine.storage.StorageException when something cannot be stored
     * @throws InterruptedException when the thread was interrupted; no backup was made
     */
    public BackupResult run(Progress progress) throws IOException, InterruptedException {
        return run.run(progress);
    }
}
