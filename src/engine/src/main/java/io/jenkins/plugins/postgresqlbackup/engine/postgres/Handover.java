package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Gives a created database what belongs to it as a whole: owner, grants, comment, settings, connection limit. The last
 * step of a restore, because settings such as {@code default_transaction_read_only} would stand in its way.
 */
public final class Handover {
    /** Settings whose value is a list of names. */
    private static final Set<String> LISTS = Set.of(
            "local_preload_libraries",
            "search_path",
            "session_preload_libraries",
            "shared_preload_libraries",
            "temp_tablespaces",
            "unix_socket_directories");

    private static final String NOT_GRANTED = "01007";

    private Handover() {}

    /**
     * Does what it may.
     *
     * @return what could not be done, each with its reason
     */
    public static List<String> run(TargetDatabase target, DatabaseProperties source, boolean owner, boolean privileges)
            throws DatabaseException {
        return execute(target, statements(Sql.quote(target.name()), source, owner, privileges));
    }

    /** The same with the connection limit, which could lock the restore itself out before it has ended. */
    public static List<String> limitConnections(TargetDatabase target, DatabaseProperties source)
            throws DatabaseException {
        return source.connectionLimit() == -1
                ? List.of()
                : execute(
                        target,
                        List.of("ALTER DATABASE " + Sql.quote(target.name()) + " CONNECTION LIMIT "
                                + source.connectionLimit()));
    }

    private static List<String> execute(TargetDatabase target, List<String> statements) throws DatabaseException {
        List<String> failures = new ArrayList<>();
        try (Connection connection = target.database().open("handover");
                Statement statement = connection.createStatement()) {
            LoadingSession.prepare(connection);
            for (String sql : statements) {
                try {
                    statement.execute(sql);
                    // A grant that nobody was entitled to give is no error for the server.
                    if (statement.getWarnings() != null
                            && NOT_GRANTED.equals(statement.getWarnings().getSQLState())) {
                        failures.add(sql + ": " + Sentences.shortly(statement.getWarnings()));
                    }
                } catch (SQLException e) {
                    if (Connections.lost(connection)) {
                        throw e;
                    }
                    failures.add(sql + ": " + Sentences.shortly(e));
                }
            }
            return failures;
        } catch (SQLException e) {
            throw DatabaseException.of(e, "setting the properties of the database " + target.name());
        }
    }

    /** @param database its name as SQL has it */
    static List<String> statements(String database, DatabaseProperties source, boolean owner, boolean privileges) {
        List<String> statements = new ArrayList<>();
        if (source.comment() != null) {
            statements.add("COMMENT ON DATABASE " + database + " IS " + Sql.literal(source.comment()));
        }
        for (RoleSetting setting : source.settings()) {
            if (setting.role() == null) {
                statements.add("ALTER DATABASE " + database + set(setting));
            } else if (privileges) {
                statements.add("ALTER ROLE " + Sql.quote(setting.role()) + " IN DATABASE " + database + set(setting));
            }
        }
        if (owner) {
            statements.add("ALTER DATABASE " + database + " OWNER TO " + Sql.quote(source.owner()));
        }
        if (privileges && source.acl() != null) {
            statements.addAll(Grants.statements("DATABASE " + database, source.owner(), source.acl()));
        }
        return statements;
    }

    /** {@code  SET name TO value}, for ALTER DATABASE and ALTER ROLE. */
    static String set(RoleSetting setting) {
        String value = LISTS.contains(setting.name()) && !setting.value().isEmpty()
                ? names(setting.value()).stream().map(Sql::literal).collect(Collectors.joining(", "))
                : Sql.literal(setting.value());
        // A name with a dot is of an extension; each part is quoted by itself.
        String name =
                List.of(setting.name().split("\\.")).stream().map(Sql::quote).collect(Collectors.joining("."));
        return " SET " + name + " TO " + value;
    }

    /** Divides {@code ks, "odd ""schema"""} into its names. */
    static List<String> names(String list) {
        List<String> names = new ArrayList<>();
        StringBuilder name = new StringBuilder();
        boolean quoted = false;
        boolean wasQuoted = false;
        for (int i = 0; i <= list.length(); i++) {
            char c = i < list.length() ? list.charAt(i) : ',';
            if (quoted && c == '"' && i + 1 < list.length() && list.charAt(i + 1) == '"') {
                name.append('"');
                i++;
            } else if (c == '"') {
                quoted = !quoted;
                wasQuoted = true;
            } else if (c == ',' && !quoted || i == list.length()) {
                names.add(wasQuoted ? name.toString() : name.toString().strip());
                name.setLength(0);
                wasQuoted = false;
            } else if (quoted || !wasQuoted && (name.length() > 0 || !Character.isWhitespace(c))) {
                name.append(c);
            }
        }
        return names;
    }
}
