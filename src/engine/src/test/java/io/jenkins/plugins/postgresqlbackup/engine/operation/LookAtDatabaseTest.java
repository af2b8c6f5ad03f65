package io.jenkins.plugins.postgresqlbackup.engine.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.postgresqlbackup.engine.health.DatabaseFacts;
import io.jenkins.plugins.postgresqlbackup.engine.health.FactsJson;
import io.jenkins.plugins.postgresqlbackup.engine.health.Look;
import io.jenkins.plugins.postgresqlbackup.engine.health.Rule;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.DatabaseException;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.DatabaseUrl;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.PasswordSource;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.ScratchServer;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a real server tells, and what the rules make of it. */
final class LookAtDatabaseTest {
    private static DatabaseFacts look(Database database) throws Exception {
        return look(database, Clock.systemUTC());
    }

    private static DatabaseFacts look(Database database, Clock clock) throws Exception {
        return new LookAtDatabase(database, List.of(TestPostgres.home()), clock).run();
    }

    private static List<Rule> findings(HealthScene scene, DatabaseFacts facts) {
        scene.databaseLook = Look.at(scene.clock.instant(), facts);
        return scene.findings().stream().map(finding -> finding.rule()).toList();
    }

    @Test
    void aServerTellsHowItIsAndNothingIsWrongWithIt() throws Exception {
        Database database = TestPostgres.newDatabase();
        TestPostgres.run(database, "CREATE TABLE t AS SELECT generate_series(1, 1000) AS id");
        DatabaseFacts facts = look(database);
        assertThat(facts.database()).isEqualTo(database.url().database());
        assertThat(facts.server())
                .isEqualTo(database.url().host() + ":" + database.url().port());
        assertThat(facts.major()).isEqualTo(database.server().major());
        assertThat(facts.systemIdentifier()).matches("[0-9]{10,20}");
        assertThat(facts.bytes()).isGreaterThan(5_000_000);
        assertThat(facts.maxConnections()).isGreaterThan(5);
        assertThat(facts.roleConnections()).isEqualTo(-1);
        assertThat(Duration.between(facts.clockTime(), facts.serverTime()).abs())
                .isLessThan(Duration.ofSeconds(20));
        assertThat(facts.nextTransaction()).isPositive();
        assertThat(facts.programs()).startsWith(String.valueOf(facts.major()));
        assertThat(facts.programsProblem()).isNull();
        assertThat(facts.project()).isNull();
        assertThat(FactsJson.readDatabase(FactsJson.write(facts))).isEqualTo(facts);
        try (HealthScene scene = HealthScene.well()) {
            assertThat(findings(scene, facts)).isEmpty();
        }
        // The next transaction really has a later number.
        TestPostgres.run(database, "INSERT INTO t VALUES (0)");
        assertThat(look(database).nextTransaction()).isGreaterThan(facts.nextTransaction());
    }

    @Test
    void aServerThatIsAlmostFullIsToldButSessionsOfABackupAreNotInItsWay() throws Exception {
        try (ScratchServer server = TestPostgres.startServer(
                        Map.of("max_connections", "12", "superuser_reserved_connections", "2"));
                HealthScene scene = HealthScene.well()) {
            Database database = server.database("postgres");
            TestPostgres.run(database, "CREATE ROLE backup LOGIN PASSWORD 'secret' CONNECTION LIMIT 5");
            DatabaseUrl url = database.url();
            Database own = new Database(
                    new DatabaseUrl(url.host(), url.port(), url.database(), "backup", Map.of()),
                    PasswordSource.fixed("secret".toCharArray()));
            DatabaseFacts alone = look(own);
            assertThat(alone.maxConnections()).isEqualTo(12);
            assertThat(alone.reservedConnections()).isEqualTo(2);
            assertThat(alone.connections()).isZero();
            assertThat(alone.roleConnections()).isEqualTo(5);
            assertThat(alone.roleConnectionsOpen()).isZero();
            assertThat(findings(scene, alone)).isEmpty();

            List<Connection> open = new ArrayList<>();
            try {
                for (int i = 0; i < 3; i++) {
                    open.add(own.open("reader " + i));
                }
                assertThat(look(own).connections()).isZero(); // those of a backup

                for (Connection connection : open) {
                    connection.createStatement().execute("SET application_name = 'shop'");
                }
                DatabaseFacts busy = look(own);
                assertThat(busy.connections()).isEqualTo(3);
                assertThat(busy.roleConnectionsOpen()).isEqualTo(3);
                assertThat(findings(scene, busy)).containsExactly(Rule.CONNECTIONS_SCARCE);
                assertThat(scene.findings().get(0).message())
                        .contains("has 2 connections left for its role (3 of the role's 5 are in use)");
            } finally {
                for (Connection connection : open) {
                    connection.close();
                }
            }
            assertThat(look(database).reservedConnections()).isZero(); // a superuser may use them all
        }
    }

    @Test
    void clientProgramsThatAreMissingAreTold() throws Exception {
        Database database = TestPostgres.newDatabase();
        DatabaseFacts facts = new LookAtDatabase(database, List.of(Path.of("/nowhere")), Clock.systemUTC()).run();
        if (facts.programs() == null) {
            assertThat(facts.programsProblem()).contains("needs pg_dump and pg_restore");
        }
        DatabaseFacts lacking = new DatabaseFacts(
                facts.server(),
                facts.database(),
                facts.serverTime(),
                facts.clockTime(),
                facts.version(),
                facts.major(),
                facts.systemIdentifier(),
                facts.bytes(),
                facts.maxConnections(),
                facts.reservedConnections(),
                facts.connections(),
                facts.roleConnections(),
                facts.roleConnectionsOpen(),
                facts.nextTransaction(),
                null,
                "Only pg_dump 9.6 was found.",
                null);
        try (HealthScene scene = HealthScene.well()) {
            assertThat(findings(scene, lacking)).containsExactly(Rule.CLIENT_PROGRAMS);
        }
    }

    @Test
    void aClockThatIsWrongIsTold() throws Exception {
        Database database = TestPostgres.newDatabase();
        Clock behind = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(-7));
        try (HealthScene scene = HealthScene.well()) {
            assertThat(findings(scene, look(database, behind))).containsExactly(Rule.CLOCK_SKEW);
            assertThat(scene.findings().get(0).message()).contains("is 7 minutes ahead of");
        }
    }

    @Test
    void aServerThatDoesNotAnswerIsAFailure() throws Exception {
        Database nowhere = new Database(
                DatabaseUrl.parse("postgresql://me@127.0.0.1:1/shop"), PasswordSource.fixed("x".toCharArray()));
        assertThatThrownBy(() -> look(nowhere)).isInstanceOf(DatabaseException.class);
    }

    @Test
    void anInterruptEndsIt() throws Exception {
        Database database = TestPostgres.newDatabase();
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> look(database)).isInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isFalse();
    }
}
