package io.jenkins.plugins.postgresqlbackup.cli;

import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "init",
        header = "Create a repository for backups.",
        customSynopsis = "pgbackup init --repository URL [OPTIONS]",
        description = {
            "",
            "Makes the repository's own keys, wraps them for the key you bring, and shows a recovery key once. Nothing is"
                    + " created where there is a repository already.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  # with a key in a file",
            "  pgbackup key generate --out backup.key",
            "  pgbackup init --repository file:/backups --key file:backup.key",
            "",
            "  # with the key in the usual variable",
            "  export BACKUP_ENCRYPTION_KEY=\"$(pgbackup key generate)\"",
            "  pgbackup init --repository file:/backups"
        })
final class InitCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin
    private RepositoryOptions repository;

    @Mixin
    private RecoveryOptions recovery;

    @Mixin
    private OutputOptions output;

    InitCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws Exception {
        Report report = output.report(surroundings);
        NewRepository creation = new NewRepository(surroundings, repository, recovery, report);
        boolean inResult = report.json() && !recovery.toFile();
        Map<String, Object> object = new LinkedHashMap<>();
        try (OpenRepository created = creation.create(key -> {
            if (inResult) {
                object.put("recoveryKey", key);
            } else {
                creation.hand(key);
            }
        })) {
            Repository made = created.repository();
            object.put("repository", made.store().describe());
            object.put("id", made.id());
            object.put("fingerprint", made.fingerprint());
            if (report.json()) {
                report.object(object);
            }
        }
        return ExitCodes.DONE;
    }
}
