package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Sets sequences to where they were. */
public final class Sequences {
    private static final int AT_ONCE = 500;

    private Sequences() {}

    /** Sets them all. */
    public static void set(Database target, List<SequenceValue> values) throws DatabaseException {
        if (values.isEmpty()) {
            return;
        }
        try (Connection connection = target.open("sequences");
                Statement statement = connection.createStatement()) {
            LoadingSession.prepare(connection);
            for (int from = 0; from < values.size(); from += AT_ONCE) {
                statement.execute(statement(values.subList(from, Math.min(values.size(), from + AT_ONCE))));
            }
        } catch (SQLException e) {
            throw DatabaseException.of(e, "setting the sequences");
        }
    }

    private static String statement(List<SequenceValue> values) {
        return "SELECT pg_catalog.setval(v.name::regclass, v.value, v.called) FROM " + rows(values);
    }

    /** As a table {@code v} with the columns name, value and called. */
    static String rows(List<SequenceValue> values) {
        return values.stream()
                .map(value -> "(" + Sql.literal(value.qualified()) + ", '" + value.lastValue() + "'::bigint, "
                        + value.called() + ")")
                .collect(Collectors.joining(", ", "(VALUES ", ") AS v (name, value, called)"));
    }

    /**
     * The sequences that feed columns of these tables and are not further on than the saved value: a sequence never
     * goes back, since what it gave out since may be in use elsewhere.
     */
    public static List<SequenceValue> ofTables(
            Database target, Collection<TableName> tables, List<SequenceValue> values) throws DatabaseException {
        Set<TableName> owned = new HashSet<>();
        Set<TableName> wanted = new HashSet<>(tables);
        try (Connection connection = target.open("sequences");
                Statement statement = connection.createStatement()) {
            try (ResultSet rows = statement.executeQuery("""
                    SELECT tn.nspname, t.relname, sn.nspname, s.relname
                      FROM pg_catalog.pg_class s
                      JOIN pg_catalog.pg_namespace sn ON sn.oid = s.relnamespace
                      JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = s.oid
                           AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.deptype IN ('a', 'i')
                      JOIN pg_catalog.pg_class t ON t.oid = d.refobjid
                      JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
                     WHERE s.relkind = 'S'
                    """)) {
                while (rows.next()) {
                    if (wanted.contains(new TableName(rows.getString(1), rows.getString(2)))) {
                        owned.add(new TableName(rows.getString(3), rows.getString(4)));
                    }
                }
            }
            List<SequenceValue> behind = new ArrayList<>();
            for (SequenceValue value : values) {
                if (owned.contains(new TableName(value.schema(), value.name())) && isBehind(statement, value)) {
                    behind.add(value);
                }
            }
            return behind;
        } catch (SQLException e) {
            throw DatabaseException.of(e, "looking for the tables' sequences");
        }
    }

    private static boolean isBehind(Statement statement, SequenceValue value) throws SQLException {
        try (ResultSet row = statement.executeQuery("""
                SELECT (s.last_value - '%1$d'::numeric) * pg_catalog.sign(p.seqincrement) < 0
                       OR s.last_value = '%1$d'::numeric AND NOT s.is_called
                  FROM %2$s s, pg_catalog.pg_sequence p WHERE p.seqrelid = '%3$s'::regclass
                """.formatted(
                        value.lastValue(), value.qualified(), value.qualified().replace("'", "''")))) {
            return row.next() && row.getBoolean(1);
        }
    }
}
