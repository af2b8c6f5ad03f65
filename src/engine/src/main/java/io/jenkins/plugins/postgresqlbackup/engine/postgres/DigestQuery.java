package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.StringJoiner;

/** The SQL that computes a {@link RowDigest} on the server: the same line as COPY makes of a row, hashed there. */
final class DigestQuery {
    private static final String[][] ESCAPES = {
        {"\\", "\\\\"}, {"\b", "\\b"}, {"\t", "\\t"}, {"\n", "\\n"}, {"\u000b", "\\v"}, {"\f", "\\f"}, {"\r", "\\r"}
    };

    private DigestQuery() {}

    /** How many rows, and the sum of their hashes as a numeric, which no number of rows makes overflow. */
    static String of(List<Column> columns, String from) {
        return "SELECT count(*), sum(hashtextextended((" + line(columns) + ") COLLATE \"C\", 0))" + from;
    }

    static RowDigest run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            BigDecimal sum = row.getBigDecimal(2);
            return new RowDigest(
                    row.getLong(1), sum == null ? 0 : sum.toBigInteger().longValue());
        }
    }

    /** Whether the server's lines and their hashes are those that {@link RowHash} makes of COPY's. */
    static boolean agrees(Connection connection) throws DatabaseException {
        return RowHash.agreesWith(connection);
    }

    private static String line(List<Column> columns) {
        if (columns.isEmpty()) {
            return "''";
        }
        StringJoiner line = new StringJoiner(" || E'\\t' || ");
        columns.forEach(column -> line.add(value(column)));
        return line.toString();
    }

    private static String value(Column column) {
        String name = Sql.quote(column.name());
        // A composite whose fields are all NULL "is null", but is written as (,).
        return "CASE WHEN " + name + " IS NOT DISTINCT FROM NULL THEN '\\N' ELSE "
                + escaped("format('%s', " + name + ") COLLATE \"C\"") + " END";
    }

    private static String escaped(String text) {
        String sql = text;
        for (String[] escape : ESCAPES) {
            sql = "replace(" + sql + ", " + Sql.literal(escape[0]) + ", " + Sql.literal(escape[1]) + ")";
        }
        return sql;
    }
}
