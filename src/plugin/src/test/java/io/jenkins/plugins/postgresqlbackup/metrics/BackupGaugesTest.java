package io.jenkins.plugins.postgresqlbackup.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.Gauge;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import hudson.ExtensionList;
import io.jenkins.plugins.postgresqlbackup.configuration.BackupConfiguration;
import io.jenkins.plugins.postgresqlbackup.configuration.DatabaseEntry;
import io.jenkins.plugins.postgresqlbackup.configuration.RepositoryEntry;
import io.jenkins.plugins.postgresqlbackup.engine.health.Rule;
import io.jenkins.plugins.postgresqlbackup.engine.health.Severity;
import io.jenkins.plugins.postgresqlbackup.monitor.BackupMonitor;
import io.jenkins.plugins.postgresqlbackup.monitor.Status;
import io.jenkins.plugins.postgresqlbackup.testing.Findings;
import io.jenkins.plugins.postgresqlbackup.testing.SeenBackups;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import jenkins.metrics.api.Metrics;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

@WithJenkins
class BackupGaugesTest {
    private static final Path DOCS = Path.of("../../docs");
    private static final String PREFIX = "postgresql-backup.";

    private JenkinsRule jenkins;

    @BeforeEach
    void setUp(JenkinsRule rule) {
        jenkins = rule;
        BackupConfiguration.get().setRepositories(List.of(new RepositoryEntry("offsite", "file:/backups")));
        databases("shop", "never");
    }

    private static void databases(String... names) {
        List<DatabaseEntry> entries = new ArrayList<>();
        for (String name : names) {
            DatabaseEntry entry = new DatabaseEntry(name, "postgresql://db.example.com/" + name);
            entry.setRepository("offsite");
            entries.add(entry);
        }
        BackupConfiguration.get().setDatabases(entries);
    }

    private static Status seen() {
        return new SeenBackups(Instant.now())
                .backup("shop", Duration.ofDays(3), 900, 9_000, 900)
                .backup("shop", Duration.ofHours(5), 1_000, 10_000, 700)
                .status(
                        List.of("shop", "never"),
                        Findings.of(Rule.BACKUP_OVERDUE, Severity.ERROR, "never"),
                        Findings.of(Rule.DRILL_OVERDUE, Severity.WARNING, "shop"),
                        Findings.of(Rule.UNUSUAL_SIZE, Severity.WARNING, "shop"));
    }

    private static void check(Status status) {
        BackupMonitor.get().publish(status);
        ExtensionList.lookupSingleton(BackupGauges.class).checked(status); // publishing does not wait for it
    }

    /** Ours, by name without what all begin with. */
    private static Map<String, Number> gauges() {
        Map<String, Number> all = new TreeMap<>();
        Metrics.metricRegistry().getGauges().forEach((name, gauge) -> {
            if (name.startsWith(PREFIX)) {
                all.put(name.substring(PREFIX.length()), (Number) gauge.getValue());
            }
        });
        return all;
    }

    @Test
    void theyShowWhatTheLastCheckSaw() {
        check(seen());
        Map<String, Number> all = gauges();
        assertThat(all.remove("database.shop.last-good-backup-age-seconds").longValue())
                .isBetween(18_000L, 18_060L);
        assertThat(all.remove("check-age-seconds").longValue()).isBetween(0L, 60L);
        assertThat(all)
                .containsOnly(
                        Map.entry("findings.error", 1L),
                        Map.entry("findings.warning", 2L),
                        Map.entry("findings.info", 0L),
                        Map.entry("database.shop.last-backup-duration-seconds", 120L),
                        Map.entry("database.shop.last-backup-rows", 1_000L),
                        Map.entry("database.shop.last-backup-raw-bytes", 10_000L),
                        Map.entry("database.shop.last-backup-stored-bytes", 700L),
                        Map.entry("repository.offsite.backups", 2L),
                        Map.entry("repository.offsite.stored-bytes", 40_000_000_000L),
                        Map.entry("repository.offsite.quota-bytes", 50_000_000_000L),
                        Map.entry("repository.offsite.quota-used-ratio", 0.8),
                        Map.entry("repository.offsite.disk-bytes", 100_000_000_000L),
                        Map.entry("repository.offsite.disk-free-bytes", 25_000_000_000L),
                        Map.entry("repository.offsite.disk-used-ratio", 0.75));
    }

    @Test
    void thoseOfEntriesThatAreGoneVanishAtOnce() {
        check(seen());
        assertThat(gauges()).containsKey("database.shop.last-backup-rows");
        databases("never");
        assertThat(gauges().keySet()).noneMatch(name -> name.startsWith("database."));
        BackupConfiguration.get().setRepositories(List.of());
        assertThat(gauges().keySet()).noneMatch(name -> name.startsWith("repository."));
        assertThat(gauges()).containsKey("findings.error");
    }

    @Test
    void namesThatPrometheusTakesForTheSameStayApart() {
        databases("my-shop", "my.shop", "other-shop", "0day");
        SeenBackups backups = new SeenBackups(Instant.now());
        List.of("my-shop", "my.shop", "other-shop", "0day")
                .forEach(name -> backups.backup(name, Duration.ofHours(1), 1, 1, 1));
        check(backups.status(List.of()));
        Set<String> rows = prometheus().stream()
                .filter(name -> name.endsWith("_last_backup_rows"))
                .collect(Collectors.toSet());
        assertThat(rows)
                .hasSize(4)
                .contains(
                        "postgresql_backup_database_other_shop_last_backup_rows",
                        "postgresql_backup_database_0day_last_backup_rows");
        assertThat(Figures.names(List.of("my.shop", "my-shop")))
                .isEqualTo(Figures.names(List.of("my-shop", "my.shop")));
    }

    /** As the Prometheus plugin names them. */
    private static Set<String> prometheus() {
        return gauges().keySet().stream()
                .map(name -> (PREFIX + name).replaceAll("[^a-zA-Z0-9_]", "_"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void whoReadsThemWaitsForNobody() throws Exception {
        check(seen());
        Gauge<?> age = Metrics.metricRegistry().getGauges().get(PREFIX + "database.shop.last-good-backup-age-seconds");
        BackupGauges gauges = ExtensionList.lookupSingleton(BackupGauges.class);
        synchronized (gauges) {
            synchronized (BackupMonitor.get()) {
                assertThat(CompletableFuture.supplyAsync(age::getValue).get(5, TimeUnit.SECONDS))
                        .isNotNull();
            }
        }
    }

    @Test
    void theMetricsPluginsOwnPageHasThemUnderTheirNames() throws Exception {
        check(seen());
        try (JenkinsRule.WebClient browser = jenkins.createWebClient()) {
            String json = browser.goTo("metrics/currentUser/metrics", "application/json")
                    .getWebResponse()
                    .getContentAsString();
            JsonNode all = new ObjectMapper().readTree(json).get("gauges");
            assertThat(all.get(PREFIX + "database.shop.last-backup-rows")
                            .get("value")
                            .asLong())
                    .isEqualTo(1_000);
        }
    }

    @Test
    void everythingThatTheDashboardAsksForIsThere() throws Exception {
        check(seen());
        Set<String> known = prometheus();
        JsonNode dashboard = new ObjectMapper()
                .readTree(DOCS.resolve("grafana-dashboard.json").toFile());
        Set<Integer> ids = new TreeSet<>();
        Set<String> asked = new TreeSet<>();
        for (JsonNode panel : dashboard.get("panels")) {
            assertThat(ids.add(panel.get("id").asInt())).isTrue();
            assertThat(panel.get("targets")).isNotEmpty();
            for (JsonNode target : panel.get("targets")) {
                assertThat(target.get("datasource").get("uid").asText()).isEqualTo("${datasource}");
                asked.addAll(asked(target.get("expr").asText(), known));
            }
        }
        assertThat(dashboard.get("templating").get("list").get(0).get("name").asText())
                .isEqualTo("datasource");
        assertThat(asked)
                .contains(
                        "postgresql_backup_findings_error",
                        "postgresql_backup_database_shop_last_good_backup_age_seconds")
                .hasSizeGreaterThan(9);
    }

    private static Set<String> asked(String expression, Set<String> known) {
        Set<String> found = new TreeSet<>();
        Matcher names = Pattern.compile("__name__=~\"([^\"]+)\"|\\b(postgresql_backup_[a-z_]+)\\b(?!\\()")
                .matcher(expression.replaceAll("\"__name__\", \"[^\"]+\"", ""));
        while (names.find()) {
            String wanted = names.group(1) == null ? names.group(2) : names.group(1);
            Set<String> matching =
                    known.stream().filter(name -> name.matches(wanted)).collect(Collectors.toSet());
            assertThat(matching).as(wanted + " of " + expression).isNotEmpty();
            found.addAll(matching);
        }
        assertThat(found).as(expression).isNotEmpty();
        return found;
    }

    @Test
    void everyOneIsDocumented() throws Exception {
        check(seen());
        String text = Files.readString(DOCS.resolve("monitoring.md"));
        for (String name : gauges().keySet()) {
            assertThat(text)
                    .contains("`" + PREFIX + name.replace(".shop.", ".NAME.").replace(".offsite.", ".NAME.") + "`");
        }
    }
}
