package io.jenkins.plugins.postgresqlbackup.cli;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How old something may be, such as {@code 26h}, {@code 9d} or {@code 90m}. */
record Age(Duration duration) {
    private static final Pattern FORM = Pattern.compile("([1-9][0-9]{0,5})([mhdw])");

    /** @throws IllegalArgumentException if it is nothing of the kind */
    static Age parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException("a time such as 90m, 26h, 9d or 2w is wanted");
        }
        long number = Long.parseLong(form.group(1));
        return new Age(
                switch (form.group(2)) {
                    case "m" -> Duration.ofMinutes(number);
                    case "h" -> Duration.ofHours(number);
                    case "d" -> Duration.ofDays(number);
                    default -> Duration.ofDays(7 * number);
                });
    }
}
