package io.jenkins.plugins.postgresqlbackup.engine.postgres;

/** A lock was not to be had in time. A new snapshot may succeed, once this one is closed and lets the others through. */
public final class LockedOutException extends DatabaseException {
    private static final long serialVersionUID = 1;

    LockedOutException(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
