package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.time.Duration;

/** Waits; an interruption ends it as it ends everything here: with an exception, and the interrupt status set. */
final class Pause {
    private Pause() {}

    static void of(Duration duration, String doing) throws DatabaseException {
        try {
            Thread.sleep(duration.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DatabaseException("Interrupted while " + doing + ".", e);
        }
    }
}
