package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupKind;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;

/**
 * Takes a full backup: every row of a database, its schema, and what belongs to it, in one snapshot. It depends on no other backup; only what an
 * interrupted run has stored and no transaction has changed since is taken over.
 *
 * <p>The manifest is written last. A run that fails or is interrupted leaves no backup, but what it has stored serves the next one. For one thread;
 * run once.
 */
public final class FullBackup {
    private final BackupRun run;

    public FullBackup(
            Repository repository, Database database, BackupSettings settings, Clock clock, SecureRandom random) {
        this.run = new BackupRun(BackupKind.FULL, repository, database, settings, clock, random);
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
