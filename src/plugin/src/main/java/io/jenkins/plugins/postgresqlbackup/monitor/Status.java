package io.jenkins.plugins.postgresqlbackup.monitor;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.postgresqlbackup.engine.health.Finding;
import io.jenkins.plugins.postgresqlbackup.engine.health.Severity;
import io.jenkins.plugins.postgresqlbackup.engine.health.Situation;
import io.jenkins.plugins.postgresqlbackup.engine.health.Thresholds;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What the last check saw and what it found wrong. Immutable.
 *
 * @param checkedAt when that check ended; null: none has yet
 * @param situation what was known then
 * @param findings what is wrong, the worst first
 */
public record Status(@CheckForNull Instant checkedAt, Situation situation, List<Finding> findings) {
    /** Nothing is known yet. */
    public static final Status NONE =
            new Status(null, new Situation(Instant.EPOCH, List.of(), List.of(), Thresholds.usual()), List.of());

    public Status {
        findings = List.copyOf(findings);
    }

    /** Those about one database or repository, the worst first. */
    public List<Finding> findingsOf(String subject) {
        return findings.stream().filter(each -> each.subject().equals(subject)).toList();
    }

    /** How many matter so much. */
    public long count(Severity severity) {
        return findings.stream().filter(each -> each.severity() == severity).count();
    }

    /** How much the worst of them matters; empty if there are none. */
    public Optional<Severity> worst() {
        return findings.stream().map(Finding::severity).max(Severity::compareTo);
    }
}
