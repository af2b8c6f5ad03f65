package io.jenkins.plugins.postgresqlbackup.engine.postgres;

/**
 * Others stood in the way: a lock was not to be had in time, or a type was changed while its values were being read. A new
 * snapshot may succeed, once this one is closed and lets the others through.
 */
public final class LockedOutException extends DatabaseException {
    private static final long serialVersionUID = 1;

    LockedOutException(String sentence) {
        super(sentence);
    }

    LockedOutException(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
