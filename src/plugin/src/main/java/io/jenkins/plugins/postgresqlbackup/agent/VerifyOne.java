package io.jenkins.plugins.postgresqlbackup.agent;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.postgresqlbackup.engine.operation.Scratch;
import io.jenkins.plugins.postgresqlbackup.engine.operation.VerificationLevel;
import io.jenkins.plugins.postgresqlbackup.engine.operation.VerificationResult;
import io.jenkins.plugins.postgresqlbackup.engine.operation.VerifyBackup;
import io.jenkins.plugins.postgresqlbackup.engine.operation.VerifySettings;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import io.jenkins.plugins.postgresqlbackup.result.VerificationInfo;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Verifies one backup. */
public final class VerifyOne extends AgentOperation<VerificationInfo> {
    private static final long serialVersionUID = 1;
    private static final int JOBS = 2;

    private final RepositoryAccess repository;
    private final String backup;
    private final String database;
    private final String level;
    private final DatabaseAccess scratch;
    private final ArrayList<String> assertions;

    /**
     * @param backup an id, the beginning of one, or {@code latest}
     * @param database the entry whose backup is meant; empty for any
     * @param level structure, content or restore
     * @param scratch a database of the server where a drill takes place; null for none
     * @param assertions queries that must each return true there
     */
    public VerifyOne(
            RepositoryAccess repository,
            String backup,
            String database,
            String level,
            @CheckForNull DatabaseAccess scratch,
            List<String> assertions) {
        super(repository);
        this.repository = repository;
        this.backup = backup;
        this.database = database;
        this.level = level;
        this.scratch = scratch;
        this.assertions = new ArrayList<>(assertions);
    }

    @Override
    protected VerificationInfo run(Work work) throws IOException, InterruptedException {
        try (Repository opened = repository.open(work.progress()::warn)) {
            Manifest manifest = FoundBackup.in(opened, backup, database);
            Optional<Scratch> where = Optional.ofNullable(scratch).map(access -> new Scratch.Server(access.database()));
            VerifySettings settings = new VerifySettings(
                    VerificationLevel.valueOf(level.toUpperCase(Locale.ROOT)),
                    JOBS,
                    where,
                    assertions,
                    work.programs());
            VerificationResult result =
                    new VerifyBackup(opened, manifest.id(), settings, Clock.systemUTC()).run(work.progress());
            return new VerificationInfo(result, FoundBackup.databaseOf(manifest));
        }
    }

    @Override
    protected void wipe() {
        repository.wipe();
        if (scratch != null) {
            scratch.wipe();
        }
    }
}
