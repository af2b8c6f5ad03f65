package io.jenkins.plugins.postgresqlbackup.testing;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.jenkins.plugins.postgresqlbackup.configuration.BackupConfiguration;
import io.jenkins.plugins.postgresqlbackup.configuration.DatabaseEntry;
import io.jenkins.plugins.postgresqlbackup.configuration.RepositoryEntry;
import io.jenkins.plugins.postgresqlbackup.engine.health.BackupFacts;
import io.jenkins.plugins.postgresqlbackup.engine.health.DatabaseGoals;
import io.jenkins.plugins.postgresqlbackup.engine.health.DatabaseSituation;
import io.jenkins.plugins.postgresqlbackup.engine.health.Finding;
import io.jenkins.plugins.postgresqlbackup.engine.health.Look;
import io.jenkins.plugins.postgresqlbackup.engine.health.RepositoryFacts;
import io.jenkins.plugins.postgresqlbackup.engine.health.RepositoryGoals;
import io.jenkins.plugins.postgresqlbackup.engine.health.RepositorySituation;
import io.jenkins.plugins.postgresqlbackup.engine.health.Rule;
import io.jenkins.plugins.postgresqlbackup.engine.health.Severity;
import io.jenkins.plugins.postgresqlbackup.engine.health.Situation;
import io.jenkins.plugins.postgresqlbackup.engine.health.Thresholds;
import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import io.jenkins.plugins.postgresqlbackup.engine.retention.RetentionPolicy;
import io.jenkins.plugins.postgresqlbackup.history.OperationHistory;
import io.jenkins.plugins.postgresqlbackup.history.OperationRecord;
import io.jenkins.plugins.postgresqlbackup.monitor.BackupMonitor;
import io.jenkins.plugins.postgresqlbackup.monitor.Status;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Databases, repositories, backups and operations that never were, for pages to show: the same at each call, but for the time. */
public final class MadeUpFacts {
    private static final ObjectMapper MAPPER = JsonMapper.builder().build();
    private static final DateTimeFormatter SECOND =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final String LETTERS = "23456789abcdefghjkmnpqrstvwxyz";
    private static final long GIB = 1L << 30;

    private final Random random = new Random(6);
    private final Instant now;
    private final List<String> databases;
    private final List<String> repositories;
    private final Map<String, List<BackupFacts>> backups = new TreeMap<>();

    /** @param now the end of all that happened */
    public MadeUpFacts(Instant now, List<String> databases, List<String> repositories, int backupsOfEach)
            throws Exception {
        // The monitor looks now, and not again within an hour: what it sees would take the place of all this.
        BackupMonitor.get().check().get();
        this.now = now.truncatedTo(ChronoUnit.SECONDS);
        this.databases = List.copyOf(databases);
        this.repositories = List.copyOf(repositories);
        repositories.forEach(name -> backups.put(name, new ArrayList<>()));
        for (int i = 0; i < databases.size(); i++) {
            addBackups(databases.get(i), i, backupsOfEach);
        }
    }

    /** So many, with names such as {@code orders-07}. */
    public static List<String> names(String prefix, int number) {
        return IntStream.rangeClosed(1, number)
                .mapToObj(n -> String.format(Locale.ROOT, "%s-%02d", prefix, n))
                .toList();
    }

    private String repositoryOf(int database) {
        return repositories.get(database % repositories.size());
    }

    private void addBackups(String database, int index, int number) {
        long raw = 200_000_000L + random.nextInt(1_000_000_000) * (1L + index % 3);
        BackupFacts before = null;
        for (int i = 0; i < number; i++) {
            Instant begun = now.minus(Duration.ofHours(24L * (number - 1 - i) + 3 + index % 5));
            raw += random.nextInt(8_000_000);
            BackupFacts made = backup(database, begun, raw, i % 7 == 0 ? null : before, i);
            backups.get(repositoryOf(index)).add(made);
            before = made;
        }
    }

    private BackupFacts backup(String database, Instant begun, long raw, BackupFacts parent, int counter) {
        String id = SECOND.format(begun) + "-" + letters();
        long stored = parent == null ? raw / 4 : raw / 90 + random.nextInt(3_000_000);
        Instant ended = begun.plusMillis(20_000 + stored / 2_000);
        List<String> packs = new ArrayList<>(
                IntStream.range(0, 2).mapToObj(n -> "packs/" + id + "/" + n).toList());
        if (parent != null) {
            packs.addAll(parent.packs().subList(0, 1));
        }
        return new BackupFacts(
                id,
                "",
                parent == null ? "full" : "incremental",
                parent == null ? null : parent.id(),
                parent == null ? null : parent.id(),
                counter,
                database + "_db",
                "db.example.org:5432",
                "7421",
                "PostgreSQL 17.6",
                begun,
                begun,
                ended,
                begun,
                ended,
                42,
                raw / 96,
                0,
                raw,
                stored,
                4_000_000L + counter,
                1,
                Map.of(BackupFacts.ENTRY_LABEL, database, "job", "backup-" + database + "-full", "build", "12"),
                packs);
    }

    private String letters() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 6; i++) {
            text.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return text.toString();
    }

    /** Tells Jenkins of databases and repositories of these names. */
    public MadeUpFacts configure() {
        List<RepositoryEntry> places = repositories.stream()
                .map(name -> new RepositoryEntry(name, "s3://backups-example/" + name))
                .toList();
        List<DatabaseEntry> entries = new ArrayList<>();
        for (int i = 0; i < databases.size(); i++) {
            DatabaseEntry entry =
                    new DatabaseEntry(databases.get(i), "postgresql://db.example.org:5432/" + databases.get(i));
            entry.setRepository(repositoryOf(i));
            entries.add(entry);
        }
        BackupConfiguration.get().setRepositories(places);
        BackupConfiguration.get().setDatabases(entries);
        return this;
    }

    /** All backups of a repository, the oldest first. */
    public List<BackupFacts> backups(String repository) {
        return List.copyOf(backups.get(repository));
    }

    /** Has the monitor know all of it. */
    public MadeUpFacts publish(List<Finding> findings) {
        Instant checked = now.minusSeconds(240);
        List<RepositorySituation> places = repositories.stream()
                .map(name -> new RepositorySituation(
                        name,
                        new RepositoryGoals(RetentionPolicy.usual(), OptionalLong.of(40 * GIB)),
                        Look.at(checked, facts(name)),
                        Set.of()))
                .toList();
        List<DatabaseSituation> sources = new ArrayList<>();
        for (int i = 0; i < databases.size(); i++) {
            sources.add(new DatabaseSituation(
                    databases.get(i),
                    repositoryOf(i),
                    new DatabaseGoals(
                            now.minus(Duration.ofDays(400)),
                            Optional.of(Duration.ofHours(26)),
                            Optional.of(Duration.ofDays(9)),
                            Optional.of(Duration.ofDays(9)),
                            2),
                    Look.none(),
                    List.of(),
                    List.of()));
        }
        Situation situation = new Situation(checked, places, sources, Thresholds.usual());
        BackupMonitor.get().publish(new Status(checked, situation, findings));
        return this;
    }

    private RepositoryFacts facts(String name) {
        List<BackupFacts> all = backups.get(name);
        Map<String, Instant> verified = new HashMap<>();
        Map<String, Instant> drilled = new HashMap<>();
        List<RepositoryFacts.PackFacts> packs = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            BackupFacts backup = all.get(i);
            if (i % 3 == 1) {
                verified.put(backup.id(), backup.finishedAt().plusSeconds(3600));
            }
            if (i % 7 == 1) {
                drilled.put(backup.id(), backup.finishedAt().plusSeconds(7200));
            }
            backup.packs().stream()
                    .filter(pack -> pack.contains(backup.id()))
                    .forEach(pack -> packs.add(
                            new RepositoryFacts.PackFacts(pack, backup.storedBytes() / 2, backup.writtenAt())));
        }
        packs.add(new RepositoryFacts.PackFacts("packs/waiting/0", 48_000_000, now.minusSeconds(86_400)));
        packs.add(new RepositoryFacts.PackFacts("packs/orphaned/0", 12_000_000, now.minusSeconds(86_400 * 40)));
        long bytes = packs.stream().mapToLong(RepositoryFacts.PackFacts::bytes).sum();
        return new RepositoryFacts(
                "s3://backups-example/" + name,
                "r-" + name,
                now,
                now,
                all,
                Map.of(),
                List.of(),
                verified,
                drilled,
                List.of(),
                false,
                all.isEmpty() ? Map.of() : Map.of(all.get(0).id(), "before the move"),
                packs,
                List.of(),
                List.of(
                        new RepositoryFacts.SlotFacts(
                                "s1", "full", "Jenkins, created by admin", now.minusSeconds(86_400 * 90), 1, now, true),
                        new RepositoryFacts.SlotFacts(
                                "s2", "recovery", "paper in the safe", now.minusSeconds(86_400 * 90), 1, null, false)),
                1,
                List.of(),
                List.of(new RepositoryFacts.LeaseFacts(
                        "l1",
                        "incremental backup of orders",
                        "agent-1, backup-orders-incremental #7",
                        now.minusSeconds(95),
                        now.minusSeconds(12),
                        true)),
                all.size() * 3L,
                bytes,
                100 * GIB,
                100 * GIB - bytes,
                List.of(),
                null);
    }

    /** An error of the first database, a warning of the second and one of the first repository. */
    public List<Finding> findings() {
        return List.of(
                new Finding(
                        Rule.BACKUP_OVERDUE,
                        Severity.ERROR,
                        databases.get(0),
                        "",
                        "The last good backup of " + databases.get(0) + " is 31 hours old; it may be 26 hours old.",
                        "See why the job backup-" + databases.get(0) + "-incremental did not run.",
                        now.minusSeconds(18_000)),
                new Finding(
                        Rule.VERIFICATION_OVERDUE,
                        Severity.WARNING,
                        databases.get(databases.size() - 1),
                        "",
                        "No backup of " + databases.get(databases.size() - 1) + " was verified for 12 days.",
                        "Verify the newest one.",
                        now.minusSeconds(86_400 * 3)),
                new Finding(
                        Rule.STORAGE_FULL,
                        Severity.WARNING,
                        repositories.get(0),
                        "",
                        "The repository " + repositories.get(0) + " uses 84 % of its quota of 43 GB.",
                        "Delete what is no longer needed, or enlarge the quota.",
                        now.minusSeconds(86_400)));
    }

    /** So many operations, the last of them just now, in the history. */
    public MadeUpFacts remember(int operations) throws IOException {
        String[] kinds = {"FULL", "INCREMENTAL", "INCREMENTAL", "VERIFY", "PRUNE", "INCREMENTAL"};
        for (int i = 0; i < operations; i++) {
            int database = i % databases.size();
            String repository = repositoryOf(database);
            List<BackupFacts> all = backups.get(repository);
            BackupFacts backup = all.get(random.nextInt(all.size()));
            String kind = kinds[i % kinds.length];
            boolean failed = i % 41 == 40;
            long started = now.toEpochMilli() - (operations - i) * 600_000L;
            Map<String, Object> record = new HashMap<>();
            record.put("id", "made-up-" + i);
            record.put("kind", kind);
            record.put("state", failed ? "FAILED" : "SUCCEEDED");
            record.put("database", kind.equals("PRUNE") ? databases.get(database) : entryOf(backup));
            record.put("repository", repository);
            record.put("backup", failed || kind.equals("PRUNE") ? "" : backup.id());
            record.put("level", kind.equals("VERIFY") ? "content" : "");
            record.put("job", "backup-" + databases.get(database) + "-" + kind.toLowerCase(Locale.ROOT));
            record.put("build", i / 10 + 1);
            record.put("buildUrl", "job/backup/" + i + "/");
            record.put("node", "agent-1");
            record.put("startedAt", started);
            record.put("finishedAt", started + 30_000 + random.nextInt(90_000));
            record.put("message", failed ? "The connection to db.example.org:5432 was refused." : "");
            record.put("rows", failed ? 0 : backup.rows());
            record.put("tables", failed ? 0 : 42);
            record.put("storedBytes", failed || kind.equals("VERIFY") ? 0 : backup.storedBytes());
            OperationHistory.get().put(MAPPER.convertValue(record, OperationRecord.class));
        }
        return this;
    }

    private static String entryOf(BackupFacts backup) {
        return backup.labels().get(BackupFacts.ENTRY_LABEL);
    }

    /** Whether an id is one: so that nobody wonders why a page does not show a backup. */
    public boolean areIdsRight() {
        return backups.values().stream()
                .flatMap(List::stream)
                .allMatch(backup -> BackupId.parse(backup.id()).isPresent());
    }
}
