package io.jenkins.plugins.postgresqlbackup.engine.postgres;

/** A sequence whose state is saved. */
public record Sequence(long oid, String schema, String name) {
    /** For SQL: {@code "schema"."name"}. */
    public String qualified() {
        return Sql.quote(schema, name);
    }
}
