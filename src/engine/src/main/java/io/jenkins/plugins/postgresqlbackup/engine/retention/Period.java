package io.jenkins.plugins.postgresqlbackup.engine.retention;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.temporal.IsoFields;
import java.time.temporal.TemporalAdjusters;
import java.util.Locale;

/** A kind of calendar period, of each of which one backup may stay. */
enum Period {
    DAY("day") {
        @Override
        LocalDate begin(LocalDate day) {
            return day;
        }

        @Override
        String name(LocalDate begin) {
            return begin.toString();
        }
    },
    WEEK("week") {
        @Override
        LocalDate begin(LocalDate day) {
            return day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
        }

        @Override
        String name(LocalDate begin) {
            return String.format(
                    Locale.ROOT,
                    "week %d of %d",
                    begin.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR),
                    begin.get(IsoFields.WEEK_BASED_YEAR));
        }
    },
    MONTH("month") {
        @Override
        LocalDate begin(LocalDate day) {
            return day.withDayOfMonth(1);
        }

        @Override
        String name(LocalDate begin) {
            return MONTH_NAME.format(begin);
        }
    },
    YEAR("year") {
        @Override
        LocalDate begin(LocalDate day) {
            return day.withDayOfYear(1);
        }

        @Override
        String name(LocalDate begin) {
            return Integer.toString(begin.getYear());
        }
    };

    private static final DateTimeFormatter MONTH_NAME = DateTimeFormatter.ofPattern("MMMM uuuu", Locale.ENGLISH);

    private final String word;

    Period(String word) {
        this.word = word;
    }

    String word() {
        return word;
    }

    /** The first day of the period that a day belongs to. */
    abstract LocalDate begin(LocalDate day);

    /** What people call the period that begins on that day. */
    abstract String name(LocalDate begin);

    int kept(RetentionPolicy policy) {
        return switch (this) {
            case DAY -> policy.daily();
            case WEEK -> policy.weekly();
            case MONTH -> policy.monthly();
            case YEAR -> policy.yearly();
        };
    }
}
