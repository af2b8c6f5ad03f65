package io.jenkins.plugins.postgresqlbackup.agent;

import io.jenkins.plugins.postgresqlbackup.engine.retention.RetentionPolicy;
import java.io.Serializable;
import java.time.ZoneId;

/**
 * What a prune keeps of each database, on its way to a node; the numbers are those of {@link RetentionPolicy}.
 *
 * @param zone where days begin, such as {@code Europe/Berlin}
 */
public record PruneRules(
        int keepDays, int keepLast, int daily, int weekly, int monthly, int yearly, int minimum, String zone)
        implements Serializable {
    public RetentionPolicy policy() {
        return new RetentionPolicy(keepDays, keepLast, daily, weekly, monthly, yearly, minimum, ZoneId.of(zone));
    }
}
