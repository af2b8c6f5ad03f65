package io.jenkins.plugins.postgresqlbackup.alert;

import hudson.ExtensionList;
import hudson.ExtensionPoint;
import io.jenkins.plugins.postgresqlbackup.monitor.Status;

/**
 * Is told after each check, when its alerts are up to date. Each listener has a thread of its own: one that takes longer than 30 seconds is interrupted, and
 * one that has not returned yet is left out.
 */
public interface CheckListener extends ExtensionPoint {
    static ExtensionList<CheckListener> all() {
        return ExtensionList.lookup(CheckListener.class);
    }

    /** A check ended. */
    void checked(Status status);
}
