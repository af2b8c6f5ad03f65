package io.jenkins.plugins.postgresqlbackup.cli;

import io.jenkins.plugins.postgresqlbackup.engine.operation.Amounts;
import io.jenkins.plugins.postgresqlbackup.engine.operation.ProgressDisplay;
import io.jenkins.plugins.postgresqlbackup.engine.operation.RestoreBackup;
import io.jenkins.plugins.postgresqlbackup.engine.operation.RestoreInto;
import io.jenkins.plugins.postgresqlbackup.engine.operation.RestoreResult;
import io.jenkins.plugins.postgresqlbackup.engine.operation.RestoreSettings;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.DatabaseUrl;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Preset;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "restore",
        header = "Bring a backup back.",
        customSynopsis = "pgbackup restore ID --to URL --repository URL [OPTIONS]",
        description = {
            "",
            "Into a new database (--create), an empty one, single tables of one (--table), or an existing managed project"
                    + " (--into-existing). What is there is never dropped or changed unless --overwrite allows it. Rows are counted"
                    + " and compared with the backup's digests while they are loaded.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  pgbackup restore latest --repository file:/backups \\",
            "      --to postgresql://postgres@localhost/shop --create",
            "",
            "  # one table that somebody emptied, back into the database it is missing from",
            "  pgbackup restore 20261122T121838Z --repository file:/backups \\",
            "      --to postgresql://postgres@localhost/shop \\",
            "      --table public.orders --overwrite",
            "",
            "  # a Supabase project, into a fresh one",
            "  pgbackup restore latest --repository file:/backups --into-existing supabase \\",
            "      --to postgresql://postgres.ref@aws-0-eu.pooler.supabase.com:5432/postgres"
        })
final class RestoreCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Parameters(paramLabel = "ID", description = "The backup's id, the unambiguous start of it, or latest.")
    private String backup;

    @Option(
            names = "--to",
            required = true,
            paramLabel = "URL",
            description = {"The database to restore into:", "postgresql://user@host:port/database."},
            order = 0)
    private DatabaseUrl target;

    @Mixin
    private RepositoryOptions repository;

    @Option(names = "--create", description = "Create the database first, as the source was.", order = 3)
    private boolean create;

    @Option(
            names = "--table",
            paramLabel = "PATTERN",
            description = "Restore only tables like this into a database that is there; may be repeated.",
            order = 4)
    private List<String> tables = List.of();

    @Option(
            names = "--into-existing",
            paramLabel = "PLATFORM",
            description = "supabase: restore into an existing project. What the platform owns stays as it is.",
            order = 5)
    private Preset platform;

    @Option(names = "--overwrite", description = "What is there may be lost.", order = 6)
    private boolean overwrite;

    @Option(names = "--no-owner", description = "Everything shall belong to the user who restores.", order = 7)
    private boolean noOwner;

    @Option(names = "--no-privileges", description = "Leave grants out.", order = 8)
    private boolean noPrivileges;

    @Option(names = "--create-roles", description = "Create roles that are missing, without passwords.", order = 9)
    private boolean createRoles;

    @Option(names = "--older-server", description = "Allow a server older than the one the backup is of.", order = 10)
    private boolean olderServer;

    @Option(
            names = "--jobs",
            paramLabel = "N",
            description = "How many tables and indexes at once. Default: 2.",
            order = 11)
    private Jobs jobs = Jobs.USUAL;

    @Mixin
    private DatabaseOptions login;

    @Mixin
    private OutputOptions output;

    RestoreCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws Exception {
        Report report = output.report(surroundings);
        RestoreSettings settings = RestoreSettings.into(into())
                .withOverwrite(overwrite)
                .withOwners(!noOwner)
                .withPrivileges(!noPrivileges)
                .withCreateRoles(createRoles)
                .withOlderServer(olderServer)
                .withJobs(jobs.number())
                .withPrograms(login.programs());
        try (OpenRepository opened = repository.open(surroundings, report)) {
            Manifest manifest = opened.find(backup);
            RestoreResult result;
            try (ProgressDisplay progress = report.progress()) {
                result = new RestoreBackup(
                                opened.repository(), manifest.id(), login.database(target, surroundings), settings)
                        .run(progress);
                progress.finish();
            }
            result.warnings().forEach(report::warn);
            if (report.json()) {
                report.object(object(result, report));
            } else {
                report.say(text(result, report.paint()));
            }
        }
        return ExitCodes.DONE;
    }

    private RestoreInto into() {
        if (Stream.of(create, !tables.isEmpty(), platform != null)
                        .filter(chosen -> chosen)
                        .count()
                > 1) {
            throw new UsageException(
                    "Choose one of --create (a new database), --table (some tables of a database that is there)"
                            + " and --into-existing (a managed project).");
        }
        if (create) {
            return new RestoreInto.NewDatabase();
        }
        if (platform != null) {
            return new RestoreInto.Platform(platform);
        }
        return tables.isEmpty() ? new RestoreInto.EmptyDatabase() : new RestoreInto.Tables(tables);
    }

    private static Map<String, Object> object(RestoreResult result, Report report) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("id", result.backup().value());
        object.put("database", result.database());
        object.put("created", result.created());
        object.put("tables", result.tables());
        object.put("rows", result.rows());
        object.put("largeObjects", result.largeObjects());
        object.put("rawBytes", result.rawBytes());
        object.put("durationMillis", result.took().toMillis());
        object.put("rolesCreated", result.rolesCreated());
        object.put("tolerated", result.tolerated());
        object.put("leftOut", result.leftOut());
        object.put("warnings", report.warnings());
        return object;
    }

    private static String text(RestoreResult result, Paint paint) {
        Columns lines = new Columns(paint, "  ", "", "");
        lines.row(paint.dim("restored"), BackupFacts.contents(result.tables(), result.rows(), result.largeObjects()));
        lines.row(
                paint.dim("loaded"),
                Amounts.bytes(result.rawBytes()) + " in " + Amounts.duration(result.took()) + ", every digest right");
        rows(lines, paint, "new roles", result.rolesCreated());
        rows(lines, paint, "tolerated", result.tolerated());
        rows(lines, paint, "left out", result.leftOut());
        return "\n" + paint.tick() + " Backup " + paint.bold(result.backup().value()) + " is in the database "
                + paint.bold(result.database()) + (result.created() ? ", which was created" : "") + ".\n\n" + lines;
    }

    /** One line for each value, the first with the name. */
    static void rows(Columns lines, Paint paint, String name, List<String> values) {
        for (int i = 0; i < values.size(); i++) {
            lines.row(i == 0 ? paint.dim(name) : "", Paint.printable(values.get(i)));
        }
    }
}
