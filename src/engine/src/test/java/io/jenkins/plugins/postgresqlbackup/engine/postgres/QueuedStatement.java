package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Statements that somebody else runs meanwhile, and that may have to wait. Closing waits until they have succeeded. */
final class QueuedStatement implements AutoCloseable {
    private final Database database;
    private final String[] statements;
    private CompletableFuture<Void> done = CompletableFuture.completedFuture(null);

    QueuedStatement(Database database, String... statements) {
        this.database = database;
        this.statements = statements;
    }

    void start() {
        done = CompletableFuture.runAsync(() -> {
            try {
                TestPostgres.run(database, statements);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    boolean done() {
        return done.isDone();
    }

    @Override
    public void close() throws IOException {
        boolean interrupted = false;
        try {
            done.get(60, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            interrupted = true;
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("The other session's statements did not succeed", e);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
