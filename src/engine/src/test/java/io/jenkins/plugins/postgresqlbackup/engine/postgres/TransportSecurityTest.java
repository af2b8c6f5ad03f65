package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TransportSecurityTest {
    @TempDir
    static Path directory;

    private static TestCertificate servers;
    private static TestCertificate strangers;
    private static TestCertificate clients;
    private static ScratchServer server;

    @BeforeAll
    static void startServer() throws Exception {
        servers = TestCertificate.create(directory, "server", "CN=localhost", "dns:localhost");
        strangers = TestCertificate.create(directory, "stranger", "CN=localhost", "dns:localhost");
        clients = TestCertificate.create(directory, "client", "CN=certified", "dns:client");
        server = TestPostgres.startServer(Map.of());
        TestPostgres.run(
                server.database("postgres"),
                "CREATE ROLE certified LOGIN",
                "CREATE TABLE t (a int)",
                "GRANT SELECT ON t TO certified");
        // The server reads them as a user of its own.
        Path own = server.dataDirectory();
        Files.copy(servers.certificate(), own.resolve("server.crt"));
        Files.copy(servers.key(), own.resolve("server.key"));
        Files.copy(clients.certificate(), own.resolve("clients.crt"));
        for (String file : new String[] {"server.crt", "server.key", "clients.crt"}) {
            OrdinaryUser.find(directory).own(own.resolve(file));
            Files.setPosixFilePermissions(own.resolve(file), Files.getPosixFilePermissions(servers.key()));
        }
        Files.writeString(own.resolve("pg_hba.conf"), """
                hostssl all certified 127.0.0.1/32 cert
                host all all 127.0.0.1/32 scram-sha-256
                """);
        Files.writeString(own.resolve("postgresql.auto.conf"), "ssl = on\nssl_ca_file = 'clients.crt'\n");
        server.stop();
        try {
            server.restart();
        } catch (DatabaseException e) {
            assumeThat(e.getMessage()).doesNotContain("not supported by this build");
            throw e;
        }
    }

    @AfterAll
    static void stopServer() throws Exception {
        server.close();
    }

    private static Database database(String host, String user, Map<String, String> parameters) throws IOException {
        DatabaseUrl url = server.database("postgres").url();
        return new Database(
                new DatabaseUrl(host, url.port(), "postgres", user, new TreeMap<>(parameters)),
                PasswordSource.fixed(server.database("postgres").password().orElseThrow()));
    }

    /** Whether driver and pg_dump both connect, and whether that is through TLS. */
    private static boolean encrypted(Database database) throws Exception {
        try (Connection connection = database.open("test");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")) {
            row.next();
            dump(database);
            return row.getBoolean(1);
        }
    }

    private static void dump(Database database) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                TestPostgres.clientPrograms().pgDump().toString(), "--schema-only", "--table=public.t");
        try (ClientEnvironment environment = database.clientEnvironment()) {
            environment.apply(builder);
            ByteArrayOutputStream output = new ByteArrayOutputStream();
            ChildProcess.Result result = ChildProcess.run(builder, StandardCharsets.UTF_8, output, "pg_dump");
            if (result.exitCode() != 0) {
                throw new IOException(result.explanation("pg_dump"));
            }
        }
    }

    private static void assertRefused(Database database, String sentence) {
        assertThatThrownBy(() -> database.open("test"))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining(sentence)
                .hasMessageContaining("sslrootcert");
        assertThatThrownBy(() -> dump(database)).isInstanceOf(IOException.class);
    }

    @Test
    void theRightCertificateIsAccepted() throws Exception {
        Map<String, String> verify = Map.of(
                "sslmode", "verify-full", "sslrootcert", servers.certificate().toString());
        assertThat(encrypted(database("localhost", "postgres", verify))).isTrue();
        assertThat(encrypted(database("127.0.0.1", "postgres", Map.of("sslmode", "require"))))
                .isTrue();
        assertThat(encrypted(database("127.0.0.1", "postgres", Map.of("sslmode", "disable"))))
                .isFalse();
        assertThat(encrypted(database("127.0.0.1", "postgres", Map.of()))).isTrue();
    }

    @Test
    void aStrangersCertificateOrNameIsRefusedByBoth() throws Exception {
        String good = servers.certificate().toString();
        String bad = strangers.certificate().toString();
        assertRefused(
                database("127.0.0.1", "postgres", Map.of("sslmode", "verify-full", "sslrootcert", good)),
                "sslmode=verify-full");
        assertRefused(
                database("localhost", "postgres", Map.of("sslmode", "verify-ca", "sslrootcert", bad)),
                "sslmode=verify-ca");
        // As in libpq: whoever names a root certificate wants it checked.
        assertRefused(
                database("localhost", "postgres", Map.of("sslmode", "require", "sslrootcert", bad)), "sslmode=require");
        assertRefused(
                database("localhost", "postgres", Map.of("sslmode", "verify-ca", "sslrootcert", "/no/such/file")),
                "/no/such/file");
        assertRefused(database("localhost", "postgres", Map.of("sslrootcert", "system")), "sslmode=verify-full");
    }

    @Test
    void aClientMayShowACertificateInsteadOfAPassword() throws Exception {
        Map<String, String> shown = Map.of(
                "sslmode",
                "verify-full",
                "sslrootcert",
                servers.certificate().toString(),
                "sslcert",
                clients.certificate().toString(),
                "sslkey",
                clients.key().toString());
        assertThat(encrypted(database("localhost", "certified", shown))).isTrue();
        assertThatThrownBy(() -> database("localhost", "certified", Map.of("sslmode", "require"))
                        .open("test"))
                .isInstanceOf(DatabaseException.class);
    }

    @Test
    void whatTheDriverWouldReadOtherwiseThanLibpqIsRefused() {
        assertThatThrownBy(() -> database("localhost", "certified", Map.of("sslkey", "/x/postgresql.key"))
                        .open("test"))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("PKCS#8 PEM");
        assertThatThrownBy(() -> database("localhost", "x", Map.of("sslmode", "require", "sslrootcert", "system"))
                        .open("test"))
                .hasMessageContaining("verify-full only");
    }
}
