package io.jenkins.plugins.postgresqlbackup.engine.postgres;

/** The large objects from one oid to another, both included, and how many they are. */
public record OidRange(long first, long last, long count) {}
