package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Instant;
import java.util.Map;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ConnectingTest {
    @TempDir
    Path directory;

    private static DatabaseUrl url() throws IOException, InterruptedException {
        return TestPostgres.server().database("postgres").url();
    }

    /** One sentence for a person, and no part of a stack trace. */
    private static AbstractThrowableAssert<?, ? extends Throwable> assertRefused(
            DatabaseUrl url, PasswordSource passwords) {
        return assertThatThrownBy(
                        () -> new Database(url, passwords).open("test").close())
                .isInstanceOf(DatabaseException.class)
                .satisfies(e -> assertThat(e.getMessage()).endsWith(".").doesNotContain("\n", "Exception"));
    }

    @Test
    void eachObstacleHasASentenceOfItsOwn() throws Exception {
        Database good = TestPostgres.server().database("postgres");
        PasswordSource password = PasswordSource.fixed(good.password().orElseThrow());
        DatabaseUrl url = url();
        assertRefused(url.withDatabase("missing"), password)
                .hasMessageContaining("no database 'missing'")
                .hasMessageContaining("127.0.0.1 port " + url.port());
        assertRefused(url, PasswordSource.fixed("no".toCharArray()))
                .hasMessageContaining("password for user 'postgres'");
        assertRefused(url, PasswordSource.none())
                .hasMessageContaining("none was given")
                .hasMessageContaining("PGPASSWORD");
        assertRefused(new DatabaseUrl("127.0.0.1", url.port(), "postgres", "nobody-there", Map.of()), password)
                .hasMessageContaining("'nobody-there'");
        assertRefused(new DatabaseUrl("no-such-host.invalid", 5432, "x", "x", Map.of()), password)
                .hasMessageContaining("no-such-host.invalid is not known");
        assertRefused(new DatabaseUrl("127.0.0.1", freePort(), "x", "x", Map.of()), password)
                .hasMessageContaining("Nothing answers at 127.0.0.1 port");
        assertRefused(
                        new DatabaseUrl(url.host(), url.port(), "postgres", "postgres", Map.of("sslmode", "require")),
                        password)
                .hasMessageContaining("No TLS connection")
                .hasMessageContaining("sslmode=require");
        assertRefused(new DatabaseUrl(url.host(), url.port(), "x", "x", Map.of("sslmode", "maybe")), password)
                .hasMessageContaining("sslmode=maybe is not known");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Test
    void aServerThatIsNotPostgresqlIsToldApart() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread web = new Thread(() -> {
                try (var socket = server.accept()) {
                    socket.getOutputStream()
                            .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            web.start();
            assertRefused(
                            new DatabaseUrl("127.0.0.1", server.getLocalPort(), "x", "x", Map.of("sslmode", "disable")),
                            PasswordSource.none())
                    .hasMessageContaining("127.0.0.1 port " + server.getLocalPort());
            web.join();
        }
    }

    @Test
    void aServerThatSaysNothingIsNotWaitedForForEver() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            assertRefused(
                            new DatabaseUrl(
                                    "127.0.0.1", silent.getLocalPort(), "x", "x", Map.of("connect_timeout", "1")),
                            PasswordSource.none())
                    .hasMessageContaining("does not answer in time");
        }
    }

    @Test
    void aStatementMayTakeLongerThanConnecting() throws Exception {
        DatabaseUrl url = url();
        DatabaseUrl hasty =
                new DatabaseUrl(url.host(), url.port(), url.database(), url.user(), Map.of("connect_timeout", "1"));
        char[] password = TestPostgres.server().database("postgres").password().orElseThrow();
        try (Connection connection = new Database(hasty, PasswordSource.fixed(password)).open("test");
                Statement statement = connection.createStatement()) {
            assertThat(statement.execute("SELECT pg_sleep(1.5)")).isTrue();
        }
    }

    @Test
    void aClientThatMustUseTlsIsToldSo() throws Exception {
        try (ScratchServer server = TestPostgres.startServer(Map.of())) {
            Files.writeString(
                    server.dataDirectory().resolve("pg_hba.conf"), "hostssl all all 127.0.0.1/32 scram-sha-256\n");
            server.stop();
            assertThatThrownBy(server::restart)
                    .isInstanceOf(DatabaseException.class)
                    .rootCause()
                    .hasMessageContaining("pg_hba.conf");
        }
    }

    @Test
    void thePasswordComesFromWhereLibpqWouldTakeIt() throws Exception {
        Database good = TestPostgres.server().database("postgres");
        String password = new String(good.password().orElseThrow());
        Path file = directory.resolve("pass");
        Files.writeString(
                file,
                "# comment\n" + "other:*:*:*:no\n" + "127.0.0.1:" + good.url().port() + ":*:postgres:" + password
                        + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        Map<String, String> environment = Map.of("PGPASSFILE", file.toString());
        try (Connection connection = new Database(good.url(), PasswordSource.environment(environment)).open("test")) {
            assertThat(connection.isValid(5)).isTrue();
        }
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertRefused(good.url(), PasswordSource.environment(environment)).hasMessageContaining("chmod 600 " + file);
        assertRefused(
                        good.url(),
                        PasswordSource.environment(Map.of("PGPASSWORD", "wrong", "PGPASSFILE", file.toString())))
                .hasMessageContaining("wrong");
    }

    @Test
    void theServerTellsAboutItself() throws Exception {
        Database database = TestPostgres.newDatabase();
        TestPostgres.run(database, "CREATE EXTENSION pgcrypto");
        ServerInfo info = database.server();
        assertThat(info.major()).isBetween(14, 18);
        assertThat(info.databaseName()).isEqualTo(database.url().database());
        assertThat(info.encoding()).isEqualTo("UTF8");
        assertThat(info.systemIdentifier().orElseThrow()).matches("[0-9]{15,20}");
        assertThat(info.timeline()).hasValue(1);
        assertThat(info.superuser()).isTrue();
        assertThat(info.bypassesRowSecurity()).isTrue();
        assertThat(info.inRecovery()).isFalse();
        assertThat(info.extensions()).containsKeys("plpgsql", "pgcrypto");
        assertThat(info.postmasterStart()).isBefore(Instant.now());
        try (TestRole role = TestRole.create()) {
            ServerInfo asRole = role.login(database).server();
            assertThat(asRole.user()).isEqualTo(role.name());
            assertThat(asRole.superuser() || asRole.bypassesRowSecurity()).isFalse();
            assertThat(asRole.systemIdentifier()).isEqualTo(info.systemIdentifier());
        }
    }
}
