package io.jenkins.plugins.postgresqlbackup.alert;

import java.util.Objects;

/** Something to tell of an alert, as it was at that moment. Immutable. */
public record AlertEvent(Kind kind, Alert alert) {
    public AlertEvent {
        Objects.requireNonNull(kind);
        Objects.requireNonNull(alert);
    }

    /** What happened to it. */
    public enum Kind {
        OPENED,
        WORSENED,
        RESOLVED
    }
}
