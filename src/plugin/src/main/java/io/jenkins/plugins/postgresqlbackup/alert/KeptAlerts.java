package io.jenkins.plugins.postgresqlbackup.alert;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.TreeMap;

/**
 * All that outlives a restart, in one file: an alert is never open without waiting to be told, nor told of without being open.
 *
 * @param outboxes by the name of the way
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record KeptAlerts(AlertBook book, TreeMap<String, Outbox> outboxes) {
    static KeptAlerts none() {
        return new KeptAlerts(new AlertBook(), new TreeMap<>());
    }

    boolean isComplete() {
        return book != null
                && book.isComplete()
                && outboxes != null
                && outboxes.values().stream().allMatch(each -> each != null && each.isComplete());
    }
}
