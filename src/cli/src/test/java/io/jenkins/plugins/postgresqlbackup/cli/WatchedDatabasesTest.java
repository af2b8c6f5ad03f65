package io.jenkins.plugins.postgresqlbackup.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.postgresqlbackup.engine.health.BackupFacts;
import io.jenkins.plugins.postgresqlbackup.engine.health.DatabaseFacts;
import io.jenkins.plugins.postgresqlbackup.engine.health.DatabaseGoals;
import io.jenkins.plugins.postgresqlbackup.engine.health.DatabaseSituation;
import io.jenkins.plugins.postgresqlbackup.engine.health.Look;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.DatabaseUrl;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class WatchedDatabasesTest {
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

    private static BackupFacts backup(String database, String server, String system, Map<String, String> labels) {
        return new BackupFacts(
                "20261122T120000Z-aaaaaa",
                "00",
                "full",
                null,
                null,
                1,
                database,
                server,
                system,
                "18.1",
                NOON,
                NOON,
                NOON,
                NOON,
                NOON,
                1,
                1,
                0,
                1,
                1,
                null,
                1,
                labels,
                List.of());
    }

    private static WatchedDatabases watched(BackupFacts... backups) {
        return new WatchedDatabases(
                "file:/backups",
                List.of(backups),
                new DatabaseGoals(Instant.EPOCH, Optional.empty(), Optional.empty(), Optional.empty(), 4));
    }

    private static List<String> names(List<DatabaseSituation> situations) {
        return situations.stream().map(DatabaseSituation::name).toList();
    }

    private static Optional<WatchedDatabases.Seen> seen(String url) {
        return Optional.of(new WatchedDatabases.Seen(
                DatabaseUrl.parse(url), Look.<DatabaseFacts>none().failed(NOON, "It is down.")));
    }

    @Test
    void aDatabaseHasItsShortestName() {
        assertThat(names(watched(
                                backup("shop", "a:5432", "1", Map.of()),
                                backup("shop", "b:5432", "1", Map.of()), // the cluster has moved
                                backup("stock", "a:5432", "1", Map.of()))
                        .situations(List.of(), Optional.empty())))
                .containsExactly("shop", "stock");
    }

    @Test
    void thoseOfOneNameOnTwoServersAreToldApart() {
        assertThat(names(watched(backup("shop", "a:5432", "1", Map.of()), backup("shop", "b:5432", "2", Map.of()))
                        .situations(List.of(), Optional.empty())))
                .containsExactly("a:5432/shop", "b:5432/shop");
    }

    @Test
    void aBackupThatJenkinsMadeIsOfItsEntry() {
        assertThat(names(watched(backup("shop", "a:5432", "1", Map.of("database", "orders")))
                        .situations(List.of(), Optional.empty())))
                .containsExactly("orders");
    }

    @Test
    void whereThereIsNoneItIsMissed() {
        assertThat(names(watched().situations(List.of(), Optional.empty()))).containsExactly("any database");
        assertThat(names(watched().situations(List.of("x", "y"), Optional.empty())))
                .containsExactly("x", "y");
    }

    @Test
    void whatWasSeenBelongsToItsDatabase() {
        WatchedDatabases watched =
                watched(backup("shop", "a:5432", "1", Map.of()), backup("shop", "b:5432", "2", Map.of()));
        List<DatabaseSituation> situations = watched.situations(List.of(), seen("postgresql://me@b:5432/shop"));
        assertThat(names(situations)).containsExactly("a:5432/shop", "b:5432/shop");
        assertThat(situations.get(0).look().problem()).isNull();
        assertThat(situations.get(1).look().problem()).isEqualTo("It is down.");

        assertThat(names(watched.situations(List.of(), seen("postgresql://me@c:5432/stock"))))
                .containsExactly("a:5432/shop", "b:5432/shop", "stock");
        assertThat(watched.situations(List.of("orders"), seen("postgresql://me@c:5432/stock"))
                        .get(0)
                        .look()
                        .problem())
                .isEqualTo("It is down.");
        assertThat(watched(backup("shop", "a:5432", "1", Map.of("database", "orders")))
                        .situations(List.of(), seen("postgresql://me@a:5432/shop")))
                .singleElement()
                .satisfies(only -> assertThat(only.look().problem()).isNotNull());
    }
}
