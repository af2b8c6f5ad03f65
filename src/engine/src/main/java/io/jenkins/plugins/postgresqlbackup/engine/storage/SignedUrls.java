package io.jenkins.plugins.postgresqlbackup.engine.storage;

import java.net.URI;
import java.time.Duration;

/** URLs that allow whoever holds them one request on one object, for a while. Thread-safe. */
public interface SignedUrls {
    /** Allows to create the object; it fails where the name is taken, if the store can tell. */
    URI toPut(String name, Duration validity) throws StorageException;

    /** Allows to read the object, ranges of it too. */
    URI toGet(String name, Duration validity) throws StorageException;
}
