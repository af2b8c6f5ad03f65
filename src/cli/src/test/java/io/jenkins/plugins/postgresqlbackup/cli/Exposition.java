package io.jenkins.plugins.postgresqlbackup.cli;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads Prometheus's text format, version 0.0.4, and accepts nothing that its own parser might not. */
final class Exposition {
    private static final String NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
    private static final Pattern HELP = Pattern.compile("# HELP (" + NAME + ") ([^\\\\]+)");
    private static final Pattern TYPE = Pattern.compile("# TYPE (" + NAME + ") (gauge|counter)");
    private static final Pattern SAMPLE = Pattern.compile("(" + NAME + ")\\{(.*)} (-?[0-9]+(?:\\.[0-9]+)?)");
    private static final Pattern LABEL =
            Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\\n]|\\\\[\\\\\"n])*)\"(,|$)");

    private final Map<String, Double> samples = new LinkedHashMap<>();
    private final Set<String> families = new HashSet<>();
    private String helped = "";
    private String typed = "";

    private Exposition() {}

    /** The values by name and labels, the labels as in {@code name{a="x",b="y"}}, unescaped. */
    static Map<String, Double> parse(String text) {
        require(text.endsWith("\n"), "the last line is not ended");
        Exposition exposition = new Exposition();
        text.lines().forEach(exposition::line);
        return exposition.samples;
    }

    private void line(String line) {
        Matcher help = HELP.matcher(line);
        Matcher type = TYPE.matcher(line);
        if (help.matches()) {
            require(families.add(help.group(1)), "a family comes twice: " + line);
            helped = help.group(1);
        } else if (type.matches()) {
            require(type.group(1).equals(helped), "a type without its help: " + line);
            typed = helped;
        } else {
            sample(line);
        }
    }

    private void sample(String line) {
        Matcher sample = SAMPLE.matcher(line);
        require(sample.matches(), "not understood: " + line);
        require(sample.group(1).equals(typed), "a sample outside its family: " + line);
        Set<String> names = new HashSet<>();
        StringBuilder labels = new StringBuilder();
        Matcher label = LABEL.matcher(sample.group(2));
        int end = 0;
        while (label.find() && label.start() == end) {
            require(names.add(label.group(1)), "a label comes twice: " + line);
            labels.append(labels.isEmpty() ? "" : ",")
                    .append(label.group(1))
                    .append("=\"")
                    .append(unescaped(label.group(2)))
                    .append('"');
            end = label.end();
        }
        require(end == sample.group(2).length(), "labels that are none: " + line);
        Double before = samples.put(sample.group(1) + "{" + labels + "}", Double.valueOf(sample.group(3)));
        require(before == null, "a sample comes twice: " + line);
    }

    private static String unescaped(String text) {
        StringBuilder value = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                i++;
                value.append(text.charAt(i) == 'n' ? '\n' : text.charAt(i));
            } else {
                value.append(c);
            }
        }
        return value.toString();
    }

    private static void require(boolean holds, String orElse) {
        if (!holds) {
            throw new AssertionError(orElse);
        }
    }
}
