package io.jenkins.plugins.postgresqlbackup.agent;

import java.io.IOException;
import jenkins.security.MasterToSlaveCallable;

/** Asks a running operation to end; true if it was found. */
final class StopOperation extends MasterToSlaveCallable<Boolean, IOException> {
    private static final long serialVersionUID = 1;

    private final String runId;

    StopOperation(String runId) {
        this.runId = runId;
    }

    @Override
    public Boolean call() {
        return AgentOperation.stop(runId);
    }
}
