package io.jenkins.plugins.postgresqlbackup.cli;

import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Pins;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "unpin",
        header = "Let the policy decide on a backup again.",
        customSynopsis = "pgbackup unpin ID --repository URL [OPTIONS]",
        description = {"", "The next prune may delete it then.", ""},
        footer = {"", "Example:", "  pgbackup unpin 20261122T121838Z-7f3k2m --repository file:/backups"})
final class UnpinCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Parameters(paramLabel = "ID", description = "The backup's id, the unambiguous start of it, or latest.")
    private String backup;

    @Mixin
    private RepositoryOptions repository;

    @Mixin
    private OutputOptions output;

    UnpinCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws Exception {
        Report report = output.report(surroundings);
        try (OpenRepository opened = repository.open(surroundings, report)) {
            BackupId id = find(opened.repository());
            Pins pins = new Pins(opened.repository());
            boolean was = pins.find(id).isPresent();
            pins.unpin(id);
            if (report.json()) {
                report.object(Map.of("id", id.value(), "wasPinned", was));
            }
            report.say(
                    was
                            ? report.paint().tick() + " Backup "
                                    + report.paint().bold(id.value()) + " is no longer pinned."
                            : "Backup " + id + " was not pinned.");
        }
        return ExitCodes.DONE;
    }

    /** The pin of a backup that is no more can be named by its whole id. */
    private BackupId find(Repository opened) throws IOException {
        Optional<BackupId> whole = BackupId.parse(backup);
        return whole.isPresent() ? whole.get() : opened.find(backup);
    }
}
