package io.jenkins.plugins.postgresqlbackup.engine.health;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.Locale;
import java.util.stream.Collectors;

/** How findings put numbers, times and names: round, for somebody in a hurry. */
final class Words {
    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
    private static final int NAMED = 3;

    private Words() {}

    /** {@code 2026-11-22 12:18 UTC}. */
    static String at(Instant time) {
        return MINUTE.format(time);
    }

    /** {@code less than a minute}, {@code 95 minutes}, {@code 31 hours}, {@code 4 days}. */
    static String time(Duration time) {
        if (time.toMinutes() < 1) {
            return "less than a minute";
        }
        if (time.toMinutes() < 120) {
            return count(time.toMinutes(), "minute");
        }
        return time.toHours() < 72 ? count(time.toHours(), "hour") : count(time.toDays(), "day");
    }

    /** {@code 1 row}, {@code 2,000 rows}. */
    static String count(long number, String what) {
        return String.format(Locale.ROOT, "%,d %s%s", number, what, number == 1 ? "" : "s");
    }

    /** {@code 88.1 MB}, in powers of 1,000. */
    static String bytes(long bytes) {
        double value = bytes;
        int unit = 0;
        while (value >= 999.5 && unit < UNITS.length - 1) {
            value /= 1000;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 || value >= 99.95 ? "%.0f %s" : "%.1f %s", value, UNITS[unit]);
    }

    /** The first few, and how many more there are. */
    static String some(Collection<String> names) {
        return names.stream().limit(NAMED).collect(Collectors.joining(", "))
                + (names.size() > NAMED ? " and " + (names.size() - NAMED) + " more" : "");
    }

    /** What somebody else said, fit for the end of a sentence. */
    static String said(String text) {
        String line = line(text).replaceAll("[.\\s]+$", "");
        return line.isEmpty() ? "no reason was given" : line;
    }

    /** On one line, without what a terminal or a mail would take for a command. */
    static String line(String text) {
        return text.replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
    }

    /** Such as {@code is} or {@code are}. */
    static String verb(long number, String one, String many) {
        return number == 1 ? one : many;
    }
}
