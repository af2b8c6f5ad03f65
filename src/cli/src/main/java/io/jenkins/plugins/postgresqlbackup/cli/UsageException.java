package io.jenkins.plugins.postgresqlbackup.cli;

/** The command line is not right in a way that shows only once it is looked at as a whole. */
final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UsageException(String message) {
        super(message);
    }
}
