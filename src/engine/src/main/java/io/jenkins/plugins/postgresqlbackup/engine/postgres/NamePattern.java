package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A name or several, as psql and pg_dump write it: {@code *} is any text, {@code ?} any character, ASCII letters are
 * folded to lower case unless they stand in double quotes, and a dot divides schema from table. Other than there, all other
 * characters stand for themselves, and a table's pattern without a dot means every schema.
 */
final class NamePattern {
    private final String text;
    private final List<Part> parts;

    /** One name's pattern: for us a regular expression, for pg_dump a pattern with all that is literal in quotes. */
    private record Part(Pattern expression, String quoted) {}

    private NamePattern(String text, List<Part> parts) {
        this.text = text;
        this.parts = parts;
    }

    /**
     * @throws IllegalArgumentException with a sentence
     */
    static NamePattern ofSchema(String text) {
        NamePattern pattern = parse(text);
        if (pattern.parts.size() != 1) {
            throw new IllegalArgumentException("'" + text + "' is no pattern for schemas: a dot stands in double quotes"
                    + " when it is part of a name.");
        }
        return pattern;
    }

    /**
     * @throws IllegalArgumentException with a sentence
     */
    static NamePattern ofTable(String text) {
        NamePattern pattern = parse(text);
        if (pattern.parts.size() > 2) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no pattern for tables: write schema.table, and a dot that is part of a name in"
                            + " double quotes.");
        }
        return pattern.parts.size() == 2
                ? pattern
                : new NamePattern(
                        text, List.of(new Part(Pattern.compile(".*", Pattern.DOTALL), "*"), pattern.parts.get(0)));
    }

    private static NamePattern parse(String text) {
        List<Part> parts = new ArrayList<>();
        Builder part = new Builder();
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' && quoted && i + 1 < text.length() && text.charAt(i + 1) == '"') {
                part.literal('"');
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (quoted) {
                part.literal(c);
            } else if (c == '*') {
                part.wildcard(".*", '*');
            } else if (c == '?') {
                part.wildcard(".", '?');
            } else if (c == '.') {
                parts.add(part.build(text));
                part = new Builder();
            } else {
                part.literal(c >= 'A' && c <= 'Z' ? (char) (c - 'A' + 'a') : c);
            }
        }
        if (quoted) {
            throw new IllegalArgumentException("The pattern '" + text + "' lacks a closing double quote.");
        }
        parts.add(part.build(text));
        return new NamePattern(text, parts);
    }

    private static final class Builder {
        private final StringBuilder expression = new StringBuilder();
        private final StringBuilder quoted = new StringBuilder();
        private final StringBuilder run = new StringBuilder();

        void literal(char c) {
            run.append(c);
        }

        void wildcard(String regex, char sign) {
            endRun();
            expression.append(regex);
            quoted.append(sign);
        }

        private void endRun() {
            if (run.length() > 0) {
                expression.append(Pattern.quote(run.toString()));
                quoted.append('"').append(run.toString().replace("\"", "\"\"")).append('"');
                run.setLength(0);
            }
        }

        Part build(String whole) {
            endRun();
            if (quoted.length() == 0) {
                throw new IllegalArgumentException("The pattern '" + whole + "' has an empty name.");
            }
            return new Part(Pattern.compile(expression.toString(), Pattern.DOTALL), quoted.toString());
        }
    }

    boolean matches(String schema) {
        return parts.get(0).expression.matcher(schema).matches();
    }

    boolean matches(String schema, String name) {
        return matches(schema) && parts.get(1).expression.matcher(name).matches();
    }

    /** The same as pg_dump understands it. */
    String forPgDump() {
        return parts.size() == 1 ? parts.get(0).quoted : parts.get(0).quoted + '.' + parts.get(1).quoted;
    }

    /** As it was written. */
    @Override
    public String toString() {
        return text;
    }
}
