package io.jenkins.plugins.postgresqlbackup.engine.repository;

import java.io.IOException;

/** A repository that is not there, not whole, or not ours to open; the message is one sentence that names it and says what to do. */
public class RepositoryException extends IOException {
    private static final long serialVersionUID = 1;

    /** What happened. */
    public enum Reason {
        /** There is no repository at this place. */
        ABSENT,
        /** There is one already. */
        EXISTS,
        /** No slot opens with this key. */
        WRONG_KEY,
        /** Another key pair than the one seen before. */
        STRANGER,
        /** Written by a newer version. */
        NEWER_FORMAT,
        /** There is no such backup. */
        NO_SUCH_BACKUP,
        /** An object does not authenticate or is cut. */
        DAMAGED
    }

    private final Reason reason;

    public RepositoryException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public RepositoryException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
