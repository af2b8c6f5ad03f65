package io.jenkins.plugins.postgresqlbackup.engine.repository;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How a backup was taken. Either restores by itself. */
public enum BackupKind {
    /** Every row was read. */
    @JsonProperty("full")
    FULL,
    /** Block ranges that had not changed were taken over from an earlier backup. */
    @JsonProperty("incremental")
    INCREMENTAL;

    @Override
    public String toString() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
