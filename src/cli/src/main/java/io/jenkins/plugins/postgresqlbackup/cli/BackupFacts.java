package io.jenkins.plugins.postgresqlbackup.cli;

import io.jenkins.plugins.postgresqlbackup.engine.operation.Amounts;
import io.jenkins.plugins.postgresqlbackup.engine.operation.Reuse;
import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupKind;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
        object.put(
                "parent", manifest.parent() == null ? null : manifest.parent().value());
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
        object.put("reuse", new ReuseFacts(Reuse.of(manifest)).object());
        object.put("fallbacks", fallbacks().stream().map(BackupFacts::object).toList());
        object.put("labels", manifest.labels());
        object.put(
                "leftOut",
                manifest.leftOut().stream()
                        .map(omission -> Map.of("what", omission.what(), "why", omission.why()))
                        .toList());
        return object;
    }

    private static Map<String, Object> object(Manifest.Fallback fallback) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("table", fallback.table() == null ? null : fallback.table().toString());
        object.put("reason", fallback.reason());
        return object;
    }

    private List<Manifest.Fallback> fallbacks() {
        return manifest.fallbacks() == null ? List.of() : manifest.fallbacks();
    }

    /**
     * The lines that say what was saved.
     *
     * @param fullBecause why it is a full backup though an incremental one was wanted
     */
    Columns lines(Paint paint, Optional<String> fullBecause) {
        Columns lines = new Columns(paint, "  ", "", "");
        lines.row(paint.dim("database"), source());
        lines.row(
                paint.dim("kind"),
                kind() + fullBecause.map(why -> ", for " + why).orElse(""));
        contents(lines, paint, SHOWN_OMISSIONS);
        return lines;
    }

    /** {@code incremental to 20261122T121838Z-7f3k2m}. */
    String kind() {
        return manifest.kind() + (manifest.parent() == null ? "" : " to " + manifest.parent());
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
        Reuse reuse = Reuse.of(manifest);
        if (manifest.kind() == BackupKind.INCREMENTAL) {
            new ReuseFacts(reuse).incremental(lines, paint);
        } else {
            new ReuseFacts(reuse).full(lines, paint);
        }
        told(
                lines,
                paint.dim("fell back"),
                fallbacks().stream().map(BackupFacts::text).toList(),
                shownOmissions);
        lines.row(
                paint.dim("read"),
                Amounts.bytes(totals.rawBytes() - tableBytes() + reuse.readBytes()) + " in "
                        + Amounts.duration(manifest.duration()));
        lines.row(
                paint.dim("stored"),
                Amounts.bytes(totals.storedBytes()) + " (" + Amounts.share(totals.storedBytes(), totals.rawBytes())
                        + ")");
        labels(lines, paint);
        omissions(lines, paint, shownOmissions);
    }

    private String contents() {
        Manifest.Totals totals = manifest.totals();
        return contents(totals.tables(), totals.rows(), totals.largeObjects());
    }

    /** {@code 3 tables, 201,001 rows, 2 large objects}. */
    static String contents(long tables, long rows, long largeObjects) {
        String text = Amounts.count(tables, "table", "tables") + ", " + Amounts.count(rows, "row", "rows");
        return largeObjects == 0 ? text : text + ", " + Amounts.count(largeObjects, "large object", "large objects");
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
        List<String> texts = manifest.leftOut().stream()
                .map(omission -> omission.what() + ": " + omission.why())
                .toList();
        told(lines, paint.dim("left out"), texts.isEmpty() ? List.of("nothing") : texts, shown);
    }

    private static String text(Manifest.Fallback fallback) {
        return (fallback.table() == null ? "" : fallback.table() + ": ") + fallback.reason();
    }

    private void told(Columns lines, String heading, List<String> texts, int shown) {
        for (int i = 0; i < Math.min(shown, texts.size()); i++) {
            lines.row(i == 0 ? heading : "", Paint.printable(texts.get(i)));
        }
        if (texts.size() > shown) {
            lines.row("", "and " + (texts.size() - shown) + " more: pgbackup show " + manifest.id() + " --all");
        }
    }

    private long tableBytes() {
        return manifest.tables().stream()
                .mapToLong(Manifest.TableEntry::rawBytes)
                .sum();
    }
}
