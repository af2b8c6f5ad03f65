package io.jenkins.plugins.postgresqlbackup.cli;

import io.jenkins.plugins.postgresqlbackup.engine.archive.Compression;
import io.jenkins.plugins.postgresqlbackup.engine.operation.BackupResult;
import io.jenkins.plugins.postgresqlbackup.engine.operation.BackupSettings;
import io.jenkins.plugins.postgresqlbackup.engine.operation.Progress;
import io.jenkins.plugins.postgresqlbackup.engine.operation.ProgressDisplay;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.DatabaseUrl;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import io.jenkins.plugins.postgresqlbackup.engine.storage.ObjectStore;
import java.io.IOException;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What to back up, where to and how: what the commands have in common that take a backup, and the taking. */
final class BackupOptions {
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

    /** The operation that takes the backup, of whatever kind. */
    @FunctionalInterface
    interface Operation {
        BackupResult run(OpenRepository opened, Database source, BackupSettings settings, Progress progress)
                throws IOException, InterruptedException;
    }

    /** Takes a backup into the repository, which is created if there is none yet, and says what it came to. */
    int take(Surroundings surroundings, Operation operation) throws IOException, InterruptedException {
        Report report = output.report(surroundings);
        Database source = login.database(url, surroundings);
        BackupSettings settings = BackupSettings.defaults()
                .withSelection(selection.selection())
                .withJobs(jobs.number())
                .withCompression(compression == null ? Compression.best() : compression)
                .withLabels(labels)
                .withPrograms(login.programs());
        try (OpenRepository opened = openOrCreate(surroundings, source, report)) {
            BackupResult result;
            try (ProgressDisplay progress = report.progress()) {
                result = operation.run(opened, source, settings, progress);
                progress.finish();
            }
            result.warnings().forEach(report::warn);
            opened.witness().saw(opened.repository(), result.manifest());
            tell(result, opened.repository(), report);
        }
        return ExitCodes.DONE;
    }

    private OpenRepository openOrCreate(Surroundings surroundings, Database source, Report report) throws IOException {
        NewRepository creation = new NewRepository(surroundings, repository, recovery, report);
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
            object.put("fullBecause", result.fullBecause().orElse(null));
            object.put("repository", stored.store().describe());
            object.put("warnings", report.warnings());
            report.object(object);
            return;
        }
        Paint paint = report.paint();
        report.say("\n" + paint.tick() + " Backup "
                + paint.bold(result.manifest().id().value()) + " is complete.\n\n"
                + facts.lines(paint, result.fullBecause())
                        .row(paint.dim("in"), stored.store().describe()));
    }
}
