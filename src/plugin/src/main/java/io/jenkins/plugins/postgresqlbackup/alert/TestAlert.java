package io.jenkins.plugins.postgresqlbackup.alert;

import hudson.util.FormValidation;
import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.engine.health.Finding;
import io.jenkins.plugins.postgresqlbackup.engine.health.Rule;
import io.jenkins.plugins.postgresqlbackup.engine.health.Severity;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.logging.Level;
import java.util.logging.Logger;

/** An alert that tells nothing but that alerts arrive, sent by every way at once. It is not kept. */
public final class TestAlert {
    private static final Logger LOGGER = Logger.getLogger(TestAlert.class.getName());

    /** How long whoever pressed the button waits. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final String SUBJECT = "PostgreSQL Backup";
    private static final String DETAIL = "test";

    private TestAlert() {}

    /** Whether an alert is one of these. */
    public static boolean isOne(Alert alert) {
        return alert.getSubject().equals(SUBJECT) && alert.getDetail().equals(DETAIL);
    }

    /** One that begins now: an error, so that it takes every way. */
    public static AlertEvent now(Instant now) {
        Finding finding = new Finding(
                Rule.ALERT_UNDELIVERED,
                Severity.ERROR,
                SUBJECT,
                DETAIL,
                Messages.TestAlert_message(),
                Messages.TestAlert_advice(),
                now);
        return new AlertEvent(AlertEvent.Kind.OPENED, Alert.of(finding, now));
    }

    /** Sends it by every way that is set up, and says within seconds what came of each. */
    public static FormValidation send() {
        List<AlertEvent> events = List.of(now(Instant.now()));
        Map<AlertWay, Optional<CompletableFuture<Void>>> sent = new LinkedHashMap<>();
        AlertWay.all().stream()
                .filter(AlertWay::isEnabled)
                .forEach(way -> sent.put(way, Errands.start("test alert by " + way.getName(), PATIENCE, () -> {
                    way.tell(events);
                    return null;
                })));
        if (sent.isEmpty()) {
            return FormValidation.warning(Messages.TestAlert_none());
        }
        List<FormValidation> said = new ArrayList<>();
        sent.forEach((way, outcome) -> said.add(outcome(way.getName(), outcome)));
        return FormValidation.aggregate(said);
    }

    private static FormValidation outcome(String way, Optional<CompletableFuture<Void>> sent) {
        if (sent.isEmpty()) {
            return FormValidation.error(Messages.TestAlert_busy(way));
        }
        try {
            sent.get().get(PATIENCE.toMillis() + 1000, TimeUnit.MILLISECONDS);
            return FormValidation.ok(Messages.TestAlert_sent(way));
        } catch (TimeoutException e) {
            return FormValidation.error(Messages.TestAlert_late(way, PATIENCE.toSeconds()));
        } catch (ExecutionException e) {
            return failed(way, e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return FormValidation.error(Messages.TestAlert_late(way, 0));
        }
    }

    private static FormValidation failed(String way, Throwable why) {
        if (why instanceof TimeoutException) {
            return FormValidation.error(Messages.TestAlert_late(way, PATIENCE.toSeconds()));
        }
        if (why instanceof IOException) {
            return FormValidation.error(Messages.TestAlert_failed(way, why.getMessage()));
        }
        LOGGER.log(Level.WARNING, "A test alert failed in a way it should not: " + way, why);
        return FormValidation.error(
                Messages.TestAlert_failed(way, why.getClass().getSimpleName()));
    }
}
