package io.jenkins.plugins.postgresqlbackup.freestyle;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.pipeline.BackupIncrementalStep;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;

/** A build step that takes a backup of a database that stores only what has changed since an earlier one. */
public final class BackupIncrementalBuilder extends OperationBuilder<BackupIncrementalStep> {
    @DataBoundConstructor
    public BackupIncrementalBuilder(BackupIncrementalStep operation) {
        super(operation);
    }

    public BackupIncrementalStep getOperation() {
        return operation();
    }

    @Extension
    @Symbol("backupIncrementalBuilder")
    public static final class DescriptorImpl extends Kind {
        public DescriptorImpl() {
            super(BackupIncrementalStep.class);
        }

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.BackupIncrementalStep_displayName();
        }
    }
}
