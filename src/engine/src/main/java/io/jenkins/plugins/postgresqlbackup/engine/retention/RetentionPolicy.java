package io.jenkins.plugins.postgresqlbackup.engine.retention;

import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;

/**
 * What to keep of each database; a backup stays if any of these keeps it. Immutable.
 *
 * @param keepDays those of the last so many days of 24 hours; 0: age keeps none
 * @param keepLast the newest so many
 * @param daily the last one of each of the last so many days on which there is one
 * @param weekly the same for weeks, which begin on Monday
 * @param monthly the same for months
 * @param yearly the same for years
 * @param minimum the newest so many stay however old they are; counted like {@code keepLast}, and there even when nobody has thought of it
 * @param zone where days begin
 */
public record RetentionPolicy(
        int keepDays, int keepLast, int daily, int weekly, int monthly, int yearly, int minimum, ZoneId zone) {
    /** For how many days backups are kept if nobody says otherwise. */
    public static final int USUAL_DAYS = 30;

    /** How many backups are left at least if nobody says otherwise. */
    public static final int USUAL_MINIMUM = 3;

    private static final int MOST = 100_000;

    /** @throws IllegalArgumentException with a sentence, when a number is negative or absurd or when nothing at all would be kept */
    public RetentionPolicy {
        Objects.requireNonNull(zone);
        List<Integer> numbers = List.of(keepDays, keepLast, daily, weekly, monthly, yearly, minimum);
        for (int number : numbers) {
            if (number < 0 || number > MOST) {
                throw new IllegalArgumentException(
                        "A policy's numbers are between 0 and " + MOST + ", and " + number + " is not.");
            }
        }
        if (numbers.stream().allMatch(number -> number == 0)) {
            throw new IllegalArgumentException("This policy would keep no backup at all: say what to keep.");
        }
    }

    /** 30 days, and never fewer than three. Days in UTC. */
    public static RetentionPolicy usual() {
        return new RetentionPolicy(USUAL_DAYS, 0, 0, 0, 0, 0, USUAL_MINIMUM, ZoneOffset.UTC);
    }

    public RetentionPolicy withKeepDays(int days) {
        return new RetentionPolicy(days, keepLast, daily, weekly, monthly, yearly, minimum, zone);
    }

    public RetentionPolicy withKeepLast(int number) {
        return new RetentionPolicy(keepDays, number, daily, weekly, monthly, yearly, minimum, zone);
    }

    /** Those kept of days, weeks, months and years. */
    public RetentionPolicy withPeriods(int days, int weeks, int months, int years) {
        return new RetentionPolicy(keepDays, keepLast, days, weeks, months, years, minimum, zone);
    }

    public RetentionPolicy withMinimum(int number) {
        return new RetentionPolicy(keepDays, keepLast, daily, weekly, monthly, yearly, number, zone);
    }

    public RetentionPolicy withZone(ZoneId place) {
        return new RetentionPolicy(keepDays, keepLast, daily, weekly, monthly, yearly, minimum, place);
    }
}
