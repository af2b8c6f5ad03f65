package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.util.Collection;
import java.util.stream.Collectors;

/** Quoting for SQL text, where a parameter cannot stand. Assumes {@code standard_conforming_strings=on}. */
public final class Sql {
    private Sql() {}

    /** The name as a quoted identifier: {@code My "table"} becomes {@code "My ""table"""}. */
    public static String quote(String identifier) {
        if (identifier.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("A PostgreSQL name cannot contain a zero byte.");
        }
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }

    /** Schema and name, each quoted, with a dot between. */
    public static String quote(String schema, String name) {
        return quote(schema) + '.' + quote(name);
    }

    /** The names as quoted identifiers with commas between. */
    public static String quoteAll(Collection<String> identifiers) {
        return identifiers.stream().map(Sql::quote).collect(Collectors.joining(", "));
    }

    /** The text as a string literal; backslashes are safe whatever the session's settings are. */
    public static String literal(String text) {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("A PostgreSQL text cannot contain a zero byte.");
        }
        String quoted = '\'' + text.replace("'", "''") + '\'';
        return text.indexOf('\\') < 0 ? quoted : " E" + quoted.replace("\\", "\\\\");
    }
}
