package io.jenkins.plugins.postgresqlbackup.engine.model;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postgresql.PGConnection;

/** What changes rows, or writes to pages as if it did. */
final class RowOperations {
    private static final int BLOCKS = 10;

    private RowOperations() {}

    static final List<Operation> ALL = List.of(
            new Operation("insert", 10, world -> insert(world, world.main())),
            new Operation("update", 14, world -> update(world, world.main())),
            new Operation("delete", 10, world -> delete(world, world.main())),
            new Operation("delete and insert as many", 6, RowOperations::deleteAndInsertAsMany),
            new Operation("copy", 4, world -> copy(world, false)),
            new Operation("truncate and copy freeze", 4, world -> copy(world, true)),
            new Operation("on conflict", 3, RowOperations::onConflict),
            new Operation("lock rows", 4, RowOperations::lockRows),
            new Operation("update a row again and again", 3, RowOperations::updateAgain),
            new Operation("update long values", 3, RowOperations::updateLongValues),
            new Operation("sequences", 2, RowOperations::sequences),
            new Operation("large objects", 3, RowOperations::largeObjects));

    static boolean insert(World world, Connection session) throws SQLException, IOException {
        Optional<ModelTable> table = insertable(world);
        int count = 1 + world.pick(120);
        return table.isPresent() && world.run(session, table.get().insert(world.ids(count), count, world.role()));
    }

    private static Optional<ModelTable> insertable(World world) throws SQLException, IOException {
        List<ModelTable> tables =
                world.tables().stream().filter(table -> !table.partition()).toList();
        return tables.isEmpty() ? Optional.empty() : Optional.of(world.pick(tables));
    }

    /** A table with rows that have ids. */
    private static Optional<ModelTable> identified(World world) throws SQLException, IOException {
        List<ModelTable> tables =
                world.tables().stream().filter(table -> table.has("id")).toList();
        return tables.isEmpty() ? Optional.empty() : Optional.of(world.pick(tables));
    }

    static boolean update(World world, Connection session) throws SQLException, IOException {
        Optional<ModelTable> table = identified(world);
        if (table.isEmpty() || table.get().changeable().isEmpty()) {
            return false;
        }
        ModelTable.Column column = world.pick(table.get().changeable());
        String value = ModelTable.value(column, "(id + " + (1 + world.pick(50)) + ")", world.role());
        return world.run(
                session,
                "UPDATE " + table.get().name() + " SET " + column.name() + " = " + value + some(world, table.get()));
    }

    static boolean delete(World world, Connection session) throws SQLException, IOException {
        Optional<ModelTable> table = identified(world);
        return table.isPresent()
                && world.run(session, "DELETE FROM " + table.get().name() + some(world, table.get()));
    }

    /** Scattered rows, those of one block, the youngest, or one. */
    static String some(World world, ModelTable table) {
        int block = world.pick(BLOCKS);
        return switch (world.pick(table.partitioned() ? 3 : 5)) {
            case 0 -> " WHERE id % " + (4 + world.pick(40)) + " = 0";
            case 1 -> " WHERE id > " + Math.max(0, world.idsSoFar() - 1 - world.pick(200));
            case 2 -> " WHERE id = " + (1 + world.pick((int) world.idsSoFar()));
            default -> " WHERE ctid >= '(" + block + ",0)' AND ctid < '(" + (block + 1) + ",0)'";
        };
    }

    /** The count stays what it was. */
    private static boolean deleteAndInsertAsMany(World world) throws SQLException, IOException {
        Optional<ModelTable> table = identified(world).filter(each -> !each.partition() && !each.partitioned());
        if (table.isEmpty()) {
            return false;
        }
        int count = 1 + world.pick(20);
        String name = table.get().name();
        String insert = table.get().insert(world.ids(count), count, world.role());
        String delete = "DELETE FROM ONLY " + name + " WHERE ctid IN (SELECT ctid FROM ONLY " + name
                + " ORDER BY md5(id::text) LIMIT " + count + ")";
        return world.chance(50)
                ? world.run(delete, insert)
                : world.run(delete) && world.run("VACUUM " + name) && world.run(insert);
    }

    /** FREEZE needs the transaction that emptied the table, and writes rows as if vacuumed. */
    private static boolean copy(World world, boolean freeze) throws SQLException, IOException {
        Optional<ModelTable> table = identified(world)
                .filter(each -> !each.partition() && !each.partitioned() && each.has("t") && each.has("a"));
        if (table.isEmpty()) {
            return false;
        }
        int count = 20 + world.pick(150);
        long first = world.ids(count);
        StringBuilder rows = new StringBuilder();
        for (long id = first; id < first + count; id++) {
            rows.append(id)
                    .append('\t')
                    .append(id % 100)
                    .append("\tcopied\\t")
                    .append(id * 31)
                    .append('\n');
        }
        Connection session = world.main();
        String name = table.get().name();
        String copy = "COPY " + name + " (id, a, t) FROM STDIN" + (freeze ? " WITH (FREEZE)" : "");
        if (freeze && !world.run("BEGIN; TRUNCATE " + name)) {
            return false;
        }
        world.note(copy + "; -- " + count + " rows, ids from " + first);
        session.unwrap(PGConnection.class).getCopyAPI().copyIn(copy, new java.io.StringReader(rows.toString()));
        return !freeze || world.run("COMMIT");
    }

    private static boolean onConflict(World world) throws SQLException, IOException {
        int count = 1 + world.pick(30);
        long first = Math.max(1, world.idsSoFar() - world.pick(60));
        world.ids(count);
        String insert = "INSERT INTO packed (id, a, t) SELECT n, 1, 'upserted' FROM generate_series(" + first + ", "
                + (first + count - 1) + ") n ON CONFLICT (id) DO ";
        return world.run(
                insert + (world.chance(50) ? "NOTHING" : "UPDATE SET a = packed.a::numeric + 1, t = excluded.t"));
    }

    /** Marks rows as locked, which writes to their pages and changes nothing. */
    private static boolean lockRows(World world) throws SQLException, IOException {
        Optional<ModelTable> table = identified(world);
        String strength = world.pick(List.of("UPDATE", "NO KEY UPDATE", "SHARE", "KEY SHARE"));
        return table.isPresent()
                && world.run("DO $$ BEGIN PERFORM 1 FROM " + table.get().name() + some(world, table.get()) + " FOR "
                        + strength + "; END $$");
    }

    /** Within one transaction, so that the row's versions have the same ids. */
    private static boolean updateAgain(World world) throws SQLException, IOException {
        List<String> statements = new ArrayList<>();
        statements.add("BEGIN");
        int from = world.pick(50);
        for (int i = 0; i < 4; i++) {
            statements.add("UPDATE packed SET a = coalesce(a::numeric, 0) + 1" + (i == 2 ? ", t = 'again'" : "")
                    + " WHERE id % 50 = " + from);
            if (i == 1) {
                statements.add("SAVEPOINT s");
            }
        }
        statements.add(world.chance(50) ? "ROLLBACK TO s; COMMIT" : "RELEASE s; COMMIT");
        return world.run(statements.stream().collect(joining("; ")));
    }

    private static boolean updateLongValues(World world) throws SQLException, IOException {
        int count = 1 + world.pick(40);
        return switch (world.pick(4)) {
            case 0 ->
                world.run("INSERT INTO toasted SELECT n, 1, repeat(md5(n::text), 150) FROM generate_series("
                        + world.ids(count) + ", " + (world.idsSoFar() - 1) + ") n");
            case 1 -> world.run("UPDATE toasted SET a = a + 1 WHERE id % 3 = 0");
            case 2 -> world.run("UPDATE toasted SET big = reverse(big) WHERE id % 4 = " + world.pick(4));
            default -> world.run("UPDATE toasted SET big = left(big, 100) WHERE id % 5 = " + world.pick(5));
        };
    }

    private static boolean sequences(World world) throws SQLException, IOException {
        return switch (world.pick(4)) {
            case 0 -> world.run("SELECT nextval('counter') FROM generate_series(1, 5)");
            case 1 -> world.run("SELECT setval('counter', " + (1 + world.pick(1000)) + ", " + world.chance(50) + ")");
            case 2 -> world.run("ALTER SEQUENCE counter INCREMENT BY " + (1 + world.pick(5)));
            default -> world.run("INSERT INTO numbered (t) SELECT 'n' FROM generate_series(1, 10)");
        };
    }

    private static boolean largeObjects(World world) throws SQLException, IOException {
        String some = world.ask("SELECT oid FROM pg_largeobject_metadata ORDER BY oid LIMIT 1 OFFSET " + world.pick(3));
        if (some == null) {
            return world.run(
                    "SELECT lo_from_bytea(" + (70_000 + world.ids(1)) + ", decode(repeat('ab', 3000), 'hex'))");
        }
        return switch (world.pick(5)) {
            case 0 -> world.run("SELECT lo_put(" + some + ", " + world.pick(4000) + ", '\\x00112233')");
            case 1 -> world.run("SELECT lo_unlink(" + some + ")");
            case 2 -> world.run("COMMENT ON LARGE OBJECT " + some + " IS 'number " + world.pick(100) + "'");
            case 3 -> world.run("GRANT SELECT ON LARGE OBJECT " + some + " TO " + world.role());
            default -> world.run("ALTER LARGE OBJECT " + some + " OWNER TO " + world.role());
        };
    }
}
