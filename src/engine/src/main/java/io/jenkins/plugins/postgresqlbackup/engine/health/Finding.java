package io.jenkins.plugins.postgresqlbackup.engine.health;

import java.time.Instant;
import java.util.Objects;

/**
 * What a health check says. Immutable.
 *
 * @param subject the name of the database or the repository that it is about
 * @param detail what of the subject, such as a backup's id, where a rule may find several things wrong with one subject; else empty
 * @param message what is wrong, one sentence
 * @param advice what to do, one sentence
 * @param since when it began, as far as the facts tell; never after the moment of the check
 */
public record Finding(
        Rule rule, Severity severity, String subject, String detail, String message, String advice, Instant since) {
    public Finding {
        Objects.requireNonNull(rule);
        Objects.requireNonNull(severity);
        Objects.requireNonNull(subject);
        Objects.requireNonNull(detail);
        Objects.requireNonNull(message);
        Objects.requireNonNull(advice);
        Objects.requireNonNull(since);
    }

    /** Equal for the same thing wrong at two checks, whatever has become of it between them. */
    public String id() {
        return rule.code() + "/" + subject + (detail.isEmpty() ? "" : "/" + detail);
    }
}
