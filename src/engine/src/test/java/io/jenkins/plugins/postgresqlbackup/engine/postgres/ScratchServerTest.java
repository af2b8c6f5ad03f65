package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ScratchServerTest {
    @TempDir
    Path directory;

    @Test
    void itAnswersWithItsPasswordOnlyAndLeavesNothingBehind() throws Exception {
        Path home = directory.resolve("server");
        DatabaseUrl url;
        try (ScratchServer server = ScratchServer.start(TestPostgres.home(), home, Map.of("work_mem", "12MB"))) {
            url = server.database("postgres").url();
            try (Connection connection = server.database("postgres").open("test");
                    Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SHOW work_mem")) {
                row.next();
                assertThat(row.getString(1)).isEqualTo("12MB");
            }
            Database stranger = new Database(url, PasswordSource.fixed("wrong".toCharArray()));
            assertThatThrownBy(() -> stranger.open("test"))
                    .isInstanceOf(DatabaseException.class)
                    .hasMessageContaining("password");
        }
        assertThat(home).doesNotExist();
        assertThatThrownBy(() -> new Database(url, PasswordSource.none()).open("test"))
                .hasMessageContaining("Nothing answers");
    }

    @Test
    void itKeepsItsDataOverAStopAndACrash() throws Exception {
        try (ScratchServer server = ScratchServer.start(TestPostgres.home(), directory.resolve("s"), Map.of())) {
            TestPostgres.run(server.database("postgres"), "CREATE TABLE kept AS SELECT 1", "CHECKPOINT");
            server.stop();
            server.restart();
            server.crash();
            server.restart();
            TestPostgres.run(server.database("postgres"), "TABLE kept");
        }
    }

    @Test
    void aDirectoryWithoutAServerIsNamed() {
        assertThatThrownBy(() -> ScratchServer.start(directory, directory.resolve("s"), Map.of()))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining(directory.toString());
    }

    /** As root all ways of not being root are there; which of them works depends on the container. */
    @ParameterizedTest
    @EnumSource
    void itRunsAsWhomeverPostgresqlBears(OrdinaryUser user) throws Exception {
        boolean root = "root".equals(System.getProperty("user.name"));
        assumeThat(root ? user != OrdinaryUser.OURSELVES : user == OrdinaryUser.OURSELVES)
                .isTrue();
        assumeThat(user.works() || !root).isTrue();
        Path home = Files.createTempDirectory("pgbackup-test-");
        try (ScratchServer server = ScratchServer.start(TestPostgres.home(), home, Map.of(), user)) {
            TestPostgres.run(server.database("postgres"), "CREATE TABLE t AS SELECT 1", "CHECKPOINT");
        }
        assertThat(home).doesNotExist();
    }

    @Test
    void itGoesWhenItsProcessIsKilled() throws Exception {
        Path home = Files.createDirectory(directory.resolve("killed"));
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Owner.class.getName(),
                        home.toString())
                .redirectErrorStream(true)
                .start();
        try (BufferedReader said = process.inputReader()) {
            assertThat(said.readLine()).isEqualTo("started");
            assertThat(home.resolve("data").resolve("postmaster.pid")).exists();
            process.destroyForcibly().waitFor();
            TestWaiting.until(() -> !Files.exists(home));
        }
    }

    /** Starts a server and waits to be killed. */
    static final class Owner {
        private Owner() {}

        public static void main(String[] arguments) throws Exception {
            ScratchServer.start(TestPostgres.home(), Path.of(arguments[0]), Map.of());
            System.out.println("started");
            Thread.sleep(Long.MAX_VALUE);
        }
    }
}
