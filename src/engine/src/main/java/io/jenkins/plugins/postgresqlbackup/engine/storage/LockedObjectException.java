package io.jenkins.plugins.postgresqlbackup.engine.storage;

/**
 * The store keeps an object for a time that was set there, and does not delete it before: a retention rule, a hold, an immutable file. That is no
 * failure, it is what somebody wanted.
 */
public final class LockedObjectException extends StorageException {
    private static final long serialVersionUID = 1L;

    public LockedObjectException(String message) {
        super(message);
    }

    public LockedObjectException(String message, Throwable cause) {
        super(message, cause);
    }
}
