package io.jenkins.plugins.postgresqlbackup.engine.storage;

import java.time.Duration;

/** Requests that allow whoever holds them one thing on one object, for a while. Thread-safe. */
public interface SignedUrls {
    /** Allows to create the object with one PUT, and never to overwrite it where {@link ObjectStore#createsExclusively()} says so. */
    SignedRequest toPut(String name, Duration validity) throws StorageException;

    /** Allows to read the object with GETs, ranges of it too. */
    SignedRequest toGet(String name, Duration validity) throws StorageException;
}
