package io.jenkins.plugins.postgresqlbackup.engine.operation;

import java.io.IOException;
import java.util.List;

/** A restore that changed something and did not reach its end, or not with everything. */
public final class RestoreFailedException extends IOException {
    private static final long serialVersionUID = 1;

    private final transient List<String> problems;
    private final transient List<String> standing;

    RestoreFailedException(String message, List<String> problems, List<String> standing, Throwable cause) {
        super(message, cause);
        this.problems = List.copyOf(problems);
        this.standing = List.copyOf(standing);
    }

    /** What went wrong, each a sentence; at least one. */
    public List<String> problems() {
        return problems;
    }

    /** What is there now and what is not, line by line. */
    public List<String> standing() {
        return standing;
    }
}
