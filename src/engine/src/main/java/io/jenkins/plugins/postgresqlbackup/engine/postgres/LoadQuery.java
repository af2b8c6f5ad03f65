package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.OptionalLong;

/**
 * Asks a server how it is. Of others' sessions a role without privileges sees neither the kind nor the name; the server's own processes lack a user or a
 * database.
 *
 * <p>No statement takes longer than some seconds: who asks is in a hurry, and the server may be in trouble.
 */
final class LoadQuery {
    private static final String QUERY = """
            SELECT (pg_catalog.extract('epoch', pg_catalog.clock_timestamp()) * 1000)::bigint,
                   pg_catalog.current_setting('max_connections')::int,
                   CASE WHEN r.rolsuper THEN 0
                        ELSE pg_catalog.current_setting('superuser_reserved_connections')::int
                             + CASE WHEN u.rolname IS NULL OR pg_catalog.pg_has_role(u.oid, 'USAGE') THEN 0
                                    ELSE COALESCE(pg_catalog.current_setting('reserved_connections', true)::int, 0) END
                   END,
                   (SELECT count(*) FROM pg_catalog.pg_stat_activity a
                     WHERE a.usesysid IS NOT NULL AND a.datid IS NOT NULL
                       AND COALESCE(a.backend_type, 'client backend') = 'client backend'
                       AND COALESCE(a.application_name, '') NOT LIKE 'pgbackup %'),
                   r.rolconnlimit,
                   (SELECT count(*) FROM pg_catalog.pg_stat_activity a
                     WHERE a.usesysid = r.oid AND COALESCE(a.backend_type, 'client backend') = 'client backend'
                       AND COALESCE(a.application_name, '') NOT LIKE 'pgbackup %'),
                   CASE WHEN NOT pg_catalog.pg_is_in_recovery()
                        THEN pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot())::text::bigint END
              FROM pg_catalog.pg_roles r LEFT JOIN pg_catalog.pg_roles u ON u.rolname = 'pg_use_reserved_connections'
             WHERE r.rolname = current_user
            """;
    private static final String LIMIT = "SET statement_timeout = '10s'";
    private static final String TOO_LATE = "57014";
    private static final String NOT_ALLOWED = "42501";

    private LoadQuery() {}

    static ServerLoad run(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(LIMIT);
            OptionalLong bytes = size(statement);
            try (ResultSet row = statement.executeQuery(QUERY)) {
                row.next();
                return new ServerLoad(
                        Instant.ofEpochMilli(row.getLong(1)),
                        bytes,
                        row.getInt(2),
                        row.getInt(3),
                        row.getInt(4),
                        row.getInt(5),
                        row.getInt(6),
                        row.getString(7) == null ? OptionalLong.empty() : OptionalLong.of(row.getLong(7)));
            }
        }
    }

    /** The server looks at each file of the database. */
    private static OptionalLong size(Statement statement) throws SQLException {
        try (ResultSet row =
                statement.executeQuery("SELECT pg_catalog.pg_database_size(pg_catalog.current_database())")) {
            row.next();
            return OptionalLong.of(row.getLong(1));
        } catch (SQLException e) {
            if (!TOO_LATE.equals(e.getSQLState()) && !NOT_ALLOWED.equals(e.getSQLState())) {
                throw e;
            }
            System.getLogger(LoadQuery.class.getName())
                    .log(System.Logger.Level.DEBUG, "The server does not tell the database's size", e);
            return OptionalLong.empty();
        }
    }
}
