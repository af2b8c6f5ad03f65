package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;

/**
 * The session settings under which values have one text only, rows come in one order, and nothing is filtered or
 * ended early. Given as start-up options and set again, because a role's own settings and a pooler may stand between;
 * then read back.
 */
final class SessionSettings {
    private static final Map<String, String> EVERYWHERE = everywhere();

    private SessionSettings() {}

    private static Map<String, String> everywhere() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("datestyle", "ISO, MDY");
        settings.put("intervalstyle", "postgres");
        settings.put("extra_float_digits", "3");
        settings.put("bytea_output", "hex");
        settings.put("lc_monetary", "C");
        settings.put("timezone", "UTC");
        settings.put("search_path", "");
        settings.put("quote_all_identifiers", "off");
        settings.put("xmloption", "content");
        settings.put("array_nulls", "on");
        settings.put("standard_conforming_strings", "on");
        settings.put("synchronize_seqscans", "off");
        settings.put("enable_tidscan", "on");
        settings.put("max_parallel_workers_per_gather", "0");
        settings.put("jit", "off");
        settings.put("row_security", "off");
        settings.put("statement_timeout", "0");
        settings.put("lock_timeout", "0");
        settings.put("idle_in_transaction_session_timeout", "0");
        settings.put("idle_session_timeout", "0");
        return settings;
    }

    /** For the start-up packet: only what each supported version knows. */
    static String startupOptions() {
        StringJoiner options = new StringJoiner(" ");
        EVERYWHERE.forEach((name, value) ->
                options.add("-c " + name + '=' + value.replace("\\", "\\\\").replace(" ", "\\ ")));
        return options.toString();
    }

    static void apply(Connection connection, int serverMajor) throws SQLException, DatabaseException {
        Map<String, String> settings = new LinkedHashMap<>(EVERYWHERE);
        if (serverMajor >= 17) {
            settings.put("transaction_timeout", "0");
        }
        StringJoiner set = new StringJoiner(", ", "SELECT ", "");
        settings.forEach(
                (name, value) -> set.add("pg_catalog.set_config('" + name + "', " + Sql.literal(value) + ", false)"));
        // set_config returns what current_setting would: one round trip sets and shows.
        try (Statement statement = connection.createStatement();
                ResultSet shown = statement.executeQuery(set.toString())) {
            shown.next();
            int column = 1;
            for (Map.Entry<String, String> setting : settings.entrySet()) {
                String value = shown.getString(column++);
                if (!value.equals(setting.getValue())) {
                    throw new DatabaseException("The session setting " + setting.getKey() + " is '" + value
                            + "' although it was set to '" + setting.getValue()
                            + "'; connect to the server directly, without the pooler that does this.");
                }
            }
        }
        askToNoticeOurEnd(connection);
    }

    /** Ends a statement within a second of our connection's end. Servers on some platforms cannot: they refuse. */
    private static void askToNoticeOurEnd(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT pg_catalog.set_config('client_connection_check_interval', '1s', false)")) {
            statement.execute();
        } catch (SQLException e) {
            if (!"22023".equals(e.getSQLState())) {
                throw e;
            }
            System.getLogger(SessionSettings.class.getName())
                    .log(System.Logger.Level.DEBUG, "The server cannot notice the end of a connection", e);
        }
    }
}
