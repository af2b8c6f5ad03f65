package io.jenkins.plugins.postgresqlbackup.engine.postgres;

/** What the triggers and foreign keys of existing tables do while rows are loaded into them. */
public enum TriggerRest {
    /** They are at rest ({@code session_replication_role = replica}); those marked ALWAYS or REPLICA fire even so. */
    AT_REST,
    /** They fire as for anybody who writes. */
    FIRING
}
