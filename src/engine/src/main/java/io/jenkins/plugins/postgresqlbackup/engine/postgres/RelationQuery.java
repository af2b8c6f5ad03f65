package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads what tables, sequences and views there are, those of the system left out. */
final class RelationQuery {
    /**
     * Rows of hash partitions must be loaded through the root where a key's hash may come out differently in another
     * database: hashes of enums (alone or inside arrays, composites and ranges) are of their oids; those of types from
     * extensions and of text under a nondeterministic collation may change with a library.
     */
    private static final String QUERY = """
            WITH unsafe AS (
                SELECT p.partrelid
                  FROM pg_partitioned_table p
                 WHERE p.partstrat = 'h'
                   AND (EXISTS (SELECT 1
                                  FROM unnest(p.partclass::oid[]) k(oid)
                                  JOIN pg_opclass o ON o.oid = k.oid
                                 WHERE o.oid >= 16384
                                    OR o.opcname IN ('enum_ops', 'array_ops', 'record_ops', 'range_ops',
                                                     'multirange_ops'))
                        OR EXISTS (SELECT 1
                                     FROM unnest(p.partcollation::oid[]) k(oid)
                                     JOIN pg_collation c ON c.oid = k.oid
                                    WHERE NOT c.collisdeterministic))
            ), configured AS (
                SELECT k.oid, k.condition
                  FROM pg_extension e, unnest(e.extconfig, e.extcondition) k(oid, condition)
            )
            SELECT c.oid::bigint, n.nspname, c.relname, c.relkind, c.relpersistence, c.relispartition,
                   coalesce(a.amname = 'heap', false),
                   e.extname, k.oid IS NOT NULL, nullif(k.condition, ''),
                   has_schema_privilege(n.oid, 'USAGE'),
                   CASE WHEN c.relkind = 'S' THEN has_sequence_privilege(c.oid, 'SELECT')
                        ELSE has_table_privilege(c.oid, 'SELECT') END,
                   c.relrowsecurity AND row_security_active(c.oid),
                   c.relispopulated, rn.nspname, r.relname,
                   CASE WHEN c.relispartition
                        THEN ARRAY(SELECT x.relid::bigint FROM pg_partition_ancestors(c.oid) x WHERE x.relid <> c.oid)
                        END,
                   o.refobjid::bigint, o.deptype = 'i'
              FROM pg_class c
              JOIN pg_namespace n ON n.oid = c.relnamespace
              LEFT JOIN pg_am a ON a.oid = c.relam
              LEFT JOIN configured k ON k.oid = c.oid
              LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.objsubid = 0
                                   AND d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e'
              LEFT JOIN pg_extension e ON e.oid = d.refobjid
              LEFT JOIN pg_depend o ON c.relkind = 'S' AND o.classid = 'pg_class'::regclass AND o.objid = c.oid
                                   AND o.objsubid = 0 AND o.refclassid = 'pg_class'::regclass
                                   AND o.refobjsubid > 0 AND o.deptype IN ('a', 'i')
              LEFT JOIN pg_class r ON c.relispartition AND r.oid = pg_partition_root(c.oid)
                    AND EXISTS (SELECT 1 FROM pg_partition_ancestors(c.oid) x JOIN unsafe u ON u.partrelid = x.relid)
              LEFT JOIN pg_namespace rn ON rn.oid = r.relnamespace
             WHERE c.relkind IN ('r', 'p', 'f', 'S', 'm', 'v')
               AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
               AND n.nspname !~ '^pg_toast_temp_'
             ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"
            """;

    private static final String COLUMNS = """
            SELECT a.attrelid::bigint, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod)
              FROM pg_attribute a
              JOIN pg_class c ON c.oid = a.attrelid
              JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
               AND n.nspname NOT IN ('pg_catalog', 'information_schema')
             ORDER BY a.attrelid, a.attnum
            """;

    /** Measuring takes a lock, so only tables that are locked already may be measured. */
    private static final String SIZES = """
            SELECT c.oid::bigint, pg_relation_size(c.oid) / current_setting('block_size')::bigint,
                   pg_relation_size(c.oid) + coalesce(pg_relation_size(nullif(c.reltoastrelid, 0)), 0),
                   coalesce(pg_relation_filenode(c.oid), 0)::bigint
              FROM pg_class c
             WHERE c.oid = ANY (?)
            """;

    private static final String SCHEMAS = """
            SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
             ORDER BY nspname COLLATE "C"
            """;

    private static final int ROWS_AT_ONCE = 5_000;

    private RelationQuery() {}

    static List<Relation> run(Connection connection) throws SQLException {
        List<Relation> relations = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            statement.setFetchSize(ROWS_AT_ONCE);
            try (ResultSet row = statement.executeQuery(QUERY)) {
                while (row.next()) {
                    relations.add(relation(row));
                }
            }
        }
        return relations;
    }

    private static Relation relation(ResultSet row) throws SQLException {
        String rootSchema = row.getString(15);
        return new Relation(
                row.getLong(1),
                new TableName(row.getString(2), row.getString(3)),
                row.getString(4).charAt(0),
                row.getString(5).charAt(0),
                row.getBoolean(6),
                row.getBoolean(7),
                Optional.ofNullable(row.getString(8)),
                row.getBoolean(9),
                Optional.ofNullable(row.getString(10)),
                row.getBoolean(11),
                row.getBoolean(12),
                row.getBoolean(13),
                row.getBoolean(14),
                rootSchema == null ? Optional.empty() : Optional.of(new TableName(rootSchema, row.getString(16))),
                oids(row.getArray(17)),
                row.getLong(18),
                row.getBoolean(19));
    }

    private static List<Long> oids(Array array) throws SQLException {
        return array == null ? List.of() : List.of((Long[]) array.getArray());
    }

    /** The names of all schemas but the system's. */
    static List<String> schemas(Connection connection) throws SQLException {
        List<String> schemas = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(SCHEMAS)) {
            while (row.next()) {
                schemas.add(row.getString(1));
            }
        }
        return schemas;
    }

    /** A table's size in blocks without, and in bytes with its TOAST table; and its file. */
    record Size(long pages, long bytes, long filenode) {}

    /** The sizes of tables, which must be locked, by their oids. */
    static Map<Long, Size> sizes(Connection connection, List<Relation> tables) throws SQLException {
        Map<Long, Size> sizes = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(SIZES)) {
            statement.setArray(
                    1,
                    connection.createArrayOf(
                            "oid", tables.stream().map(Relation::oid).toArray()));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    sizes.put(row.getLong(1), new Size(row.getLong(2), row.getLong(3), row.getLong(4)));
                }
            }
        }
        return sizes;
    }

    /** The stored columns of each table by its oid, in attribute order. */
    static Map<Long, List<Column>> columns(Connection connection) throws SQLException {
        Map<Long, List<Column>> columns = new HashMap<>();
        try (Statement statement = connection.createStatement()) {
            statement.setFetchSize(ROWS_AT_ONCE);
            try (ResultSet row = statement.executeQuery(COLUMNS)) {
                while (row.next()) {
                    columns.computeIfAbsent(row.getLong(1), oid -> new ArrayList<>())
                            .add(new Column(row.getInt(2), row.getString(3), row.getString(4)));
                }
            }
        }
        return columns;
    }
}
