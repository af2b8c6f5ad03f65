package io.jenkins.plugins.postgresqlbackup.result;

import io.jenkins.plugins.postgresqlbackup.engine.health.Finding;
import java.io.Serializable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jenkinsci.plugins.scriptsecurity.sandbox.whitelists.Whitelisted;

/** What a check of backups found, the worst first. The time is ISO 8601 in UTC. Immutable. */
public final class CheckInfo implements Serializable {
    private static final long serialVersionUID = 1;

    private final String checkedAt;
    private final ArrayList<FindingInfo> findings;

    public CheckInfo(Instant checkedAt, List<Finding> findings) {
        this.checkedAt = checkedAt.toString();
        this.findings = new ArrayList<>(findings.stream().map(FindingInfo::new).toList());
    }

    @Whitelisted
    public String getCheckedAt() {
        return checkedAt;
    }

    @Whitelisted
    public List<FindingInfo> getFindings() {
        return new ArrayList<>(findings);
    }

    /** How many errors. */
    @Whitelisted
    public int getErrors() {
        return count("error");
    }

    /** How many warnings. */
    @Whitelisted
    public int getWarnings() {
        return count("warning");
    }

    /** How many things worth knowing only. */
    @Whitelisted
    public int getInfos() {
        return count("info");
    }

    private int count(String severity) {
        return (int) findings.stream()
                .filter(each -> each.getSeverity().equals(severity))
                .count();
    }

    @Override
    @Whitelisted
    public String toString() {
        return getErrors() + " errors, " + getWarnings() + " warnings, " + getInfos() + " infos";
    }
}
