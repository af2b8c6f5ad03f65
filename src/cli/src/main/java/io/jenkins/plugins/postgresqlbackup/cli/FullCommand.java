package io.jenkins.plugins.postgresqlbackup.cli;

import io.jenkins.plugins.postgresqlbackup.engine.archive.Compression;
import io.jenkins.plugins.postgresqlbackup.engine.operation.BackupResult;
import io.jenkins.plugins.postgresqlbackup.engine.operation.BackupSettings;
import io.jenkins.plugins.postgresqlbackup.engine.operation.FullBackup;
import io.jenkins.plugins.postgresqlbackup.engine.operation.ProgressDisplay;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.DatabaseUrl;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import io.jenkins.plugins.postgresqlbackup.engine.storage.ObjectStore;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

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

    @Option(
            names = "--database",
            required = true,
            paramLabel = "URL",
            description = {"What to back up, without a password:", "postgresql://user@host:port/database?sslmode=…"},
            order = 0)
    private DatabaseUrl url;

    @Mixin
    private RepositoryOptions repository;

    @Option(
            names = "--jobs",
            paramLabel = "N",
            description = "How many connections read at once. Default: 2.",
            order = 5)
    private Jobs jobs = Jobs.USUAL;

    @Option(
            names = "--compression",
            paramLabel = "METHOD",
            description = "zstd:1 to zstd:19, gzip:1 to gzip:9, or none. Default: zstd:1.",
            order = 6)
    private Compression compression;

    @Option(
            names = "--label",
            paramLabel = "NAME=TEXT",
            description = "A note kept with the backup; may be repeated.",
            order = 7)
    private Map<String, String> labels = Map.of();

    @Mixin
    private SelectionOptions selection;

    @Mixin
    private DatabaseOptions login;

    @Mixin
    private RecoveryOptions recovery;

    @Mixin
    private OutputOptions output;

    FullCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws Exception {
        Report report = output.report(surroundings);
        Database source = login.database(url, surroundings);
        BackupSettings settings = BackupSettings.defaults()
                .withSelection(selection.selection())
                .withJobs(jobs.number())
                .withCompression(compression == null ? Compression.best() : compression)
                .withLabels(labels)
                .withPrograms(login.programs());
        NewRepository creation = new NewRepository(surroundings, repository, recovery, report);
        try (OpenRepository opened = openOrCreate(creation, source, report)) {
            BackupResult result;
            try (ProgressDisplay progress = report.progress()) {
                result = new FullBackup(
                                opened.repository(), source, settings, surroundings.clock(), surroundings.random())
                        .run(progress);
                progress.finish();
            }
            result.warnings().forEach(report::warn);
            opened.witness().saw(opened.repository(), result.manifest());
            tell(result, opened.repository(), report);
        }
        return ExitCodes.DONE;
    }

    private OpenRepository openOrCreate(NewRepository creation, Database source, Report report) throws Exception {
        repository.location(surroundings);
        source.server(); // a database that cannot be reached should not leave a new repository behind
        ObjectStore store = repository.store(surroundings, true);
        if (Repository.existsIn(store)) {
            store.close();
            return repository.open(surroundings, report);
        }
        store.close();
        return creation.create(creation::hand);
    }

    private static void tell(BackupResult result, Repository stored, Report report) {
        BackupFacts facts = new BackupFacts(result.manifest());
        if (report.json()) {
            Map<String, Object> object = facts.object();
            object.put("repository", stored.store().describe());
            object.put("warnings", report.warnings());
            report.object(object);
            return;
        }
        Paint paint = report.paint();
        report.say("\n" + paint.tick() + " Backup "
                + paint.bold(result.manifest().id().value()) + " is complete.\n\n"
                + facts.lines(paint).row(paint.dim("in"), stored.store().describe()));
    }
}
