package io.jenkins.plugins.postgresqlbackup.operation;

import hudson.init.InitMilestone;
import hudson.init.Initializer;
import hudson.model.Job;
import hudson.model.Run;
import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.history.BackupBuildAction;
import io.jenkins.plugins.postgresqlbackup.history.OperationHistory;
import io.jenkins.plugins.postgresqlbackup.history.OperationRecord;
import io.jenkins.plugins.postgresqlbackup.history.OperationState;
import java.io.IOException;
import java.time.Instant;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;

/** What ran when Jenkins stopped has failed: nobody else would say so of a build that is gone. The first check after the start tells people. */
public final class InterruptedOperations {
    private static final Logger LOGGER = Logger.getLogger(InterruptedOperations.class.getName());

    private InterruptedOperations() {}

    @Initializer(after = InitMilestone.JOB_CONFIG_ADAPTED, before = InitMilestone.COMPLETED)
    public static void settle() {
        for (OperationRecord record : OperationHistory.get().newestFirst()) {
            if (record.isRunning()) {
                OperationRecord ended =
                        record.ended(OperationState.FAILED, Messages.RunningOperation_restarted(), Instant.now());
                OperationHistory.get().put(ended);
                keepWithBuild(ended);
            }
        }
    }

    private static void keepWithBuild(OperationRecord ended) {
        Job<?, ?> job = Jenkins.get().getItemByFullName(ended.getJob(), Job.class);
        Run<?, ?> build = job == null ? null : job.getBuildByNumber(ended.getBuild());
        if (build == null) {
            return; // somebody has deleted it meanwhile
        }
        try {
            BackupBuildAction.add(build, ended);
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, "What a build did with backups cannot be kept with it: " + build, e);
        }
    }
}
