package io.jenkins.plugins.postgresqlbackup.engine.storage;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The parameters behind the question mark of a location, each to be asked for once. */
final class UrlParameters {
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,9})([KMGkmg])|([0-9]{1,15})");
    private static final int UNIT = 1024;

    private final String kind;
    private final Set<String> known = new LinkedHashSet<>();
    private final Map<String, String> left = new LinkedHashMap<>();

    /**
     * @param kind what to call such a URL, with its article
     * @throws IllegalArgumentException with a sentence, when one has no value or is there twice
     */
    UrlParameters(URI location, String kind) {
        this.kind = kind;
        if (location.getRawFragment() != null) {
            throw new IllegalArgumentException("There is nothing behind a # in " + kind + ": leave it out.");
        }
        String query = location.getRawQuery();
        for (String pair : query == null || query.isEmpty() ? new String[0] : query.split("&")) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
            if (value.isEmpty() || left.put(name, value) != null) {
                throw new IllegalArgumentException(
                        "The parameter " + name + " of " + kind + " is empty or given twice; write it name=value.");
            }
        }
    }

    private static String decode(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    Optional<String> text(String name) {
        known.add(name);
        return Optional.ofNullable(left.remove(name));
    }

    Optional<Boolean> bool(String name) {
        return text(name).map(value -> {
            if (!value.equals("true") && !value.equals("false")) {
                throw new IllegalArgumentException(name + " in " + kind + " is true or false, not \"" + value + "\".");
            }
            return value.equals("true");
        });
    }

    Optional<Integer> number(String name, int least, int most) {
        return text(name).map(value -> {
            int number = value.matches("[0-9]{1,6}") ? Integer.parseInt(value) : -1;
            if (number < least || number > most) {
                throw new IllegalArgumentException(name + " in " + kind + " is a number from " + least + " to " + most
                        + ", not \"" + value + "\".");
            }
            return number;
        });
    }

    /** A number of bytes, such as {@code 50M} or {@code 50000000}. */
    Optional<Long> size(String name, long least) {
        return text(name).map(value -> {
            Matcher matcher = SIZE.matcher(value);
            if (matcher.matches()) {
                long bytes = matcher.group(3) != null
                        ? Long.parseLong(matcher.group(3))
                        : Long.parseLong(matcher.group(1)) * unit(matcher.group(2));
                if (bytes >= least) {
                    return bytes;
                }
            }
            throw new IllegalArgumentException(
                    name + " in " + kind + " is a size such as 50M or 5G, not \"" + value + "\".");
        });
    }

    private static long unit(String letter) {
        return switch (letter) {
            case "K", "k" -> UNIT;
            case "M", "m" -> (long) UNIT * UNIT;
            default -> (long) UNIT * UNIT * UNIT;
        };
    }

    /** @throws IllegalArgumentException with a sentence, when there is one that nobody asked for */
    void requireNoOthers() {
        if (!left.isEmpty()) {
            throw new IllegalArgumentException(
                    "There is no parameter " + left.keySet().iterator().next() + " for " + kind + "; there are "
                            + String.join(", ", known) + ".");
        }
    }
}
