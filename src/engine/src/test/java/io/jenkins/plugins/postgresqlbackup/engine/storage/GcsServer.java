package io.jenkins.plugins.postgresqlbackup.engine.storage;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.zip.GZIPInputStream;

/**
 * A server that speaks Google Cloud Storage's JSON API, signed URLs and OAuth token endpoint as Google documents them, as far as
 * the store uses them; it refuses what Google refuses, and what it does not know. On demand it does to some requests what
 * servers and networks do. Thread-safe.
 */
public final class GcsServer implements AutoCloseable {
    static {
        System.setProperty("sun.net.httpserver.nodelay", "true"); // Else each answer takes 40 ms.
    }

    public static final String BUCKET = "backups";

    /** What happens to a request. */
    sealed interface Fault {}

    /** It is not carried out; this is the answer. */
    record Answer(int status, String reason, String message, Map<String, String> headers) implements Fault {
        Answer(int status, String reason, String message) {
            this(status, reason, message, Map.of());
        }
    }

    /** Somebody else answers, and says that all is well. */
    record Strange(String text) implements Fault {}

    /** It is carried out, and the connection is cut before the answer. */
    record LostAnswer() implements Fault {}

    /** The answer's body ends early, though its head promised more. */
    record CutAnswer(int after) implements Fault {}

    /** The connection is cut when so much of the body has come, whose whole units are kept. */
    record CutRequest(int after) implements Fault {}

    /** Only so much of a chunk is kept, in whole units, and the answer says so. */
    record KeptInPart(int bytes) implements Fault {}

    /** One request, as a rule sees it. */
    record Seen(String method, String path, String query, Optional<String> authorization, Optional<String> range) {
        boolean is(String expected, String part) {
            return method.equals(expected) && (path + "?" + query).contains(part);
        }

        boolean isChunk() {
            return method.equals("PUT")
                    && range.filter(text -> !text.contains("*/")).isPresent();
        }
    }

    private static GcsServer shared;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Seen> seen = new CopyOnWriteArrayList<>();
    private final GcsTokens tokens = new GcsTokens();
    private final GcsApi api = new GcsApi(tokens);
    private volatile Function<Seen, Optional<Fault>> rule = request -> Optional.empty();

    public GcsServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    /** One for all tests, which does no harm; it ends with them. */
    public static synchronized GcsServer shared() {
        if (shared == null) {
            try {
                shared = new GcsServer();
                Runtime.getRuntime().addShutdownHook(new Thread(shared::close));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return shared;
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** A place of its own for one test. */
    public URI newLocation(String... parameters) {
        StringBuilder url = new StringBuilder("gs://" + BUCKET + "/" + UUID.randomUUID() + "?endpoint=" + endpoint());
        for (String parameter : parameters) {
            url.append('&').append(parameter);
        }
        return URI.create(url.toString());
    }

    /** The key of a service account that may do everything. */
    public GoogleKey key() {
        return new GoogleKey(tokens.keyFile(GcsTokens.ACCOUNT, tokens.keys(), endpoint() + "/token"));
    }

    GcsTokens tokens() {
        return tokens;
    }

    GcsApi api() {
        return api;
    }

    void on(Function<Seen, Optional<Fault>> newRule) {
        rule = newRule;
    }

    List<Seen> seen() {
        return seen;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            URI uri = exchange.getRequestURI();
            Seen request = new Seen(
                    exchange.getRequestMethod(),
                    uri.getRawPath(),
                    uri.getRawQuery() == null ? "" : uri.getRawQuery(),
                    Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization")),
                    Optional.ofNullable(exchange.getRequestHeaders().getFirst("Content-Range")));
            seen.add(request);
            Fault fault = rule.apply(request).orElse(null);
            if (fault instanceof CutRequest cut) {
                byte[] begun = exchange.getRequestBody().readNBytes(cut.after());
                api.answer(exchange, begun, cut.after());
                return;
            }
            InputStream sent = exchange.getRequestBody();
            boolean packed = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
            byte[] body = (packed ? new GZIPInputStream(sent) : sent).readAllBytes();
            if (fault instanceof Answer answer) {
                answer.headers().forEach(exchange.getResponseHeaders()::set);
                pass(exchange, GcsAnswer.error(answer.status(), answer.reason(), answer.message()), Integer.MAX_VALUE);
                return;
            }
            if (fault instanceof Strange strange) {
                pass(exchange, GcsAnswer.text(200, strange.text()), Integer.MAX_VALUE);
                return;
            }
            int kept = fault instanceof KeptInPart part ? part.bytes() : Integer.MAX_VALUE;
            GcsAnswer answer = request.path().equals("/token")
                    ? tokens.give(new String(body, StandardCharsets.UTF_8))
                    : api.answer(exchange, body, kept);
            if (!(fault instanceof LostAnswer)) {
                pass(exchange, answer, fault instanceof CutAnswer cut ? cut.after() : Integer.MAX_VALUE);
            }
        }
    }

    private void pass(HttpExchange exchange, GcsAnswer answer, int cut) throws IOException {
        answer.headers().forEach(exchange.getResponseHeaders()::set);
        byte[] content = answer.body();
        exchange.sendResponseHeaders(answer.status(), content.length == 0 ? -1 : content.length);
        if (content.length > 0) {
            exchange.getResponseBody().write(content, 0, Math.min(cut, content.length));
            exchange.getResponseBody().flush();
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        api.bucket().deleteAll();
    }
}
