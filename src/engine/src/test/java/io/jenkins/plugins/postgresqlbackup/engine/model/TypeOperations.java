package io.jenkins.plugins.postgresqlbackup.engine.model;

import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/** What changes the types of columns, or what their values look like, with and without touching rows. */
final class TypeOperations {
    private TypeOperations() {}

    /** Some of these rewrite the table; those between binary-coercible types do not, and the text changes all the same. */
    private static final Map<String, List<String>> CHANGES = Map.of(
            "plain.c", List.of("inet", "cidr USING set_masklen(c, 32)::cidr"),
            "plain.w",
                    List.of(
                            "timestamptz USING w AT TIME ZONE 'UTC'",
                            "timestamp USING w AT TIME ZONE 'UTC'",
                            "timestamptz",
                            "timestamp"),
            "plain.v", List.of("varchar(50)", "varchar(60)", "text", "varchar(40)"),
            "packed.a",
                    List.of("bigint", "int", "numeric USING a::int", "int USING a::int", "text", "int USING a::int"),
            "packed.n", List.of("oid", "int USING n::bigint::int"),
            "toasted.a", List.of("bigint", "int"));

    static final List<Operation> ALL = List.of(
            new Operation("change a column's type", 4, TypeOperations::changeType),
            new Operation("add or drop an attribute", 4, TypeOperations::attribute),
            new Operation("add a column to a row type", 1, TypeOperations::rowType),
            new Operation("rename a label", 3, TypeOperations::renameLabel),
            new Operation("swap labels", 4, TypeOperations::swapLabels),
            new Operation("add a label", 1, TypeOperations::addLabel));

    private static boolean changeType(World world) throws SQLException, IOException {
        String which = world.pick(CHANGES.keySet().stream().sorted().toList());
        String table = which.substring(0, which.indexOf('.'));
        String column = which.substring(which.indexOf('.') + 1);
        String now = world.ask("SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = '" + table
                + "'::regclass AND attname = '" + column + "' AND NOT attisdropped");
        String next = world.pick(CHANGES.get(which));
        if (now == null
                || now.equals("oid") && !next.contains("::int")
                || now.equals("text") && next.startsWith("big")) {
            return false;
        }
        if (now.equals("text") && which.equals("packed.a") || next.contains("::int") && !now.equals("oid")) {
            next = "int USING (CASE WHEN " + column + "::text ~ '^-?[0-9]{1,6}$' THEN " + column + "::text END)::int";
        }
        return world.run("ALTER TABLE " + table + " ALTER COLUMN " + column + " TYPE " + next);
    }

    /** The number of an attribute that is dropped and added again is another one: old values do not come back. */
    private static boolean attribute(World world) throws SQLException, IOException {
        String name = world.pick(List.of("z0", "z1"));
        boolean there = world.ask("SELECT 1 FROM pg_attribute WHERE attrelid = 'pair'::regclass AND attname = '" + name
                        + "' AND NOT attisdropped")
                != null;
        if (!there) {
            return world.run("ALTER TYPE pair ADD ATTRIBUTE " + name + " int");
        }
        return world.run("ALTER TYPE pair DROP ATTRIBUTE " + name
                + (world.chance(50) ? ", ADD ATTRIBUTE " + name + " " + world.pick(List.of("int", "text")) : ""));
    }

    private static boolean rowType(World world) throws SQLException, IOException {
        boolean there = world.ask(
                        "SELECT 1 FROM pg_attribute WHERE attrelid = 'shape'::regclass AND attname = 'e0' AND NOT attisdropped")
                != null;
        return world.run("ALTER TABLE shape " + (there ? "DROP COLUMN e0" : "ADD COLUMN e0 int"));
    }

    private static List<String> labels(World world) throws SQLException, IOException {
        return world.askAll("SELECT enumlabel FROM pg_enum WHERE enumtypid = 'color'::regtype ORDER BY enumsortorder");
    }

    private static boolean renameLabel(World world) throws SQLException, IOException {
        return world.run("ALTER TYPE color RENAME VALUE '" + world.pick(labels(world)) + "' TO '"
                + world.newName("label") + "'");
    }

    private static boolean swapLabels(World world) throws SQLException, IOException {
        List<String> labels = labels(world);
        String one = world.pick(labels);
        String other = world.pick(labels);
        return !one.equals(other)
                && world.run("BEGIN; ALTER TYPE color RENAME VALUE '" + one
                        + "' TO 'between'; ALTER TYPE color RENAME VALUE '"
                        + other + "' TO '" + one + "'; ALTER TYPE color RENAME VALUE 'between' TO '" + other
                        + "'; COMMIT");
    }

    private static boolean addLabel(World world) throws SQLException, IOException {
        List<String> labels = labels(world);
        return labels.size() < 8
                && world.run("ALTER TYPE color ADD VALUE '" + world.newName("added") + "' "
                        + world.pick(List.of("BEFORE", "AFTER")) + " '" + world.pick(labels) + "'");
    }
}
