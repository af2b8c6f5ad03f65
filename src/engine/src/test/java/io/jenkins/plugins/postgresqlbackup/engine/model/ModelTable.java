package io.jenkins.plugins.postgresqlbackup.engine.model;

import static java.util.stream.Collectors.joining;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A table as the source's catalogue has it now, and SQL that writes rows to it whatever its columns have become. */
record ModelTable(String name, boolean partitioned, boolean partition, List<Column> columns) {
    private static final String CATALOGUE = """
            SELECT c.oid::regclass::text, c.relkind = 'p', c.relispartition, a.attname,
                   format_type(a.atttypid, a.atttypmod), a.attgenerated <> ''
              FROM pg_class c
              JOIN pg_namespace n ON n.oid = c.relnamespace
              LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
             WHERE c.relkind IN ('r', 'p') AND (n.nspname = 'public' OR n.nspname LIKE 'annex%')
               AND c.relname NOT IN ('accounts', 'ledger')
             ORDER BY n.nspname, c.relname, a.attnum
            """;

    private static final String RELATIONS =
            "(SELECT array_agg(c.oid::regclass ORDER BY c.relname) FROM pg_class c WHERE c.relkind = 'r'"
                    + " AND c.relnamespace = 'public'::regnamespace)";

    record Column(String name, String type, boolean generated) {
        boolean key() {
            return name.equals("id") || name.equals("k");
        }
    }

    /** All of them but those of the concurrent writer. */
    static List<ModelTable> all(Connection connection) throws SQLException {
        Map<String, ModelTable> tables = new LinkedHashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(CATALOGUE)) {
            while (row.next()) {
                ModelTable table = tables.get(row.getString(1));
                if (table == null) {
                    table = new ModelTable(row.getString(1), row.getBoolean(2), row.getBoolean(3), new ArrayList<>());
                    tables.put(table.name, table);
                }
                if (row.getString(4) != null) {
                    table.columns.add(new Column(row.getString(4), row.getString(5), row.getBoolean(6)));
                }
            }
        }
        return List.copyOf(tables.values());
    }

    boolean has(String column) {
        return columns.stream().anyMatch(each -> each.name.equals(column));
    }

    List<Column> stored() {
        return columns.stream().filter(column -> !column.generated).toList();
    }

    /** Those that an UPDATE may change without moving a row to another partition. */
    List<Column> changeable() {
        return stored().stream().filter(column -> !column.key()).toList();
    }

    String columnList() {
        return stored().stream().map(Column::name).collect(joining(", "));
    }

    /** {@code count} new rows, ids from {@code first} on. */
    String insert(long first, int count, String role) {
        if (stored().isEmpty()) {
            return "INSERT INTO " + name + " SELECT FROM generate_series(1, " + count + ")";
        }
        return "INSERT INTO " + name + " (" + columnList() + ") " + select(first, count, role);
    }

    String select(long first, int count, String role) {
        return "SELECT "
                + stored().stream().map(column -> value(column, "n", role)).collect(joining(", "))
                + " FROM generate_series(" + first + ", " + (first + count - 1) + ") n";
    }

    /** A value that depends on a number. */
    static String value(Column column, String n, String role) {
        if (column.name.equals("id")) {
            return n;
        }
        if (column.name.equals("k") && column.type.equals("integer")) {
            return "(" + n + " % 400)";
        }
        if (column.name.equals("big")) {
            return "CASE WHEN " + n + " % 5 = 0 THEN repeat(md5((" + n + ")::text), 90) ELSE md5((" + n
                    + ")::text) END";
        }
        return ofType(column.type, n, role);
    }

    private static String ofType(String type, String n, String role) {
        if (type.endsWith("[]")) {
            String element = type.substring(0, type.length() - 2);
            return element.equals("aclitem")
                    ? "ARRAY[makeaclitem((SELECT oid FROM pg_roles WHERE rolname = '" + role + "'), 10, CASE WHEN " + n
                            + " % 2 = 0 THEN 'SELECT' ELSE 'UPDATE' END, false)]"
                    : "ARRAY[" + ofType(element, n, role) + ", NULL, " + ofType(element, "(" + n + " + 1)", role) + "]";
        }
        return switch (type) {
            case "integer", "bigint", "numeric" -> "((" + n + " * 7919) % 1000 - 500)";
            case "oid" -> "((" + n + " * 7919) % 1000)::oid";
            case "cidr" -> "('10.0.0.' || " + n + " % 200)::cidr";
            case "inet" -> "('10.0.0.' || " + n + " % 200)::inet";
            case "timestamp without time zone", "timestamp with time zone" ->
                "'2020-01-01'::timestamptz + " + n + " * interval '1 hour'";
            case "regclass" -> RELATIONS + "[1 + " + n + " % 12]";
            case "regrole" -> "'" + role + "'::regrole";
            case "color" ->
                "(enum_range(NULL::public.color))[1 + " + n + " % array_length(enum_range(NULL::public.color), 1)]";
            case "color_range" -> "public.color_range(" + ofType("color", n, role) + ", NULL)";
            case "pair", "pair_domain" ->
                "jsonb_populate_record(NULL::public.pair, jsonb_build_object('x', " + n + " % 9, 'y', md5((" + n
                        + ")::text), 'z0', " + n + ", 'z1', " + n + "))";
            case "shape" ->
                "jsonb_populate_record(NULL::public.shape, jsonb_build_object('id', " + n + ", 'c', "
                        + ofType("color", n, role) + ", 'e0', " + n + "))";
            default ->
                type.startsWith("character varying") || type.equals("text")
                        ? "left(md5((" + n + ")::text), 4 + (" + n + ")::int % 28)"
                        : "NULL";
        };
    }
}
