package io.jenkins.plugins.postgresqlbackup.engine.operation;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs the parts of one operation side by side, as a whole: it ends when all have ended, and with the first failure or interruption the others are
 * told to stop.
 */
final class Workers {
    private static final long PATIENCE_SECONDS = 30;
    private static final int AGAIN_MILLIS = 250;

    private Workers() {}

    /**
     * @param stop frees parts that wait where an interrupt does not reach them, e.g. in a socket; called once, only when something failed
     * @throws IOException the first failure
     */
    static void run(String name, List<? extends Callable<?>> parts, AutoCloseable stop)
            throws IOException, InterruptedException {
        AtomicInteger number = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(Math.max(1, parts.size()), task -> {
            Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        boolean whole = false;
        try {
            CompletionService<Object> ended = new ExecutorCompletionService<>(threads);
            for (Callable<?> part : parts) {
                ended.submit(part::call);
            }
            for (int i = 0; i < parts.size(); i++) {
                ended.take().get();
            }
            whole = true;
        } catch (ExecutionException e) {
            throw asIOException(e.getCause());
        } finally {
            threads.shutdownNow();
            if (!whole) {
                release(stop);
                awaitQuietly(threads);
            }
        }
    }

    private static IOException asIOException(Throwable cause) throws InterruptedException {
        if (cause instanceof InterruptedException interrupted) {
            throw interrupted;
        }
        if (cause instanceof RuntimeException unexpected) {
            throw unexpected;
        }
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof IOException failure ? failure : new IOException(cause.getMessage(), cause);
    }

    private static void release(AutoCloseable stop) {
        try {
            stop.close();
        } catch (Exception e) {
            System.getLogger(Workers.class.getName())
                    .log(System.Logger.Level.DEBUG, "While stopping after a failure", e);
        }
    }

    /** They are interrupted again and again: somebody below them, such as a class loader that fetches over a network, may have swallowed it. */
    private static void awaitQuietly(ExecutorService threads) {
        boolean interrupted = Thread.interrupted();
        try {
            long began = System.nanoTime();
            while (!threads.awaitTermination(AGAIN_MILLIS, TimeUnit.MILLISECONDS)) {
                if (System.nanoTime() - began > TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS)) {
                    System.getLogger(Workers.class.getName())
                            .log(System.Logger.Level.WARNING, "Some threads of a stopped operation are still running.");
                    break;
                }
                threads.shutdownNow();
            }
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
