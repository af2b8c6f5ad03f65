package io.jenkins.plugins.postgresqlbackup.engine.storage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.http.HttpEntity;
import org.apache.http.HttpResponse;
import org.apache.http.client.config.RequestConfig;
import org.apache.http.client.methods.CloseableHttpResponse;
import org.apache.http.client.methods.HttpUriRequest;
import org.apache.http.client.methods.RequestBuilder;
import org.apache.http.config.RegistryBuilder;
import org.apache.http.config.SocketConfig;
import org.apache.http.conn.socket.ConnectionSocketFactory;
import org.apache.http.conn.socket.PlainConnectionSocketFactory;
import org.apache.http.conn.ssl.SSLConnectionSocketFactory;
import org.apache.http.impl.client.CloseableHttpClient;
import org.apache.http.impl.client.HttpClients;
import org.apache.http.impl.conn.DefaultManagedHttpClientConnection;
import org.apache.http.impl.conn.PoolingHttpClientConnectionManager;
import org.apache.http.util.EntityUtils;

/**
 * Sends requests to the REST interface of one project, each once, and to no other address: no redirect is followed with a key that
 * opens everything. Thread-safe.
 */
final class SupabaseConnection implements AutoCloseable {
    /** Makes something of an answer that says yes. */
    @FunctionalInterface
    interface Reader<T> {
        T read(HttpResponse response) throws IOException;
    }

    /** An answer whose body is still to be read. */
    record Open(HttpUriRequest request, CloseableHttpResponse response) {}

    private static final int CONNECT = 10_000;
    private static final int CONNECTIONS = 256;
    private static final int BUFFER = 8 * 1024;
    /** A server or what stands before it may close one that was idle for longer. */
    private static final int KEPT_SECONDS = 60;
    /** A request may be slow, but it ends: 6 MiB in this time are 10 kB a second. */
    private static final Duration LONGEST_REQUEST = Duration.ofMinutes(10);

    private static final int MOST_JSON = 16 * 1024 * 1024;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String base;
    private final Map<String, String> headers;
    private final PoolingHttpClientConnectionManager connections = new PoolingHttpClientConnectionManager(
            RegistryBuilder.<ConnectionSocketFactory>create()
                    .register("http", PlainConnectionSocketFactory.getSocketFactory())
                    .register("https", SSLConnectionSocketFactory.getSocketFactory())
                    .build(),
            // The usual kind of connection writes headers into the log, and with them the key, when asked to tell all.
            (route, config) -> new DefaultManagedHttpClientConnection("supabase", BUFFER),
            null,
            null,
            KEPT_SECONDS,
            TimeUnit.SECONDS);
    private final CloseableHttpClient client;
    private final ScheduledThreadPoolExecutor deadlines;

    SupabaseConnection(SupabaseSettings settings, Map<String, String> headers, HttpProxies proxies) {
        base = settings.rest().toString();
        this.headers = headers;
        int silence = Math.toIntExact(settings.timeout().toMillis());
        connections.setMaxTotal(CONNECTIONS);
        connections.setDefaultMaxPerRoute(CONNECTIONS);
        connections.setDefaultSocketConfig(
                SocketConfig.custom().setSoTimeout(silence).setSoKeepAlive(true).build());
        client = HttpClients.custom()
                .setConnectionManager(connections)
                .setRoutePlanner(proxies.routes())
                .setDefaultCredentialsProvider(proxies.credentials())
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setConnectTimeout(CONNECT)
                        .setConnectionRequestTimeout(silence)
                        .setSocketTimeout(silence)
                        .build())
                .setUserAgent("postgresql-backup")
                .disableAutomaticRetries()
                .disableAuthCaching()
                .disableContentCompression()
                .disableCookieManagement()
                .disableRedirectHandling()
                .build();
        deadlines = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "supabase deadlines");
            thread.setDaemon(true);
            return thread;
        });
        deadlines.setRemoveOnCancelPolicy(true);
    }

    /**
     * Begins a request.
     *
     * @param path behind the address of the REST interface, beginning with a slash
     */
    RequestBuilder request(String method, String path) {
        RequestBuilder request = RequestBuilder.create(method).setUri(URI.create(base + path));
        headers.forEach(request::setHeader);
        return request;
    }

    /**
     * Sends it.
     *
     * @throws SupabaseRefusal when the server says no
     */
    <T> T send(RequestBuilder builder, Reader<T> reader) throws IOException {
        HttpUriRequest request = builder.build();
        ScheduledFuture<?> deadline = deadline(request);
        try (CloseableHttpResponse response = client.execute(request)) {
            requireYes(response);
            T result = reader.read(response);
            EntityUtils.consume(response.getEntity());
            return result;
        } finally {
            deadline.cancel(false);
        }
    }

    /**
     * Sends it and leaves the answer's body to the caller, who ends it by reading or aborting it.
     *
     * @throws SupabaseRefusal when the server says no
     */
    Open open(RequestBuilder builder) throws IOException {
        HttpUriRequest request = builder.build();
        ScheduledFuture<?> deadline = deadline(request);
        try {
            CloseableHttpResponse response = client.execute(request);
            requireYes(response);
            return new Open(request, response);
        } catch (IOException e) {
            request.abort();
            throw e;
        } finally {
            deadline.cancel(false);
        }
    }

    private ScheduledFuture<?> deadline(HttpUriRequest request) {
        return deadlines.schedule(request::abort, LONGEST_REQUEST.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static void requireYes(HttpResponse response) throws IOException {
        if (response.getStatusLine().getStatusCode() / 100 != 2) {
            throw SupabaseRefusal.of(response);
        }
    }

    /** What the answer's body says. */
    static JsonNode json(HttpResponse response) throws IOException {
        HttpEntity entity = response.getEntity();
        try {
            JsonNode json =
                    entity == null ? null : JSON.readTree(entity.getContent().readNBytes(MOST_JSON));
            if (json != null && json.isObject()) {
                return json;
            }
        } catch (JsonProcessingException e) {
            throw strange(response); // Without the cause, which quotes whatever that is.
        }
        throw strange(response);
    }

    private static SupabaseRefusal strange(HttpResponse response) {
        int status = response.getStatusLine().getStatusCode();
        return new SupabaseRefusal(status, "", "what answers there is not Supabase Storage", Duration.ZERO);
    }

    @Override
    public void close() {
        deadlines.shutdownNow();
        connections.shutdown();
    }
}
