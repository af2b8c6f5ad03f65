package io.jenkins.plugins.postgresqlbackup.cli;

import java.time.Duration;

/** A number of days, 1 to 3650. */
record Days(int number) {
    private static final int MOST = 3650;

    /** @throws IllegalArgumentException if it is not such a number */
    static Days parse(String text) {
        if (text.matches("[0-9]{1,4}")) {
            int number = Integer.parseInt(text);
            if (number >= 1 && number <= MOST) {
                return new Days(number);
            }
        }
        throw new IllegalArgumentException("a number of days from 1 to " + MOST + " is wanted");
    }

    Duration duration() {
        return Duration.ofDays(number);
    }
}
