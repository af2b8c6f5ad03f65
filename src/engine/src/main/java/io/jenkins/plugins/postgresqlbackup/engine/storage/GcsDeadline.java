package io.jenkins.plugins.postgresqlbackup.engine.storage;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.http.HttpClientConnection;
import org.apache.http.HttpException;
import org.apache.http.HttpRequest;
import org.apache.http.HttpResponse;
import org.apache.http.protocol.HttpContext;
import org.apache.http.protocol.HttpRequestExecutor;

/**
 * Sends requests over connections and ends those that take too long. A silent server is noticed by the connection itself; one
 * that takes no more bytes is not, and sending could go on for ever. Thread-safe.
 */
final class GcsDeadline extends HttpRequestExecutor implements AutoCloseable {
    private final Duration longest;
    private final ScheduledExecutorService clock;

    GcsDeadline(Duration longest) {
        this.longest = longest;
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "gcs deadline");
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
        this.clock = timer;
    }

    @Override
    public HttpResponse execute(HttpRequest request, HttpClientConnection connection, HttpContext context)
            throws IOException, HttpException {
        ScheduledFuture<Void> end = clock.schedule(
                () -> {
                    connection.shutdown();
                    return null;
                },
                longest.toMillis(),
                TimeUnit.MILLISECONDS);
        try {
            return super.execute(request, connection, context);
        } finally {
            end.cancel(false);
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
