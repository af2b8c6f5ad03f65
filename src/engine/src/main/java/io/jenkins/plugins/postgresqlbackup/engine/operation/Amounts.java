package io.jenkins.plugins.postgresqlbackup.engine.operation;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Numbers as people read them. Bytes in powers of 1,000, times in UTC. */
public final class Amounts {
    private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter SECOND = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private Amounts() {}

    /** {@code 0 B}, {@code 999 B}, {@code 1.5 kB}, {@code 88.1 MB}, {@code 132 MB}. */
    public static String bytes(long bytes) {
        double value = bytes;
        int unit = 0;
        while (value >= 999.5 && unit < UNITS.length - 1) {
            value /= 1000;
            unit++;
        }
        String number = unit == 0 || value >= 99.95
                ? String.format(Locale.ROOT, "%.0f", value)
                : String.format(Locale.ROOT, "%.1f", value);
        return number + " " + UNITS[unit];
    }

    /** {@code 1,000,204}. */
    public static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** {@code 1 row}, {@code 2 rows}. */
    public static String count(long number, String one, String many) {
        return count(number) + " " + (number == 1 ? one : many);
    }

    /** {@code 0.04 s}, {@code 4.2 s}, {@code 1 min 05 s}, {@code 2 h 07 min}. */
    public static String duration(Duration time) {
        long seconds = Math.max(0, time.toSeconds());
        if (seconds >= 3600) {
            return String.format(Locale.ROOT, "%d h %02d min", seconds / 3600, seconds % 3600 / 60);
        }
        double exact = Math.max(0, time.toMillis()) / 1000.0;
        if (exact >= 59.95) {
            return String.format(Locale.ROOT, "%d min %02d s", seconds / 60, seconds % 60);
        }
        return String.format(Locale.ROOT, exact < 0.095 ? "%.2f s" : "%.1f s", exact);
    }

    /** {@code 0:07}, {@code 12:30}, {@code 3:05:00}: short, for a line that changes. */
    public static String clock(Duration time) {
        long seconds = Math.max(0, time.toSeconds());
        return seconds >= 3600
                ? String.format(Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds % 3600 / 60, seconds % 60)
                : String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60);
    }

    /** {@code 98.2 MB/s}; nothing for too short a time to tell. */
    public static String rate(long bytes, Duration time) {
        long millis = time.toMillis();
        return millis < 1 ? "" : bytes((long) (bytes * 1000.0 / millis)) + "/s";
    }

    /** {@code 21 %}, {@code 0.4 %}; a dash for a share of nothing. */
    public static String share(long part, long whole) {
        if (whole <= 0) {
            return "–";
        }
        double percent = 100.0 * part / whole;
        return String.format(Locale.ROOT, percent > 0 && percent < 1 ? "%.1f %%" : "%.0f %%", percent);
    }

    /** {@code 2026-11-22 12:18}. */
    public static String minute(Instant time) {
        return MINUTE.format(time);
    }

    /** {@code 2026-11-22 12:18:38 UTC}. */
    public static String second(Instant time) {
        return SECOND.format(time);
    }
}
