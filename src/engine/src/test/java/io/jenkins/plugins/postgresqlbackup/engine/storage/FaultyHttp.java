package io.jenkins.plugins.postgresqlbackup.engine.storage;

import static java.lang.Integer.MAX_VALUE;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Stands in front of a server and does to some requests what providers and networks do. Thread-safe. */
public final class FaultyHttp implements AutoCloseable {
    /** What happens to a request. */
    public sealed interface Fault {}

    /** The server does not get it; this is the answer. */
    public record Answer(int status, String body, Map<String, String> headers) implements Fault {
        /** As S3 says what is wrong. */
        public static Answer s3(int status, String code, Map<String, String> headers) {
            return new Answer(
                    status,
                    "<?xml version=\"1.0\"?><Error><Code>" + code
                            + "</Code><Message>As the test wants it.</Message></Error>",
                    headers);
        }
    }

    /** The server does what was asked, and the connection is cut before the answer. */
    public record LostAnswer() implements Fault {}

    /** The server gets nothing, and the connection is cut in the middle of what is sent. */
    public record CutRequest() implements Fault {}

    /** The answer's body ends early, though its head promised more. */
    public record CutAnswer(int after) implements Fault {}

    /** The answer's body ends early, and its head lies to match. */
    public record ShortAnswer(int after) implements Fault {}

    /** The answer comes late. */
    public record LateAnswer(Duration after) implements Fault {}

    /** The server does not see a header. */
    public record WithoutHeader(String name) implements Fault {}

    /** The client sees another value of a header of the answer. */
    public record OtherHeader(String name, UnaryOperator<String> change) implements Fault {}

    /** The client sees another body. */
    public record OtherBody(UnaryOperator<String> change) implements Fault {}

    /** One request, as a rule sees it. */
    public record Seen(String method, String path, String query, Map<String, List<String>> headers) {
        public boolean is(String expected, String end) {
            return method.equals(expected) && path.endsWith(end);
        }
    }

    /** What the server behind answered. */
    private record Response(int status, Map<String, List<String>> headers, byte[] body) {}

    private static final Set<String> NOT_PASSED_ON =
            Set.of("connection", "content-length", "expect", "keep-alive", "transfer-encoding");

    private final URI behind;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Seen> seen = new CopyOnWriteArrayList<>();
    private volatile Function<Seen, Optional<Fault>> rule = request -> Optional.empty();

    public FaultyHttp(URI behind) throws IOException {
        this.behind = behind;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** From now on this decides what happens to each request. */
    public void on(Function<Seen, Optional<Fault>> newRule) {
        rule = newRule;
    }

    /** All requests so far. */
    public List<Seen> seen() {
        return seen;
    }

    private void handle(HttpExchange exchange) throws IOException {
        URI uri = exchange.getRequestURI();
        Seen request = new Seen(
                exchange.getRequestMethod(),
                uri.getRawPath(),
                uri.getRawQuery() == null ? "" : uri.getRawQuery(),
                Map.copyOf(exchange.getRequestHeaders()));
        seen.add(request);
        Fault fault = rule.apply(request).orElse(null);
        try (exchange) {
            if (fault instanceof CutRequest) {
                return;
            }
            byte[] body = exchange.getRequestBody().readAllBytes();
            if (fault instanceof Answer answer) {
                answer(exchange, answer);
                return;
            }
            Response response = forward(exchange, body, fault instanceof WithoutHeader header ? header.name() : "");
            if (fault instanceof LateAnswer late) {
                Thread.sleep(late.after().toMillis());
            }
            if (!(fault instanceof LostAnswer)) {
                pass(exchange, changed(response, fault), fault instanceof CutAnswer cut ? cut.after() : MAX_VALUE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Response changed(Response response, Fault fault) {
        if (fault instanceof OtherHeader other) {
            Map<String, List<String>> headers = new LinkedHashMap<>(response.headers());
            headers.replaceAll((name, values) -> name.equalsIgnoreCase(other.name())
                    ? values.stream().map(other.change()).toList()
                    : values);
            return new Response(response.status(), headers, response.body());
        }
        if (fault instanceof OtherBody other) {
            String body = other.change().apply(new String(response.body(), StandardCharsets.UTF_8));
            return new Response(response.status(), response.headers(), body.getBytes(StandardCharsets.UTF_8));
        }
        if (fault instanceof ShortAnswer early && response.body().length > early.after()) {
            return new Response(response.status(), response.headers(), Arrays.copyOf(response.body(), early.after()));
        }
        return response;
    }

    private static void pass(HttpExchange exchange, Response response, int cut) throws IOException {
        boolean head = exchange.getRequestMethod().equals("HEAD");
        response.headers().forEach((name, values) -> {
            if (isPassedOn(name) || head && name.equalsIgnoreCase("Content-Length")) {
                exchange.getResponseHeaders().put(name, values);
            }
        });
        byte[] content = response.body();
        if (head || content.length == 0) {
            exchange.sendResponseHeaders(response.status(), -1);
            return;
        }
        exchange.sendResponseHeaders(response.status(), content.length);
        exchange.getResponseBody().write(content, 0, Math.min(cut, content.length));
        exchange.getResponseBody().flush();
    }

    private static boolean isPassedOn(String header) {
        return !NOT_PASSED_ON.contains(header.toLowerCase(Locale.ROOT));
    }

    private static void answer(HttpExchange exchange, Answer answer) throws IOException {
        byte[] content = answer.body().getBytes(StandardCharsets.UTF_8);
        answer.headers().forEach(exchange.getResponseHeaders()::set);
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(answer.status(), head ? -1 : content.length);
        if (!head) {
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(content);
            }
        }
    }

    /** Not with an HTTP client: signatures cover the host and the path, so both must go on exactly as they came. */
    private Response forward(HttpExchange exchange, byte[] body, String hidden) throws IOException {
        StringBuilder head = new StringBuilder()
                .append(exchange.getRequestMethod())
                .append(' ')
                .append(exchange.getRequestURI())
                .append(" HTTP/1.0\r\n");
        exchange.getRequestHeaders().forEach((name, values) -> {
            if (isPassedOn(name) && !name.equalsIgnoreCase(hidden)) {
                values.forEach(
                        value -> head.append(name).append(": ").append(value).append("\r\n"));
            }
        });
        head.append("Content-Length: ").append(body.length).append("\r\n\r\n");
        try (Socket socket = new Socket(behind.getHost(), behind.getPort())) {
            OutputStream out = socket.getOutputStream();
            out.write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
            out.write(body);
            out.flush();
            return response(socket.getInputStream().readAllBytes());
        }
    }

    private static Response response(byte[] all) throws IOException {
        String text = new String(all, StandardCharsets.ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        if (end < 0) {
            throw new IOException("The server behind gave no answer.");
        }
        String[] lines = text.substring(0, end).split("\r\n");
        Map<String, List<String>> headers = new LinkedHashMap<>();
        for (String line : List.of(lines).subList(1, lines.length)) {
            int colon = line.indexOf(':');
            headers.computeIfAbsent(line.substring(0, colon), name -> new ArrayList<>())
                    .add(line.substring(colon + 1).strip());
        }
        return new Response(
                Integer.parseInt(lines[0].split(" ")[1]), headers, Arrays.copyOfRange(all, end + 4, all.length));
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
