package io.jenkins.plugins.postgresqlbackup.result;

import io.jenkins.plugins.postgresqlbackup.engine.health.Finding;
import java.io.Serializable;
import java.util.Locale;
import org.jenkinsci.plugins.scriptsecurity.sandbox.whitelists.Whitelisted;

/** One thing that a check of backups found wrong. The time is ISO 8601 in UTC. Immutable. */
public final class FindingInfo implements Serializable {
    private static final long serialVersionUID = 1;

    private final String rule;
    private final String severity;
    private final String subject;
    private final String detail;
    private final String message;
    private final String advice;
    private final String since;

    public FindingInfo(Finding finding) {
        this.rule = finding.rule().code();
        this.severity = finding.severity().name().toLowerCase(Locale.ROOT);
        this.subject = finding.subject();
        this.detail = finding.detail();
        this.message = finding.message();
        this.advice = finding.advice();
        this.since = finding.since().toString();
    }

    /** The code of what was looked after, such as {@code backup-overdue}. */
    @Whitelisted
    public String getRule() {
        return rule;
    }

    /** {@code error}, {@code warning} or {@code info}. */
    @Whitelisted
    public String getSeverity() {
        return severity;
    }

    /** The database or repository that it is about. */
    @Whitelisted
    public String getSubject() {
        return subject;
    }

    /** What of that, such as the id of a backup; empty for all of it. */
    @Whitelisted
    public String getDetail() {
        return detail;
    }

    @Whitelisted
    public String getMessage() {
        return message;
    }

    @Whitelisted
    public String getAdvice() {
        return advice;
    }

    /** When it began, as far as anybody knows. */
    @Whitelisted
    public String getSince() {
        return since;
    }

    @Override
    @Whitelisted
    public String toString() {
        return severity + ": " + message;
    }
}
