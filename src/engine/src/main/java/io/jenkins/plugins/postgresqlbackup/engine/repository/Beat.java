package io.jenkins.plugins.postgresqlbackup.engine.repository;

import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** How time passes for a lease. */
@FunctionalInterface
interface Beat {
    /** Ends it. What is under way may go on. */
    interface Stop {
        void stop();
    }

    /** Has something done again and again, by one thread at a time, until it is stopped. */
    Stop start(Runnable task);

    /** By a thread of its own, which keeps no program alive. */
    static Beat every(Duration period) {
        return task -> {
            ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, work -> {
                Thread thread = new Thread(work, "pgbackup lease");
                thread.setDaemon(true);
                return thread;
            });
            timer.scheduleWithFixedDelay(task, period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
            return timer::shutdownNow;
        };
    }
}
