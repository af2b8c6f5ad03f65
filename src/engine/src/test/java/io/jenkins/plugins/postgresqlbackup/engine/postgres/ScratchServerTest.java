package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
        assertThat(Files.exists(directory.resolve("s"))).isFalse();
    }
}
