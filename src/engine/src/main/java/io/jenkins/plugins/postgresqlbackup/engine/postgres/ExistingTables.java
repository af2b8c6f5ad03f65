package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The tables of a database that is loaded into, as they were when somebody looked. Immutable. */
public final class ExistingTables {
    private static final String QUERY = """
            SELECT n.nspname, c.relname, c.relkind,
                   c.relkind IN ('r', 'p') AND pg_catalog.has_table_privilege(c.oid, 'INSERT'),
                   ARRAY(SELECT a.attname FROM pg_catalog.pg_attribute a
                          WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '')::text[]
              FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
             WHERE c.relkind IN ('r', 'p', 'S') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
            """;

    private final Map<TableName, Existing> tables = new HashMap<>();
    private final Set<TableName> relations = new HashSet<>();
    private final Set<String> schemas = new HashSet<>();
    private boolean mayRestTriggers;

    private record Existing(boolean insertable, Set<String> columns) {}

    private ExistingTables() {}

    public static ExistingTables of(Database database) throws DatabaseException {
        ExistingTables found = new ExistingTables();
        try (Connection connection = database.open("look");
                Statement statement = connection.createStatement()) {
            try (ResultSet rows = statement.executeQuery(QUERY)) {
                while (rows.next()) {
                    TableName name = new TableName(rows.getString(1), rows.getString(2));
                    found.relations.add(name);
                    if (!rows.getString(3).equals("S")) {
                        String[] columns = (String[]) rows.getArray(5).getArray();
                        found.tables.put(name, new Existing(rows.getBoolean(4), Set.of(columns)));
                    }
                }
            }
            try (ResultSet rows = statement.executeQuery("SELECT nspname FROM pg_catalog.pg_namespace")) {
                while (rows.next()) {
                    found.schemas.add(rows.getString(1));
                }
            }
            found.mayRestTriggers = LoadingSession.mayRestTriggers(connection);
            return found;
        } catch (SQLException e) {
            throw DatabaseException.of(
                    e, "looking at the tables of " + database.url().database());
        }
    }

    public boolean has(TableName table) {
        return tables.containsKey(table);
    }

    /** All tables and sequences. */
    public Set<TableName> relations() {
        return Set.copyOf(relations);
    }

    public Set<String> schemas() {
        return Set.copyOf(schemas);
    }

    /** Whether the role may put triggers and foreign keys at rest while it loads. */
    public boolean mayRestTriggers() {
        return mayRestTriggers;
    }

    /** Why nothing can be written to the table; empty if it can, as far as rights go. */
    public Optional<String> forbidden(TableName table) {
        Existing existing = tables.get(table);
        return existing == null || existing.insertable ? Optional.empty() : Optional.of("the role may not write to it");
    }

    /** Why rows with these columns cannot be loaded into the table that is there; empty if they can. */
    public Optional<String> obstacle(Table table) {
        Existing existing = tables.get(table.tableName());
        if (existing == null) {
            return Optional.of("there is no table " + table.tableName());
        }
        if (!existing.insertable) {
            return Optional.of("the role may not write to " + table.tableName() + " (GRANT INSERT helps)");
        }
        List<String> missing = table.columns().stream()
                .map(Column::name)
                .filter(column -> !existing.columns.contains(column))
                .toList();
        return missing.isEmpty()
                ? Optional.empty()
                : Optional.of(table.tableName() + " lacks the column" + (missing.size() == 1 ? " " : "s ")
                        + String.join(", ", missing) + " that the backup has");
    }

    /** Those of the tables that have a row. */
    public static List<TableName> filled(Database database, Collection<TableName> tables) throws DatabaseException {
        List<TableName> filled = new ArrayList<>();
        try (Connection connection = database.open("look");
                Statement statement = connection.createStatement()) {
            for (TableName table : tables) {
                try (ResultSet row = statement.executeQuery("SELECT EXISTS (SELECT FROM " + table.quoted() + ")")) {
                    row.next();
                    if (row.getBoolean(1)) {
                        filled.add(table);
                    }
                }
            }
            return filled;
        } catch (SQLException e) {
            throw DatabaseException.of(e, "looking whether tables are empty");
        }
    }
}
