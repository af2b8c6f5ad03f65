package io.jenkins.plugins.postgresqlbackup.engine.model;

import java.util.List;
import java.util.stream.Stream;

/** All that may happen to a database, and the choice of what happens next. */
final class Operations {
    private Operations() {}

    /** All there are. */
    static final List<Operation> ALL = Stream.of(
                    RowOperations.ALL, TableOperations.ALL, TypeOperations.ALL, SessionOperations.ALL)
            .flatMap(List::stream)
            .toList();

    private static final int WEIGHTS = ALL.stream().mapToInt(Operation::weight).sum();

    static Operation draw(World world) {
        int at = world.pick(WEIGHTS);
        for (Operation operation : ALL) {
            at -= operation.weight();
            if (at < 0) {
                return operation;
            }
        }
        throw new AssertionError("The weights do not add up");
    }
}
