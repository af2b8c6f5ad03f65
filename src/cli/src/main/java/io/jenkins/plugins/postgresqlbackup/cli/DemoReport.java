package io.jenkins.plugins.postgresqlbackup.cli;

import io.jenkins.plugins.postgresqlbackup.engine.operation.Amounts;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the demonstration says at its end. */
record DemoReport(Demo.Outcome outcome, List<Steps.Step> steps) {
    void tell(Report report, Optional<Path> kept) {
        if (report.json()) {
            report.object(object());
        } else {
            report.say(text(report.paint()) + kept.map(DemoReport::lookAround).orElse(""));
        }
    }

    private Map<String, Object> object() {
        Manifest.Totals totals = outcome.full().totals();
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("proven", outcome.proven());
        object.put("problems", outcome.problems());
        object.put("tables", totals.tables());
        object.put("rows", totals.rows());
        object.put("databaseBytes", outcome.databaseBytes());
        object.put("rawBytes", totals.rawBytes());
        object.put("storedBytes", totals.storedBytes());
        object.put("incrementalStoredBytes", outcome.manifest().totals().storedBytes());
        object.put("durationMillis", took().toMillis());
        object.put("steps", steps.stream().map(Steps.Step::object).toList());
        return object;
    }

    private Duration took() {
        return steps.stream().map(Steps.Step::took).reduce(Duration.ZERO, Duration::plus);
    }

    private String text(Paint paint) {
        Manifest.Totals totals = outcome.full().totals();
        long raw = totals.rawBytes();
        Columns sizes = new Columns(paint, "  ", "", ">", "");
        sizes.row(paint.dim("database on disk"), Amounts.bytes(outcome.databaseBytes()), paint.dim("with its indexes"));
        sizes.row(paint.dim("its rows as text"), Amounts.bytes(raw), "");
        sizes.row(
                paint.dim("backup, encrypted"),
                Amounts.bytes(totals.storedBytes()),
                paint.dim(Amounts.share(totals.storedBytes(), raw) + " of the rows, "
                        + Amounts.share(totals.storedBytes(), outcome.databaseBytes()) + " of the database"));
        sizes.row(
                paint.dim("incremental backup"),
                Amounts.bytes(outcome.manifest().totals().storedBytes()),
                paint.dim("what changed in a day, restored by itself"));
        sizes.row(paint.dim("all of it took"), Amounts.duration(took()), "");
        return "\n" + sizes + "\n" + verdict(paint, outcome.manifest().totals());
    }

    private String verdict(Paint paint, Manifest.Totals totals) {
        if (outcome.proven()) {
            return paint.good(paint.bold("PROVEN")) + ": the restored database has the same "
                    + Amounts.count(totals.rows(), "row", "rows") + " in "
                    + Amounts.count(totals.tables(), "table", "tables")
                    + " and the same definitions.\n";
        }
        return paint.bad(paint.bold("NOT PROVEN")) + ":\n  " + String.join("\n  ", outcome.problems()) + "\n";
    }

    private static String lookAround(Path kept) {
        String options =
                " --repository file:" + kept.resolve("repository") + " --key file:" + kept.resolve("backup.key");
        return "\nLook around in the repository:\n  pgbackup list" + options + "\n  pgbackup show latest" + options
                + "\n";
    }
}
