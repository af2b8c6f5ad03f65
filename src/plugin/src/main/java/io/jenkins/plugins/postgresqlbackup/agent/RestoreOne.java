package io.jenkins.plugins.postgresqlbackup.agent;

import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.engine.operation.RestoreBackup;
import io.jenkins.plugins.postgresqlbackup.engine.operation.RestoreResult;
import io.jenkins.plugins.postgresqlbackup.engine.operation.RestoreSettings;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import io.jenkins.plugins.postgresqlbackup.result.RestoreInfo;
import java.io.IOException;

/** Restores one backup. */
public final class RestoreOne extends AgentOperation<RestoreInfo> {
    private static final long serialVersionUID = 1;

    private final RepositoryAccess repository;
    private final String backup;
    private final String database;
    private final DatabaseAccess target;
    private final RestoreChoices choices;

    /**
     * @param backup an id, the beginning of one, or {@code latest}
     * @param database the entry whose backup is meant; empty for any
     * @param target where to
     */
    public RestoreOne(
            RepositoryAccess repository,
            String backup,
            String database,
            DatabaseAccess target,
            RestoreChoices choices) {
        super(repository);
        this.repository = repository;
        this.backup = backup;
        this.database = database;
        this.target = target;
        this.choices = choices;
    }

    @Override
    protected RestoreInfo run(Work work) throws IOException, InterruptedException {
        try (Repository opened = repository.open(work.progress()::warn)) {
            Manifest manifest = FoundBackup.in(opened, backup, database);
            work.log()
                    .println("  "
                            + Messages.RestoreOne_begins(
                                    manifest.id(),
                                    manifest.database().name(),
                                    manifest.startedAt().toString(),
                                    target.toString()));
            RestoreSettings settings = RestoreSettings.into(choices.into(target))
                    .withOverwrite(choices.overwrite())
                    .withOwners(choices.owners())
                    .withPrivileges(choices.privileges())
                    .withCreateRoles(choices.createRoles())
                    .withOlderServer(choices.olderServer())
                    .withJobs(target.connections())
                    .withPrograms(work.programs());
            RestoreResult result =
                    new RestoreBackup(opened, manifest.id(), target.database(), settings).run(work.progress());
            return new RestoreInfo(result, FoundBackup.databaseOf(manifest));
        }
    }

    @Override
    protected void wipe() {
        repository.wipe();
        target.wipe();
    }
}
