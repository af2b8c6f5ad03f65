package io.jenkins.plugins.postgresqlbackup.alert;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.postgresqlbackup.engine.health.HealthRules;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.TextStyle;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A week hour by hour, judged by the real rules: people are told of exactly what went wrong, each once. */
class WeekTest {
    private static final Instant MONDAY = Instant.parse("2026-11-16T00:00:00Z");
    private static final List<String> DATABASES = List.of("orders", "stocks");
    private static final long ROWS = 100_000;

    private final SimulatedWorld world = new SimulatedWorld(MONDAY.minus(Duration.ofDays(20)));
    private final AlertBook book = new AlertBook();
    private final List<String> told = new ArrayList<>();

    /** What happens in place of what should, by the hour that it begins. */
    private final Map<Instant, Runnable> incidents = new TreeMap<>();

    private boolean storeAnswers = true;
    private boolean databaseAnswers = true;

    @BeforeEach
    void liveThroughTwoGoodWeeks() {
        for (int day = -19; day < 0; day++) {
            for (int hour = 0; hour < 24; hour++) {
                routine(MONDAY.plus(Duration.ofDays(day)).plus(Duration.ofHours(hour)));
            }
        }
    }

    /** Full backups every night, a verification and a drill every week, a prune every night. */
    private void routine(Instant hour) {
        ZonedDateTime time = hour.atZone(ZoneOffset.UTC);
        for (String database : DATABASES) {
            if (time.getHour() == 2) {
                world.backUp(database, hour, ROWS);
            }
            if (time.getHour() == 4) {
                world.prune(database, hour);
            }
            if (time.getHour() == 5 && time.getDayOfWeek() == DayOfWeek.SATURDAY) {
                world.verify(database, hour, true);
            }
            if (time.getHour() == 6 && time.getDayOfWeek() == DayOfWeek.SUNDAY) {
                world.drill(database, hour);
            }
        }
    }

    private static Instant at(DayOfWeek day, int hour) {
        return MONDAY.plus(Duration.ofDays(day.getValue() - 1L)).plus(Duration.ofHours(hour));
    }

    private void on(DayOfWeek day, int hour, Runnable incident) {
        incidents.put(at(day, hour), incident);
    }

    private void week() {
        for (int hour = 0; hour < 7 * 24; hour++) {
            Instant now = MONDAY.plus(Duration.ofHours(hour));
            Runnable incident = incidents.get(now);
            if (incident == null) {
                routine(now);
            } else {
                incident.run();
            }
            check(now.plus(Duration.ofMinutes(30)));
        }
    }

    private void check(Instant now) {
        world.lookAtRepository(now, storeAnswers);
        world.lookAtDatabase("orders", now, databaseAnswers);
        world.lookAtDatabase("stocks", now, true);
        String when = now.atZone(ZoneOffset.UTC).getDayOfWeek().getDisplayName(TextStyle.SHORT, Locale.ROOT)
                + DateTimeFormatter.ofPattern(" HH:mm ", Locale.ROOT)
                        .withZone(ZoneOffset.UTC)
                        .format(now);
        book.update(HealthRules.findings(world.situation(now)), now).stream()
                .map(event -> when + event.kind() + " " + event.alert().getSeverity() + " "
                        + event.alert().getId())
                .forEach(told::add);
    }

    @Test
    void aGoodWeekIsSilent() {
        week();
        assertThat(told).isEmpty();
        assertThat(book.open()).isEmpty();
    }

    @Test
    void aBadWeekIsToldOnceForEachThingThatWentWrong() {
        on(DayOfWeek.TUESDAY, 2, () -> world.backUp("stocks", at(DayOfWeek.TUESDAY, 2), ROWS)); // not that of orders
        on(DayOfWeek.TUESDAY, 9, () -> world.backUp("orders", at(DayOfWeek.TUESDAY, 9), ROWS)); // by hand
        on(DayOfWeek.WEDNESDAY, 2, () -> {
            world.failToBackUp("orders", at(DayOfWeek.WEDNESDAY, 2), "The server closed the connection");
            world.backUp("stocks", at(DayOfWeek.WEDNESDAY, 2), ROWS);
        });
        on(DayOfWeek.WEDNESDAY, 3, () -> world.backUp("orders", at(DayOfWeek.WEDNESDAY, 3), ROWS));
        on(DayOfWeek.WEDNESDAY, 12, () -> storeAnswers = false);
        on(DayOfWeek.WEDNESDAY, 15, () -> storeAnswers = true);
        on(DayOfWeek.THURSDAY, 7, () -> world.fill(82));
        on(DayOfWeek.THURSDAY, 12, () -> world.fill(92));
        on(DayOfWeek.THURSDAY, 18, () -> world.fill(50));
        for (int hour = 8; hour < 16; hour++) {
            boolean answers = hour % 2 == 1;
            on(DayOfWeek.FRIDAY, hour, () -> databaseAnswers = answers);
        }
        on(DayOfWeek.SATURDAY, 5, () -> {
            world.verify("orders", at(DayOfWeek.SATURDAY, 5), false);
            world.verify("stocks", at(DayOfWeek.SATURDAY, 5), true);
        });
        on(DayOfWeek.SATURDAY, 8, () -> {
            world.backUp("orders", at(DayOfWeek.SATURDAY, 8), ROWS);
            world.verify("orders", at(DayOfWeek.SATURDAY, 8), true);
        });
        on(DayOfWeek.SUNDAY, 3, () -> world.delete("20261121T020000Z-orders", at(DayOfWeek.SUNDAY, 3)));
        on(DayOfWeek.SUNDAY, 10, () -> world.disable("backup-stocks-full"));
        on(DayOfWeek.SUNDAY, 14, () -> world.disable(""));
        on(
                DayOfWeek.SUNDAY,
                12,
                () -> world.backUp("stocks", at(DayOfWeek.SUNDAY, 12), 3 * ROWS)); // grew: worth knowing
        week();
        assertThat(told)
                .containsExactly(
                        "Tue 04:30 OPENED ERROR backup-overdue/orders",
                        "Tue 10:30 RESOLVED ERROR backup-overdue/orders",
                        "Wed 02:30 OPENED WARNING operation-failed/orders/backup",
                        "Wed 04:30 RESOLVED WARNING operation-failed/orders/backup",
                        "Wed 12:30 OPENED WARNING repository-unreachable/offsite",
                        "Wed 13:30 WORSENED ERROR repository-unreachable/offsite",
                        "Wed 16:30 RESOLVED ERROR repository-unreachable/offsite",
                        "Thu 07:30 OPENED WARNING storage-full/offsite/disk",
                        "Thu 12:30 WORSENED ERROR storage-full/offsite/disk",
                        "Thu 19:30 RESOLVED ERROR storage-full/offsite/disk",
                        "Fri 08:30 OPENED WARNING database-unreachable/orders",
                        "Fri 16:30 RESOLVED WARNING database-unreachable/orders",
                        "Sat 05:30 OPENED ERROR backup-overdue/orders",
                        "Sat 05:30 OPENED ERROR verification-failed/orders/20261121T020000Z-orders",
                        "Sat 09:30 RESOLVED ERROR backup-overdue/orders",
                        "Sun 04:30 RESOLVED ERROR verification-failed/orders/20261121T020000Z-orders",
                        "Sun 10:30 OPENED WARNING job-missing/stocks/backup-stocks-full",
                        "Sun 15:30 RESOLVED WARNING job-missing/stocks/backup-stocks-full");
        assertThat(book.open()).isEmpty();
    }

    @Test
    void aJobThatFailsEveryNightIsOneAlertThatGetsWorse() {
        for (DayOfWeek day : List.of(DayOfWeek.TUESDAY, DayOfWeek.WEDNESDAY, DayOfWeek.THURSDAY)) {
            on(day, 2, () -> {
                world.failToBackUp("orders", at(day, 2), "No such role");
                world.backUp("stocks", at(day, 2), ROWS);
            });
        }
        week();
        assertThat(told)
                .containsExactly(
                        "Tue 02:30 OPENED WARNING operation-failed/orders/backup",
                        "Tue 04:30 OPENED ERROR backup-overdue/orders",
                        "Wed 02:30 WORSENED ERROR operation-failed/orders/backup",
                        "Fri 03:30 RESOLVED ERROR operation-failed/orders/backup",
                        "Fri 03:30 RESOLVED ERROR backup-overdue/orders");
    }

    @Test
    void checksEveryFiveMinutesTellNoMoreThanHourlyOnes() {
        on(DayOfWeek.TUESDAY, 2, () -> world.backUp("stocks", at(DayOfWeek.TUESDAY, 2), ROWS));
        on(DayOfWeek.TUESDAY, 9, () -> world.backUp("orders", at(DayOfWeek.TUESDAY, 9), ROWS));
        for (int hour = 0; hour < 3 * 24; hour++) {
            Instant now = MONDAY.plus(Duration.ofHours(hour));
            Runnable incident = incidents.get(now);
            if (incident == null) {
                routine(now);
            } else {
                incident.run();
            }
            for (int minute = 15; minute < 60; minute += 5) {
                check(now.plus(Duration.ofMinutes(minute)));
            }
        }
        assertThat(told)
                .containsExactly(
                        "Tue 04:15 OPENED ERROR backup-overdue/orders",
                        "Tue 10:15 RESOLVED ERROR backup-overdue/orders");
    }
}
