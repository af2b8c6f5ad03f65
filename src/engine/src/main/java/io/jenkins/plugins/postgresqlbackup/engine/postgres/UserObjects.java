package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Takes away what a user has put into a database that must itself stay, and the schema {@code public} with its grants
 * and default privileges too.
 */
public final class UserObjects {
    private static final String IN_PUBLIC = """
            SELECT o.type, o.identity
              FROM pg_catalog.pg_depend d,
                   LATERAL pg_catalog.pg_identify_object(d.classid, d.objid, d.objsubid) o
             WHERE d.refclassid = 'pg_catalog.pg_namespace'::regclass AND d.deptype = 'n'
               AND d.refobjid = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = 'public')
               AND d.classid <> 'pg_catalog.pg_default_acl'::regclass
               AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                                WHERE e.classid = d.classid AND e.objid = d.objid AND e.deptype = 'e')
             ORDER BY d.objid DESC
             LIMIT 1
            """;

    private UserObjects() {}

    /**
     * Drops them.
     *
     * @param schemas which schemas are the user's; {@code public} always is
     */
    public static void drop(Database database, DatabaseContents contents, Predicate<String> schemas)
            throws DatabaseException {
        try (Connection connection = database.open("clear");
                Statement statement = connection.createStatement()) {
            LoadingSession.prepare(connection);
            for (DatabaseContents.Thing thing : contents.things()) {
                if (thing.kind().equals("schema") && schemas.test(thing.name())) {
                    statement.execute("DROP SCHEMA " + Sql.quote(thing.name()) + " CASCADE");
                } else if (thing.kind().equals("large object")) {
                    statement.execute("SELECT pg_catalog.lo_unlink(" + thing.oid() + "::oid)");
                }
            }
            for (Optional<String> next = next(statement); next.isPresent(); next = next(statement)) {
                statement.execute("DROP " + next.get() + " CASCADE");
            }
        } catch (SQLException e) {
            throw DatabaseException.of(e, "taking away what is to be overwritten");
        }
    }

    /** One at a time: with the last one others may have gone. */
    private static Optional<String> next(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery(IN_PUBLIC)) {
            return row.next() ? Optional.of(row.getString(1) + " " + row.getString(2)) : Optional.empty();
        }
    }
}
