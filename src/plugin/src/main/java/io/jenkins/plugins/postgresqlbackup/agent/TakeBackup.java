package io.jenkins.plugins.postgresqlbackup.agent;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.postgresqlbackup.engine.operation.BackupResult;
import io.jenkins.plugins.postgresqlbackup.engine.operation.BackupSettings;
import io.jenkins.plugins.postgresqlbackup.engine.operation.FullBackup;
import io.jenkins.plugins.postgresqlbackup.engine.operation.IncrementalBackup;
import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import io.jenkins.plugins.postgresqlbackup.result.BackupInfo;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Takes a backup, full or incremental. */
public final class TakeBackup extends AgentOperation<BackupInfo> {
    private static final long serialVersionUID = 1;

    private final String parent;
    private final DatabaseAccess database;
    private final RepositoryAccess repository;
    private final TreeMap<String, String> labels;
    private final DiskThresholds thresholds;

    private TakeBackup(
            @CheckForNull String parent,
            DatabaseAccess database,
            RepositoryAccess repository,
            Map<String, String> labels,
            DiskThresholds thresholds) {
        super(repository);
        this.parent = parent;
        this.database = database;
        this.repository = repository;
        this.labels = new TreeMap<>(labels);
        this.thresholds = thresholds;
    }

    /**
     * A full one.
     *
     * @param labels kept with the backup
     */
    public static TakeBackup full(
            DatabaseAccess database,
            RepositoryAccess repository,
            Map<String, String> labels,
            DiskThresholds thresholds) {
        return new TakeBackup(null, database, repository, labels, thresholds);
    }

    /**
     * An incremental one.
     *
     * @param parent an id or the beginning of one; {@code latest} for the latest good backup of the same database
     * @param labels kept with the backup
     */
    public static TakeBackup incremental(
            String parent,
            DatabaseAccess database,
            RepositoryAccess repository,
            Map<String, String> labels,
            DiskThresholds thresholds) {
        return new TakeBackup(parent, database, repository, labels, thresholds);
    }

    @Override
    protected BackupInfo run(Work work) throws IOException, InterruptedException {
        List<String> warnings = new ArrayList<>();
        try (Repository opened = repository.open(warning -> {
            warnings.add(warning);
            work.progress().warn(warning);
        })) {
            BackupResult result = take(opened, work);
            warnings.addAll(result.warnings());
            thresholds.warning(repository).ifPresent(warning -> {
                warnings.add(warning);
                work.progress().warn(warning);
            });
            return new BackupInfo(result.manifest(), warnings);
        }
    }

    private BackupResult take(Repository opened, Work work) throws IOException, InterruptedException {
        BackupSettings settings = BackupSettings.defaults()
                .withSelection(database.selection())
                .withJobs(database.connections())
                .withLabels(labels)
                .withSizes(PieceSizes.ofNode())
                .withPrograms(work.programs());
        Clock clock = Clock.systemUTC();
        SecureRandom random = new SecureRandom();
        if (parent == null) {
            return new FullBackup(opened, database.database(), settings, clock, random).run(work.progress());
        }
        Optional<BackupId> named =
                parent.equals(FoundBackup.LATEST) ? Optional.empty() : Optional.of(opened.find(parent));
        return new IncrementalBackup(opened, database.database(), settings.withParent(named), clock, random)
                .run(work.progress());
    }

    @Override
    protected void wipe() {
        database.wipe();
        repository.wipe();
    }
}
