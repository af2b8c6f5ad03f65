package io.jenkins.plugins.postgresqlbackup.freestyle;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.pipeline.BackupFullStep;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;

/** A build step that takes a full backup of a database. */
public final class BackupFullBuilder extends OperationBuilder<BackupFullStep> {
    @DataBoundConstructor
    public BackupFullBuilder(BackupFullStep operation) {
        super(operation);
    }

    public BackupFullStep getOperation() {
        return operation();
    }

    @Extension
    @Symbol("backupFullBuilder")
    public static final class DescriptorImpl extends Kind {
        public DescriptorImpl() {
            super(BackupFullStep.class);
        }

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.BackupFullStep_displayName();
        }
    }
}
