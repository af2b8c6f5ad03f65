package io.jenkins.plugins.postgresqlbackup.engine.storage;

/**
 * How large a disk is.
 *
 * @param bytes in all
 * @param freeBytes what we may still write
 */
public record DiskSpace(long bytes, long freeBytes) {}
