package io.jenkins.plugins.postgresqlbackup.engine.storage;

/** Credentials of a store, given by hand in place of what the machine's own settings say. */
public sealed interface StorageKeys permits S3Keys {}
