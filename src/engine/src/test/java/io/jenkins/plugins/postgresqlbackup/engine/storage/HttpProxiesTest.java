package io.jenkins.plugins.postgresqlbackup.engine.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class HttpProxiesTest {
    private static final String USER = "user";
    private static final String PASSWORD = "pass:word";
    /** The two of them as a client sends them. */
    private static final String LOGIN = "Basic dXNlcjpwYXNzOndvcmQ=";

    private static final StorageKeys ACCESS_KEY = new S3Keys("id", "secret", Optional.empty());

    /** A proxy that asks who is there, and then reaches nobody. */
    private static final class Gate implements AutoCloseable {
        private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        private final List<String> seen = new CopyOnWriteArrayList<>();

        Gate() throws IOException {
            Thread thread = new Thread(this::run, "gate");
            thread.setDaemon(true);
            thread.start();
        }

        int port() {
            return server.getLocalPort();
        }

        private void run() {
            while (!server.isClosed()) {
                try (Socket client = server.accept()) {
                    BufferedReader in = new BufferedReader(
                            new InputStreamReader(client.getInputStream(), StandardCharsets.ISO_8859_1));
                    StringBuilder request = new StringBuilder(String.valueOf(in.readLine()));
                    boolean known = false;
                    for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
                        known |= line.equals("Proxy-Authorization: " + LOGIN);
                    }
                    seen.add(request.append(known ? " known" : "").toString());
                    client.getOutputStream()
                            .write(("HTTP/1.1 " + (known ? 503 : 407)
                                            + " No\r\nProxy-Authenticate: Basic realm=\"gate\"\r\nContent-Length: 0\r\n"
                                            + "Connection: close\r\n\r\n")
                                    .getBytes(StandardCharsets.ISO_8859_1));
                } catch (IOException e) {
                    seen.add("failed: " + e);
                }
            }
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }

    private static List<Proxy> proxies(Map<String, String> variables, String server) throws StorageException {
        return new HttpProxies(variables::get).select(URI.create(server));
    }

    private static List<Proxy> through(String host, int port) {
        return List.of(new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(host, port)));
    }

    @Test
    void theEnvironmentNamesAProxyForEachProtocol() throws StorageException {
        Map<String, String> variables =
                Map.of("https_proxy", "http://user:pw@safe.example.com:3128/", "HTTP_PROXY", "plain.example.com:8080");
        assertThat(proxies(variables, "https://bucket.s3.amazonaws.com")).isEqualTo(through("safe.example.com", 3128));
        assertThat(proxies(variables, "http://minio.example.com:9000")).isEqualTo(through("plain.example.com", 8080));
        assertThat(proxies(variables, "https://localhost:9000")).containsExactly(Proxy.NO_PROXY);
        assertThat(proxies(variables, "http://127.0.0.1:9000")).containsExactly(Proxy.NO_PROXY);
        assertThat(proxies(Map.of(), "https://bucket.s3.amazonaws.com")).containsExactly(Proxy.NO_PROXY);
    }

    @ParameterizedTest
    @CsvSource({
        "*, https://minio.example.com, true",
        "example.com, https://minio.example.com, true",
        "'other.org, .example.com', https://minio.example.com, true",
        "*.example.com, https://minio.example.com, true",
        "MINIO.example.com, https://minio.example.com:9000, true",
        "minio.example.com:9000, https://minio.example.com:9000, true",
        "minio.example.com:9001, https://minio.example.com:9000, false",
        "ample.com, https://minio.example.com, false",
        "10.0.0.0/8, https://10.2.3.4:9000, true",
        "10.0.0.0/8, https://11.2.3.4:9000, false",
        "10.0.0.0/8, https://minio.example.com, false",
        "fd00::/8, 'https://[fd12::1]:9000', true",
        "'[fd12::1]', 'https://[fd12::1]:9000', true",
        "10.0.0.0/99, https://10.2.3.4:9000, false",
    })
    void serversNearByAreReachedWithoutOne(String exceptions, String server, boolean direct) throws StorageException {
        Map<String, String> variables = Map.of("https_proxy", "http://proxy:3128", "no_proxy", exceptions);
        assertThat(proxies(variables, server)).isEqualTo(direct ? List.of(Proxy.NO_PROXY) : through("proxy", 3128));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"https://user:hunter2@proxy:3128", "socks5://user:hunter2@proxy", "http://user:hunter2%@proxy"})
    void whatIsNoProxyIsToldWithoutItsPassword(String text) {
        assertThatThrownBy(() -> new HttpProxies(Map.of("https_proxy", text)::get))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("https_proxy")
                .hasMessageNotContaining("hunter2")
                .hasNoCause();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s3://bucket/prefix?endpoint=https://s3.example.invalid&attempts=1",
                "s3://bucket/prefix?region=eu-central-1&attempts=1",
                "gs://bucket/prefix?anonymous=true&attempts=1",
                "supabase://abcdefghijklmnopqrst/bucket/prefix?attempts=1"
            })
    void everyClientGoesThroughTheProxyAndTellsItWhoAsks(String text) throws IOException {
        URI location = URI.create(text);
        Optional<StorageKeys> keys = Optional.of(
                        location.getScheme().equals("s3") ? ACCESS_KEY : new SupabaseKey("sb_secret_abcdef"))
                .filter(key -> !location.getScheme().equals("gs"));
        try (Gate gate = new Gate()) {
            String login = USER + ":pass%3Aword@";
            Map<String, String> variables = Map.of("https_proxy", "http://" + login + "127.0.0.1:" + gate.port());
            assertThatThrownBy(() -> ObjectStores.open(location, false, keys, variables::get))
                    .hasMessageContaining("overloaded")
                    .hasMessageNotContaining(PASSWORD);
            assertThat(gate.seen).first().asString().startsWith("CONNECT ");
            assertThat(gate.seen).last().asString().startsWith("CONNECT ").endsWith(" known");

            Map<String, String> unknown = Map.of("https_proxy", "127.0.0.1:" + gate.port());
            assertThatThrownBy(() -> ObjectStores.open(location, false, keys, unknown::get))
                    .hasMessageContaining("the proxy wants a user and a password");
        }
    }

    @Test
    void javasOwnPropertiesWinOverTheEnvironment() throws IOException {
        System.setProperty("https.proxyHost", "java.example.com");
        System.setProperty("https.proxyPort", "8888");
        try {
            assertThat(proxies(Map.of("https_proxy", "http://proxy:3128"), "https://storage.googleapis.com"))
                    .first()
                    .asString()
                    .contains("java.example.com")
                    .contains("8888");
        } finally {
            System.clearProperty("https.proxyHost");
            System.clearProperty("https.proxyPort");
        }
    }
}
