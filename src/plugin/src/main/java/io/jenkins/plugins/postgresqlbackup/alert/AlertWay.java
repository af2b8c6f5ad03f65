package io.jenkins.plugins.postgresqlbackup.alert;

import hudson.ExtensionList;
import hudson.ExtensionPoint;
import java.io.IOException;
import java.util.List;

/**
 * A way of telling people or programs of alerts. It is asked on a thread of its own, never on a timer's or a request's, and interrupted when it takes longer
 * than 30 seconds; it is not asked again before it has returned. What it cannot tell is kept, over restarts too, and tried again after growing pauses.
 */
public interface AlertWay extends ExtensionPoint {
    static ExtensionList<AlertWay> all() {
        return ExtensionList.lookup(AlertWay.class);
    }

    /** What people call it; never changes, since what is not told yet is kept under it. */
    String getName();

    /** Whether it is set up; what happens while it is not is never told this way. */
    boolean isEnabled();

    /**
     * Tells of these, the oldest first; none has been told this way before, unless an earlier call failed after it had told some.
     *
     * @throws IOException with a sentence without secrets, when they could not be told
     */
    void tell(List<AlertEvent> events) throws IOException, InterruptedException;
}
