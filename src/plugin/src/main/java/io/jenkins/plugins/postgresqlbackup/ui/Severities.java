package io.jenkins.plugins.postgresqlbackup.ui;

import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.engine.health.Severity;

/** How pages show how much something matters. */
final class Severities {
    private Severities() {}

    static String name(Severity severity) {
        return switch (severity) {
            case ERROR -> Messages.Severities_error();
            case WARNING -> Messages.Severities_warning();
            case INFO -> Messages.Severities_info();
        };
    }

    /** The symbol that Jenkins shows a build of that result with. */
    static String icon(Severity severity) {
        return switch (severity) {
            case ERROR -> "symbol-status-red";
            case WARNING -> "symbol-status-yellow";
            case INFO -> "symbol-information-circle";
        };
    }
}
