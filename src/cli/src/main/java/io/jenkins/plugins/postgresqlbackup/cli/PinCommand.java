package io.jenkins.plugins.postgresqlbackup.cli;

import io.jenkins.plugins.postgresqlbackup.engine.operation.Machine;
import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Pin;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Pins;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "pin",
        header = "Keep a backup whatever the policy says.",
        customSynopsis = "pgbackup pin ID --repository URL [OPTIONS]",
        description = {"", "No prune deletes a pinned backup, until it is unpinned.", ""},
        footer = {"", "Example:", "  pgbackup pin latest --repository file:/backups --reason \"before the migration\""})
final class PinCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Parameters(paramLabel = "ID", description = "The backup's id, the unambiguous start of it, or latest.")
    private String backup;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for people.", order = 3)
    private String reason;

    @Mixin
    private RepositoryOptions repository;

    @Mixin
    private OutputOptions output;

    PinCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws Exception {
        Report report = output.report(surroundings);
        try (OpenRepository opened = repository.open(surroundings, report)) {
            BackupId id = opened.find(backup).id();
            Pin pin = new Pins(opened.repository())
                    .pin(
                            id,
                            reason,
                            Machine.who(),
                            surroundings.clock().instant().truncatedTo(ChronoUnit.SECONDS));
            if (report.json()) {
                report.object(Map.of("id", id.value(), "pinned", Marks.object(pin)));
            }
            report.say(report.paint().tick() + " Backup " + report.paint().bold(id.value())
                    + " is pinned and stays until it is unpinned.");
        }
        return ExitCodes.DONE;
    }
}
