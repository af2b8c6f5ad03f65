package io.jenkins.plugins.postgresqlbackup.ui;

import io.jenkins.plugins.postgresqlbackup.engine.health.Finding;
import java.util.List;
import java.util.Locale;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** One finding of the last check. Immutable. */
@ExportedBean(defaultVisibility = 3)
public final class FindingRow {
    private final Finding finding;

    FindingRow(Finding finding) {
        this.finding = finding;
    }

    static List<FindingRow> of(List<Finding> findings) {
        return findings.stream().map(FindingRow::new).toList();
    }

    @Exported
    public String getId() {
        return finding.id();
    }

    /** The code of its rule, such as {@code backup-overdue}. */
    @Exported
    public String getRule() {
        return finding.rule().code();
    }

    /** {@code error}, {@code warning} or {@code info}. */
    @Exported
    public String getSeverity() {
        return finding.severity().name().toLowerCase(Locale.ROOT);
    }

    public String getSeverityName() {
        return Severities.name(finding.severity());
    }

    public String getIcon() {
        return Severities.icon(finding.severity());
    }

    /** The database or repository that it is about. */
    @Exported
    public String getSubject() {
        return finding.subject();
    }

    /** What of that; empty for all of it. */
    @Exported
    public String getDetail() {
        return finding.detail();
    }

    @Exported
    public String getMessage() {
        return finding.message();
    }

    @Exported
    public String getAdvice() {
        return finding.advice();
    }

    /** In milliseconds since 1970. */
    @Exported(name = "since")
    public long getSinceMillis() {
        return finding.since().toEpochMilli();
    }

    public Moment getSince() {
        return Moment.of(finding.since());
    }
}
