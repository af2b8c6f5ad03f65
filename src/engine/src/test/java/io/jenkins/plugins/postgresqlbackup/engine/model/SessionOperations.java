package io.jenkins.plugins.postgresqlbackup.engine.model;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Transactions that stay open across backups, with sub-transactions, prepared ones, and ones that are rolled back. */
final class SessionOperations {
    private static final int OPEN_AT_MOST = 2;

    private SessionOperations() {}

    static final List<Operation> ALL = List.of(
            new Operation("begin", 4, SessionOperations::begin),
            new Operation("go on in an open transaction", 8, SessionOperations::goOn),
            new Operation("end an open transaction", 6, SessionOperations::end),
            new Operation("prepare a transaction", 2, SessionOperations::prepare),
            new Operation("end a prepared transaction", 3, SessionOperations::endPrepared),
            new Operation("roll back", 3, SessionOperations::rollBack),
            new Operation("many sub-transactions", 2, SessionOperations::manySubtransactions));

    private static boolean begin(World world) throws SQLException, IOException {
        if (world.open().size() >= OPEN_AT_MOST) {
            return false;
        }
        world.begin();
        return goOn(world);
    }

    private static boolean goOn(World world) throws SQLException, IOException {
        if (world.open().isEmpty()) {
            return false;
        }
        Connection session = world.pick(world.open());
        String savepoint = world.newName("s");
        world.control(session, "SAVEPOINT " + savepoint);
        boolean done =
                switch (world.pick(3)) {
                    case 0 -> RowOperations.insert(world, session);
                    case 1 -> RowOperations.update(world, session);
                    default -> RowOperations.delete(world, session);
                };
        int then = world.pick(4);
        if (then < 2) {
            world.control(session, (then == 0 ? "ROLLBACK TO " : "RELEASE ") + savepoint);
        }
        return done;
    }

    private static boolean end(World world) throws SQLException, IOException {
        if (world.open().isEmpty()) {
            return false;
        }
        world.end(world.pick(world.open()), world.chance(70));
        return true;
    }

    private static boolean prepare(World world) throws SQLException, IOException {
        if (world.open().isEmpty() || prepared(world).size() > 1) {
            return false;
        }
        Connection session = world.pick(world.open());
        world.control(session, "PREPARE TRANSACTION '" + world.newName(world.database()) + "'");
        world.detach(session);
        return true;
    }

    static List<String> prepared(World world) throws SQLException, IOException {
        return world.askAll("SELECT gid FROM pg_prepared_xacts WHERE database = current_database() ORDER BY gid");
    }

    private static boolean endPrepared(World world) throws SQLException, IOException {
        List<String> prepared = prepared(world);
        return !prepared.isEmpty()
                && world.run((world.chance(70) ? "COMMIT" : "ROLLBACK") + " PREPARED '" + world.pick(prepared) + "'");
    }

    private static boolean rollBack(World world) throws SQLException, IOException {
        int count = 1 + world.pick(60);
        return world.run(
                "BEGIN; INSERT INTO packed (id, a, t) SELECT n, 0, 'never' FROM generate_series(" + world.ids(count)
                        + ", " + (world.idsSoFar() - 1) + ") n; UPDATE plain SET t = 'never' WHERE id % 9 = 1;"
                        + " DELETE FROM packed WHERE id % 11 = 2; ROLLBACK");
    }

    /** More than the 64 that a backend keeps in shared memory. */
    private static boolean manySubtransactions(World world) throws SQLException, IOException {
        return world.run("DO $$ BEGIN FOR i IN " + world.ids(80) + ".." + (world.idsSoFar() - 1)
                + " LOOP BEGIN INSERT INTO packed (id, a, t) VALUES (i, 1, 'sub'); IF i % 3 = 0 THEN RAISE division_by_zero;"
                + " END IF; EXCEPTION WHEN division_by_zero THEN NULL; END; END LOOP; END $$");
    }
}
