package io.jenkins.plugins.postgresqlbackup.alert;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.jenkins.plugins.postgresqlbackup.engine.health.Finding;
import io.jenkins.plugins.postgresqlbackup.engine.health.Severity;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * An alert and what decides whether to tell of it again: what people were told, and for how long less than that has been found. Guarded by {@link AlertBook}.
 */
@JsonAutoDetect(
        fieldVisibility = JsonAutoDetect.Visibility.ANY,
        getterVisibility = JsonAutoDetect.Visibility.NONE,
        isGetterVisibility = JsonAutoDetect.Visibility.NONE)
@JsonIgnoreProperties(ignoreUnknown = true)
final class OpenAlert {
    /** For how long something must be better to be believed: with checks every hour the second without it, in whatever second that comes. */
    static final Duration QUIET = Duration.ofMinutes(50);

    private Alert alert;
    private Severity told;
    private int betterChecks;
    private long betterSince;

    private OpenAlert() {
        // for Jackson
    }

    OpenAlert(Alert alert) {
        this.alert = alert;
        this.told = alert.getSeverity();
    }

    Alert alert() {
        return alert;
    }

    boolean isComplete() {
        return alert != null && alert.isComplete() && told != null;
    }

    void acknowledge(String user, Instant now) {
        alert = alert.acknowledged(user, now);
    }

    /** A check found it; says whether people must hear of it again. */
    Optional<AlertEvent> found(Finding finding, Instant now) {
        Severity severity = finding.severity();
        alert = alert.with(finding);
        if (severity.compareTo(told) > 0) {
            told = severity;
            alert = alert.worsened(now);
            betterChecks = 0;
            return Optional.of(new AlertEvent(AlertEvent.Kind.WORSENED, alert));
        }
        if (severity == told) {
            betterChecks = 0;
        } else if (isBetterForGood(now)) {
            told = severity;
            betterChecks = 0;
        }
        return Optional.empty();
    }

    /** A check did not find it; says whether it is over. */
    boolean missed(Instant now) {
        return isBetterForGood(now);
    }

    private boolean isBetterForGood(Instant now) {
        if (betterChecks == 0) {
            betterSince = now.toEpochMilli();
        }
        betterChecks++;
        return betterChecks > 1 && now.toEpochMilli() - betterSince >= QUIET.toMillis();
    }
}
