package io.jenkins.plugins.postgresqlbackup.history;

import io.jenkins.plugins.postgresqlbackup.Messages;

/** What can be done with backups. */
public enum OperationKind {
    FULL,
    VERIFY,
    RESTORE,
    LIST;

    /** For people. */
    public String getDisplayName() {
        return switch (this) {
            case FULL -> Messages.OperationKind_full();
            case VERIFY -> Messages.OperationKind_verify();
            case RESTORE -> Messages.OperationKind_restore();
            case LIST -> Messages.OperationKind_list();
        };
    }
}
