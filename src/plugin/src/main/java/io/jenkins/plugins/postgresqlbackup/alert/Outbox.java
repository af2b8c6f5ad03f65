package io.jenkins.plugins.postgresqlbackup.alert;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.engine.health.Finding;
import io.jenkins.plugins.postgresqlbackup.engine.health.Rule;
import io.jenkins.plugins.postgresqlbackup.engine.health.Severity;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What one way has not told yet, and when it tries again. Knows no clock and no file; guarded by {@link Alerts}. */
@JsonAutoDetect(
        fieldVisibility = JsonAutoDetect.Visibility.ANY,
        getterVisibility = JsonAutoDetect.Visibility.NONE,
        isGetterVisibility = JsonAutoDetect.Visibility.NONE)
@JsonIgnoreProperties(ignoreUnknown = true)
final class Outbox {
    /** More than anybody would read: the oldest go. */
    static final int MOST = 500;

    /** The pause doubles from one minute to this. */
    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

    /** From when on it is an error that people are not told. */
    private static final Duration TOO_LONG = Duration.ofHours(1);

    private ArrayList<AlertEvent> events = new ArrayList<>();
    private int failures;
    private long failingSince;
    private long nextAt;
    private String problem = "";

    boolean isComplete() {
        return events != null
                && problem != null
                && events.stream().allMatch(each -> each != null && each.alert().isComplete());
    }

    /** More to tell: that is tried at once, whatever pause was due. */
    void add(List<AlertEvent> more) {
        if (!more.isEmpty()) {
            events.addAll(more);
            events.subList(0, Math.max(0, events.size() - MOST)).clear();
            nextAt = 0;
        }
    }

    /** All that is to be told at this moment. */
    List<AlertEvent> due(Instant now) {
        return now.toEpochMilli() < nextAt ? List.of() : List.copyOf(events);
    }

    /** These were told. */
    void told(List<AlertEvent> those) {
        // Others may have gone meanwhile, when there were too many; those that are equal are the same.
        events.removeIf(event -> those.stream().anyMatch(other -> other == event));
        failures = 0;
        failingSince = 0;
        nextAt = 0;
        problem = "";
    }

    /** They were not; says whether that is new. */
    boolean failed(String why, Instant now) {
        boolean first = failures == 0;
        if (first) {
            failingSince = now.toEpochMilli();
        }
        Duration pause = Duration.ofMinutes(1L << Math.min(failures, 6));
        failures++;
        problem = why;
        nextAt = now.plus(pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE)
                .toEpochMilli();
        return first;
    }

    /** That it fails; empty if it does not. */
    Optional<Finding> finding(String way, Instant now) {
        return failures == 0 ? Optional.empty() : Optional.of(finding(way, Instant.ofEpochMilli(failingSince), now));
    }

    private Finding finding(String way, Instant since, Instant now) {
        boolean isLong = Duration.between(since, now).compareTo(TOO_LONG) >= 0;
        return new Finding(
                Rule.ALERT_UNDELIVERED,
                isLong ? Severity.ERROR : Severity.WARNING,
                way,
                "",
                Messages.Outbox_undelivered(way, problem),
                Messages.Outbox_undeliveredAdvice(),
                since.isAfter(now) ? now : since);
    }
}
