package io.jenkins.plugins.postgresqlbackup.agent;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.postgresqlbackup.engine.operation.PruneBackups;
import io.jenkins.plugins.postgresqlbackup.engine.operation.PruneSettings;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.DatabaseUrl;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import io.jenkins.plugins.postgresqlbackup.engine.repository.RepositoryException;
import io.jenkins.plugins.postgresqlbackup.result.PruneInfo;
import java.io.IOException;
import java.time.Clock;

/** Prunes one repository. */
public final class PruneOne extends AgentOperation<PruneInfo> {
    private static final long serialVersionUID = 1;

    private final RepositoryAccess repository;
    private final String database;
    private final String databaseUrl;
    private final PruneRules rules;
    private final boolean dryRun;

    /**
     * @param database the entry whose backups may go; empty for all in the repository
     * @param databaseUrl of that entry; null for all
     * @param dryRun only to say what would be done
     */
    public PruneOne(
            RepositoryAccess repository,
            String database,
            @CheckForNull String databaseUrl,
            PruneRules rules,
            boolean dryRun) {
        super(repository);
        this.repository = repository;
        this.database = database;
        this.databaseUrl = databaseUrl;
        this.rules = rules;
        this.dryRun = dryRun;
    }

    @Override
    protected PruneInfo run(Work work) throws IOException, InterruptedException {
        try (Repository opened = repository.open(work.progress()::warn)) {
            PruneSettings settings = PruneSettings.of(rules.policy()).withDryRun(dryRun);
            if (databaseUrl != null) {
                settings = settings.withDatabase(identity(opened));
            }
            return new PruneInfo(new PruneBackups(opened, settings, Clock.systemUTC()).run(work.progress()));
        }
    }

    /** As the backups say themselves, for the place where a database is may change; by its place if there is none that was taken from here. */
    private String identity(Repository opened) throws IOException {
        try {
            Manifest.Source source =
                    FoundBackup.in(opened, FoundBackup.LATEST, database).database();
            String cluster =
                    source.systemIdentifier() == null ? source.host() + ":" + source.port() : source.systemIdentifier();
            return cluster + "/" + source.name();
        } catch (RepositoryException e) {
            if (e.reason() != RepositoryException.Reason.NO_SUCH_BACKUP) {
                throw e;
            }
            DatabaseUrl url = DatabaseUrl.parse(databaseUrl);
            return url.host() + ":" + url.port() + "/" + url.database();
        }
    }

    @Override
    protected void wipe() {
        repository.wipe();
    }
}
