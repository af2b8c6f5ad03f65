package io.jenkins.plugins.postgresqlbackup.engine.postgres;

/** A sequence's state, as {@code setval(name, lastValue, called)} takes it. */
public record SequenceValue(String schema, String name, long lastValue, boolean called) {
    /** For SQL: {@code "schema"."name"}. */
    public String qualified() {
        return Sql.quote(schema, name);
    }
}
