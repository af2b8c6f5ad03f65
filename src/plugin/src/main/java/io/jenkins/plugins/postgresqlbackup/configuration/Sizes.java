package io.jenkins.plugins.postgresqlbackup.configuration;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Util;
import hudson.util.FormValidation;
import io.jenkins.plugins.postgresqlbackup.Messages;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Amounts of bytes as people write them: {@code 500 GB}, {@code 1.5TB}, {@code 2 TiB}; a bare number means bytes. */
final class Sizes {
    private static final Pattern SIZE =
            Pattern.compile("(\\d{1,15}(?:\\.\\d{1,6})?)\\s*(?:([kmgtp])(i?))?b?", Pattern.CASE_INSENSITIVE);
    private static final List<String> UNITS = List.of("", "k", "m", "g", "t", "p");
    private static final int DECIMAL = 1000;
    private static final int BINARY = 1024;

    private Sizes() {}

    /** Empty for no size and for what is none. */
    static OptionalLong parse(@CheckForNull String text) {
        Matcher matcher = SIZE.matcher(Util.fixNull(text).strip());
        if (!matcher.matches()) {
            return OptionalLong.empty();
        }
        int power = UNITS.indexOf(Util.fixNull(matcher.group(2)).toLowerCase(Locale.ROOT));
        int step = Util.fixNull(matcher.group(3)).isEmpty() ? DECIMAL : BINARY;
        BigDecimal bytes = new BigDecimal(matcher.group(1))
                .multiply(BigDecimal.valueOf(step).pow(power));
        boolean isPossible =
                bytes.compareTo(BigDecimal.ONE) >= 0 && bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) <= 0;
        return isPossible ? OptionalLong.of(bytes.longValue()) : OptionalLong.empty();
    }

    static FormValidation check(@CheckForNull String text) {
        return Util.fixEmptyAndTrim(text) == null || parse(text).isPresent()
                ? FormValidation.ok()
                : FormValidation.error(Messages.Sizes_bad());
    }
}
