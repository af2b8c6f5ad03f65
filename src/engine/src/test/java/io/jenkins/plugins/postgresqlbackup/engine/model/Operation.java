package io.jenkins.plugins.postgresqlbackup.engine.model;

import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;

/**
 * One kind of thing that happens to a database.
 *
 * @param weight how often it is drawn, compared with the others
 */
record Operation(String name, int weight, Action action) {
    /** Does it; false when it could not be done now. */
    @FunctionalInterface
    interface Action {
        boolean happen(World world) throws SQLException, IOException, InterruptedException;
    }

    /** All there are. */
    static final List<Operation> ALL = Stream.of(
                    RowOperations.ALL, TableOperations.ALL, TypeOperations.ALL, SessionOperations.ALL)
            .flatMap(List::stream)
            .toList();

    private static final int WEIGHTS = ALL.stream().mapToInt(Operation::weight).sum();

    static Operation draw(World world) {
        int at = world.pick(WEIGHTS);
        for (Operation operation : ALL) {
            at -= operation.weight;
            if (at < 0) {
                return operation;
            }
        }
        throw new AssertionError("The weights do not add up");
    }
}
