package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.util.List;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeSet;

/** Tables and sequences that should be saved and that the role may not read: a gap that must be an error. */
final class Unreadable {
    private Unreadable() {}

    /** One sentence with all of them, the statements that help, and the options that leave them out. */
    static DatabaseException error(List<Relation> relations, String user) {
        StringJoiner names = new StringJoiner(", ");
        StringJoiner exclusions = new StringJoiner(" ");
        StringJoiner tables = new StringJoiner(", ");
        StringJoiner sequences = new StringJoiner(", ");
        Set<String> schemas = new TreeSet<>();
        boolean filtered = false;
        for (Relation relation : relations) {
            names.add(relation.name() + " (" + reason(relation) + ")");
            exclusions.add("--exclude-table='" + pattern(relation.name()) + "'");
            if (!relation.usable()) {
                schemas.add(relation.name().schema());
            }
            if (!relation.selectable()) {
                (relation.kind() == 'S' ? sequences : tables)
                        .add(relation.name().quoted());
            }
            filtered |= relation.filtered();
        }
        String role = Sql.quote(user);
        StringJoiner remedies = new StringJoiner(" ");
        if (!schemas.isEmpty()) {
            remedies.add("GRANT USAGE ON SCHEMA " + Sql.quoteAll(schemas) + " TO " + role + ";");
        }
        if (tables.length() > 0) {
            remedies.add("GRANT SELECT ON TABLE " + tables + " TO " + role + ";");
        }
        if (sequences.length() > 0) {
            remedies.add("GRANT SELECT ON SEQUENCE " + sequences + " TO " + role + ";");
        }
        if (filtered) {
            remedies.add("ALTER ROLE " + role + " BYPASSRLS;");
        }
        return new DatabaseException("The user '" + user + "' may not read all that is to be saved: " + names
                + ". As owner or administrator run: " + remedies + " Or leave them out with " + exclusions + ".");
    }

    private static String reason(Relation relation) {
        if (!relation.usable()) {
            return relation.selectable() ? "no USAGE on its schema" : "no USAGE on its schema, no SELECT";
        }
        return relation.selectable() ? "row-level security hides rows" : "no SELECT";
    }

    private static String pattern(TableName name) {
        return plain(name.schema()) + '.' + plain(name.name());
    }

    private static String plain(String name) {
        return name.matches("[a-z_][a-z0-9_]*") ? name : Sql.quote(name);
    }
}
