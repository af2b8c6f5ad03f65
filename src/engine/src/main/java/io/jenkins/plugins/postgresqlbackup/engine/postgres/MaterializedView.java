package io.jenkins.plugins.postgresqlbackup.engine.postgres;

/** A materialised view; its rows are not saved, they are computed again where it was populated. */
public record MaterializedView(long oid, String schema, String name, boolean populated) {
    /** For SQL: {@code "schema"."name"}. */
    public String qualified() {
        return Sql.quote(schema, name);
    }
}
