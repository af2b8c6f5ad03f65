package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.util.Map;
import java.util.regex.Pattern;

/**
 * The text of a column's values in SQL, as the type's output function writes it. A cast to text would not do: it may be
 * another text (of boolean, character, inet, xml), and anybody can create casts.
 *
 * @param column its quoted name
 * @param sql its text, unescaped; NULL for NULL
 * @param escapes how many of COPY's seven escapes, backslash first, its text may need
 * @param plain whether it is text that rarely needs any
 */
record ColumnText(String column, String sql, int escapes, boolean plain) {
    private static final int ALL = 7;
    private static final int BACKSLASH = 1;
    private static final int NONE = 0;
    private static final Pattern MODIFIER = Pattern.compile("\\(\\d+(,-?\\d+)?\\)");

    /** The output functions of types whose text has nothing to be escaped, by the type's name. */
    private static final Map<String, String> SAFE = Map.ofEntries(
            Map.entry("bigint", "int8out"),
            Map.entry("bit", "bit_out"),
            Map.entry("bit varying", "varbit_out"),
            Map.entry("boolean", "boolout"),
            Map.entry("cidr", "cidr_out"),
            Map.entry("date", "date_out"),
            Map.entry("double precision", "float8out"),
            Map.entry("inet", "inet_out"),
            Map.entry("integer", "int4out"),
            Map.entry("interval", "interval_out"),
            Map.entry("macaddr", "macaddr_out"),
            Map.entry("numeric", "numeric_out"),
            Map.entry("oid", "oidout"),
            Map.entry("real", "float4out"),
            Map.entry("smallint", "int2out"),
            Map.entry("time with time zone", "timetz_out"),
            Map.entry("time without time zone", "time_out"),
            Map.entry("timestamp with time zone", "timestamptz_out"),
            Map.entry("timestamp without time zone", "timestamp_out"),
            Map.entry("uuid", "uuid_out"));

    static ColumnText of(Column column) {
        String name = Sql.quote(column.name());
        // Types that are not the system's own have a schema before their name.
        String type = MODIFIER.matcher(column.type()).replaceAll("");
        if (SAFE.containsKey(type)) {
            return new ColumnText(name, output(SAFE.get(type), name), NONE, false);
        }
        if (type.endsWith("[]") && SAFE.containsKey(type.substring(0, type.length() - 2))) {
            return new ColumnText(name, output("array_out", name), NONE, false);
        }
        return switch (type) {
            case "text", "character varying" -> new ColumnText(name, name + " COLLATE \"C\"", ALL, true);
            case "character" -> new ColumnText(name, output("bpcharout", name), ALL, true);
            case "bytea" -> new ColumnText(name, "'\\' || " + output("byteaout", name), NONE, false);
            case "jsonb" -> new ColumnText(name, output("jsonb_out", name), BACKSLASH, false);
            default ->
                new ColumnText(
                        name,
                        // A composite whose fields are all NULL "is null", but has a text.
                        "CASE WHEN " + name + " IS NOT DISTINCT FROM NULL THEN NULL ELSE format('%s', " + name
                                + ") COLLATE \"C\" END",
                        ALL,
                        false);
        };
    }

    private static String output(String function, String name) {
        return "textin(" + function + '(' + name + ")) COLLATE \"C\"";
    }
}
