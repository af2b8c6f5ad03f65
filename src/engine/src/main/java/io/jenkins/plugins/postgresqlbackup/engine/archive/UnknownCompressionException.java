package io.jenkins.plugins.postgresqlbackup.engine.archive;

import java.io.IOException;

/** The blob is sound, but cannot be decompressed here. */
final class UnknownCompressionException extends IOException {
    private static final long serialVersionUID = 1L;

    UnknownCompressionException(String message) {
        super(message);
    }
}
