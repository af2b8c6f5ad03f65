package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/** Asks a server about itself. */
final class ServerQuery {
    private static final String QUERY = """
            SELECT pg_catalog.current_setting('server_version_num')::int,
                   pg_catalog.current_setting('server_version'),
                   d.datname, d.oid::bigint, pg_catalog.pg_encoding_to_char(d.encoding),
                   (pg_catalog.extract('epoch', pg_catalog.pg_postmaster_start_time()) * 1000000)::bigint,
                   pg_catalog.pg_is_in_recovery(), r.rolname, r.rolsuper, r.rolsuper OR r.rolbypassrls,
                   pg_catalog.has_function_privilege('pg_catalog.pg_control_system()', 'EXECUTE'),
                   pg_catalog.has_function_privilege('pg_catalog.pg_control_checkpoint()', 'EXECUTE')
              FROM pg_catalog.pg_database d, pg_catalog.pg_roles r
             WHERE d.datname = pg_catalog.current_database() AND r.rolname = current_user
            """;

    private ServerQuery() {}

    static ServerInfo run(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            Map<String, String> extensions = new TreeMap<>();
            try (ResultSet rows = statement.executeQuery("SELECT extname, extversion FROM pg_catalog.pg_extension")) {
                while (rows.next()) {
                    extensions.put(rows.getString(1), rows.getString(2));
                }
            }
            boolean maySystem;
            boolean mayCheckpoint;
            ServerInfo info;
            try (ResultSet row = statement.executeQuery(QUERY)) {
                row.next();
                maySystem = row.getBoolean(11);
                mayCheckpoint = row.getBoolean(12);
                info = new ServerInfo(
                        row.getInt(1),
                        row.getString(2),
                        row.getString(3),
                        row.getLong(4),
                        row.getString(5),
                        Optional.empty(),
                        OptionalInt.empty(),
                        instant(row.getLong(6)),
                        row.getBoolean(7),
                        row.getString(8),
                        row.getBoolean(9),
                        row.getBoolean(10),
                        extensions);
            }
            return withCluster(statement, info, maySystem, mayCheckpoint);
        }
    }

    private static Instant instant(long micros) {
        return Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1000);
    }

    private static ServerInfo withCluster(
            Statement statement, ServerInfo info, boolean maySystem, boolean mayCheckpoint) throws SQLException {
        Optional<String> system = Optional.empty();
        if (maySystem) {
            try (ResultSet row =
                    statement.executeQuery("SELECT CASE WHEN s < 0 THEN s + 18446744073709551616 ELSE s END"
                            + " FROM (SELECT system_identifier::numeric AS s FROM pg_catalog.pg_control_system()) c")) {
                row.next();
                system = Optional.of(row.getString(1));
            }
        }
        OptionalInt timeline = OptionalInt.empty();
        if (!info.inRecovery()) {
            try (ResultSet row = statement.executeQuery("SELECT ('x' || substr(pg_catalog.pg_walfile_name("
                    + "pg_catalog.pg_current_wal_insert_lsn()), 1, 8))::bit(32)::int")) {
                row.next();
                timeline = OptionalInt.of(row.getInt(1));
            }
        } else if (mayCheckpoint) {
            try (ResultSet row = statement.executeQuery("SELECT timeline_id FROM pg_catalog.pg_control_checkpoint()")) {
                row.next();
                timeline = OptionalInt.of(row.getInt(1));
            }
        }
        return new ServerInfo(
                info.versionNumber(),
                info.versionText(),
                info.databaseName(),
                info.databaseOid(),
                info.encoding(),
                system,
                timeline,
                info.postmasterStart(),
                info.inRecovery(),
                info.user(),
                info.superuser(),
                info.bypassesRowSecurity(),
                info.extensions());
    }
}
