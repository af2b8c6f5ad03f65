package io.jenkins.plugins.postgresqlbackup.cli;

import io.jenkins.plugins.postgresqlbackup.engine.operation.Amounts;
import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import io.jenkins.plugins.postgresqlbackup.engine.repository.RepositoryException;
import io.jenkins.plugins.postgresqlbackup.engine.storage.StorageUse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "list",
        header = "List the backups in a repository.",
        customSynopsis = "pgbackup list --repository URL [OPTIONS]",
        description = {
            "",
            "Oldest first, times in UTC. A backup whose manifest is damaged is named in a warning, and the exit code is 1.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  pgbackup list --repository file:/backups",
            "  pgbackup list --repository file:/backups --json | jq -r '.[-1].id'"
        })
final class ListCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin
    private RepositoryOptions repository;

    @Mixin
    private OutputOptions output;

    ListCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws Exception {
        Report report = output.report(surroundings);
        try (OpenRepository opened = repository.open(surroundings, report)) {
            List<Manifest> manifests = new ArrayList<>();
            int code = ExitCodes.DONE;
            for (BackupId id : opened.repository().ids()) {
                try {
                    manifests.add(opened.repository().read(id));
                } catch (RepositoryException e) {
                    report.warn(e.getMessage());
                    code = ExitCodes.FAILED;
                }
            }
            tell(manifests, opened, report);
            return code;
        }
    }

    private static void tell(List<Manifest> manifests, OpenRepository opened, Report report) throws IOException {
        if (report.json()) {
            report.object(manifests.stream()
                    .map(manifest -> new BackupFacts(manifest).object())
                    .toList());
            return;
        }
        if (manifests.isEmpty()) {
            report.say("There is no backup in " + opened.repository().store().describe() + " yet.");
            return;
        }
        Columns table = new Columns(
                report.paint(), "", "ID", "KIND", "DATABASE", "STARTED (UTC)", ">TOOK", ">ROWS", ">READ", ">STORED");
        for (Manifest manifest : manifests) {
            table.row(
                    manifest.id().value(),
                    manifest.kind().toString(),
                    Paint.printable(manifest.database().name()),
                    Amounts.minute(manifest.startedAt()),
                    Amounts.duration(manifest.duration()),
                    Amounts.count(manifest.totals().rows()),
                    Amounts.bytes(manifest.totals().rawBytes()),
                    Amounts.bytes(manifest.totals().storedBytes()));
        }
        report.say(table.toString());
        // More than the backups together: keys, and what attempts that failed have left.
        StorageUse use = StorageUse.of(opened.repository().store(), "");
        report.say("\nIn all " + Amounts.bytes(use.bytes()) + " in " + Amounts.count(use.objects()) + " objects in "
                + opened.repository().store().describe() + ".");
    }
}
