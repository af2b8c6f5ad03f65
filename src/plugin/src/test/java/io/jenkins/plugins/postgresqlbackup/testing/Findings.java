package io.jenkins.plugins.postgresqlbackup.testing;

import io.jenkins.plugins.postgresqlbackup.engine.health.Finding;
import io.jenkins.plugins.postgresqlbackup.engine.health.Rule;
import io.jenkins.plugins.postgresqlbackup.engine.health.Severity;
import io.jenkins.plugins.postgresqlbackup.monitor.BackupMonitor;
import io.jenkins.plugins.postgresqlbackup.monitor.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Checks that never took place, and what they are said to have found. */
public final class Findings {
    private static Instant clock = Instant.now();

    private Findings() {}

    public static Finding of(Rule rule, Severity severity, String subject) {
        return of(rule, severity, subject, "");
    }

    public static Finding of(Rule rule, Severity severity, String subject, String detail) {
        return new Finding(
                rule,
                severity,
                subject,
                detail,
                "Something is wrong with " + subject + ", as " + rule.code() + " says.",
                "Do something about " + subject + ".",
                Instant.now().minus(Duration.ofHours(31)));
    }

    /** An hour after the last one. */
    public static Status publish(Finding... findings) {
        clock = clock.plus(Duration.ofHours(1));
        return publish(new Status(clock, Status.NONE.situation(), List.of(findings)));
    }

    /** What is told late would else be told in the next test. Whoever hangs must be let go before. */
    public static void waitUntilAllIsTold() {
        for (long end = System.nanoTime() + Duration.ofSeconds(40).toNanos(); isTelling(); ) {
            if (System.nanoTime() > end) {
                throw new AssertionError("Alerts are still being told.");
            }
            LockSupport.parkNanos(50_000_000);
        }
    }

    private static boolean isTelling() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .anyMatch(name -> name.matches("postgresql-backup (e-mail of|alerts by|test alert by) .*"));
    }

    public static Status publish(Status status) {
        BackupMonitor.get().publish(status);
        return status;
    }
}
