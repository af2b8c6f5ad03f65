package io.jenkins.plugins.postgresqlbackup.ui;

import hudson.Util;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.kohsuke.stapler.StaplerRequest2;

/** What a page's URL asks for: filters and the number of the page. What makes no sense asks for nothing. Immutable. */
public final class Query {
    private static final String PAGE = "page";
    private static final int MOST_PAGES = 1_000_000;

    private final Map<String, String> fields = new LinkedHashMap<>();
    private final int page;

    /** @param names of the filters */
    Query(StaplerRequest2 request, List<String> names) {
        for (String name : names) {
            String value = Util.fixEmptyAndTrim(request.getParameter(name));
            if (value != null) {
                fields.put(name, value);
            }
        }
        this.page = number(request.getParameter(PAGE));
    }

    private static int number(String text) {
        try {
            return text == null ? 1 : Math.max(1, Math.min(MOST_PAGES, Integer.parseInt(text)));
        } catch (NumberFormatException e) {
            return 1;
        }
    }

    /** Empty if it was not asked for. */
    public String get(String field) {
        return fields.getOrDefault(field, "");
    }

    /** Whether anything is filtered. */
    public boolean isFiltered() {
        return !fields.isEmpty();
    }

    int page() {
        return page;
    }

    /** Whether a value is what this field asks for, or it asks for nothing. */
    boolean admits(String field, String value) {
        String wanted = get(field);
        return wanted.isEmpty() || wanted.equals(value);
    }

    /** Whether a moment is on or after the day {@code from} and on or before the day {@code to}, in UTC. */
    boolean admits(Instant moment) {
        return day("from")
                        .filter(from -> moment.isBefore(from.atStartOfDay().toInstant(ZoneOffset.UTC)))
                        .isEmpty()
                && day("to")
                        .filter(to ->
                                !moment.isBefore(to.plusDays(1).atStartOfDay().toInstant(ZoneOffset.UTC)))
                        .isEmpty();
    }

    private Optional<LocalDate> day(String field) {
        try {
            return get(field).isEmpty() ? Optional.empty() : Optional.of(LocalDate.parse(get(field)));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    /** The same filters, another page. */
    String url(int number) {
        Map<String, String> all = new LinkedHashMap<>(fields);
        all.put(PAGE, Integer.toString(number));
        return all.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&", "?", ""));
    }
}
