package io.jenkins.plugins.postgresqlbackup.agent;

import io.jenkins.plugins.postgresqlbackup.engine.operation.BackupResult;
import io.jenkins.plugins.postgresqlbackup.engine.operation.FullBackup;
import io.jenkins.plugins.postgresqlbackup.engine.operation.BackupSettings;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import io.jenkins.plugins.postgresqlbackup.result.BackupInfo;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Takes a full backup. */
public final class TakeFullBackup extends AgentOperation<BackupInfo> {
    private static final long serialVersionUID = 1;

    private final DatabaseAccess database;
    private final RepositoryAccess repository;
    private final TreeMap<String, String> labels;
    private final DiskThresholds thresholds;

    /** @param labels kept with the backup */
    public TakeFullBackup(
            DatabaseAccess database,
            RepositoryAccess repository,
            Map<String, String> labels,
            DiskThresholds thresholds) {
        super(repository);
        this.database = database;
        this.repository = repository;
        this.labels = new TreeMap<>(labels);
        this.thresholds = thresholds;
    }

    @Override
    protected BackupInfo run(Work work) throws IOException, InterruptedException {
        List<String> warnings = new ArrayList<>();
        try (Repository opened = repository.open(warning -> {
            warnings.add(warning);
            work.progress().warn(warning);
        })) {
            BackupSettings settings = BackupSettings.defaults()
                    .withSelection(database.selection())
                    .withJobs(database.connections())
                    .withLabels(labels)
                    .withPrograms(work.programs());
            BackupResult result = new FullBackup(
                            opened, database.database(), settings, Clock.systemUTC(), new SecureRandom())
                    .run(work.progress());
            warnings.addAll(result.warnings());
            thresholds.warning(repository).ifPresent(warning -> {
                warnings.add(warning);
                work.progress().warn(warning);
            });
            return new BackupInfo(result.manifest(), warnings);
        }
    }

    @Override
    protected void wipe() {
        database.wipe();
        repository.wipe();
    }
}
