package io.jenkins.plugins.postgresqlbackup.engine.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.postgresqlbackup.engine.health.RepositoryFacts.PackFacts;
import io.jenkins.plugins.postgresqlbackup.engine.retention.RetentionPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Fifty databases, ten repositories and twenty thousand backups are judged while somebody waits. */
final class ManyBackupsTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final int REPOSITORIES = 10;
    private static final int DATABASES = 5;
    private static final int BACKUPS = 400;
    private static final int PACKS = 30;

    private final List<RepositorySituation> repositories = new ArrayList<>();
    private final List<DatabaseSituation> databases = new ArrayList<>();

    private Situation situation() {
        for (int r = 0; r < REPOSITORIES; r++) {
            List<BackupFacts> backups = new ArrayList<>();
            List<PackFacts> packs = new ArrayList<>();
            for (int d = 0; d < DATABASES; d++) {
                database("db-" + r + "-" + d, "repository-" + r, backups, packs);
            }
            repositories.add(new RepositorySituation(
                    "repository-" + r,
                    new RepositoryGoals(RetentionPolicy.usual().withKeepDays(400), OptionalLong.empty()),
                    Look.at(NOW, facts(backups, packs)),
                    Set.of()));
        }
        return new Situation(NOW, repositories, databases, Thresholds.usual());
    }

    private void database(String name, String repository, List<BackupFacts> backups, List<PackFacts> packs) {
        List<OperationFacts> operations = new ArrayList<>();
        for (int b = 0; b < BACKUPS; b++) {
            Instant at = NOW.minus(Duration.ofDays(BACKUPS - 1 - b)).minus(Duration.ofHours(3));
            String id = String.format("%s-%s-%03d", repository, name, b);
            List<String> needed = new ArrayList<>();
            for (int p = Math.max(0, b - PACKS + 1); p <= b; p++) {
                needed.add(String.format("packs/%s-%s-%03d/000001", repository, name, p));
            }
            packs.add(new PackFacts(needed.get(needed.size() - 1), 1_000, at));
            backups.add(new BackupFacts(
                    id,
                    "00",
                    "full",
                    null,
                    null,
                    b,
                    name,
                    "db:5432",
                    "1",
                    "18.1",
                    at,
                    at,
                    at.plusSeconds(60),
                    at,
                    at.plusSeconds(60),
                    1,
                    1_000,
                    0,
                    1_000,
                    100,
                    null,
                    1,
                    Map.of("database", name),
                    needed));
            if (b > BACKUPS - 100) {
                operations.add(new OperationFacts(
                        OperationFacts.Kind.BACKUP, name, repository, id, true, false, at, at.plusSeconds(60), "", ""));
            }
        }
        databases.add(new DatabaseSituation(
                name,
                repository,
                new DatabaseGoals(
                        NOW.minus(Duration.ofDays(500)),
                        Optional.of(Duration.ofHours(26)),
                        Optional.empty(),
                        Optional.empty(),
                        4),
                Look.none(),
                operations,
                List.of()));
    }

    private static RepositoryFacts facts(List<BackupFacts> backups, List<PackFacts> packs) {
        RepositoryFacts.SlotFacts full = new RepositoryFacts.SlotFacts("a", "full", "jenkins", NOW, 1, null, true);
        RepositoryFacts.SlotFacts recovery =
                new RepositoryFacts.SlotFacts("b", "recovery", "printed", NOW, 1, NOW, false);
        return new RepositoryFacts(
                "file:/backups",
                "00",
                NOW,
                NOW,
                backups,
                Map.of(),
                List.of(),
                Map.of(),
                Map.of(),
                List.of(),
                false,
                Map.of(),
                packs,
                List.of(),
                List.of(full, recovery),
                1,
                List.of(),
                List.of(),
                1,
                1,
                null,
                null,
                List.of(),
                null);
    }

    /** A second or two on a small machine; quadratic work would take minutes. */
    @Test
    void twentyThousandBackupsAreJudgedInSecondsAndNothingIsSaid() throws Exception {
        Situation situation = situation();
        long begin = System.nanoTime();
        assertThat(HealthRules.findings(situation)).isEmpty();
        assertThat(HealthRules.newestGood(situation)).hasSize(50).doesNotContain(Optional.empty());
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(30));

        RepositoryFacts facts = situation.repositories().get(0).look().facts();
        assertThat(facts.backups()).hasSize(2_000);
        String text = FactsJson.write(facts);
        assertThat(text.length()).isLessThan(4_000_000);
        assertThat(FactsJson.readRepository(text)).isEqualTo(facts);
    }
}
