package io.jenkins.plugins.postgresqlbackup.monitor;

import hudson.Extension;
import hudson.XmlFile;
import hudson.init.InitMilestone;
import hudson.model.Saveable;
import hudson.model.listeners.SaveableListener;
import io.jenkins.plugins.postgresqlbackup.configuration.BackupConfiguration;
import jenkins.model.Jenkins;

/** Whoever has changed what is to be looked at wants to see it soon. */
@Extension
public final class NewConfiguration extends SaveableListener {
    @Override
    public void onChange(Saveable saved, XmlFile file) {
        if (saved instanceof BackupConfiguration && Jenkins.get().getInitLevel() == InitMilestone.COMPLETED) {
            BackupMonitor.get().checkInAWhile();
        }
    }
}
