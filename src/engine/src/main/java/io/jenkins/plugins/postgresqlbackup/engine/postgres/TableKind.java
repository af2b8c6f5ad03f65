package io.jenkins.plugins.postgresqlbackup.engine.postgres;

/** What a table with rows of its own is to the schema around it. */
public enum TableKind {
    /** A table that the schema archive creates. */
    ORDINARY,
    /** A leaf of a partitioned table; the schema archive creates it. */
    PARTITION,
    /** An extension's table that is registered as its configuration: {@code CREATE EXTENSION} creates it. */
    EXTENSION_CONFIGURATION,
    /** A table that the managed platform creates in each project; its rows are the user's. */
    PLATFORM
}
