package io.jenkins.plugins.postgresqlbackup.cli;

import io.jenkins.plugins.postgresqlbackup.engine.operation.Amounts;
import io.jenkins.plugins.postgresqlbackup.engine.operation.Reuse;
import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupKind;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "show",
        header = "Show what one backup holds.",
        customSynopsis = "pgbackup show ID --repository URL [OPTIONS]",
        description = {"", "The database it is of, its tables with rows and sizes, what was left out and why.", ""},
        footer = {
            "",
            "Examples:",
            "  pgbackup show latest --repository file:/backups",
            "  pgbackup show 20261122T121838Z-7f3k2m --repository file:/backups --all"
        })
final class ShowCommand implements Callable<Integer> {
    private static final int SHOWN_TABLES = 20;

    private final Surroundings surroundings;

    @Parameters(paramLabel = "ID", description = "The backup's id, the unambiguous start of it, or latest.")
    private String backup;

    @Option(names = "--all", description = "Show every table, not only the largest.")
    private boolean all;

    @Mixin
    private RepositoryOptions repository;

    @Mixin
    private OutputOptions output;

    ShowCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws Exception {
        Report report = output.report(surroundings);
        try (OpenRepository opened = repository.open(surroundings, report)) {
            Repository.Linked linked = opened.findLinked(backup);
            Marks marks = Marks.of(opened.repository(), List.of(linked), report);
            if (report.json()) {
                Map<String, Object> object = object(linked.manifest());
                marks.put(linked.link().id(), object);
                report.object(object);
            } else {
                report.say(text(linked.manifest(), marks, report.paint()));
            }
        }
        return ExitCodes.DONE;
    }

    private static Map<String, Object> object(Manifest manifest) {
        Map<String, Object> object = new BackupFacts(manifest).object();
        object.put("format", manifest.format());
        object.put("counter", manifest.counter());
        object.put("keyGeneration", manifest.generation());
        object.put("encoding", manifest.database().encoding());
        object.put("systemIdentifier", manifest.database().systemIdentifier());
        object.put("lsn", manifest.snapshot().lsn());
        object.put("madeBy", manifest.madeBy());
        object.put("packs", manifest.packs().size());
        object.put(
                "tableList",
                manifest.tables().stream().map(table -> object(manifest, table)).toList());
        return object;
    }

    private static Map<String, Object> object(Manifest manifest, Manifest.TableEntry table) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("schema", table.schema());
        object.put("name", table.name());
        object.put("rows", table.rows());
        object.put("rawBytes", table.rawBytes());
        object.put("storedBytes", storedBytes(table));
        object.put("digest", table.digest().sum());
        object.put("reuse", new ReuseFacts(Reuse.of(manifest, table)).object());
        return object;
    }

    private static long storedBytes(Manifest.TableEntry table) {
        return table.ranges().stream()
                .flatMap(Manifest.Range::blobs)
                .mapToLong(Manifest.Blob::length)
                .sum();
    }

    private String text(Manifest manifest, Marks marks, Paint paint) {
        BackupFacts facts = new BackupFacts(manifest);
        Columns lines = new Columns(paint, "  ", "", "");
        lines.row(paint.dim("kind"), facts.kind() + ", number " + manifest.counter() + " in this repository");
        lines.row(
                paint.dim("database"),
                facts.source() + ", " + manifest.database().encoding());
        lines.row(paint.dim("started"), Amounts.second(manifest.startedAt()));
        lines.row(
                paint.dim("shows"),
                "the state of " + Amounts.second(manifest.snapshot().takenAt()));
        lines.row(paint.dim("made by"), manifest.madeBy());
        marks.rows(manifest.id(), lines, paint);
        lines.row(paint.dim("packs"), Amounts.count(manifest.packs().size()));
        facts.contents(lines, paint, all ? Integer.MAX_VALUE : SHOWN_TABLES);
        return "Backup " + paint.bold(manifest.id().value()) + "\n\n" + lines + "\n" + tables(manifest, paint);
    }

    private String tables(Manifest manifest, Paint paint) {
        if (manifest.tables().isEmpty()) {
            return "";
        }
        boolean incremental = manifest.kind() == BackupKind.INCREMENTAL;
        Columns table = incremental
                ? new Columns(
                        paint, "  ", "TABLE", ">ROWS", ">SIZE", ">REUSED", ">CHANGED", ">ANEW", ">STORED", "PROVEN")
                : new Columns(paint, "  ", "TABLE", ">ROWS", ">SIZE", ">STORED");
        manifest.tables().stream()
                .sorted(Comparator.comparingLong(ShowCommand::storedBytes)
                        .reversed()
                        .thenComparing(Manifest.TableEntry::tableName))
                .limit(all ? Long.MAX_VALUE : SHOWN_TABLES)
                .forEach(entry -> {
                    List<String> cells = new ArrayList<>(List.of(
                            Paint.printable(entry.tableName().toString()),
                            Amounts.count(entry.rows()),
                            Amounts.bytes(entry.rawBytes())));
                    cells.addAll(
                            incremental
                                    ? reuse(Reuse.of(manifest, entry))
                                    : List.of(Amounts.bytes(storedBytes(entry))));
                    table.row(cells.toArray(String[]::new));
                });
        int hidden = all ? 0 : Math.max(0, manifest.tables().size() - SHOWN_TABLES);
        return table
                + (hidden == 0 ? "" : "  and " + Amounts.count(hidden) + " smaller ones; --all shows them\n")
                + (incremental ? "  Reused, changed and read anew: block ranges.\n" : "");
    }

    private static List<String> reuse(Reuse reuse) {
        return List.of(
                Amounts.count(reuse.reused().ranges()),
                Amounts.count(reuse.deltas().ranges()),
                Amounts.count(reuse.anew().ranges()),
                Amounts.bytes(reuse.storedBytes()),
                reuse.ranges() == 0
                        ? ""
                        : reuse.proven().ranges() == reuse.ranges()
                                ? "now"
                                : reuse.oldestProof()
                                        .map(oldest -> "since " + Amounts.minute(oldest))
                                        .orElse("not all"));
    }
}
