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

    // Typed for the form, which shows that of the step.
    @Override
    public BackupFullStep getOperation() {
        return super.getOperation();
    }

    @Extension
    @Symbol("backupFullBuilder")
    public static final class DescriptorImpl extends Kind {
        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.BackupFullStep_displayName();
        }
    }
}
