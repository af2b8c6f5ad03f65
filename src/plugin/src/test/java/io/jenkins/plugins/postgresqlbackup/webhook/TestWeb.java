package io.jenkins.plugins.postgresqlbackup.webhook;

import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import hudson.util.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jenkinsci.plugins.plaincredentials.impl.StringCredentialsImpl;

/** A web server whose address is a secret, and which answers as it is told to. */
final class TestWeb implements AutoCloseable {
    static final String SECRET = "very-secret-token-4711";

    /** As it came. */
    record Request(String method, String path, String contentType, String body) {}

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final BlockingQueue<Request> requests = new LinkedBlockingQueue<>();
    private volatile int status = 200;
    private volatile String location;
    private volatile boolean hanging;

    TestWeb() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.createContext("/", this::answer);
        server.setExecutor(threads);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/" + SECRET + "?key=" + SECRET;
    }

    /** Has Jenkins know the URL as a secret text of this id. */
    TestWeb as(String id) throws IOException {
        SystemCredentialsProvider.getInstance()
                .getCredentials()
                .add(new StringCredentialsImpl(CredentialsScope.SYSTEM, id, "", Secret.fromString(url())));
        SystemCredentialsProvider.getInstance().save();
        return this;
    }

    void answerWith(int code) {
        status = code;
    }

    void redirectTo(String elsewhere) {
        status = 302;
        location = elsewhere;
    }

    void hang() {
        hanging = true;
    }

    private void answer(HttpExchange exchange) throws IOException {
        requests.add(new Request(
                exchange.getRequestMethod(),
                exchange.getRequestURI().toString(),
                exchange.getRequestHeaders().getFirst("Content-Type"),
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
        if (hanging) {
            return; // the connection stays open, and silent
        }
        if (location != null) {
            exchange.getResponseHeaders().add("Location", location);
        }
        byte[] said = ("what was sent to " + SECRET + " arrived").getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, said.length);
        exchange.getResponseBody().write(said);
        exchange.close();
    }

    /** The next that came; null if none comes. */
    Request next() throws InterruptedException {
        return requests.poll(10, TimeUnit.SECONDS);
    }

    /** Those that came and were not yet asked for. */
    int waiting() {
        return requests.size();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
