package io.jenkins.plugins.postgresqlbackup.engine.storage;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/**
 * A server that speaks the REST dialect of Supabase Storage as its source defines it (2026-08), with what stands before it at
 * Supabase: paths, statuses, errors that come as 400 and tell another status within, resumable uploads, and the gateway that wants
 * a key. Thread-safe.
 */
public final class SupabaseServer implements AutoCloseable {
    /** What happens to a request. */
    sealed interface Fault {}

    /** The server does not get it; this is the answer. */
    record Answer(int status, Map<String, String> headers, String body) implements Fault {}

    /** The connection is cut when so much of the request's body has arrived. */
    record CutRequest(int after) implements Fault {}

    /** The server does what was asked, and the connection is cut before the answer. */
    record LostAnswer() implements Fault {}

    /** The answer's body ends early, though its head promised more. */
    record CutAnswer(int after) implements Fault {}

    /** The answer's head does not tell how long its body is. */
    record ChunkedAnswer() implements Fault {}

    /** The server has taken all bytes of a resumable upload and fails to make an object of them. */
    record UnfinishedObject() implements Fault {}

    /** One request, as a rule sees it. */
    record Seen(String method, String path, Map<String, List<String>> headers) {
        boolean is(String expected, String part) {
            return method.equals(expected) && path.contains(part);
        }

        String header(String name) {
            List<String> values = headers.get(
                    name.substring(0, 1).toUpperCase() + name.substring(1).toLowerCase());
            return values == null ? "" : values.get(0);
        }
    }

    /** What the server answers. */
    record Reply(int status, Map<String, String> headers, byte[] body) {
        static Reply json(int status, String body) {
            return new Reply(status, Map.of("Content-Type", "application/json; charset=utf-8"), body.getBytes(UTF_8));
        }
    }

    public static final String BUCKET = "backups";
    /** Everything is allowed to whoever has it. */
    public static final String SERVICE_KEY = token("service_role", "local");

    public static final String SECRET_KEY = "sb_secret_onlyForTests_12345678";
    static final String ANON_KEY = token("anon", "local");

    private static final String PREFIX = "/storage/v1";

    private static SupabaseServer shared;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Seen> seen = new CopyOnWriteArrayList<>();
    private final SupabaseBuckets buckets = new SupabaseBuckets();
    private final SupabaseUploads uploads = new SupabaseUploads(buckets);
    private volatile Function<Seen, Optional<Fault>> rule = request -> Optional.empty();

    /** One for all tests; it ends with them. */
    public static synchronized SupabaseServer shared() {
        if (shared == null) {
            shared = new SupabaseServer();
            Runtime.getRuntime().addShutdownHook(new Thread(shared::close));
        }
        return shared;
    }

    public SupabaseServer() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    /** A key as Supabase makes them; this server believes its signature. */
    static String token(String role, String project) {
        Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
        String claims = "{\"iss\":\"supabase\",\"role\":\"" + role + "\""
                + (project.equals("local") ? "" : ",\"ref\":\"" + project + "\"") + ",\"exp\":2000000000}";
        return encoder.encodeToString("{\"alg\":\"HS256\",\"typ\":\"JWT\"}".getBytes(UTF_8)) + "."
                + encoder.encodeToString(claims.getBytes(UTF_8)) + "." + encoder.encodeToString(role.getBytes(UTF_8));
    }

    public URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** A place of its own for one test. */
    public URI newLocation(String... parameters) {
        StringBuilder location = new StringBuilder("supabase:///" + BUCKET + "/" + UUID.randomUUID() + "?url=" + url());
        for (String parameter : parameters) {
            location.append('&').append(parameter);
        }
        return URI.create(location.toString());
    }

    SupabaseBuckets buckets() {
        return buckets;
    }

    SupabaseUploads uploads() {
        return uploads;
    }

    void on(Function<Seen, Optional<Fault>> newRule) {
        rule = newRule;
    }

    List<Seen> seen() {
        return seen;
    }

    private void handle(HttpExchange exchange) throws IOException {
        Seen request = new Seen(
                exchange.getRequestMethod(),
                exchange.getRequestURI().getRawPath(),
                Map.copyOf(exchange.getRequestHeaders()));
        seen.add(request);
        Fault fault = rule.apply(request).orElse(null);
        try (exchange) {
            boolean cut = fault instanceof CutRequest;
            byte[] body = exchange.getRequestBody()
                    .readNBytes(fault instanceof CutRequest early ? early.after() : Integer.MAX_VALUE);
            if (fault instanceof Answer answer) {
                Reply wanted = new Reply(
                        answer.status(), answer.headers(), answer.body().getBytes(UTF_8));
                reply(exchange, wanted, fault);
                return;
            }
            Reply reply = answer(request, body, cut, fault instanceof UnfinishedObject);
            if (!cut && !(fault instanceof LostAnswer)) {
                reply(exchange, reply, fault);
            }
        }
    }

    private static void reply(HttpExchange exchange, Reply reply, Fault fault) throws IOException {
        reply.headers().forEach(exchange.getResponseHeaders()::set);
        byte[] body = reply.body();
        if (exchange.getRequestMethod().equals("HEAD") || body.length == 0) {
            exchange.sendResponseHeaders(reply.status(), -1);
            return;
        }
        if (fault instanceof ChunkedAnswer) {
            exchange.sendResponseHeaders(reply.status(), 0);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
            return;
        }
        exchange.sendResponseHeaders(reply.status(), body.length);
        int sent = fault instanceof CutAnswer cut ? Math.min(cut.after(), body.length) : body.length;
        exchange.getResponseBody().write(body, 0, sent);
        exchange.getResponseBody().flush();
    }

    private Reply answer(Seen request, byte[] body, boolean cut, boolean unfinished) throws IOException {
        if (!request.path().startsWith(PREFIX + "/")) {
            return Reply.json(404, "{\"message\":\"no Route matched with those values\"}");
        }
        try {
            boolean everything = mayDoEverything(request);
            String path = request.path().substring(PREFIX.length());
            if (path.startsWith("/upload/resumable")) {
                return uploads.answer(request, path, body, everything, unfinished);
            }
            return cut ? Reply.json(400, "{}") : buckets.answer(request, path, body, everything);
        } catch (SupabaseBuckets.Refused e) {
            return e.reply();
        }
    }

    /** What the gateway and the server make of the keys. */
    private static boolean mayDoEverything(Seen request) throws SupabaseBuckets.Refused {
        String key = request.header("Apikey");
        String bearer = request.header("Authorization").replaceFirst("^Bearer ", "");
        if (key.isEmpty()) {
            throw new SupabaseBuckets.Refused(Reply.json(
                    401, "{\"message\":\"No API key found in request\",\"hint\":\"No `apikey` request header\"}"));
        }
        if (!List.of(SERVICE_KEY, SECRET_KEY, ANON_KEY).contains(key)) {
            throw new SupabaseBuckets.Refused(Reply.json(
                    401, "{\"message\":\"Invalid API key\",\"hint\":\"Double check your Supabase API key.\"}"));
        }
        if (bearer.isEmpty() && key.equals(SECRET_KEY)) {
            return true;
        }
        if (bearer.split("\\.").length != 3) {
            throw SupabaseBuckets.refused(403, "AccessDenied", "Unauthorized", "Invalid Compact JWS");
        }
        return bearer.equals(SERVICE_KEY);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        buckets.deleteAll();
    }
}
