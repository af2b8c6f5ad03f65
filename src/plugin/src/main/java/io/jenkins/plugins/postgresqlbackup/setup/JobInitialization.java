package io.jenkins.plugins.postgresqlbackup.setup;

import hudson.init.InitMilestone;
import hudson.init.Initializer;
import hudson.security.ACL;
import hudson.security.ACLContext;
import io.jenkins.plugins.postgresqlbackup.configuration.BackupConfiguration;
import io.jenkins.plugins.postgresqlbackup.configuration.DatabaseEntry;
import java.io.IOException;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;

/** Makes the jobs of the databases that configuration as code asks for, once Jenkins has loaded all jobs: before, one that is there might be taken for missing. */
public final class JobInitialization {
    private static final Logger LOGGER = Logger.getLogger(JobInitialization.class.getName());

    private JobInitialization() {}

    @Initializer(after = InitMilestone.JOB_CONFIG_ADAPTED, before = InitMilestone.COMPLETED)
    public static void whenLoaded() {
        makeJobs();
    }

    /** Makes them if anybody asked and Jenkins has loaded; else it will be done when it has. */
    public static void makeJobs() {
        if (Jenkins.get().getInitLevel().compareTo(InitMilestone.JOB_CONFIG_ADAPTED) < 0) {
            return;
        }
        try (ACLContext system = ACL.as2(ACL.SYSTEM2)) {
            BackupConfiguration configuration = BackupConfiguration.get();
            for (DatabaseEntry database : configuration.takeInitialization()) {
                make(database);
            }
        }
    }

    private static void make(DatabaseEntry database) {
        try {
            List<String> made = new ScheduledJobs(database).make();
            LOGGER.log(Level.INFO, "Jobs made for the database {0}: {1}", new Object[] {database.getName(), made});
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, "The jobs of the database " + database.getName() + " cannot be made", e);
        }
    }
}
