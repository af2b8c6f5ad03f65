package io.jenkins.plugins.postgresqlbackup.history;

import io.jenkins.plugins.postgresqlbackup.Messages;

/** How far an operation came. */
public enum OperationState {
    RUNNING,
    SUCCEEDED,
    FAILED,
    /** Somebody or something stopped it. */
    ABORTED;

    /** For people. */
    public String getDisplayName() {
        return switch (this) {
            case RUNNING -> Messages.OperationState_running();
            case SUCCEEDED -> Messages.OperationState_succeeded();
            case FAILED -> Messages.OperationState_failed();
            case ABORTED -> Messages.OperationState_aborted();
        };
    }

    /** The symbol that Jenkins shows a build of that result with. */
    public String getIcon() {
        return switch (this) {
            case RUNNING -> "symbol-status-nobuilt-anime";
            case SUCCEEDED -> "symbol-status-blue";
            case FAILED -> "symbol-status-red";
            case ABORTED -> "symbol-status-aborted";
        };
    }
}
