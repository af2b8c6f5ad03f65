package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The SQL that computes a {@link RowDigest} on the server: it makes of each row the line that COPY would make of it, and
 * hashes that.
 *
 * <p>Seven characters must be escaped, and looking for each in each value costs more than all the rest. So all plain texts
 * of a row are looked at together first: as the one value of a JSON object they grow by {@code {"" : ""}} only, unless there is
 * something to escape. ({@code to_json} would look its argument's type up for each row.)
 */
final class DigestQuery {
    private static final String[][] ESCAPES = {
        {"\\", "\\\\"}, {"\b", "\\b"}, {"\t", "\\t"}, {"\n", "\\n"}, {"\u000b", "\\v"}, {"\f", "\\f"}, {"\r", "\\r"}
    };

    /** A function takes no more than 100 arguments. */
    private static final int ARGUMENTS = 90;

    /** As JSON, texts may become six times as long, and no value may have more than a gigabyte. */
    private static final int LOOKED_AT_TOGETHER = 1_000_000;

    private static final List<Column> PROBED = List.of(
            new Column(1, "escaped", "text"),
            new Column(2, "absent", "character varying(9)"),
            new Column(3, "padded", "character(3)"),
            new Column(4, "yes", "boolean"),
            new Column(5, "bytes", "bytea"),
            new Column(6, "document", "jsonb"),
            new Column(7, "list", "integer[]"),
            new Column(8, "address", "inet"),
            new Column(9, "nothing", "record"));
    private static final String PROBE = """
             FROM (VALUES (E'\\x01\\\\\\b\\t\\n\\x0b\\f\\r\\x7f"''', NULL::varchar, 'a'::char(3), true, '\\x00ff'::bytea,
                           '{"\\\\": "\\n"}'::jsonb, '{1,NULL}'::int[], '::1'::inet, ROW(NULL, NULL)),
                          ('plain', 'p', NULL, NULL, NULL, NULL, NULL, NULL, NULL))
                  AS probe (escaped, absent, padded, yes, bytes, document, list, address, nothing)
            """;
    private static final List<String> PROBE_LINES = List.of(
            "\u0001\\\\\\b\\t\\n\\v\\f\\r\u007f\"'\t\\N\ta  \tt\t\\\\x00ff\t{\"\\\\\\\\\": \"\\\\n\"}\t{1,NULL}\t::1\t(,)",
            "plain\tp\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N");

    private DigestQuery() {}

    /** How many rows, and the sum of their hashes as a numeric, which no number of rows makes overflow. */
    static String of(List<Column> columns, String from) {
        return "SELECT count(*), " + sum(columns) + from;
    }

    /** The sum alone; NULL where there is no row. */
    static String sum(List<Column> columns) {
        return "sum(hashtextextended((" + line(columns) + ") COLLATE \"C\", 0))";
    }

    static RowDigest digest(long count, BigDecimal sum) {
        return new RowDigest(count, sum == null ? 0 : sum.toBigInteger().longValue());
    }

    static RowDigest run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return digest(row.getLong(1), row.getBigDecimal(2));
        }
    }

    /** Whether the server's lines and their hashes are those that {@link RowHash} makes of COPY's. */
    static boolean agrees(Connection connection) throws SQLException {
        RowDigest expected = RowDigest.EMPTY;
        for (String line : PROBE_LINES) {
            byte[] bytes = line.getBytes(StandardCharsets.US_ASCII);
            expected = expected.plus(new RowDigest(1, RowHash.hash(bytes, 0, bytes.length)));
        }
        return RowHash.agreesWith(connection)
                && run(connection, of(PROBED, PROBE)).equals(expected);
    }

    private static String line(List<Column> columns) {
        if (columns.isEmpty()) {
            return "''";
        }
        List<ColumnText> texts = columns.stream().map(ColumnText::of).toList();
        String escaped = line(texts, text -> escaped(text.sql(), text.escapes()));
        List<ColumnText> plain = texts.stream().filter(ColumnText::plain).toList();
        if (plain.isEmpty()) {
            return escaped;
        }
        String raw = line(texts, text -> text.plain() ? text.sql() : escaped(text.sql(), text.escapes()));
        String length = grouped(
                plain.stream()
                        .map(text -> "coalesce(octet_length(" + text.column() + "), 0)")
                        .toList(),
                group -> '(' + String.join(" + ", group) + ')');
        String together =
                grouped(plain.stream().map(ColumnText::column).toList(), group -> "concat(" + list(group) + ')');
        return "CASE WHEN " + length + " < " + LOOKED_AT_TOGETHER + " AND octet_length(json_object(ARRAY['', "
                + together + "])::text) = 9 + " + length + " THEN " + raw + " ELSE " + escaped + " END";
    }

    private static String line(List<ColumnText> texts, Function<ColumnText, String> value) {
        return grouped(
                texts.stream()
                        .map(text -> "coalesce(" + value.apply(text) + ", '\\N')")
                        .toList(),
                group -> "concat_ws(E'\\t', " + list(group) + ')');
    }

    private static String list(List<String> arguments) {
        return String.join(", ", arguments);
    }

    /** One expression of many, by a function that takes some at a time. */
    private static String grouped(List<String> all, Function<List<String>, String> function) {
        List<String> left = all;
        while (left.size() > ARGUMENTS) {
            List<String> groups = new ArrayList<>();
            for (int from = 0; from < left.size(); from += ARGUMENTS) {
                groups.add(function.apply(left.subList(from, Math.min(from + ARGUMENTS, left.size()))));
            }
            left = groups;
        }
        return function.apply(left);
    }

    /** Escapes the first some of the seven characters; the backslash, which the others add, comes first. */
    private static String escaped(String text, int escapes) {
        String sql = text;
        for (String[] escape : List.of(ESCAPES).subList(0, escapes)) {
            sql = "replace(" + sql + ", " + Sql.literal(escape[0]) + ", " + Sql.literal(escape[1]) + ")";
        }
        return sql;
    }
}
