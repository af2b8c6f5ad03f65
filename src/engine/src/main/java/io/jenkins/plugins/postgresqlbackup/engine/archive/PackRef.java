package io.jenkins.plugins.postgresqlbackup.engine.archive;

import java.util.Optional;

/**
 * A pack as it was committed.
 *
 * @param name its object
 * @param size in bytes
 * @param version the store's id of the very version that was written, where it keeps versions
 */
public record PackRef(String name, long size, Optional<String> version) {}
