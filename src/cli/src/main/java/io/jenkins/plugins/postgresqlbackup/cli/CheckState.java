package io.jenkins.plugins.postgresqlbackup.cli;

import io.jenkins.plugins.postgresqlbackup.engine.health.Finding;
import io.jenkins.plugins.postgresqlbackup.engine.health.Severity;
import java.util.List;
import java.util.Locale;

/** What a check came to, in the order of the exit codes that monitoring plugins have. */
enum CheckState {
    OK,
    WARNING,
    ERROR,
    /** It could not be checked. */
    UNKNOWN;

    /** By the worst of what was found; what is only worth knowing is no reason. */
    static CheckState of(List<Finding> findings) {
        return findings.stream()
                .map(finding -> of(finding.severity()))
                .max(CheckState::compareTo)
                .orElse(OK);
    }

    private static CheckState of(Severity severity) {
        return switch (severity) {
            case INFO -> OK;
            case WARNING -> WARNING;
            case ERROR -> ERROR;
        };
    }

    /** 0 to 3. */
    int code() {
        return ordinal();
    }

    /** {@code ok}, {@code warning}, {@code error} or {@code unknown}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
