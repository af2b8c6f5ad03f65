package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What ties the tables of an existing database together and acts on rows that are loaded into them: foreign keys and
 * triggers. Immutable; thread-safe.
 */
public final class TableRelations {
    private static final String ROOTS = """
            WITH RECURSIVE roots (root, leaf) AS (
                SELECT oid, oid FROM pg_catalog.pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition
                UNION ALL
                SELECT r.root, i.inhrelid FROM roots r
                  JOIN pg_catalog.pg_inherits i ON i.inhparent = r.leaf
                  JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid AND c.relispartition)
            SELECT n.nspname, l.relname, rn.nspname, t.relname
              FROM roots r
              JOIN pg_catalog.pg_class l ON l.oid = r.leaf JOIN pg_catalog.pg_namespace n ON n.oid = l.relnamespace
              JOIN pg_catalog.pg_class t ON t.oid = r.root JOIN pg_catalog.pg_namespace rn ON rn.oid = t.relnamespace
             WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
            """;

    private static final String FOREIGN_KEYS = """
            SELECT c.conname, fn.nspname, f.relname, tn.nspname, t.relname,
                   ARRAY(SELECT a.attname FROM pg_catalog.unnest(c.conkey) WITH ORDINALITY AS k (number, place)
                           JOIN pg_catalog.pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.number
                          ORDER BY k.place)::text[],
                   ARRAY(SELECT a.attname FROM pg_catalog.unnest(c.confkey) WITH ORDINALITY AS k (number, place)
                           JOIN pg_catalog.pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.number
                          ORDER BY k.place)::text[],
                   ARRAY(SELECT pg_catalog.quote_ident(n.nspname) || '.' || o.oprname
                           FROM pg_catalog.unnest(c.conpfeqop) WITH ORDINALITY AS k (oid, place)
                           JOIN pg_catalog.pg_operator o ON o.oid = k.oid
                           JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
                          ORDER BY k.place)::text[],
                   f.relkind = 'r', t.relkind = 'r'
              FROM pg_catalog.pg_constraint c
              JOIN pg_catalog.pg_class f ON f.oid = c.conrelid JOIN pg_catalog.pg_namespace fn ON fn.oid = f.relnamespace
              JOIN pg_catalog.pg_class t ON t.oid = c.confrelid JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
             WHERE c.contype = 'f' AND c.conparentid = 0 AND c.convalidated
             ORDER BY fn.nspname, f.relname, c.conname
            """;

    private static final String TRIGGERS = """
            SELECT n.nspname, c.relname, t.tgname, t.tgenabled IN ('A', 'R')
              FROM pg_catalog.pg_trigger t
              JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
             WHERE NOT t.tgisinternal AND t.tgenabled <> 'D' AND (t.tgtype & 4) <> 0
             ORDER BY n.nspname, c.relname, t.tgname
            """;

    private final Map<TableName, TableName> roots;
    private final List<ForeignKey> foreignKeys;
    private final List<InsertTrigger> triggers;

    /** A trigger that fires for inserted rows; {@code always}: even while others are at rest. */
    public record InsertTrigger(TableName table, String name, boolean always) {
        @Override
        public String toString() {
            return name + " of " + table;
        }
    }

    /**
     * An order in which foreign keys find what they refer to.
     *
     * @param tables those asked for, each after those it refers to
     * @param cycles foreign keys for which there is no such order
     */
    public record Order(List<TableName> tables, List<ForeignKey> cycles) {}

    private TableRelations(
            Map<TableName, TableName> roots, List<ForeignKey> foreignKeys, List<InsertTrigger> triggers) {
        this.roots = roots;
        this.foreignKeys = foreignKeys;
        this.triggers = triggers;
    }

    public static TableRelations of(Database database) throws DatabaseException {
        try (Connection connection = database.open("look");
                Statement statement = connection.createStatement()) {
            Map<TableName, TableName> roots = new HashMap<>();
            try (ResultSet rows = statement.executeQuery(ROOTS)) {
                while (rows.next()) {
                    roots.put(
                            new TableName(rows.getString(1), rows.getString(2)),
                            new TableName(rows.getString(3), rows.getString(4)));
                }
            }
            List<InsertTrigger> triggers = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery(TRIGGERS)) {
                while (rows.next()) {
                    triggers.add(new InsertTrigger(
                            new TableName(rows.getString(1), rows.getString(2)),
                            rows.getString(3),
                            rows.getBoolean(4)));
                }
            }
            return new TableRelations(roots, foreignKeys(statement), triggers);
        } catch (SQLException e) {
            throw DatabaseException.of(e, "looking at foreign keys and triggers");
        }
    }

    private static List<ForeignKey> foreignKeys(Statement statement) throws SQLException {
        List<ForeignKey> found = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery(FOREIGN_KEYS)) {
            while (rows.next()) {
                found.add(new ForeignKey(
                        rows.getString(1),
                        new TableName(rows.getString(2), rows.getString(3)),
                        new TableName(rows.getString(4), rows.getString(5)),
                        texts(rows.getArray(6)),
                        texts(rows.getArray(7)),
                        texts(rows.getArray(8)),
                        rows.getBoolean(9),
                        rows.getBoolean(10)));
            }
        }
        return found;
    }

    private static List<String> texts(Array array) throws SQLException {
        return List.of((String[]) array.getArray());
    }

    /** The topmost partitioned table that it belongs to, else itself. */
    TableName root(TableName table) {
        return roots.getOrDefault(table, table);
    }

    /** The tables with rows of their own under this one: itself, or all its partitions. */
    public Set<TableName> under(TableName table) {
        return roots.entrySet().stream()
                .filter(entry ->
                        entry.getValue().equals(table) || entry.getKey().equals(table))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    /** Orders the tables by their foreign keys. */
    public Order order(Collection<TableName> tables) {
        Map<TableName, List<TableName>> groups = new LinkedHashMap<>();
        tables.forEach(table ->
                groups.computeIfAbsent(root(table), none -> new ArrayList<>()).add(table));
        List<ForeignKey> between = foreignKeys.stream()
                .filter(key -> groups.containsKey(key.from()) && groups.containsKey(key.to()))
                .filter(key -> !key.from().equals(key.to()))
                .toList();
        List<TableName> ordered = new ArrayList<>();
        Set<TableName> waiting = new LinkedHashSet<>(groups.keySet());
        List<ForeignKey> cycles = new ArrayList<>();
        while (!waiting.isEmpty()) {
            List<TableName> ready = waiting.stream()
                    .filter(root ->
                            between.stream().noneMatch(key -> key.from().equals(root) && waiting.contains(key.to())))
                    .toList();
            if (ready.isEmpty()) {
                cycles.addAll(between.stream()
                        .filter(key -> waiting.contains(key.from()) && waiting.contains(key.to()))
                        .toList());
                ready = List.copyOf(waiting);
            }
            ready.forEach(root -> ordered.addAll(groups.get(root)));
            ready.forEach(waiting::remove);
        }
        return new Order(ordered, cycles);
    }

    /** Whether rows of the table may refer to other rows of it, which must then come with the same statement. */
    public boolean refersToItself(TableName table) {
        TableName root = root(table);
        return foreignKeys.stream()
                .anyMatch(key -> key.from().equals(root) && key.to().equals(root));
    }

    /** The foreign keys that refer from or to one of these tables. */
    public List<ForeignKey> touching(Collection<TableName> tables) {
        Set<TableName> wanted = tables.stream().map(this::root).collect(Collectors.toSet());
        return foreignKeys.stream()
                .filter(key -> wanted.contains(key.from()) || wanted.contains(key.to()))
                .toList();
    }

    /** The foreign keys by which other tables refer to one of these. */
    public List<ForeignKey> referringFromOutside(Collection<TableName> tables) {
        Set<TableName> wanted = tables.stream().map(this::root).collect(Collectors.toSet());
        return foreignKeys.stream()
                .filter(key -> wanted.contains(key.to()) && !wanted.contains(key.from()))
                .toList();
    }

    /** The triggers that fire for rows inserted into these tables. */
    public List<InsertTrigger> triggers(Collection<TableName> tables) {
        Set<TableName> wanted = new HashSet<>(tables);
        return triggers.stream()
                .filter(trigger -> wanted.contains(trigger.table()))
                .toList();
    }

    /** How many rows violate each of these foreign keys; only those that any row does. */
    public static Map<ForeignKey, Long> violations(Database database, List<ForeignKey> keys) throws DatabaseException {
        Map<ForeignKey, Long> found = new LinkedHashMap<>();
        try (Connection connection = database.open("check");
                Statement statement = connection.createStatement()) {
            for (ForeignKey key : keys) {
                try (ResultSet row = statement.executeQuery(key.violations())) {
                    row.next();
                    if (row.getLong(1) > 0) {
                        found.put(key, row.getLong(1));
                    }
                }
            }
            return found;
        } catch (SQLException e) {
            throw DatabaseException.of(e, "checking foreign keys");
        }
    }
}
