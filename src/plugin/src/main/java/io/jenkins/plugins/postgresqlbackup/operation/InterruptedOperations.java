package io.jenkins.plugins.postgresqlbackup.operation;

import hudson.init.InitMilestone;
import hudson.init.Initializer;
import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.history.OperationHistory;
import io.jenkins.plugins.postgresqlbackup.history.OperationRecord;
import io.jenkins.plugins.postgresqlbackup.history.OperationState;
import io.jenkins.plugins.postgresqlbackup.mail.FailureMail;
import java.time.Instant;
import jenkins.util.Timer;

/** What ran when Jenkins stopped has failed: nobody else would say so of a build that is gone. */
public final class InterruptedOperations {
    private InterruptedOperations() {}

    @Initializer(after = InitMilestone.JOB_CONFIG_ADAPTED, before = InitMilestone.COMPLETED)
    public static void settle() {
        for (OperationRecord record : OperationHistory.get().newestFirst()) {
            if (record.isRunning()) {
                OperationRecord ended =
                        record.ended(OperationState.FAILED, Messages.RunningOperation_restarted(), Instant.now());
                OperationHistory.get().put(ended);
                // Jenkins does not wait for a mail server before it is up.
                Timer.get().execute(() -> FailureMail.send(ended));
            }
        }
    }
}
