package io.jenkins.plugins.postgresqlbackup.cli;

import io.jenkins.plugins.postgresqlbackup.engine.operation.Amounts;
import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Leases;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import io.jenkins.plugins.postgresqlbackup.engine.repository.RepositoryException;
import io.jenkins.plugins.postgresqlbackup.engine.storage.StorageUse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "list",
        header = "List the backups in a repository.",
        customSynopsis = "pgbackup list --repository URL [OPTIONS]",
        description = {
            "",
            "Oldest first, times in UTC, with the day on which each was last verified, those that are pinned, and who is at work"
                    + " in the repository. A backup whose manifest is damaged is named in a warning, and the exit code is 1.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  pgbackup list --repository file:/backups",
            "  pgbackup list --repository file:/backups --json | jq -r '.[-1].id'",
            "  pgbackup list --repository file:/backups --at-work --json"
        })
final class ListCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin
    private RepositoryOptions repository;

    @Option(
            names = "--at-work",
            description = "Only list who is at work in the repository, and who went without a word.",
            order = 3)
    private boolean atWork;

    @Mixin
    private OutputOptions output;

    ListCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws Exception {
        Report report = output.report(surroundings);
        try (OpenRepository opened = repository.open(surroundings, report)) {
            AtWork who = atWork(opened.repository(), report);
            if (atWork) {
                tell(who, report);
                return ExitCodes.DONE;
            }
            List<Repository.Linked> manifests = new ArrayList<>();
            int code = ExitCodes.DONE;
            for (BackupId id : opened.repository().ids()) {
                try {
                    manifests.add(opened.repository().readLinked(id));
                } catch (RepositoryException e) {
                    report.warn(e.getMessage());
                    code = ExitCodes.FAILED;
                }
            }
            tell(manifests, who, opened, report);
            return code;
        }
    }

    private AtWork atWork(Repository opened, Report report) throws IOException {
        Leases leases = Leases.list(opened, surroundings.clock());
        leases.damage().forEach(damage -> report.warn(damage + "."));
        return new AtWork(leases);
    }

    private static void tell(AtWork who, Report report) {
        if (report.json()) {
            report.object(who.object());
            return;
        }
        String text = who.text(report.paint());
        report.say(text.isEmpty() ? "Nobody is at work." : text);
    }

    private static void tell(List<Repository.Linked> linked, AtWork who, OpenRepository opened, Report report)
            throws IOException {
        Marks marks = Marks.of(opened.repository(), linked, report);
        List<Manifest> manifests =
                linked.stream().map(Repository.Linked::manifest).toList();
        if (report.json()) {
            report.object(manifests.stream()
                    .map(manifest -> {
                        Map<String, Object> object = new BackupFacts(manifest).object();
                        marks.put(manifest.id(), object);
                        return object;
                    })
                    .toList());
            return;
        }
        if (manifests.isEmpty()) {
            report.say("There is no backup in " + opened.repository().store().describe() + " yet.");
        } else {
            report.say(table(manifests, marks, report.paint()));
        }
        Columns below = new Columns(report.paint(), "", "", "");
        marks.pins().forEach((id, pin) -> below.row(report.paint().dim("pinned"), id + ": " + Marks.text(pin)));
        String more = below.isEmpty() ? "" : below.toString();
        more += who.text(report.paint());
        if (!more.isEmpty()) {
            report.say("\n" + more);
        }
        if (manifests.isEmpty()) {
            return;
        }
        // More than the backups together: keys, and what attempts that failed have left.
        StorageUse use = StorageUse.of(opened.repository().store(), "");
        report.say("\nIn all " + Amounts.bytes(use.bytes()) + " in " + Amounts.count(use.objects()) + " objects in "
                + opened.repository().store().describe() + ".");
    }

    /** The parent's column only where there is one: the lines are long enough. */
    private static String table(List<Manifest> manifests, Marks marks, Paint paint) {
        boolean parents = manifests.stream().anyMatch(manifest -> manifest.parent() != null);
        List<String> layout = new ArrayList<>(
                List.of("ID", "KIND", "DATABASE", "STARTED (UTC)", "VERIFIED", ">TOOK", ">ROWS", ">SIZE", ">STORED"));
        if (parents) {
            layout.add(2, "PARENT");
        }
        Columns table = new Columns(paint, "", layout.toArray(String[]::new));
        for (Manifest manifest : manifests) {
            List<String> cells = new ArrayList<>(List.of(
                    manifest.id().value(),
                    manifest.kind().toString(),
                    Paint.printable(manifest.database().name()),
                    Amounts.minute(manifest.startedAt()),
                    marks.day(manifest.id()),
                    Amounts.duration(manifest.duration()),
                    Amounts.count(manifest.totals().rows()),
                    Amounts.bytes(manifest.totals().rawBytes()),
                    Amounts.bytes(manifest.totals().storedBytes())));
            if (parents) {
                cells.add(2, manifest.parent() == null ? "" : manifest.parent().value());
            }
            table.row(cells.toArray(String[]::new));
        }
        return table.toString();
    }
}
