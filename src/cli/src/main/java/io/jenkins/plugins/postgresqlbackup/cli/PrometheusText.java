package io.jenkins.plugins.postgresqlbackup.cli;

import io.jenkins.plugins.postgresqlbackup.engine.health.Finding;
import io.jenkins.plugins.postgresqlbackup.engine.health.RepositoryFacts;
import io.jenkins.plugins.postgresqlbackup.engine.health.Severity;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A check in Prometheus's text format, version 0.0.4, for the text file collector of its node exporter: all gauges, in base units, each family together
 * under its help.
 */
final class PrometheusText {
    private final StringBuilder text = new StringBuilder();
    private final String repository;

    private PrometheusText(String repository) {
        this.repository = repository;
    }

    /** A check that was made. */
    static String of(Checked checked) {
        PrometheusText text = new PrometheusText(checked.repository());
        text.check(checked.at(), true);
        text.findings(checked);
        text.databases(checked);
        checked.facts().ifPresent(facts -> text.storage(checked, facts));
        return text.text.toString();
    }

    /** A check that could not be made. */
    static String unknown(Instant at, String repository) {
        PrometheusText text = new PrometheusText(repository);
        text.check(at, false);
        return text.text.toString();
    }

    private void check(Instant at, boolean success) {
        family("pgbackup_check_success", "Whether the repository could be checked.");
        sample("pgbackup_check_success", Map.of(), success ? 1 : 0);
        family("pgbackup_check_timestamp_seconds", "When the repository was checked last.");
        sample("pgbackup_check_timestamp_seconds", Map.of(), seconds(at));
    }

    private void findings(Checked checked) {
        family("pgbackup_check_findings", "How many findings there are of each severity.");
        for (Severity severity : Severity.values()) {
            sample(
                    "pgbackup_check_findings",
                    Map.of("severity", word(severity)),
                    checked.findings().stream()
                            .filter(finding -> finding.severity() == severity)
                            .count());
        }
        Map<String, Map<String, Long>> byRule = checked.findings().stream()
                .collect(Collectors.groupingBy(
                        finding -> finding.rule().code(),
                        TreeMap::new,
                        Collectors.groupingBy(
                                (Finding finding) -> word(finding.severity()), TreeMap::new, Collectors.counting())));
        family("pgbackup_check_rule_findings", "How many findings a rule has; none of a rule that has none.");
        byRule.forEach((rule, counts) -> counts.forEach((severity, count) ->
                sample("pgbackup_check_rule_findings", labels("rule", rule, "severity", severity), count)));
    }

    private static String word(Severity severity) {
        return severity.name().toLowerCase(Locale.ROOT);
    }

    private void databases(Checked checked) {
        gauge(
                checked,
                "pgbackup_last_good_backup_timestamp_seconds",
                "When the newest good backup was taken.",
                database -> database.good().map(good -> seconds(good.moment())));
        gauge(
                checked,
                "pgbackup_last_good_backup_age_seconds",
                "How old the newest good backup was at the check.",
                database -> database.age().map(PrometheusText::seconds));
        gauge(
                checked,
                "pgbackup_backups",
                "How many backups there are.",
                database -> Optional.of((double) database.backups()));
        gauge(
                checked,
                "pgbackup_newest_backup_rows",
                "How many rows the newest backup has.",
                database -> database.newest().map(backup -> (double) backup.rows()));
        gauge(
                checked,
                "pgbackup_newest_backup_raw_bytes",
                "What the newest backup holds, before compression.",
                database -> database.newest().map(backup -> (double) backup.rawBytes()));
        gauge(
                checked,
                "pgbackup_newest_backup_stored_bytes",
                "What the newest backup added to the storage.",
                database -> database.newest().map(backup -> (double) backup.storedBytes()));
        gauge(
                checked,
                "pgbackup_newest_backup_duration_seconds",
                "How long the newest backup took.",
                database -> database.newest().map(backup -> seconds(backup.duration())));
    }

    private void gauge(
            Checked checked, String name, String help, Function<Checked.OfDatabase, Optional<Double>> value) {
        family(name, help);
        checked.databases()
                .forEach(database -> value.apply(database)
                        .ifPresent(number -> sample(name, Map.of("database", database.name()), number)));
    }

    private void storage(Checked checked, RepositoryFacts facts) {
        family("pgbackup_repository_objects", "How many objects the repository has.");
        sample("pgbackup_repository_objects", Map.of(), facts.objects());
        family("pgbackup_repository_bytes", "What the repository takes in the storage.");
        sample("pgbackup_repository_bytes", Map.of(), facts.bytes());
        if (checked.quota().isPresent()) {
            family("pgbackup_repository_quota_bytes", "What the repository may take.");
            sample("pgbackup_repository_quota_bytes", Map.of(), checked.quota().getAsLong());
        }
        if (facts.diskBytes() != null && facts.diskFreeBytes() != null) {
            family("pgbackup_repository_disk_bytes", "The size of the disk that the repository lies on.");
            sample("pgbackup_repository_disk_bytes", Map.of(), facts.diskBytes());
            family("pgbackup_repository_disk_free_bytes", "What is free on that disk.");
            sample("pgbackup_repository_disk_free_bytes", Map.of(), facts.diskFreeBytes());
        }
    }

    private void family(String name, String help) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(" gauge\n");
    }

    private void sample(String name, Map<String, String> labels, double value) {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("repository", repository);
        all.putAll(labels);
        text.append(name)
                .append(all.entrySet().stream()
                        .map(label -> label.getKey() + "=\"" + escaped(label.getValue()) + "\"")
                        .collect(Collectors.joining(",", "{", "} ")))
                .append(number(value))
                .append('\n');
    }

    private static Map<String, String> labels(String name, String value, String other, String otherValue) {
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put(name, value);
        labels.put(other, otherValue);
        return labels;
    }

    private static String escaped(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    private static double seconds(Instant time) {
        return time.toEpochMilli() / 1000.0;
    }

    private static double seconds(Duration time) {
        return time.toMillis() / 1000.0;
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? String.valueOf((long) value)
                : java.math.BigDecimal.valueOf(value).toPlainString();
    }
}
