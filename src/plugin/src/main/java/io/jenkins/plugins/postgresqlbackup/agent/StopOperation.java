package io.jenkins.plugins.postgresqlbackup.agent;

import jenkins.security.MasterToSlaveCallable;

/** Asks a running operation to end; true if it was found. */
final class StopOperation extends MasterToSlaveCallable<Boolean, InterruptedException> {
    private static final long serialVersionUID = 1;

    private final String runId;

    StopOperation(String runId) {
        this.runId = runId;
    }

    @Override
    public Boolean call() throws InterruptedException {
        return AgentOperation.stop(runId);
    }
}
