package io.jenkins.plugins.postgresqlbackup.engine.storage;

import java.time.Instant;
import java.util.Optional;

/**
 * What a store tells about an object without reading it.
 *
 * @param name the full name within the store
 * @param size in bytes
 * @param modified when it was written, by the store's own clock
 * @param version the store's id of this very version of the object, where it keeps versions
 */
public record StoredObject(String name, long size, Instant modified, Optional<String> version) {}
