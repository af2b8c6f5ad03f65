package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What somebody has put into a database, as opposed to what came with the server or with extensions: what would be lost
 * if it were overwritten.
 *
 * @param things schemas, relations, functions, types, large objects; tables first, the largest first
 */
public record DatabaseContents(List<Thing> things) {
    private static final int NAMED = 20;

    public DatabaseContents {
        things = List.copyOf(things);
    }

    /**
     * One thing.
     *
     * @param kind such as {@code table}
     * @param schema its schema; empty where it has none
     * @param oid its object id
     * @param rows about how many a table has, as the server last counted them; empty if it never did
     * @param bytes on disk without indexes; 0 for what has no rows
     */
    public record Thing(String kind, String schema, String name, long oid, OptionalLong rows, long bytes) {
        private Thing withoutSize() {
            return new Thing(kind, schema, name, oid, OptionalLong.empty(), 0);
        }

        @Override
        public String toString() {
            String title = kind + " " + (schema.isEmpty() ? name : schema + "." + name);
            if (!kind.equals("table")) {
                return title;
            }
            if (rows.isPresent()) {
                return title + " (about %,d rows)".formatted(rows.getAsLong());
            }
            return title + (bytes == 0 ? " (no rows)" : " (%,d kB)".formatted(bytes / 1024));
        }
    }

    private static final String QUERY = """
            WITH members AS (SELECT classid, objid FROM pg_catalog.pg_depend WHERE deptype = 'e'),
                 spaces AS (
                     SELECT oid, nspname FROM pg_catalog.pg_namespace
                      WHERE nspname !~ '^pg_' AND nspname <> 'information_schema')
            SELECT 1 AS rank,
                   CASE c.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'partitioned table' WHEN 'v' THEN 'view'
                        WHEN 'm' THEN 'materialised view' WHEN 'f' THEN 'foreign table' ELSE 'sequence' END AS kind,
                   s.nspname AS schema, c.relname AS name, c.oid::bigint AS oid,
                   CASE WHEN c.relkind = 'r' AND c.reltuples >= 0 AND c.relpages > 0 THEN c.reltuples::bigint END AS rows,
                   CASE WHEN c.relkind IN ('r', 'm') THEN pg_catalog.pg_table_size(c.oid) ELSE 0 END AS bytes
              FROM pg_catalog.pg_class c JOIN spaces s ON s.oid = c.relnamespace
             WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
               AND ('pg_catalog.pg_class'::regclass, c.oid) NOT IN (SELECT classid, objid FROM members)
               AND NOT EXISTS (
                     SELECT FROM pg_catalog.pg_depend d
                      WHERE c.relkind = 'S' AND d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid
                        AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.deptype IN ('a', 'i'))
            UNION ALL
            SELECT 2, CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END,
                   s.nspname, p.proname, p.oid::bigint, NULL, 0
              FROM pg_catalog.pg_proc p JOIN spaces s ON s.oid = p.pronamespace
             WHERE ('pg_catalog.pg_proc'::regclass, p.oid) NOT IN (SELECT classid, objid FROM members)
            UNION ALL
            SELECT 3, CASE t.typtype WHEN 'd' THEN 'domain' ELSE 'type' END, s.nspname, t.typname, t.oid::bigint, NULL, 0
              FROM pg_catalog.pg_type t JOIN spaces s ON s.oid = t.typnamespace
              LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
             WHERE ('pg_catalog.pg_type'::regclass, t.oid) NOT IN (SELECT classid, objid FROM members)
               AND (t.typtype IN ('e', 'd', 'r') OR t.typtype = 'c' AND c.relkind = 'c'
                    OR t.typtype = 'b' AND t.typcategory <> 'A')
            UNION ALL
            SELECT 4, 'schema', '', s.nspname, s.oid::bigint, NULL, 0
              FROM spaces s
             WHERE s.nspname <> 'public'
               AND ('pg_catalog.pg_namespace'::regclass, s.oid) NOT IN (SELECT classid, objid FROM members)
            UNION ALL
            SELECT 5, 'large object', '', l.oid::text, l.oid::bigint, NULL, 0
              FROM pg_catalog.pg_largeobject_metadata l
             ORDER BY rank, bytes DESC, schema, name
            """;

    static DatabaseContents of(Connection connection) throws SQLException {
        List<Thing> things = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(QUERY)) {
            while (rows.next()) {
                long count = rows.getLong("rows");
                boolean counted = !rows.wasNull();
                things.add(new Thing(
                        rows.getString("kind"),
                        rows.getString("schema"),
                        rows.getString("name"),
                        rows.getLong("oid"),
                        counted ? OptionalLong.of(count) : OptionalLong.empty(),
                        rows.getLong("bytes")));
            }
        }
        return new DatabaseContents(things);
    }

    public boolean isEmpty() {
        return things.isEmpty();
    }

    /** What is here and not among the others: what a template had, its copy has under the same object ids. */
    DatabaseContents without(DatabaseContents template) {
        Set<Thing> known = template.things.stream().map(Thing::withoutSize).collect(Collectors.toSet());
        return only(thing -> !known.contains(thing.withoutSize()));
    }

    /** Without these schemas and what is in them. */
    public DatabaseContents outside(Predicate<String> schemas) {
        return only(thing -> !schemas.test(thing.kind().equals("schema") ? thing.name() : thing.schema()));
    }

    DatabaseContents only(Predicate<Thing> wanted) {
        return new DatabaseContents(things.stream().filter(wanted).toList());
    }

    /** Only these tables. */
    public DatabaseContents ofTables(Collection<TableName> tables) {
        Set<TableName> wanted = Set.copyOf(tables);
        return only(
                thing -> thing.kind().equals("table") && wanted.contains(new TableName(thing.schema(), thing.name())));
    }

    /** For people: {@code table public.orders (about 12,300 rows), … and 17 more}; never more than a screenful. */
    @Override
    public String toString() {
        String named = things.stream().limit(NAMED).map(Thing::toString).collect(Collectors.joining(", "));
        return things.size() <= NAMED ? named : named + " and " + (things.size() - NAMED) + " more";
    }
}
