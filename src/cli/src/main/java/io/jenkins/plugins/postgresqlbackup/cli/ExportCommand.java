package io.jenkins.plugins.postgresqlbackup.cli;

import io.jenkins.plugins.postgresqlbackup.engine.operation.Amounts;
import io.jenkins.plugins.postgresqlbackup.engine.operation.ExportBackup;
import io.jenkins.plugins.postgresqlbackup.engine.operation.ExportResult;
import io.jenkins.plugins.postgresqlbackup.engine.operation.ExportSettings;
import io.jenkins.plugins.postgresqlbackup.engine.operation.ProgressDisplay;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "export",
        header = "Write a backup as plain files that psql alone loads.",
        customSynopsis = "pgbackup export ID --to DIR --repository URL [OPTIONS]",
        description = {
            "",
            "For whoever wants to look at a backup, or to do without this program. Every row is counted and compared with the"
                    + " backup's digests. The files are NOT encrypted; only you may read them. README.txt among them says how to"
                    + " load them.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  pgbackup export latest --repository file:/backups --to shop.export",
            "  psql -X -d postgres -v database=shop_copy -f shop.export/globals.sql",
            "  psql -X -d shop_copy -f shop.export/restore.sql",
            "",
            "  # one table's rows",
            "  pgbackup export latest --repository file:/backups --to orders.export \\",
            "      --table public.orders"
        })
final class ExportCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Parameters(paramLabel = "ID", description = "The backup's id, the unambiguous start of it, or latest.")
    private String backup;

    @Option(
            names = "--to",
            required = true,
            paramLabel = "DIR",
            description = "The directory for the files; an empty one, or one to be made.",
            order = 0)
    private String directory;

    @Mixin
    private RepositoryOptions repository;

    @Option(
            names = "--table",
            paramLabel = "PATTERN",
            description = "Export only tables like this, with what is theirs; may be repeated.",
            order = 3)
    private List<String> tables = List.of();

    @Option(
            names = "--overwrite",
            description = "Replace the files of an earlier export; others in the directory stay.",
            order = 4)
    private boolean overwrite;

    @Option(names = "--no-owner", description = "Everything shall belong to the user who loads it.", order = 5)
    private boolean noOwner;

    @Option(names = "--no-privileges", description = "Leave grants out.", order = 6)
    private boolean noPrivileges;

    @Option(
            names = "--jobs",
            paramLabel = "N",
            description = "How many tables are written at once. Default: 2.",
            order = 7)
    private Jobs jobs = Jobs.USUAL;

    @Option(
            names = "--programs",
            paramLabel = "DIR",
            description = "Where pg_restore is. Default: on the PATH and in the usual places.",
            order = 8)
    private List<String> programs = List.of();

    @Mixin
    private OutputOptions output;

    ExportCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws Exception {
        Report report = output.report(surroundings);
        ExportSettings settings = ExportSettings.to(Surroundings.path(directory))
                .withTables(tables)
                .withOverwrite(overwrite)
                .withOwners(!noOwner)
                .withPrivileges(!noPrivileges)
                .withJobs(jobs.number())
                .withPrograms(programs.stream().map(Surroundings::path).toList());
        try (OpenRepository opened = repository.open(surroundings, report)) {
            Manifest manifest = opened.find(backup);
            ExportResult result;
            try (ProgressDisplay progress = report.progress()) {
                result = new ExportBackup(opened.repository(), manifest.id(), settings).run(progress);
                progress.finish();
            }
            if (report.json()) {
                report.object(object(result, report));
            } else {
                report.say(text(result, report.paint()));
            }
        }
        return ExitCodes.DONE;
    }

    private static Map<String, Object> object(ExportResult result, Report report) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("id", result.backup().value());
        object.put("directory", result.directory().toString());
        object.put("tables", result.tables());
        object.put("rows", result.rows());
        object.put("largeObjects", result.largeObjects());
        object.put("rawBytes", result.rawBytes());
        object.put("files", result.files());
        object.put("writtenBytes", result.writtenBytes());
        object.put("durationMillis", result.took().toMillis());
        object.put("leftOut", result.leftOut());
        object.put("warnings", report.warnings());
        return object;
    }

    private static String text(ExportResult result, Paint paint) {
        Columns lines = new Columns(paint, "  ", "", "");
        lines.row(
                paint.dim("exported"),
                BackupFacts.contents(result.tables(), result.rows(), result.largeObjects()) + ", every digest right");
        lines.row(
                paint.dim("written"),
                Amounts.bytes(result.writtenBytes()) + " in " + Amounts.count(result.files(), "file", "files") + ", "
                        + Amounts.duration(result.took()));
        RestoreCommand.rows(lines, paint, "left out", result.leftOut());
        String directory = Paint.printable(result.directory().toString());
        return "\n" + paint.tick() + " Backup " + paint.bold(result.backup().value()) + " is in "
                + paint.bold(directory) + ", not encrypted.\n\n" + lines
                + "\n  Load it with psql, as its README.txt says.\n";
    }
}
