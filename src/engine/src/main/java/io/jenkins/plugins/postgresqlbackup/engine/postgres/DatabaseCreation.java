package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.StringJoiner;

/** CREATE DATABASE with the source's encoding and locale, in the words of the target server's version. */
final class DatabaseCreation {
    private static final String ALREADY_THERE = "42P04";

    private final Connection connection;
    private final String name;
    private final DatabaseProperties source;
    private final int major;

    DatabaseCreation(Connection connection, String name, DatabaseProperties source) throws SQLException {
        this.connection = connection;
        this.name = name;
        this.source = source;
        this.major = connection.getMetaData().getDatabaseMajorVersion();
    }

    Optional<String> run() throws SQLException {
        String tablespace = hasTablespace() ? " TABLESPACE " + Sql.quote(source.tablespace()) : "";
        SQLException refused;
        try {
            execute(locale() + tablespace);
            return Optional.empty();
        } catch (SQLException e) {
            if (!aboutTheLocale(e)) {
                throw e;
            }
            refused = e;
        }
        String instead = "the server's default locale";
        try {
            execute(tablespace);
        } catch (SQLException e) {
            if (!aboutTheLocale(e)) {
                throw e;
            }
            // The default locale is for another encoding; C is for each.
            execute((major >= 15 ? " LOCALE_PROVIDER libc" : "") + " LC_COLLATE 'C' LC_CTYPE 'C'" + tablespace);
            instead = "the locale C";
        }
        return Optional.of(
                "The database " + name + " has " + instead + " because the server does not know the source's ("
                        + described() + "; " + Sentences.shortly(refused)
                        + "): text may sort in another order; where that matters, install the locale and restore again.");
    }

    private void execute(String options) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(statement(Sql.quote(name), source) + options);
        }
    }

    private String locale() throws SQLException {
        if (major < 15 && !source.provider().equals("libc")) {
            throw new SQLException(
                    "PostgreSQL " + major + " has no databases with " + source.provider() + " locales", "0A000");
        }
        return locale(source, major);
    }

    /** @param name as SQL has it */
    static String statement(String name, DatabaseProperties source) {
        return "CREATE DATABASE " + name + " TEMPLATE template0 ENCODING " + Sql.literal(source.encoding());
    }

    /** The options that give it the source's locale. */
    static String locale(DatabaseProperties source, int major) {
        StringJoiner options = new StringJoiner(" ", " ", "");
        if (major >= 15) {
            options.add("LOCALE_PROVIDER " + Sql.quote(source.provider()));
        }
        options.add("LC_COLLATE " + Sql.literal(source.collate()));
        options.add("LC_CTYPE " + Sql.literal(source.ctype()));
        if (!source.provider().equals("libc") && source.locale() != null) {
            options.add((source.provider().equals("icu") ? "ICU_LOCALE " : "BUILTIN_LOCALE ")
                    + Sql.literal(source.locale()));
        }
        if (source.icuRules() != null && major >= 16) {
            options.add("ICU_RULES " + Sql.literal(source.icuRules()));
        }
        return options.toString();
    }

    private String described() {
        return source.provider() + " " + (source.locale() == null ? source.collate() : source.locale());
    }

    /** Any error that another locale may heal; not that the name is taken or that the role may not. */
    private static boolean aboutTheLocale(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        return !state.equals(ALREADY_THERE)
                && (state.startsWith("22") || state.startsWith("0A") || state.equals("42809") || state.equals("42601"));
    }

    private boolean hasTablespace() throws SQLException {
        if (source.tablespace() == null || source.tablespace().equals("pg_default")) {
            return false;
        }
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT FROM pg_catalog.pg_tablespace WHERE spcname = ? AND pg_catalog.has_tablespace_privilege(oid, 'CREATE')")) {
            query.setString(1, source.tablespace());
            try (ResultSet rows = query.executeQuery()) {
                return rows.next();
            }
        }
    }
}
