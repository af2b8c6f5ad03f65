package io.jenkins.plugins.postgresqlbackup.cli;

import io.jenkins.plugins.postgresqlbackup.engine.operation.FullBackup;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "full",
        header = "Back up a database in full.",
        customSynopsis = "pgbackup full --database URL --repository URL [OPTIONS]",
        description = {
            "",
            "Reads one consistent state of the database over ordinary connections, while others go on writing, and stores it"
                    + " compressed and encrypted. Creates the repository if there is none yet, as init does.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  pgbackup full --repository file:/backups \\",
            "      --database postgresql://backup@db.example.com/shop",
            "",
            "  # TLS, the key in a file, four jobs, two labels",
            "  pgbackup full --repository file:/backups --key file:backup.key --jobs 4 \\",
            "      --database 'postgresql://backup@db.example.com/shop?sslmode=verify-full' \\",
            "      --label build=17 --label by=jenkins",
            "",
            "  # a Supabase project (the session pooler's port 5432, not 6543)",
            "  pgbackup full --repository file:/backups --preset supabase \\",
            "      --database postgresql://postgres.ref@eu.pooler.supabase.com:5432/postgres"
        })
final class FullCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin
    private BackupOptions options;

    FullCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws Exception {
        return options.take(
                surroundings,
                (opened, source, settings, progress) -> new FullBackup(
                                opened.repository(), source, settings, surroundings.clock(), surroundings.random())
                        .run(progress));
    }
}
