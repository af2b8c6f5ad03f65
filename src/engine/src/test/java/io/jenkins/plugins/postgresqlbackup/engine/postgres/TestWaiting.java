package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;

/** Waits for something that happens elsewhere, but not for ever. */
final class TestWaiting {
    /** A condition that may need the database or files to be told. */
    interface Condition {
        boolean holds() throws IOException, SQLException;
    }

    private TestWaiting() {}

    static void until(Condition condition) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.holds()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("It did not happen within 30 seconds");
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    /** Until somebody waits for a lock on this relation. */
    static void untilLockIsWaitedFor(Database database, String relation) throws Exception {
        try (Connection connection = database.open("watch");
                PreparedStatement statement = connection.prepareStatement(
                        "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = ?::regclass")) {
            statement.setString(1, relation);
            until(() -> {
                try (ResultSet row = statement.executeQuery()) {
                    row.next();
                    return row.getInt(1) > 0;
                }
            });
        }
    }
}
