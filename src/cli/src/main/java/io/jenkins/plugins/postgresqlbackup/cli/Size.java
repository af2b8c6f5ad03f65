package io.jenkins.plugins.postgresqlbackup.cli;

import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A number of bytes, such as {@code 500MB}, {@code 1.5TB} or {@code 100GiB}. */
record Size(long bytes) {
    private static final Pattern FORM =
            Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,3})?) ?([kmgtp]?)(i?)b?", Pattern.CASE_INSENSITIVE);
    private static final List<String> PREFIXES = List.of("", "k", "m", "g", "t", "p");

    /** @throws IllegalArgumentException if it is nothing of the kind, or nothing */
    static Size parse(String text) {
        Matcher form = FORM.matcher(text);
        if (form.matches()) {
            int power = PREFIXES.indexOf(form.group(2).toLowerCase(Locale.ROOT));
            BigDecimal unit =
                    BigDecimal.valueOf(form.group(3).isEmpty() ? 1000 : 1024).pow(power);
            BigDecimal bytes = new BigDecimal(form.group(1)).multiply(unit);
            if (bytes.compareTo(BigDecimal.ONE) >= 0 && bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) <= 0) {
                return new Size(bytes.longValue());
            }
        }
        throw new IllegalArgumentException("a size such as 500MB, 1.5TB or 100GiB is wanted");
    }
}
