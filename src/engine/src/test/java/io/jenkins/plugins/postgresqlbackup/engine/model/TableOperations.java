package io.jenkins.plugins.postgresqlbackup.engine.model;

import java.io.IOException;
import java.sql.SQLException;
import java.util.List;

/** What moves, rewrites, redefines or renames tables. */
final class TableOperations {
    private TableOperations() {}

    static final List<Operation> ALL = List.of(
            new Operation("truncate", 2, TableOperations::truncate),
            new Operation("rolled back truncate", 2, TableOperations::rolledBackTruncate),
            new Operation("vacuum", 6, TableOperations::vacuum),
            new Operation("vacuum full and then a delete", 4, TableOperations::vacuumFull),
            new Operation("cluster", 2, TableOperations::cluster),
            new Operation("add a column", 4, TableOperations::addColumn),
            new Operation("drop and add a column", 4, TableOperations::dropAndAdd),
            new Operation("drop a column", 1, TableOperations::dropColumn),
            new Operation("expression", 3, TableOperations::expression),
            new Operation("rename tables", 3, TableOperations::rename),
            new Operation("rename a schema", 2, TableOperations::renameSchema),
            new Operation("rename a role", 3, TableOperations::renameRole),
            new Operation("partitions", 4, TableOperations::partitions),
            new Operation("inheritance", 3, TableOperations::inheritance),
            new Operation("drop and create", 3, TableOperations::dropAndCreate),
            new Operation("logged or not", 1, TableOperations::logged),
            new Operation("grant and comment", 1, TableOperations::grantAndComment));

    private static ModelTable any(World world) throws SQLException, IOException {
        return world.pick(world.tables());
    }

    /** One that nobody else depends on and that is not part of something. */
    private static ModelTable plain(World world) throws SQLException, IOException {
        return world.pick(world.tables().stream()
                .filter(table -> table.has("t") && table.has("a") && !table.partitioned() && !table.partition())
                .toList());
    }

    private static boolean truncate(World world) throws SQLException, IOException {
        ModelTable table = any(world);
        return world.run("TRUNCATE " + table.name())
                && (world.chance(30) || table.partition() || world.run(table.insert(world.ids(60), 60, world.role())));
    }

    private static boolean rolledBackTruncate(World world) throws SQLException, IOException {
        ModelTable table = plain(world);
        return world.run("BEGIN; TRUNCATE " + table.name() + "; " + table.insert(world.ids(20), 20, world.role())
                + "; ROLLBACK");
    }

    private static boolean vacuum(World world) throws SQLException, IOException {
        String how = world.pick(List.of("", "(FREEZE)", "(DISABLE_PAGE_SKIPPING)", "(TRUNCATE false)", "(ANALYZE)"));
        return world.chance(20)
                ? world.run("VACUUM " + how)
                : world.run("VACUUM " + how + " " + any(world).name());
    }

    /** Rows get other ctids and keep their transaction ids. */
    private static boolean vacuumFull(World world) throws SQLException, IOException {
        ModelTable table = any(world);
        return world.run("VACUUM FULL " + table.name())
                && (!table.has("id") || world.run("DELETE FROM " + table.name() + RowOperations.some(world, table)));
    }

    private static boolean cluster(World world) throws SQLException, IOException {
        String index = world.pick(
                world.askAll(
                        "SELECT indrelid::regclass || ' USING ' || relname FROM pg_index"
                                + " JOIN pg_class c ON c.oid = indexrelid WHERE c.relkind = 'i' AND NOT c.relispartition"
                                + " AND indrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace) ORDER BY 1"));
        return world.run("CLUSTER " + index);
    }

    private static boolean addColumn(World world) throws SQLException, IOException {
        ModelTable table = plain(world);
        String name = world.pick(List.of("e0", "e1"));
        if (table.has(name)) {
            return false;
        }
        return world.run("ALTER TABLE " + table.name() + " ADD COLUMN " + name + " "
                + world.pick(List.of(
                        "int DEFAULT " + world.pick(100),
                        "text DEFAULT 'd" + world.pick(100) + "'",
                        "int",
                        "text NOT NULL DEFAULT md5(random()::text)",
                        "color DEFAULT (enum_range(NULL::color))[1]")));
    }

    /** The name, and maybe the type, is what it was; the rows' values are not. */
    private static boolean dropAndAdd(World world) throws SQLException, IOException {
        ModelTable table = plain(world);
        for (String name : List.of("e0", "e1", "a")) {
            if (table.has(name)) {
                boolean whole = name.equals("a");
                return world.run("ALTER TABLE " + table.name() + " DROP COLUMN " + name + ", ADD COLUMN " + name + " "
                        + (whole
                                ? "int DEFAULT " + world.pick(1000)
                                : world.pick(List.of("int DEFAULT " + world.pick(100), "int", "text DEFAULT 'n'"))));
            }
        }
        return false;
    }

    private static boolean dropColumn(World world) throws SQLException, IOException {
        ModelTable table = plain(world);
        String name = world.pick(List.of("e0", "e1"));
        return table.has(name) && world.run("ALTER TABLE " + table.name() + " DROP COLUMN " + name);
    }

    private static boolean expression(World world) throws SQLException, IOException {
        String generated = world.ask(
                "SELECT attgenerated FROM pg_attribute WHERE attrelid = 'generated'::regclass AND attname = 'g'");
        if ("s".equals(generated)) {
            return world.run("ALTER TABLE generated ALTER COLUMN g DROP EXPRESSION");
        }
        return world.run(
                "ALTER TABLE generated DROP COLUMN g",
                "ALTER TABLE generated ADD COLUMN g int GENERATED ALWAYS AS (a * " + (2 + world.pick(3)) + ") STORED");
    }

    private static boolean rename(World world) throws SQLException, IOException {
        if (world.chance(50)) {
            // Rows of "named" show other tables' names from now on.
            return world.run("BEGIN; ALTER TABLE extra_0 RENAME TO extra_x; ALTER TABLE extra_1 RENAME TO extra_0;"
                    + " ALTER TABLE extra_x RENAME TO extra_1; COMMIT");
        }
        String now = world.ask("SELECT oid::regclass FROM pg_class WHERE relname ~ '^bare' AND relkind = 'r'");
        return world.run("ALTER TABLE " + now + " RENAME TO " + (now.equals("bare") ? "bare_2" : "bare"));
    }

    private static boolean renameSchema(World world) throws SQLException, IOException {
        String now = world.ask("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'annex%'");
        return world.run("ALTER SCHEMA " + now + " RENAME TO " + (now.equals("annex") ? "annex_2" : "annex"));
    }

    private static boolean renameRole(World world) throws SQLException, IOException {
        String now = world.role();
        return world.run("ALTER ROLE " + now + " RENAME TO " + world.newName(world.database() + "_q"));
    }

    private static boolean partitions(World world) throws SQLException, IOException {
        int number = world.pick(4);
        String name = "parted_" + number;
        boolean attached = "true"
                .equals(world.ask("SELECT relispartition::text FROM pg_class WHERE oid = '" + name + "'::regclass"));
        if (attached) {
            return world.run("ALTER TABLE parted DETACH PARTITION " + name);
        }
        int from = number * 100;
        return world.run(
                "BEGIN; DELETE FROM " + name + " WHERE k IS NULL OR k NOT BETWEEN " + from + " AND " + (from + 99)
                        + "; ALTER TABLE parted ATTACH PARTITION " + name + " FOR VALUES FROM (" + from + ") TO ("
                        + (from + 100) + "); COMMIT");
    }

    private static boolean inheritance(World world) throws SQLException, IOException {
        String child = world.pick(List.of("child_a", "child_b"));
        if (world.chance(30)) {
            String column = world.newName("p");
            return world.run("ALTER TABLE parent ADD COLUMN " + column + " int DEFAULT " + world.pick(9));
        }
        boolean inherits = world.ask("SELECT 1 FROM pg_inherits WHERE inhrelid = '" + child + "'::regclass") != null;
        if (inherits) {
            return world.run("ALTER TABLE " + child + " NO INHERIT parent");
        }
        for (String column : world.askAll("SELECT attname FROM pg_attribute p WHERE attrelid = 'parent'::regclass"
                + " AND attnum > 0 AND NOT attisdropped AND NOT EXISTS (SELECT FROM pg_attribute c WHERE c.attname = p.attname"
                + " AND c.attrelid = '" + child + "'::regclass AND NOT c.attisdropped)")) {
            if (!world.run("ALTER TABLE " + child + " ADD COLUMN " + column + " int")) {
                return false;
            }
        }
        return world.run("ALTER TABLE " + child + " INHERIT parent");
    }

    /** Another table with the same name, and maybe with the same rows. */
    private static boolean dropAndCreate(World world) throws SQLException, IOException {
        String name = world.pick(List.of("extra_0", "extra_1"));
        String create = "CREATE TABLE " + name + " (id int PRIMARY KEY, a int, t text)";
        if (world.chance(40)) {
            return world.run(
                    "BEGIN; CREATE TEMPORARY TABLE kept ON COMMIT DROP AS TABLE " + name + "; DROP TABLE " + name
                            + "; CREATE TABLE " + name + " (LIKE kept); INSERT INTO " + name
                            + " TABLE kept; ALTER TABLE " + name
                            + " ADD PRIMARY KEY (id); COMMIT");
        }
        int count = 1 + world.pick(100);
        return world.run("BEGIN; DROP TABLE " + name + "; " + create + "; INSERT INTO " + name
                + " SELECT n, n % 10, md5(n::text) FROM generate_series(" + world.ids(count) + ", "
                + (world.idsSoFar() - 1) + ") n; COMMIT");
    }

    private static boolean logged(World world) throws SQLException, IOException {
        boolean unlogged =
                "u".equals(world.ask("SELECT relpersistence FROM pg_class WHERE oid = 'fleeting'::regclass"));
        return world.run("ALTER TABLE fleeting SET " + (unlogged ? "LOGGED" : "UNLOGGED"));
    }

    private static boolean grantAndComment(World world) throws SQLException, IOException {
        ModelTable table = any(world);
        return world.chance(50)
                ? world.run("GRANT SELECT ON " + table.name() + " TO " + world.role())
                : world.run("COMMENT ON TABLE " + table.name() + " IS 'comment " + world.pick(100) + "'");
    }
}
