package io.jenkins.plugins.postgresqlbackup.metrics;

import io.jenkins.plugins.postgresqlbackup.configuration.BackupConfiguration;
import io.jenkins.plugins.postgresqlbackup.engine.health.BackupFacts;
import io.jenkins.plugins.postgresqlbackup.engine.health.RepositoryFacts;
import io.jenkins.plugins.postgresqlbackup.engine.health.RepositorySituation;
import io.jenkins.plugins.postgresqlbackup.engine.health.Severity;
import io.jenkins.plugins.postgresqlbackup.history.OperationHistory;
import io.jenkins.plugins.postgresqlbackup.history.OperationRecord;
import io.jenkins.plugins.postgresqlbackup.monitor.GoodBackup;
import io.jenkins.plugins.postgresqlbackup.monitor.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.zip.CRC32;

/**
 * What a check came to, in figures that have names. What is not known has none. {@code docs/monitoring.md} lists them and {@code docs/grafana-dashboard.json}
 * asks for them: names never change.
 */
final class Figures {
    private static final String PREFIX = "postgresql-backup.";

    private final Status status;
    private final Map<String, Supplier<Number>> all = new TreeMap<>();

    Figures(Status status) {
        this.status = status;
        if (status.checkedAt() != null) {
            age("check-age-seconds", status.checkedAt());
        }
        for (Severity severity : Severity.values()) {
            number("findings." + severity.name().toLowerCase(Locale.ROOT), status.count(severity));
        }
        BackupConfiguration configuration = BackupConfiguration.get();
        Map<String, String> databases = names(configuration.databaseNames());
        databases.forEach(
                (name, shown) -> GoodBackup.of(name).ifPresent(backup -> database("database." + shown + ".", backup)));
        names(configuration.repositoryNames())
                .forEach((name, shown) -> status.situation()
                        .repository(name)
                        .ifPresent(repository -> repository("repository." + shown + ".", repository)));
    }

    /** Each figure by its name; ages go on while nobody checks. */
    Map<String, Supplier<Number>> all() {
        return all;
    }

    private void number(String name, long value) {
        all.put(PREFIX + name, () -> value);
    }

    private void age(String name, Instant since) {
        all.put(
                PREFIX + name,
                () -> Math.max(0, Duration.between(since, Instant.now()).toSeconds()));
    }

    /**
     * What names are called: Prometheus has letters, digits and underscores only. Those that would become the same get a mark each that stays theirs.
     *
     * @return by name
     */
    static Map<String, String> names(List<String> names) {
        Map<String, List<String>> same = new HashMap<>();
        names.forEach(name ->
                same.computeIfAbsent(plain(name), plain -> new ArrayList<>()).add(name));
        Map<String, String> shown = new TreeMap<>();
        same.forEach((plain, each) ->
                each.forEach(name -> shown.put(name, each.size() == 1 ? plain : plain + "_" + mark(name))));
        return shown;
    }

    private static String plain(String name) {
        return name.replaceAll("[^A-Za-z0-9_]", "_");
    }

    private static String mark(String name) {
        CRC32 sum = new CRC32();
        sum.update(name.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        return String.format(Locale.ROOT, "%08x", sum.getValue());
    }

    private void database(String prefix, GoodBackup backup) {
        age(prefix + "last-good-backup-age-seconds", backup.takenAt());
        Optional<BackupFacts> facts = facts(backup.repository()).stream()
                .flatMap(seen -> seen.backups().stream())
                .filter(each -> each.id().equals(backup.id()))
                .findFirst();
        if (facts.isPresent()) {
            BackupFacts seen = facts.get();
            size(prefix, seen.duration().toSeconds(), seen.storedBytes(), seen.rawBytes(), seen.rows());
        } else {
            OperationHistory.get()
                    .past()
                    .makerOf(backup.repository(), backup.id())
                    .ifPresent(made ->
                            size(prefix, seconds(made), made.getStoredBytes(), made.getRawBytes(), made.getRows()));
        }
    }

    private static long seconds(OperationRecord made) {
        return Duration.ofMillis(made.getFinishedAt() - made.getStartedAt()).toSeconds();
    }

    private void size(String prefix, long seconds, long storedBytes, long rawBytes, long rows) {
        number(prefix + "last-backup-duration-seconds", seconds);
        number(prefix + "last-backup-stored-bytes", storedBytes);
        number(prefix + "last-backup-raw-bytes", rawBytes);
        number(prefix + "last-backup-rows", rows);
    }

    private Optional<RepositoryFacts> facts(String repository) {
        return status.situation()
                .repository(repository)
                .flatMap(found -> found.look().known());
    }

    private void repository(String prefix, RepositorySituation repository) {
        repository.look().known().ifPresent(facts -> {
            number(prefix + "backups", facts.backups().size());
            number(prefix + "stored-bytes", facts.bytes());
            repository.goals().quotaBytes().ifPresent(quota -> {
                number(prefix + "quota-bytes", quota);
                ratio(prefix + "quota-used-ratio", facts.bytes(), quota);
            });
            if (facts.diskBytes() != null && facts.diskFreeBytes() != null) {
                number(prefix + "disk-bytes", facts.diskBytes());
                number(prefix + "disk-free-bytes", facts.diskFreeBytes());
                ratio(prefix + "disk-used-ratio", facts.diskBytes() - facts.diskFreeBytes(), facts.diskBytes());
            }
        });
    }

    private void ratio(String name, long part, long whole) {
        if (whole > 0) {
            all.put(PREFIX + name, () -> (double) part / whole);
        }
    }
}
