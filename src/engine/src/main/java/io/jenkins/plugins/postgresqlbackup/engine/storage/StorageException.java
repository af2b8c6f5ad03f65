package io.jenkins.plugins.postgresqlbackup.engine.storage;

import java.io.IOException;

/** A store could not do what it was asked; the message names the store and the object and says what to do next. */
public class StorageException extends IOException {
    private static final long serialVersionUID = 1L;

    public StorageException(String message) {
        super(message);
    }

    public StorageException(String message, Throwable cause) {
        super(message, cause);
    }
}
