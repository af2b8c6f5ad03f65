package io.jenkins.plugins.postgresqlbackup.cli;

import io.jenkins.plugins.postgresqlbackup.engine.health.Finding;
import io.jenkins.plugins.postgresqlbackup.engine.health.RepositoryFacts;
import io.jenkins.plugins.postgresqlbackup.engine.health.Severity;
import io.jenkins.plugins.postgresqlbackup.engine.operation.Amounts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What is said of a check, to people and to machines. */
record CheckText(Checked checked) {
    /** The line that a monitoring system shows. */
    String summary() {
        List<Finding> findings = checked.findings();
        String state = checked.state().name() + ": ";
        if (checked.state() == CheckState.OK) {
            return state + wellDone() + (findings.isEmpty() ? "" : ", " + numbers());
        }
        return state
                + (findings.size() == 1 ? "" : numbers() + ", first: ")
                + line(findings.get(0).message());
    }

    private String numbers() {
        List<String> numbers = new ArrayList<>();
        for (Severity severity : List.of(Severity.ERROR, Severity.WARNING, Severity.INFO)) {
            long count = count(severity);
            if (count > 0) {
                numbers.add(
                        switch (severity) {
                            case ERROR -> Amounts.count(count, "error", "errors");
                            case WARNING -> Amounts.count(count, "warning", "warnings");
                            case INFO -> Amounts.count(count, "remark", "remarks");
                        });
            }
        }
        return String.join(", ", numbers);
    }

    private long count(Severity severity) {
        return checked.findings().stream()
                .filter(finding -> finding.severity() == severity)
                .count();
    }

    private String wellDone() {
        return checked.databases().stream()
                        .map(database -> Paint.printable(database.name()) + " "
                                + database.age()
                                        .map(age -> "backed up " + Amounts.duration(age) + " ago")
                                        .orElse("without a backup"))
                        .collect(Collectors.joining(", "))
                + checked.facts()
                        .map(facts -> " (" + Amounts.count(facts.backups().size(), "backup", "backups") + ", "
                                + Amounts.bytes(facts.bytes()) + " in " + checked.repository() + ")")
                        .orElse("");
    }

    /** The summary and each finding with what to do. */
    String text(Paint paint) {
        StringBuilder text = new StringBuilder(summary()).append('\n');
        for (Finding finding : checked.findings()) {
            text.append('\n')
                    .append(word(finding.severity(), paint))
                    .append("  ")
                    .append(line(finding.id()))
                    .append(paint.dim("  since " + Amounts.minute(finding.since()) + " UTC"))
                    .append("\n  ")
                    .append(line(finding.message()))
                    .append("\n  ")
                    .append(line(finding.advice()))
                    .append('\n');
        }
        return text.toString();
    }

    private static String word(Severity severity, Paint paint) {
        String word = severity.name().toLowerCase(Locale.ROOT);
        return switch (severity) {
            case ERROR -> paint.bad(word);
            case WARNING -> paint.warning(word);
            case INFO -> paint.accent(word);
        };
    }

    private static String line(String text) {
        return Paint.printable(text);
    }

    /** The fields of {@code --json}. */
    Map<String, Object> object(List<String> warnings) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("state", checked.state().toString());
        object.put("summary", summary());
        object.put("checkedAt", checked.at().toString());
        object.put("repository", checked.repository());
        object.put(
                "findings", checked.findings().stream().map(CheckText::object).toList());
        object.put(
                "databases", checked.databases().stream().map(CheckText::object).toList());
        object.put("storage", storage());
        object.put("warnings", warnings);
        return object;
    }

    static Map<String, Object> object(Finding finding) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("id", finding.id());
        object.put("rule", finding.rule().code());
        object.put("severity", finding.severity().name().toLowerCase(Locale.ROOT));
        object.put("subject", finding.subject());
        object.put("detail", finding.detail());
        object.put("message", finding.message());
        object.put("advice", finding.advice());
        object.put("since", finding.since().toString());
        return object;
    }

    private static Map<String, Object> object(Checked.OfDatabase database) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("name", database.name());
        object.put("backups", database.backups());
        object.put("lastGood", database.good().map(good -> good.id()).orElse(null));
        object.put(
                "lastGoodAt",
                database.good().map(good -> good.moment().toString()).orElse(null));
        object.put("ageSeconds", database.age().map(age -> age.toSeconds()).orElse(null));
        object.put("newest", database.newest().map(backup -> backup.id()).orElse(null));
        object.put("rows", database.newest().map(backup -> backup.rows()).orElse(null));
        object.put(
                "rawBytes", database.newest().map(backup -> backup.rawBytes()).orElse(null));
        object.put(
                "storedBytes",
                database.newest().map(backup -> backup.storedBytes()).orElse(null));
        object.put(
                "durationMillis",
                database.newest().map(backup -> backup.duration().toMillis()).orElse(null));
        return object;
    }

    private Map<String, Object> storage() {
        if (checked.facts().isEmpty()) {
            return null;
        }
        RepositoryFacts facts = checked.facts().get();
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("objects", facts.objects());
        object.put("bytes", facts.bytes());
        object.put("quotaBytes", checked.quota().isPresent() ? checked.quota().getAsLong() : null);
        object.put("diskBytes", facts.diskBytes());
        object.put("diskFreeBytes", facts.diskFreeBytes());
        return object;
    }
}
