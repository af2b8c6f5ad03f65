package io.jenkins.plugins.postgresqlbackup.cli;

import io.jenkins.plugins.postgresqlbackup.engine.operation.BackupResult;
import io.jenkins.plugins.postgresqlbackup.engine.operation.BackupSettings;
import io.jenkins.plugins.postgresqlbackup.engine.operation.IncrementalBackup;
import io.jenkins.plugins.postgresqlbackup.engine.operation.Progress;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "incremental",
        header = "Back up what has changed in a database.",
        customSynopsis = "pgbackup incremental --database URL --repository URL [OPTIONS]",
        description = {
            "",
            "Asks the server which block ranges have changed since an earlier backup, and stores only those: the rows that came and"
                    + " which are left, where that is smaller. The result is as complete as a full backup and stands by itself: it is"
                    + " verified, restored and kept without any other. Without a backup to build on it becomes a full one and says why.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  pgbackup incremental --repository file:/backups \\",
            "      --database postgresql://backup@db.example.com/shop",
            "",
            "  # each night, the digest of all that is reused proven within a week",
            "  pgbackup incremental --repository file:/backups --key file:backup.key --prove-within 7 \\",
            "      --database 'postgresql://backup@db.example.com/shop?sslmode=verify-full'"
        })
final class IncrementalCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin
    private BackupOptions options;

    @Option(
            names = "--parent",
            paramLabel = "ID",
            description = "The backup to compare with. Default: the latest of this database.",
            order = 8)
    private String parent;

    @Option(
            names = "--prove-within",
            paramLabel = "DAYS",
            description =
                    "Within so many days the server computes the digest of everything reused anew, a share of it each time."
                            + " Default: 30.",
            order = 9)
    private Days proveWithin = new Days(30);

    IncrementalCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws Exception {
        return options.take(surroundings, this::run);
    }

    private BackupResult run(OpenRepository opened, Database source, BackupSettings settings, Progress progress)
            throws IOException, InterruptedException {
        Optional<BackupId> named = parent == null
                ? Optional.empty()
                : Optional.of(opened.repository().find(parent));
        return new IncrementalBackup(
                        opened.repository(),
                        source,
                        settings.withParent(named).withProveWithin(proveWithin.duration()),
                        surroundings.clock(),
                        surroundings.random())
                .run(progress);
    }
}
