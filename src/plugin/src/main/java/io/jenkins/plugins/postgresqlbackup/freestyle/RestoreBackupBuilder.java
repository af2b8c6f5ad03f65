package io.jenkins.plugins.postgresqlbackup.freestyle;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.pipeline.RestoreBackupStep;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;

/** A build step that restores a backup into a database that is a restore target. */
public final class RestoreBackupBuilder extends OperationBuilder<RestoreBackupStep> {
    @DataBoundConstructor
    public RestoreBackupBuilder(RestoreBackupStep operation) {
        super(operation);
    }

    public RestoreBackupStep getOperation() {
        return operation();
    }

    @Extension
    @Symbol("restoreBackupBuilder")
    public static final class DescriptorImpl extends Kind {
        public DescriptorImpl() {
            super(RestoreBackupStep.class);
        }

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.RestoreBackupStep_displayName();
        }
    }
}
