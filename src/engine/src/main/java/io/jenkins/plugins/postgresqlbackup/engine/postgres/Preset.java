package io.jenkins.plugins.postgresqlbackup.engine.postgres;

/** A managed platform that owns part of each database; what it owns is told apart from what its user owns. */
public enum Preset {
    SUPABASE
}
