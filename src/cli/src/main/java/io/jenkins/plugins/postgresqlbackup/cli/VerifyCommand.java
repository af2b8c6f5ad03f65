package io.jenkins.plugins.postgresqlbackup.cli;

import io.jenkins.plugins.postgresqlbackup.engine.operation.Amounts;
import io.jenkins.plugins.postgresqlbackup.engine.operation.ProgressDisplay;
import io.jenkins.plugins.postgresqlbackup.engine.operation.Scratch;
import io.jenkins.plugins.postgresqlbackup.engine.operation.VerificationLevel;
import io.jenkins.plugins.postgresqlbackup.engine.operation.VerificationResult;
import io.jenkins.plugins.postgresqlbackup.engine.operation.VerifyBackup;
import io.jenkins.plugins.postgresqlbackup.engine.operation.VerifySettings;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.ClientPrograms;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.DatabaseUrl;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "verify",
        header = "Prove that a backup is good.",
        customSynopsis = "pgbackup verify [ID] --repository URL [OPTIONS]",
        description = {
            "",
            "Three levels, each with the ones before it:",
            "  structure  the manifest is authentic, every pack is there; a write key will do",
            "  content    every blob opens, every row is counted, every digest agrees",
            "  restore    a drill: restored into a scratch database, which is compared",
            "             with the source table by table and dropped",
            ""
        },
        footer = {
            "",
            "The exit code is 1 if anything is wrong.",
            "",
            "Examples:",
            "  pgbackup verify latest --repository file:/backups",
            "",
            "  # a drill on a server started for it, with a question of your own",
            "  pgbackup verify latest --repository file:/backups --level restore \\",
            "      --assert \"SELECT count(*) > 1000 FROM public.orders\"",
            "",
            "  # a drill on a server that is there",
            "  pgbackup verify latest --repository file:/backups --level restore \\",
            "      --scratch postgresql://postgres@localhost/postgres"
        })
final class VerifyCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Parameters(
            paramLabel = "ID",
            arity = "0..1",
            defaultValue = "latest",
            description = "The backup's id, the unambiguous start of it, or latest. Default: latest.")
    private String backup;

    @Option(
            names = "--level",
            paramLabel = "LEVEL",
            description = "structure, content or restore. Default: content.",
            order = 0)
    private VerificationLevel level = VerificationLevel.CONTENT;

    @Mixin
    private RepositoryOptions repository;

    @Option(
            names = "--scratch",
            paramLabel = "URL",
            description =
                    "For a drill: a database of a server where a scratch database may be created. Default: a server of its own"
                            + " is started from the programs on this machine.",
            order = 5)
    private DatabaseUrl scratch;

    @Option(
            names = "--server",
            paramLabel = "DIR",
            description = "For a drill: the server programs to start, a directory with bin/initdb.",
            order = 6)
    private String server;

    @Option(
            names = "--assert",
            paramLabel = "SQL",
            description = "For a drill: a query that must return true there; may be repeated.",
            order = 7)
    private List<String> assertions = List.of();

    @Option(
            names = "--jobs",
            paramLabel = "N",
            description = "How many blobs are opened at once. Default: 2.",
            order = 8)
    private Jobs jobs = Jobs.USUAL;

    @Mixin
    private DatabaseOptions login;

    @Mixin
    private OutputOptions output;

    VerifyCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws Exception {
        Report report = output.report(surroundings);
        if (level != VerificationLevel.RESTORE && (scratch != null || server != null || !assertions.isEmpty())) {
            throw new UsageException("--scratch, --server and --assert belong to a drill: add --level restore.");
        }
        try (OpenRepository opened = repository.open(surroundings, report)) {
            Manifest manifest = opened.find(backup);
            VerifySettings settings =
                    new VerifySettings(level, jobs.number(), where(manifest), assertions, login.programs());
            VerificationResult result;
            try (ProgressDisplay progress = report.progress()) {
                result = new VerifyBackup(opened.repository(), manifest.id(), settings, surroundings.clock())
                        .run(progress);
                progress.finish();
            }
            result.warnings().forEach(report::warn);
            tell(result, report);
            return result.good() ? ExitCodes.DONE : ExitCodes.FAILED;
        }
    }

    private Optional<Scratch> where(Manifest manifest) throws IOException {
        if (level != VerificationLevel.RESTORE) {
            return Optional.empty();
        }
        if (scratch != null) {
            return Optional.of(new Scratch.Server(login.database(scratch, surroundings)));
        }
        if (server != null) {
            return Optional.of(new Scratch.Binaries(Surroundings.path(server)));
        }
        int major = manifest.database().serverVersion() / 10_000;
        return Optional.of(
                new Scratch.Binaries(ServerBinaries.installed(ClientPrograms.find(login.programs(), major))));
    }

    private void tell(VerificationResult result, Report report) {
        if (report.json()) {
            report.object(object(result, report));
        } else {
            report.say(text(result, report.paint()));
        }
        if (!result.good()) {
            Report.fail(
                    surroundings,
                    "Backup " + result.backup() + " is not good: "
                            + Amounts.count(result.problems().size(), "problem", "problems") + ", the first: "
                            + result.problems().get(0));
        }
    }

    private static Map<String, Object> object(VerificationResult result, Report report) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("id", result.backup().value());
        object.put("level", result.level().toString());
        object.put("good", result.good());
        object.put("problems", result.problems());
        object.put("warnings", report.warnings());
        object.put("tables", result.tables());
        object.put("rows", result.rows());
        object.put("blobs", result.blobs());
        object.put("rawBytes", result.rawBytes());
        object.put("durationMillis", result.took().toMillis());
        return object;
    }

    private static String text(VerificationResult result, Paint paint) {
        String backup = "Backup " + paint.bold(result.backup().value());
        if (result.good()) {
            return "\n" + paint.tick() + " " + backup + " is good: " + proven(result) + ".\n";
        }
        StringBuilder text = new StringBuilder("\n" + paint.cross() + " " + backup + " is not good.\n");
        result.problems()
                .forEach(problem ->
                        text.append("  ").append(Paint.printable(problem)).append('\n'));
        return text.toString();
    }

    private static String proven(VerificationResult result) {
        String amount = Amounts.count(result.rows(), "row", "rows") + " in "
                + Amounts.count(result.tables(), "table", "tables");
        String took = " (" + Amounts.duration(result.took()) + ")";
        return switch (result.level()) {
            case STRUCTURE -> "its manifest is authentic and every pack is there" + took;
            case CONTENT ->
                amount + ", every blob opened and every digest right, " + Amounts.bytes(result.rawBytes()) + took;
            case RESTORE -> amount + " were restored into a scratch database and are the source's" + took;
        };
    }
}
