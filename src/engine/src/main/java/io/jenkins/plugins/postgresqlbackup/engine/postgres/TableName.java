package io.jenkins.plugins.postgresqlbackup.engine.postgres;

/** A schema and the name of something in it. */
public record TableName(String schema, String name) implements Comparable<TableName> {
    /** For SQL: {@code "schema"."name"}. */
    public String quoted() {
        return Sql.quote(schema, name);
    }

    /** For people: {@code schema.name}. */
    @Override
    public String toString() {
        return schema + '.' + name;
    }

    @Override
    public int compareTo(TableName other) {
        int bySchema = schema.compareTo(other.schema);
        return bySchema != 0 ? bySchema : name.compareTo(other.name);
    }
}
