package io.jenkins.plugins.postgresqlbackup.alert;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.postgresqlbackup.engine.health.Finding;
import io.jenkins.plugins.postgresqlbackup.engine.health.Rule;
import io.jenkins.plugins.postgresqlbackup.engine.health.Severity;
import io.jenkins.plugins.postgresqlbackup.history.EventLogs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import jenkins.model.Jenkins;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.TestExtension;
import org.jvnet.hudson.test.junit.jupiter.JenkinsSessionExtension;

/** Alerts, the ways they are told by, and what of it outlives a restart. */
class AlertsTest {
    @RegisterExtension
    private final JenkinsSessionExtension sessions = new JenkinsSessionExtension();

    private static final Finding OVERDUE = finding(Rule.BACKUP_OVERDUE, Severity.ERROR);
    private static final Finding SKEW = finding(Rule.CLOCK_SKEW, Severity.WARNING);

    private static Finding finding(Rule rule, Severity severity) {
        return new Finding(rule, severity, "shop", "", "It is so.", "Do something.", Instant.now());
    }

    /** A way that does what a test wants of it. */
    abstract static class Way implements AlertWay {
        final BlockingQueue<List<String>> told = new LinkedBlockingQueue<>();
        volatile boolean enabled;
        volatile IOException failure;
        volatile CountDownLatch held;

        @Override
        public String getName() {
            return getClass().getSimpleName();
        }

        @Override
        public boolean isEnabled() {
            return enabled;
        }

        @Override
        public void tell(List<AlertEvent> events) throws IOException, InterruptedException {
            told.add(events.stream()
                    .map(event -> event.kind() + " " + event.alert().getId())
                    .toList());
            if (held != null) {
                held.await();
            }
            if (failure != null) {
                throw failure;
            }
        }

        List<String> next() throws InterruptedException {
            List<String> events = told.poll(20, TimeUnit.SECONDS);
            assertThat(events).as(getName() + " was told").isNotNull();
            return events;
        }

        void nothing() throws InterruptedException {
            assertThat(told.poll(500, TimeUnit.MILLISECONDS)).as(getName()).isNull();
        }
    }

    @TestExtension
    public static final class Letters extends Way {}

    @TestExtension
    public static final class Bells extends Way {}

    private static Letters letters() {
        Letters letters = AlertWay.all().get(Letters.class);
        letters.enabled = true;
        return letters;
    }

    private static Bells bells() {
        Bells bells = AlertWay.all().get(Bells.class);
        bells.enabled = true;
        return bells;
    }

    private static void check(Instant at, Finding... findings) {
        Alerts.get().update(List.of(findings), at);
    }

    @Test
    void aRestartTellsNothingTwiceAndForgetsNothing() throws Throwable {
        Instant begin = Instant.now();
        sessions.then(jenkins -> {
            Letters letters = letters();
            check(begin, OVERDUE, SKEW);
            assertThat(letters.next())
                    .containsExactlyInAnyOrder("OPENED backup-overdue/shop", "OPENED clock-skew/shop");
            Alerts.get().acknowledge("backup-overdue/shop", "alice");
            awaitNothingLeft();
        });
        sessions.then(jenkins -> {
            Letters letters = letters();
            assertThat(Alerts.get().open())
                    .extracting(Alert::getId)
                    .containsExactly("backup-overdue/shop", "clock-skew/shop");
            assertThat(Alerts.get().open().get(0).getAcknowledgedBy()).isEqualTo("alice");
            check(begin.plus(Duration.ofHours(1)), OVERDUE);
            Alerts.get().deliver(Instant.now());
            letters.nothing();
            check(begin.plus(Duration.ofHours(2)), OVERDUE);
            assertThat(letters.next()).containsExactly("RESOLVED clock-skew/shop");
            assertThat(Alerts.get().recent()).hasSize(2);
        });
    }

    private static void awaitNothingLeft() throws InterruptedException {
        for (int i = 0; i < 200 && hasUntold(); i++) {
            Thread.sleep(50); // until the way's own thread has said that it is done
        }
        assertThat(hasUntold()).isFalse();
    }

    private static boolean hasUntold() {
        try {
            return Files.readString(file()).contains("\"OPENED\"");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Path file() {
        return Jenkins.get().getRootDir().toPath().resolve("postgresql-backup/alerts.json");
    }

    @Test
    void whatAWayCouldNotTellItTellsAfterTheRestart() throws Throwable {
        sessions.then(jenkins -> {
            Letters letters = letters();
            letters.failure = new IOException("no post today");
            check(Instant.now(), OVERDUE);
            assertThat(letters.next()).containsExactly("OPENED backup-overdue/shop");
            awaitFinding();
        });
        sessions.then(jenkins -> {
            Letters letters = letters();
            Alerts.get().deliver(Instant.now().plus(Duration.ofMinutes(2)));
            assertThat(letters.next()).containsExactly("OPENED backup-overdue/shop");
            awaitNothingLeft();
            assertThat(Alerts.get().findings(Instant.now())).isEmpty();
        });
    }

    private static Finding awaitFinding() throws InterruptedException {
        for (int i = 0; i < 200 && Alerts.get().findings(Instant.now()).isEmpty(); i++) {
            Thread.sleep(50);
        }
        return Alerts.get().findings(Instant.now()).get(0);
    }

    @Test
    void aWayThatFailsIsTriedAgainAfterGrowingPausesAndToldByTheOthers() throws Throwable {
        sessions.then(jenkins -> {
            Letters letters = letters();
            Bells bells = bells();
            letters.failure = new IOException("no post today");
            Instant begin = Instant.now();
            check(begin, OVERDUE);
            letters.next();
            bells.next();
            Finding finding = awaitFinding();
            assertThat(finding.id()).isEqualTo("alert-undelivered/Letters");
            assertThat(finding.message()).contains("Letters", "no post today");
            assertThat(finding.severity()).isEqualTo(Severity.WARNING);
            assertThat(Alerts.get().findings(begin.plus(Duration.ofHours(2))))
                    .extracting(Finding::severity)
                    .containsExactly(Severity.ERROR);

            check(Instant.now(), OVERDUE, finding);
            assertThat(bells.next()).containsExactly("OPENED alert-undelivered/Letters");
            Alerts.get().deliver(Instant.now());
            letters.nothing();
            Alerts.get().deliver(Instant.now().plus(Duration.ofSeconds(61)));
            letters.next();
            Thread.sleep(500); // for what came of it to be noted
            Alerts.get().deliver(Instant.now().plus(Duration.ofSeconds(61)));
            letters.nothing();
            letters.failure = null;
            Alerts.get().deliver(Instant.now().plus(Duration.ofSeconds(121)));
            assertThat(letters.next()).containsExactly("OPENED backup-overdue/shop");
            awaitNothingLeft();
            assertThat(Alerts.get().findings(Instant.now())).isEmpty();
        });
    }

    @Test
    void aWayThatHangsHoldsNobodyAndIsNotAskedTwice() throws Throwable {
        sessions.then(jenkins -> {
            Letters letters = letters();
            Bells bells = bells();
            letters.held = new CountDownLatch(1);
            Instant begin = Instant.now();
            check(begin, OVERDUE);
            letters.next();
            bells.next();
            check(Instant.now(), OVERDUE, SKEW);
            assertThat(bells.next()).containsExactly("OPENED clock-skew/shop");
            letters.nothing();
            assertThat(Duration.between(begin, Instant.now())).isLessThan(Duration.ofSeconds(20));
            letters.held.countDown();
            assertThat(letters.next()).containsExactly("OPENED clock-skew/shop");
        });
    }

    @Test
    void whatHappensWhileAWayIsOffIsNeverToldByIt() throws Throwable {
        sessions.then(jenkins -> {
            Letters letters = letters();
            letters.enabled = false;
            check(Instant.now(), OVERDUE);
            letters.enabled = true;
            Alerts.get().deliver(Instant.now());
            letters.nothing();
            letters.failure = new IOException("no post today");
            check(Instant.now(), OVERDUE, SKEW);
            letters.next();
            awaitFinding();
            letters.enabled = false;
            Alerts.get().deliver(Instant.now());
            assertThat(Alerts.get().findings(Instant.now())).isEmpty();
        });
    }

    @Test
    void aFileThatCannotBeReadIsPutAsideAndEverythingIsToldAgain() throws Throwable {
        sessions.then(jenkins -> {
            letters();
            check(Instant.now(), OVERDUE);
            awaitNothingLeft();
            Files.writeString(file(), "{\"book\":{\"open\":[null]}}");
        });
        sessions.then(jenkins -> {
            Letters letters = letters();
            assertThat(Alerts.get().open()).isEmpty();
            check(Instant.now(), OVERDUE);
            assertThat(letters.next()).containsExactly("OPENED backup-overdue/shop");
            assertThat(file().resolveSibling("alerts.json.unreadable")).exists();
        });
    }

    @Test
    void eachCheckAndEachEventIsALineOfTheLog() throws Throwable {
        sessions.then(jenkins -> {
            check(Instant.now(), OVERDUE);
            Alerts.get().acknowledge("backup-overdue/shop", "alice");
            EventLogs.get().await();
            List<String> lines =
                    Files.readAllLines(Jenkins.get().getRootDir().toPath().resolve("logs/backup-monitoring.log"));
            List<String> events = new ArrayList<>();
            for (String line : lines) {
                events.add(new com.fasterxml.jackson.databind.ObjectMapper()
                        .readTree(line)
                        .get("event")
                        .asText());
            }
            assertThat(events).containsExactly("check", "opened", "acknowledged");
            assertThat(lines.get(0)).contains("\"error\":1", "backup-overdue/shop");
            assertThat(lines.get(2)).contains("\"acknowledgedBy\":\"alice\"");
        });
    }
}
