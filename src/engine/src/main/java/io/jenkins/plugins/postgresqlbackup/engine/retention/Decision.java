package io.jenkins.plugins.postgresqlbackup.engine.retention;

import java.util.List;

/**
 * Whether one backup stays.
 *
 * @param reasons each a plain sentence; never empty, and for one that stays all the reasons that hold
 */
public record Decision(String id, boolean keep, List<String> reasons) {
    public Decision {
        reasons = List.copyOf(reasons);
        if (reasons.isEmpty()) {
            throw new IllegalArgumentException("Each backup has its reason to stay or go.");
        }
    }
}
