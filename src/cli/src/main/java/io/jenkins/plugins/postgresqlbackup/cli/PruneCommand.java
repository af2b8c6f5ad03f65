package io.jenkins.plugins.postgresqlbackup.cli;

import io.jenkins.plugins.postgresqlbackup.engine.operation.Amounts;
import io.jenkins.plugins.postgresqlbackup.engine.operation.ProgressDisplay;
import io.jenkins.plugins.postgresqlbackup.engine.operation.PruneBackups;
import io.jenkins.plugins.postgresqlbackup.engine.operation.PruneResult;
import io.jenkins.plugins.postgresqlbackup.engine.operation.PruneSettings;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "prune",
        header = "Delete the backups that a policy does not keep.",
        customSynopsis = "pgbackup prune --repository URL [OPTIONS]",
        description = {
            "",
            "Each database is judged by itself; a backup stays if any rule keeps it. It always stays if it is pinned, if its time"
                    + " lies in the future, or if it cannot be read. Backups that nobody has verified never push verified"
                    + " ones out: the rules that count are applied to the verified ones alone, and then to all.",
            "",
            "What only deleted backups needed goes later, by a prune after the grace time.",
            ""
        },
        footer = {
            "",
            "Needs a full or the recovery key. The exit code is 1 if something could not be deleted, or needs a look.",
            "",
            "Examples:",
            "  pgbackup prune --repository file:/backups --dry-run",
            "",
            "  # two weeks, then one a week for a quarter and one a month for a year",
            "  pgbackup prune --repository file:/backups \\",
            "      --keep-days 14 --keep-weekly 13 --keep-monthly 12"
        })
final class PruneCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin
    private RepositoryOptions repository;

    @Option(
            names = "--database",
            paramLabel = "NAME",
            description = "Delete backups of this database only: its name, or host:port/name. Default: of all.",
            order = 5)
    private String database;

    @Mixin
    private PolicyOptions policy;

    @Option(
            names = "--grace",
            paramLabel = "DAYS",
            description = "How long to keep what nothing needs any more, at least 3. Default: 3.",
            order = 18)
    private Days grace;

    @Option(names = "--dry-run", description = "Delete nothing, only say what would go and why.", order = 19)
    private boolean dryRun;

    @Mixin
    private OutputOptions output;

    PruneCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws Exception {
        Report report = output.report(surroundings);
        PruneSettings settings = settings();
        try (OpenRepository opened = repository.open(surroundings, report)) {
            PruneResult result;
            try (ProgressDisplay progress = report.progress()) {
                result = new PruneBackups(opened.repository(), settings, surroundings.clock()).run(progress);
                progress.finish();
            }
            result.findings().forEach(report::warn);
            PruneFacts facts = new PruneFacts(result);
            if (report.json()) {
                report.object(facts.object(report.warnings()));
            }
            report.say(facts.text(report.paint()));
            return code(result);
        }
    }

    private PruneSettings settings() {
        PruneSettings settings = PruneSettings.of(policy.policy()).withDryRun(dryRun);
        if (database != null) {
            settings = settings.withDatabase(database);
        }
        try {
            return grace == null ? settings : settings.withGrace(grace.duration());
        } catch (IllegalArgumentException e) {
            throw new UsageException(e.getMessage());
        }
    }

    private int code(PruneResult result) {
        List<String> failures = result.failures();
        if (!failures.isEmpty()) {
            Report.fail(
                    surroundings,
                    Amounts.count(failures.size(), "object", "objects") + " could not be deleted, the first: "
                            + failures.get(0));
        }
        return failures.isEmpty() && result.findings().isEmpty() ? ExitCodes.DONE : ExitCodes.FAILED;
    }
}
