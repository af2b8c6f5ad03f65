package io.jenkins.plugins.postgresqlbackup.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.postgresqlbackup.engine.health.Finding;
import io.jenkins.plugins.postgresqlbackup.engine.health.Rule;
import io.jenkins.plugins.postgresqlbackup.engine.health.Severity;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AlertBookTest {
    private static final Instant BEGIN = Instant.parse("2026-11-16T00:00:00Z");

    private AlertBook book = new AlertBook();
    private final List<AlertEvent> told = new ArrayList<>();
    private Instant now = BEGIN;

    private static Finding finding(Rule rule, Severity severity, String message) {
        return new Finding(rule, severity, "shop", "", message, "Do something.", BEGIN);
    }

    private static final Finding WARNING = finding(Rule.STORAGE_FULL, Severity.WARNING, "81 % full");
    private static final Finding ERROR = finding(Rule.STORAGE_FULL, Severity.ERROR, "91 % full");

    /** One check, and the time that passes until the next. */
    private void check(Duration after, Finding... findings) {
        told.addAll(book.update(List.of(findings), now));
        now = now.plus(after);
    }

    private void hourly(Finding... findings) {
        // Checks take their time: two of them are never exactly an hour apart.
        check(Duration.ofMinutes(60).minusSeconds(told.size() % 10 + 3L), findings);
    }

    private List<AlertEvent.Kind> kinds() {
        return told.stream().map(AlertEvent::kind).toList();
    }

    @Test
    void aFindingIsToldOnceHoweverOftenItIsFound() {
        for (int i = 0; i < 50; i++) {
            hourly(WARNING);
        }
        assertThat(kinds()).containsExactly(AlertEvent.Kind.OPENED);
        assertThat(book.open()).singleElement().satisfies(alert -> {
            assertThat(alert.getOpenedAt()).isEqualTo(BEGIN);
            assertThat(alert.getSince()).isEqualTo(BEGIN);
            assertThat(alert.isResolved()).isFalse();
        });
    }

    @Test
    void whatIsWorthKnowingOnlyIsNeverAnAlert() {
        hourly(finding(Rule.UNUSUAL_SIZE, Severity.INFO, "It grew."));
        assertThat(told).isEmpty();
        assertThat(book.recent()).isEmpty();
    }

    @Test
    void worseIsToldAgainAndBetterIsNot() {
        hourly(WARNING);
        hourly(ERROR);
        hourly(ERROR);
        hourly(WARNING);
        hourly(WARNING);
        assertThat(told)
                .extracting(
                        AlertEvent::kind,
                        event -> event.alert().getSeverity(),
                        event -> event.alert().getMessage())
                .containsExactly(
                        tuple(AlertEvent.Kind.OPENED, Severity.WARNING, "81 % full"),
                        tuple(AlertEvent.Kind.WORSENED, Severity.ERROR, "91 % full"));
        assertThat(book.open()).singleElement().satisfies(alert -> {
            assertThat(alert.getSeverity()).isEqualTo(Severity.WARNING);
            assertThat(alert.getWorsenedAt()).isNotNull();
        });
    }

    @Test
    void whatGoesToAndFroBetweenWarningAndErrorIsNotToldEachTimeButAfterAQuietTimeItIs() {
        hourly(WARNING);
        for (int i = 0; i < 10; i++) {
            hourly(ERROR);
            hourly(WARNING);
        }
        assertThat(kinds()).containsExactly(AlertEvent.Kind.OPENED, AlertEvent.Kind.WORSENED);
        hourly(WARNING);
        hourly(WARNING);
        hourly(ERROR);
        assertThat(kinds()).containsExactly(AlertEvent.Kind.OPENED, AlertEvent.Kind.WORSENED, AlertEvent.Kind.WORSENED);
    }

    @Test
    void itIsOverWhenTwoChecksInARowDoNotFindIt() {
        hourly(WARNING);
        hourly();
        assertThat(book.open()).hasSize(1);
        hourly();
        assertThat(kinds()).containsExactly(AlertEvent.Kind.OPENED, AlertEvent.Kind.RESOLVED);
        assertThat(book.open()).isEmpty();
        assertThat(book.recent())
                .singleElement()
                .satisfies(alert -> assertThat(alert.getResolvedAt())
                        .isEqualTo(told.get(1).alert().getResolvedAt()));
        hourly(WARNING);
        assertThat(kinds()).containsExactly(AlertEvent.Kind.OPENED, AlertEvent.Kind.RESOLVED, AlertEvent.Kind.OPENED);
    }

    @Test
    void twoChecksWithinMinutesDoNotEndIt() {
        hourly(WARNING);
        check(Duration.ofMinutes(1));
        check(Duration.ofMinutes(1));
        check(Duration.ofMinutes(30));
        assertThat(kinds()).containsExactly(AlertEvent.Kind.OPENED);
        check(Duration.ofMinutes(30));
        assertThat(kinds()).containsExactly(AlertEvent.Kind.OPENED);
        check(Duration.ofMinutes(30));
        assertThat(kinds()).containsExactly(AlertEvent.Kind.OPENED, AlertEvent.Kind.RESOLVED);
    }

    @Test
    void whatComesAndGoesEveryHourIsOneAlert() {
        for (int i = 0; i < 24; i++) {
            hourly(WARNING);
            hourly();
        }
        assertThat(kinds()).containsExactly(AlertEvent.Kind.OPENED);
    }

    @Test
    void anAcknowledgedAlertStaysOpenAndIsUnacknowledgedWhenItWorsens() {
        hourly(WARNING);
        assertThat(book.acknowledge("storage-full/shop", "alice", now)).isPresent();
        hourly(WARNING);
        assertThat(book.open()).singleElement().satisfies(alert -> {
            assertThat(alert.isAcknowledged()).isTrue();
            assertThat(alert.getAcknowledgedBy()).isEqualTo("alice");
        });
        hourly(ERROR);
        assertThat(book.open())
                .singleElement()
                .satisfies(alert -> assertThat(alert.isAcknowledged()).isFalse());
        assertThat(book.acknowledge("storage-full/other", "alice", now)).isEmpty();
    }

    @Test
    void theWorstIsFirstAmongTheOpenAndTheNewestAmongAll() {
        Finding late = finding(Rule.BACKUP_OVERDUE, Severity.ERROR, "overdue");
        hourly(WARNING);
        hourly(WARNING, late);
        hourly(finding(Rule.CLOCK_SKEW, Severity.WARNING, "skew"), WARNING, late);
        assertThat(book.open())
                .extracting(Alert::getRule)
                .containsExactly("backup-overdue", "clock-skew", "storage-full");
        assertThat(book.recent())
                .extracting(Alert::getRule)
                .containsExactly("clock-skew", "backup-overdue", "storage-full");
    }

    @Test
    void onlySoManyOfThePastAreKept() {
        for (int i = 0; i < AlertBook.MOST_RESOLVED + 20; i++) {
            hourly(new Finding(Rule.PACK_MISSING, Severity.ERROR, "offsite", "pack " + i, "gone", "look", BEGIN));
        }
        assertThat(book.recent()).hasSizeBetween(AlertBook.MOST_RESOLVED, AlertBook.MOST_RESOLVED + 2);
    }

    @Test
    void whatIsWrittenAndReadAgainGoesOnAsIfNothingHadBeen() throws Exception {
        ObjectMapper mapper = new ObjectMapper();
        hourly(WARNING);
        book.acknowledge("storage-full/shop", "alice", now);
        hourly();
        book = mapper.readValue(mapper.writeValueAsString(book), AlertBook.class);
        assertThat(book.isComplete()).isTrue();
        assertThat(book.open())
                .singleElement()
                .satisfies(alert -> assertThat(alert.getAcknowledgedBy()).isEqualTo("alice"));
        hourly();
        assertThat(kinds()).containsExactly(AlertEvent.Kind.OPENED, AlertEvent.Kind.RESOLVED);
        book = mapper.readValue(mapper.writeValueAsString(book), AlertBook.class);
        assertThat(book.recent())
                .singleElement()
                .satisfies(alert -> assertThat(alert.isResolved()).isTrue());
    }
}
