package io.jenkins.plugins.postgresqlbackup.testing;

import io.jenkins.plugins.postgresqlbackup.engine.health.BackupFacts;
import io.jenkins.plugins.postgresqlbackup.engine.health.DatabaseGoals;
import io.jenkins.plugins.postgresqlbackup.engine.health.DatabaseSituation;
import io.jenkins.plugins.postgresqlbackup.engine.health.Finding;
import io.jenkins.plugins.postgresqlbackup.engine.health.Look;
import io.jenkins.plugins.postgresqlbackup.engine.health.RepositoryFacts;
import io.jenkins.plugins.postgresqlbackup.engine.health.RepositoryGoals;
import io.jenkins.plugins.postgresqlbackup.engine.health.RepositorySituation;
import io.jenkins.plugins.postgresqlbackup.engine.health.Situation;
import io.jenkins.plugins.postgresqlbackup.engine.health.Thresholds;
import io.jenkins.plugins.postgresqlbackup.engine.retention.RetentionPolicy;
import io.jenkins.plugins.postgresqlbackup.monitor.Status;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** A repository as a check might have seen it, with backups that nobody took. */
public final class SeenBackups {
    private final List<BackupFacts> backups = new ArrayList<>();
    private final Map<String, Instant> verified = new HashMap<>();
    private final Map<String, Instant> drilled = new HashMap<>();
    private final Instant now;

    public SeenBackups(Instant now) {
        this.now = now;
    }

    /** One that was taken so long ago in two minutes. */
    public SeenBackups backup(String database, Duration age, long rows, long rawBytes, long storedBytes) {
        Instant taken = now.minus(age);
        backups.add(new BackupFacts(
                "2026-" + database + "-" + backups.size(),
                "0".repeat(64),
                "full",
                null,
                null,
                backups.size() + 1L,
                database,
                "db.example.com:5432",
                "1",
                "17.1",
                taken,
                taken,
                taken.plusSeconds(120),
                taken,
                taken.plusSeconds(120),
                3,
                rows,
                0,
                rawBytes,
                storedBytes,
                null,
                1,
                Map.of(BackupFacts.ENTRY_LABEL, database),
                List.of()));
        return this;
    }

    /** The last one was found good so long ago. */
    public SeenBackups verified(Duration age) {
        verified.put(last(), now.minus(age));
        return this;
    }

    /** The last one was restored for trial so long ago. */
    public SeenBackups drilled(Duration age) {
        drilled.put(last(), now.minus(age));
        return this;
    }

    public String last() {
        return backups.get(backups.size() - 1).id();
    }

    private RepositoryFacts facts(long bytes, Long disk, Long free) {
        return new RepositoryFacts(
                "file:/backups",
                "id",
                now,
                now,
                backups,
                Map.of(),
                List.of(),
                verified,
                drilled,
                List.of(),
                false,
                Map.of(),
                List.of(),
                List.of(),
                List.of(),
                1,
                List.of(),
                List.of(),
                100,
                bytes,
                disk,
                free,
                List.of(),
                null);
    }

    /** What a check came to that saw this in the repository {@code offsite}, which holds 40 GB of a quota of 50 GB on a disk of 100 GB. */
    public Status status(List<String> databases, Finding... findings) {
        RepositorySituation offsite = new RepositorySituation(
                "offsite",
                new RepositoryGoals(
                        new RetentionPolicy(30, 0, 0, 0, 0, 0, 3, ZoneOffset.UTC), OptionalLong.of(50_000_000_000L)),
                Look.at(now, facts(40_000_000_000L, 100_000_000_000L, 25_000_000_000L)),
                Set.of());
        List<DatabaseSituation> situations = databases.stream()
                .map(name -> new DatabaseSituation(
                        name,
                        "offsite",
                        new DatabaseGoals(
                                Instant.EPOCH,
                                Optional.of(Duration.ofHours(26)),
                                Optional.empty(),
                                Optional.empty(),
                                2),
                        Look.none(),
                        List.of(),
                        List.of()))
                .toList();
        return new Status(now, new Situation(now, List.of(offsite), situations, Thresholds.usual()), List.of(findings));
    }
}
