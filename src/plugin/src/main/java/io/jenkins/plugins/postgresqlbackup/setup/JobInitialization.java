package io.jenkins.plugins.postgresqlbackup.setup;

import hudson.Extension;
import hudson.XmlFile;
import hudson.init.InitMilestone;
import hudson.model.Saveable;
import hudson.model.listeners.ItemListener;
import hudson.model.listeners.SaveableListener;
import hudson.security.ACL;
import hudson.security.ACLContext;
import io.jenkins.plugins.postgresqlbackup.configuration.BackupConfiguration;
import io.jenkins.plugins.postgresqlbackup.configuration.DatabaseEntry;
import java.io.IOException;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;

/**
 * Makes the jobs of the databases that configuration as code asks for: once Jenkins has loaded all jobs, since before that one that is there might be taken for
 * missing; and when the configuration is read again later.
 */
@Extension
public final class JobInitialization extends ItemListener {
    private static final Logger LOGGER = Logger.getLogger(JobInitialization.class.getName());

    @Override
    public void onLoaded() {
        makeJobs();
    }

    /** Configuration as code saves once all of it is set. */
    @Extension
    public static final class Reload extends SaveableListener {
        @Override
        public void onChange(Saveable saved, XmlFile file) {
            if (saved instanceof BackupConfiguration && Jenkins.get().getInitLevel() == InitMilestone.COMPLETED) {
                makeJobs();
            }
        }
    }

    private static void makeJobs() {
        try (ACLContext system = ACL.as2(ACL.SYSTEM2)) {
            for (DatabaseEntry database : BackupConfiguration.get().takeInitialization()) {
                make(new ScheduledJobs(database), database.getName());
            }
        }
    }

    private static void make(ScheduledJobs jobs, String database) {
        try {
            List<String> made = jobs.make();
            LOGGER.log(Level.INFO, "Jobs made for the database {0}: {1}", new Object[] {database, made});
            jobs.refusals().forEach(LOGGER::warning);
        } catch (IOException | IllegalArgumentException e) {
            LOGGER.log(Level.WARNING, "The jobs of the database " + database + " cannot be made", e);
        }
    }
}
