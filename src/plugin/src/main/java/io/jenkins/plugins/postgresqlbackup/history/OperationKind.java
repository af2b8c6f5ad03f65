package io.jenkins.plugins.postgresqlbackup.history;

import io.jenkins.plugins.postgresqlbackup.Messages;

/** What can be done with backups. */
public enum OperationKind {
    FULL,
    INCREMENTAL,
    VERIFY,
    RESTORE,
    PRUNE,
    DELETE,
    LIST;

    /** Whether it is to make a backup. */
    public boolean isBackup() {
        return this == FULL || this == INCREMENTAL;
    }

    /** For people. */
    public String getDisplayName() {
        return switch (this) {
            case FULL -> Messages.OperationKind_full();
            case INCREMENTAL -> Messages.OperationKind_incremental();
            case VERIFY -> Messages.OperationKind_verify();
            case RESTORE -> Messages.OperationKind_restore();
            case PRUNE -> Messages.OperationKind_prune();
            case DELETE -> Messages.OperationKind_delete();
            case LIST -> Messages.OperationKind_list();
        };
    }
}
