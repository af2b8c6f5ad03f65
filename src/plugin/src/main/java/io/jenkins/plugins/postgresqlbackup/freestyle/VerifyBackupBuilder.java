package io.jenkins.plugins.postgresqlbackup.freestyle;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.pipeline.VerifyBackupStep;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;

/** A build step that proves that a backup is good, and fails if it is not. */
public final class VerifyBackupBuilder extends OperationBuilder<VerifyBackupStep> {
    @DataBoundConstructor
    public VerifyBackupBuilder(VerifyBackupStep operation) {
        super(operation);
    }

    public VerifyBackupStep getOperation() {
        return operation();
    }

    @Extension
    @Symbol("verifyBackupBuilder")
    public static final class DescriptorImpl extends Kind {
        public DescriptorImpl() {
            super(VerifyBackupStep.class);
        }

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.VerifyBackupStep_displayName();
        }
    }
}
