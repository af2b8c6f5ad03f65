package io.jenkins.plugins.postgresqlbackup.alert;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.postgresqlbackup.engine.health.Finding;
import io.jenkins.plugins.postgresqlbackup.engine.health.Severity;
import java.time.Instant;
import java.util.stream.Stream;

/** A finding that people are told of, from its opening until it is resolved. Immutable: what becomes of it makes a new one of the same id. */
@JsonAutoDetect(
        fieldVisibility = JsonAutoDetect.Visibility.ANY,
        getterVisibility = JsonAutoDetect.Visibility.NONE,
        isGetterVisibility = JsonAutoDetect.Visibility.NONE)
@JsonIgnoreProperties(ignoreUnknown = true)
public final class Alert {
    // Times are milliseconds since 1970, 0 for never: what is kept needs no more.
    private String id = "";
    private String rule = "";
    private Severity severity = Severity.WARNING;
    private String subject = "";
    private String detail = "";
    private String message = "";
    private String advice = "";
    private long since;
    private long openedAt;
    private long worsenedAt;
    private long acknowledgedAt;
    private String acknowledgedBy = "";
    private long resolvedAt;

    private Alert() {
        // for Jackson, and for those below
    }

    private Alert(Alert other) {
        id = other.id;
        rule = other.rule;
        severity = other.severity;
        subject = other.subject;
        detail = other.detail;
        message = other.message;
        advice = other.advice;
        since = other.since;
        openedAt = other.openedAt;
        worsenedAt = other.worsenedAt;
        acknowledgedAt = other.acknowledgedAt;
        acknowledgedBy = other.acknowledgedBy;
        resolvedAt = other.resolvedAt;
    }

    /** A new one of a finding. Others than {@link Alerts} need it to show and to test how one is told. */
    public static Alert of(Finding finding, Instant now) {
        Alert opened = new Alert();
        opened.id = finding.id();
        opened.rule = finding.rule().code();
        opened.subject = finding.subject();
        opened.detail = finding.detail();
        opened.since = finding.since().toEpochMilli();
        opened.openedAt = now.toEpochMilli();
        return opened.with(finding);
    }

    /** As the finding is now; since when stays. */
    Alert with(Finding finding) {
        Alert copy = new Alert(this);
        copy.severity = finding.severity();
        copy.message = finding.message();
        copy.advice = finding.advice();
        return copy;
    }

    /** It matters more than anybody was told: who acknowledged it before has not seen that. */
    Alert worsened(Instant now) {
        Alert copy = new Alert(this);
        copy.worsenedAt = now.toEpochMilli();
        copy.acknowledgedAt = 0;
        copy.acknowledgedBy = "";
        return copy;
    }

    Alert acknowledged(String user, Instant now) {
        Alert copy = new Alert(this);
        copy.acknowledgedAt = now.toEpochMilli();
        copy.acknowledgedBy = user;
        return copy;
    }

    Alert resolved(Instant now) {
        Alert copy = new Alert(this);
        copy.resolvedAt = now.toEpochMilli();
        return copy;
    }

    /** Whether what was read from a file is one at all. */
    boolean isComplete() {
        return severity != null
                && Stream.of(id, rule, subject, detail, message, advice, acknowledgedBy)
                        .noneMatch(text -> text == null)
                && !id.isEmpty();
    }

    /** The finding's. */
    public String getId() {
        return id;
    }

    /** The code of its rule, such as {@code backup-overdue}. */
    public String getRule() {
        return rule;
    }

    public Severity getSeverity() {
        return severity;
    }

    public boolean isError() {
        return severity == Severity.ERROR;
    }

    /** The database or repository that it is about. */
    public String getSubject() {
        return subject;
    }

    /** What of that; empty for all of it. */
    public String getDetail() {
        return detail;
    }

    public String getMessage() {
        return message;
    }

    public String getAdvice() {
        return advice;
    }

    /** When what is wrong began, as far as anybody knows. */
    public Instant getSince() {
        return Instant.ofEpochMilli(since);
    }

    public Instant getOpenedAt() {
        return Instant.ofEpochMilli(openedAt);
    }

    /** Null if it never has. */
    @CheckForNull
    public Instant getWorsenedAt() {
        return instant(worsenedAt);
    }

    /** Null if nobody has, or not since it worsened. */
    @CheckForNull
    public Instant getAcknowledgedAt() {
        return instant(acknowledgedAt);
    }

    /** The id of the user; empty if nobody has. */
    public String getAcknowledgedBy() {
        return acknowledgedBy;
    }

    public boolean isAcknowledged() {
        return acknowledgedAt != 0;
    }

    /** Null while it is open. */
    @CheckForNull
    public Instant getResolvedAt() {
        return instant(resolvedAt);
    }

    public boolean isResolved() {
        return resolvedAt != 0;
    }

    @CheckForNull
    private static Instant instant(long millis) {
        return millis == 0 ? null : Instant.ofEpochMilli(millis);
    }

    @Override
    public String toString() {
        return severity + " " + id + ": " + message;
    }
}
