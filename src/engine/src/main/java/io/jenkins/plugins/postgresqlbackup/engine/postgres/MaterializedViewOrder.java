package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Puts materialised views after those that they read, also through views. */
final class MaterializedViewOrder {
    private static final String QUERY = """
            WITH RECURSIVE reads AS (
                SELECT r.ev_class AS reader, d.refobjid AS read
                  FROM pg_rewrite r
                  JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
                                  AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> r.ev_class
            ), upon AS (
                SELECT m.oid AS reader, reads.read
                  FROM pg_class m JOIN reads ON reads.reader = m.oid
                 WHERE m.relkind = 'm'
                UNION
                SELECT upon.reader, reads.read
                  FROM upon
                  JOIN pg_class v ON v.oid = upon.read AND v.relkind = 'v'
                  JOIN reads ON reads.reader = v.oid
            )
            SELECT upon.reader::bigint, m.oid::bigint
              FROM upon JOIN pg_class m ON m.oid = upon.read AND m.relkind = 'm'
            """;

    private final Map<Long, List<Long>> reads = new HashMap<>();

    private MaterializedViewOrder() {}

    static List<MaterializedView> of(Connection connection, List<Relation> views) throws SQLException {
        if (views.isEmpty()) {
            return List.of();
        }
        MaterializedViewOrder order = new MaterializedViewOrder();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(QUERY)) {
            while (row.next()) {
                order.reads
                        .computeIfAbsent(row.getLong(1), oid -> new ArrayList<>())
                        .add(row.getLong(2));
            }
        }
        Map<Long, Relation> waiting = new LinkedHashMap<>();
        views.forEach(view -> waiting.put(view.oid(), view));
        List<MaterializedView> ordered = new ArrayList<>();
        while (!waiting.isEmpty()) {
            order.place(waiting.keySet().iterator().next(), waiting, ordered);
        }
        return ordered;
    }

    private void place(long oid, Map<Long, Relation> waiting, List<MaterializedView> ordered) {
        Relation view = waiting.remove(oid);
        if (view != null) {
            reads.getOrDefault(oid, List.of()).forEach(read -> place(read, waiting, ordered));
            ordered.add(
                    new MaterializedView(oid, view.name().schema(), view.name().name(), view.populated()));
        }
    }
}
