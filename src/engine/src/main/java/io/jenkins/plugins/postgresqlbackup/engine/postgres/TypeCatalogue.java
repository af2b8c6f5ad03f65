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

/**
 * The types of a database, as far as the text of their values depends on them, and the columns of its relations; as one
 * transaction sees them.
 */
final class TypeCatalogue {
    private static final String TYPES = """
            SELECT t.oid::bigint, n.nspname, t.typname, t.typtype, t.typtypmod,
                   CASE t.typtype WHEN 'd' THEN t.typbasetype
                                  WHEN 'r' THEN r.rngsubtype
                                  WHEN 'm' THEN m.rngsubtype
                                  ELSE t.typelem END::bigint,
                   t.typrelid::bigint,
                   n.nspname = 'pg_catalog' AND t.typtype = 'b' AND (t.typname LIKE 'reg%' OR t.typname = 'aclitem')
              FROM pg_type t
              JOIN pg_namespace n ON n.oid = t.typnamespace
              LEFT JOIN pg_range r ON r.rngtypid = t.oid
              LEFT JOIN pg_range m ON m.rngmultitypid = t.oid
            """;

    private static final String ATTRIBUTES = """
            SELECT a.attrelid::bigint, a.attnum, a.attname, a.atttypid::bigint, a.atttypmod, a.attgenerated,
                   a.atthasmissing, a.attisdropped
              FROM pg_attribute a
              JOIN pg_class c ON c.oid = a.attrelid
              JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE c.relkind IN ('r', 'c', 'p', 'v', 'm', 'f') AND a.attnum > 0
               AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
             ORDER BY a.attrelid, a.attnum
            """;

    private static final String LABELS = """
            SELECT enumtypid::bigint, oid::bigint, enumlabel, xmin::text
              FROM pg_enum
             ORDER BY enumtypid, enumsortorder
            """;

    private static final int ROWS_AT_ONCE = 5_000;

    /**
     * A type.
     *
     * @param kind its {@code typtype}
     * @param modifier that which a domain gives its base type
     * @param inner the type of a domain's base, an array's elements or a range's bounds; 0: none
     * @param relation whose columns a composite has; 0: none
     * @param namesObjects whether its text shows other objects' names, which change without it
     */
    record Type(TableName name, char kind, int modifier, long inner, long relation, boolean namesObjects) {}

    /** A column of a relation, or an attribute of a composite type; also of one that was dropped. */
    record Attribute(
            int number, String name, long type, int modifier, String generated, boolean missing, boolean dropped) {}

    /** A label of an enum. Each time it is renamed there is another version of it, also when it is given back its name. */
    record Label(long oid, String text, String version) {}

    private final Map<Long, Type> types = new HashMap<>();
    private final Map<Long, List<Attribute>> attributes = new HashMap<>();
    private final Map<Long, List<Label>> labels = new HashMap<>();

    private TypeCatalogue() {}

    static TypeCatalogue read(Connection connection) throws SQLException {
        TypeCatalogue catalogue = new TypeCatalogue();
        try (Statement statement = connection.createStatement()) {
            statement.setFetchSize(ROWS_AT_ONCE);
            catalogue.readTypes(statement);
            catalogue.readAttributes(statement);
            catalogue.readLabels(statement);
        }
        return catalogue;
    }

    private void readTypes(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery(TYPES)) {
            while (row.next()) {
                types.put(
                        row.getLong(1),
                        new Type(
                                new TableName(row.getString(2), row.getString(3)),
                                row.getString(4).charAt(0),
                                row.getInt(5),
                                row.getLong(6),
                                row.getLong(7),
                                row.getBoolean(8)));
            }
        }
    }

    private void readAttributes(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery(ATTRIBUTES)) {
            while (row.next()) {
                attributes
                        .computeIfAbsent(row.getLong(1), relation -> new ArrayList<>())
                        .add(new Attribute(
                                row.getInt(2),
                                row.getString(3),
                                row.getLong(4),
                                row.getInt(5),
                                row.getString(6),
                                row.getBoolean(7),
                                row.getBoolean(8)));
            }
        }
    }

    private void readLabels(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery(LABELS)) {
            while (row.next()) {
                labels.computeIfAbsent(row.getLong(1), type -> new ArrayList<>())
                        .add(new Label(row.getLong(2), row.getString(3), row.getString(4)));
            }
        }
    }

    /** Null when there is none such. */
    Type type(long oid) {
        return types.get(oid);
    }

    /** In order; those of the system's own relations are not known. */
    List<Attribute> attributes(long relation) {
        return attributes.getOrDefault(relation, List.of());
    }

    boolean knows(long relation) {
        return attributes.containsKey(relation);
    }

    List<Label> labels(long type) {
        return labels.getOrDefault(type, List.of());
    }

    /**
     * Makes sure that values read between this look and a later one had the same text all the time, which the snapshot
     * does not see to: enums' labels and composites' attributes are always shown as they are now. New labels do no harm.
     *
     * @param used the types whose values were read
     * @throws LockedOutException when a label or the attributes of one of them changed
     */
    void requireSame(TypeCatalogue later, Collection<Long> used) throws LockedOutException {
        for (long oid : used) {
            Type type = types.get(oid);
            if (type == null || !later.types.containsKey(oid)) {
                continue;
            }
            if (!new HashSet<>(later.labels(oid)).containsAll(labels(oid))) {
                throw new LockedOutException("A label of the enum type " + type.name()
                        + " was renamed while rows that show it were being read.");
            }
            if (type.relation() != 0 && !shape(later, type.relation()).equals(shape(this, type.relation()))) {
                throw new LockedOutException("The attributes of the type " + type.name()
                        + " were changed while rows that show it were being read.");
            }
        }
    }

    private static List<List<Object>> shape(TypeCatalogue catalogue, long relation) {
        return catalogue.attributes(relation).stream()
                .map(attribute -> List.<Object>of(
                        attribute.number(), attribute.type(), attribute.modifier(), attribute.dropped()))
                .toList();
    }
}
