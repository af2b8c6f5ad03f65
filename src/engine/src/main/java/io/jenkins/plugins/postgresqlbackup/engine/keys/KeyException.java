package io.jenkins.plugins.postgresqlbackup.engine.keys;

import java.io.IOException;

/** A key, a slot or a secret is not what it should be; the message says which and what to do, and tells nothing secret. */
public final class KeyException extends IOException {
    private static final long serialVersionUID = 1L;

    public KeyException(String message) {
        super(message);
    }

    public KeyException(String message, Throwable cause) {
        super(message, cause);
    }
}
