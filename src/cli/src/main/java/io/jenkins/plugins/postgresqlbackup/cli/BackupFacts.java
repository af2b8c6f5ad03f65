package io.jenkins.plugins.postgresqlbackup.cli;

import io.jenkins.plugins.postgresqlbackup.engine.operation.Amounts;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What is said of a backup, to machines and to people. */
record BackupFacts(Manifest manifest) {
    private static final int SHOWN_OMISSIONS = 8;

    /** The fields of {@code --json}. */
    Map<String, Object> object() {
        Manifest.Source source = manifest.database();
        Manifest.Totals totals = manifest.totals();
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("id", manifest.id().value());
        object.put("kind", manifest.kind().toString());
        object.put("database", source.name());
        object.put("host", source.host());
        object.put("port", source.port());
        object.put("serverVersion", source.serverVersionText());
        object.put("startedAt", manifest.startedAt().toString());
        object.put("finishedAt", manifest.finishedAt().toString());
        object.put("snapshotAt", manifest.snapshot().takenAt().toString());
        object.put("durationMillis", manifest.duration().toMillis());
        object.put("tables", totals.tables());
        object.put("rows", totals.rows());
        object.put("largeObjects", totals.largeObjects());
        object.put("rawBytes", totals.rawBytes());
        object.put("storedBytes", totals.storedBytes());
        object.put("labels", manifest.labels());
        object.put(
                "leftOut",
                manifest.leftOut().stream()
                        .map(omission -> Map.of("what", omission.what(), "why", omission.why()))
                        .toList());
        return object;
    }

    /** The lines that say what was saved. */
    Columns lines(Paint paint) {
        Columns lines = new Columns(paint, "  ", "", "");
        lines.row(paint.dim("database"), source());
        contents(lines, paint, SHOWN_OMISSIONS);
        return lines;
    }

    /** {@code shop at db.example.com:5432, PostgreSQL 15.18}. */
    String source() {
        Manifest.Source source = manifest.database();
        String version = source.serverVersionText().replaceAll(" .*", "");
        return Paint.printable(source.name() + " at " + source.host()) + ":" + source.port() + ", PostgreSQL "
                + version;
    }

    /** How much there is, the labels, and what is not there. */
    void contents(Columns lines, Paint paint, int shownOmissions) {
        Manifest.Totals totals = manifest.totals();
        lines.row(paint.dim("saved"), contents());
        lines.row(paint.dim("read"), Amounts.bytes(totals.rawBytes()) + " in " + Amounts.duration(manifest.duration()));
        lines.row(
                paint.dim("stored"),
                Amounts.bytes(totals.storedBytes()) + " (" + Amounts.share(totals.storedBytes(), totals.rawBytes())
                        + ")");
        labels(lines, paint);
        omissions(lines, paint, shownOmissions);
    }

    private String contents() {
        Manifest.Totals totals = manifest.totals();
        String text =
                Amounts.count(totals.tables(), "table", "tables") + ", " + Amounts.count(totals.rows(), "row", "rows");
        return totals.largeObjects() == 0
                ? text
                : text + ", " + Amounts.count(totals.largeObjects(), "large object", "large objects");
    }

    private void labels(Columns lines, Paint paint) {
        if (!manifest.labels().isEmpty()) {
            String text = manifest.labels().entrySet().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .map(label -> label.getKey() + "=" + label.getValue())
                    .collect(Collectors.joining(", "));
            lines.row(paint.dim("labels"), Paint.printable(text));
        }
    }

    /** What is not in the backup always stands in the report. */
    private void omissions(Columns lines, Paint paint, int shown) {
        List<Manifest.Omission> omissions = manifest.leftOut();
        for (int i = 0; i < Math.min(shown, omissions.size()); i++) {
            Manifest.Omission omission = omissions.get(i);
            lines.row(paint.dim(i == 0 ? "left out" : ""), Paint.printable(omission.what() + ": " + omission.why()));
        }
        if (omissions.size() > shown) {
            lines.row("", "and " + (omissions.size() - shown) + " more: pgbackup show " + manifest.id());
        } else if (omissions.isEmpty()) {
            lines.row(paint.dim("left out"), "nothing");
        }
    }
}
