package io.jenkins.plugins.postgresqlbackup.engine.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.ClientPrograms;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.ScratchServer;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A fixture that holds something else at each load could not tell a good copy from a bad one. */
class FixturesTest {
    private static ScratchServer server;
    private static ClientPrograms programs;

    @BeforeAll
    static void startServer() throws Exception {
        server = TestPostgres.startServer(Map.of());
        programs = TestPostgres.clientPrograms();
    }

    @AfterAll
    static void stopServer() throws Exception {
        server.close();
    }

    private static Database load(String fixture, String database, String options) throws Exception {
        TestPostgres.run(server.database("postgres"), "CREATE DATABASE " + database + " TEMPLATE template0 " + options);
        Fixtures.load(server.database(database), programs, fixture, Map.of());
        return server.database(database);
    }

    @ParameterizedTest
    @CsvSource({"kitchen-sink, UTF8", "latin1, LATIN1", "sql-ascii, SQL_ASCII"})
    void twoLoadsHoldTheSame(String fixture, String encoding) throws Exception {
        String options = "ENCODING '" + encoding + "' LOCALE 'C'";
        String name = fixture.replace('-', '_');

        DatabaseComparison.of(load(fixture, name + "_1", options), load(fixture, name + "_2", options), programs)
                .assertEqual();
    }

    @Test
    void theKitchenSinkHoldsConfigurationTablesOfAnExtension(@TempDir Path directory) throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path programsWithExtension = Fixtures.withExtension(server.database("postgres"), programs, directory);
        try (ScratchServer extended =
                ScratchServer.start(programsWithExtension, Files.createTempDirectory("pgbackup-test-"), Map.of())) {
            Database sink = extended.database("postgres");
            Fixtures.load(sink, programs, "kitchen-sink", Map.of("large_values", "off"));

            assertThat(sink.server().extensions()).containsEntry("pgbackup_fixture", "1.0");
            assertThat(ClientRun.query(sink, programs, "SELECT * FROM ks_ext.fixture_region WHERE NOT builtin"))
                    .hasSize(2);
        }
    }

    @Test
    void thereAreThreeThousandTables() throws Exception {
        Database many = load("many-tables", "many", "");

        assertThat(ClientRun.query(
                        many, programs, "SELECT count(*) FROM pg_catalog.pg_tables WHERE schemaname ~ '^customer_'"))
                .containsExactly("3000");
    }
}
