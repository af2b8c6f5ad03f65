package io.jenkins.plugins.postgresqlbackup.engine.operation;

import java.io.IOException;

/** The operation could have gone on but would have destroyed or left out something that nobody allowed it to; nothing was changed. */
public final class RefusedException extends IOException {
    private static final long serialVersionUID = 1;

    public RefusedException(String message) {
        super(message);
    }
}
