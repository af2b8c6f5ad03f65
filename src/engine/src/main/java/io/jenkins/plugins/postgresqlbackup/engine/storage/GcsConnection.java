package io.jenkins.plugins.postgresqlbackup.engine.storage;

import com.google.api.client.http.HttpRequest;
import com.google.api.client.http.apache.v2.ApacheHttpTransport;
import com.google.api.client.json.JsonFactory;
import com.google.api.client.json.gson.GsonFactory;
import com.google.api.services.storage.Storage;
import com.google.api.services.storage.StorageScopes;
import com.google.auth.Credentials;
import com.google.auth.ServiceAccountSigner;
import com.google.auth.http.HttpCredentialsAdapter;
import com.google.auth.http.HttpTransportFactory;
import com.google.auth.oauth2.GoogleCredentials;
import com.google.auth.oauth2.ServiceAccountCredentials;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.apache.http.config.RegistryBuilder;
import org.apache.http.config.SocketConfig;
import org.apache.http.conn.socket.ConnectionSocketFactory;
import org.apache.http.conn.socket.PlainConnectionSocketFactory;
import org.apache.http.conn.ssl.SSLConnectionSocketFactory;
import org.apache.http.impl.client.CloseableHttpClient;
import org.apache.http.impl.conn.DefaultManagedHttpClientConnection;
import org.apache.http.impl.conn.PoolingHttpClientConnectionManager;

/**
 * Google's client for one store, with all that belongs to it. It sends each request once, save that it renews an access token
 * that was refused: {@link Retries} repeats.
 */
final class GcsConnection implements AutoCloseable {
    static final JsonFactory JSON = GsonFactory.getDefaultInstance();
    private static final Duration CONNECT = Duration.ofSeconds(10);
    /** A request may be slow, but it ends: 8 MiB in this time are 14 kB a second. */
    private static final Duration LONGEST_REQUEST = Duration.ofMinutes(10);

    private static final int CONNECTIONS = 256;
    private static final int BUFFER = 8 * 1024;
    /** A server or what stands before it may close one that was idle for longer. */
    private static final int KEPT_SECONDS = 60;

    private static final String NAME = "postgresql-backup";

    private final GcsDeadline deadline = new GcsDeadline(LONGEST_REQUEST);
    private final PoolingHttpClientConnectionManager connections = new PoolingHttpClientConnectionManager(
            RegistryBuilder.<ConnectionSocketFactory>create()
                    .register("http", PlainConnectionSocketFactory.getSocketFactory())
                    .register("https", SSLConnectionSocketFactory.getSocketFactory())
                    .build(),
            // The usual kind of connection writes headers into the log, and with them the token, when asked to tell
            // all.
            (route, config) -> new DefaultManagedHttpClientConnection("gcs", BUFFER),
            null,
            null,
            KEPT_SECONDS,
            TimeUnit.SECONDS);
    private final Storage client;
    private final Retries retries;
    private final Optional<Credentials> credentials;

    private GcsConnection(GcsSettings settings, Optional<GoogleKey> key, UnaryOperator<String> variables)
            throws IOException {
        HttpProxies proxies = new HttpProxies(variables);
        retries = Retries.of(settings.attempts(), new GcsPassing());
        connections.setMaxTotal(CONNECTIONS);
        connections.setDefaultMaxPerRoute(CONNECTIONS);
        connections.setDefaultSocketConfig(SocketConfig.custom()
                .setSoKeepAlive(true)
                .setSoTimeout((int) settings.timeout().toMillis())
                .build());
        CloseableHttpClient http = ApacheHttpTransport.newDefaultHttpClientBuilder()
                .setConnectionManager(connections)
                .setRequestExecutor(deadline)
                .setRoutePlanner(proxies.routes())
                .setDefaultCredentialsProvider(proxies.credentials())
                .disableContentCompression()
                .disableCookieManagement()
                .build();
        ApacheHttpTransport transport = new ApacheHttpTransport(http);
        credentials =
                settings.anonymous() ? Optional.empty() : Optional.of(credentials(key, () -> transport, variables));
        Optional<HttpCredentialsAdapter> adapter = credentials.map(HttpCredentialsAdapter::new);
        client = new Storage.Builder(transport, JSON, request -> prepare(request, settings, adapter))
                .setRootUrl(settings.server() + "/")
                .setApplicationName(NAME)
                .build();
    }

    /** @param variables the environment */
    static GcsConnection open(GcsSettings settings, Optional<GoogleKey> key, UnaryOperator<String> variables)
            throws StorageException {
        try {
            return new GcsConnection(settings, key, variables);
        } catch (StorageException e) {
            throw e;
        } catch (IOException | IllegalArgumentException e) {
            throw GcsFailure.opening(settings.describe(), e);
        }
    }

    private static void prepare(HttpRequest request, GcsSettings settings, Optional<HttpCredentialsAdapter> adapter)
            throws IOException {
        request.setConnectTimeout((int) CONNECT.toMillis())
                .setReadTimeout((int) settings.timeout().toMillis())
                .setFollowRedirects(false)
                .setLoggingEnabled(false) // It would log bodies.
                .setNumberOfRetries(0);
        if (adapter.isPresent()) {
            adapter.get().initialize(request);
            request.setNumberOfRetries(1); // Only after a refused token, as nothing else is set to be repeated.
        }
    }

    Retries retries() {
        return retries;
    }

    /** Sends a request, several times if need be, and understands the answer. */
    <T> T send(Retries.Attempt<T, IOException> request) throws IOException {
        return retries.send(() -> {
            try {
                return request.run();
            } catch (RuntimeException e) {
                throw new IOException("the answer is none of Google Cloud Storage's", e);
            }
        });
    }

    Storage client() {
        return client;
    }

    /** Who can sign on this machine, without asking Google for every signature. */
    Optional<ServiceAccountSigner> signer() {
        return credentials
                .filter(ServiceAccountCredentials.class::isInstance)
                .map(ServiceAccountCredentials.class::cast);
    }

    private static GoogleCredentials credentials(
            Optional<GoogleKey> key, HttpTransportFactory transport, UnaryOperator<String> variables)
            throws IOException {
        GoogleCredentials found =
                key.isPresent() ? given(key.get(), transport) : applicationDefault(transport, variables);
        return found.createScoped(List.of(StorageScopes.DEVSTORAGE_READ_WRITE)).createWithCustomRetryStrategy(false);
    }

    private static GoogleCredentials given(GoogleKey key, HttpTransportFactory transport) throws IOException {
        try {
            return ServiceAccountCredentials.fromStream(
                    new ByteArrayInputStream(key.json().getBytes(StandardCharsets.UTF_8)), transport);
        } catch (IOException | RuntimeException e) {
            throw GcsFailure.UnreadableKey.given();
        }
    }

    /**
     * The two files are read here and not by {@link GoogleCredentials#getApplicationDefault}, which keeps what it has found once
     * for as long as the process lives: a new file would not be seen.
     */
    private static GoogleCredentials applicationDefault(HttpTransportFactory transport, UnaryOperator<String> variables)
            throws IOException {
        String named = variables.apply("GOOGLE_APPLICATION_CREDENTIALS");
        if (named != null && !named.isBlank()) {
            return read(Path.of(named), transport);
        }
        Path ofGcloud = gcloudDirectory(variables).resolve("application_default_credentials.json");
        if (Files.isRegularFile(ofGcloud)) {
            return read(ofGcloud, transport);
        }
        return GoogleCredentials.getApplicationDefault(transport);
    }

    private static Path gcloudDirectory(UnaryOperator<String> variables) {
        String named = variables.apply("CLOUDSDK_CONFIG");
        if (named != null && !named.isBlank()) {
            return Path.of(named);
        }
        String roaming = variables.apply("APPDATA");
        boolean windows =
                System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("windows");
        return windows && roaming != null
                ? Path.of(roaming, "gcloud")
                : Path.of(System.getProperty("user.home", ""), ".config", "gcloud");
    }

    private static GoogleCredentials read(Path file, HttpTransportFactory transport) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return GoogleCredentials.fromStream(in, transport);
        } catch (IOException | RuntimeException e) {
            throw GcsFailure.UnreadableKey.of(file, e);
        }
    }

    @Override
    public void close() {
        deadline.close();
        connections.shutdown();
    }
}
