package io.jenkins.plugins.postgresqlbackup.engine.model;

import java.io.IOException;
import java.sql.SQLException;

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
}
