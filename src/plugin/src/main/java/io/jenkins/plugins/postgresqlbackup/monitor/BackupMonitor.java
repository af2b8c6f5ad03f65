package io.jenkins.plugins.postgresqlbackup.monitor;

import hudson.Extension;
import hudson.ExtensionList;
import io.jenkins.plugins.postgresqlbackup.alert.Alerts;
import io.jenkins.plugins.postgresqlbackup.alert.CheckListener;

/** Knows how all backups are. Thread-safe; never makes anybody wait. */
@Extension
public final class BackupMonitor {
    private volatile Status status = Status.NONE;
    private volatile boolean soon;

    public static BackupMonitor get() {
        return ExtensionList.lookupSingleton(BackupMonitor.class);
    }

    /** What the last check came to. */
    public Status status() {
        return status;
    }

    /** Has the next check begin at once; returns before. */
    public void checkSoon() {
        soon = true;
    }

    /** Whether a check was asked for and has not begun. */
    boolean isAskedFor() {
        return soon;
    }

    /** What came of a check: from here on it is known, alerts open and are resolved by it, and listeners are told. Visible for testing. */
    public void publish(Status fresh) {
        status = fresh;
        Alerts.get().update(fresh.findings(), fresh.checkedAt());
        CheckListener.tellAll(fresh);
    }
}
