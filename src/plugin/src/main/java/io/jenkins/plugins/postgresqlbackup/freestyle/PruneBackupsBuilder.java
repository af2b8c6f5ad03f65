package io.jenkins.plugins.postgresqlbackup.freestyle;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.pipeline.PruneBackupsStep;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;

/** A build step that deletes the backups that are not kept any longer. */
public final class PruneBackupsBuilder extends OperationBuilder<PruneBackupsStep> {
    @DataBoundConstructor
    public PruneBackupsBuilder(PruneBackupsStep operation) {
        super(operation);
    }

    public PruneBackupsStep getOperation() {
        return operation();
    }

    @Extension
    @Symbol("pruneBackupsBuilder")
    public static final class DescriptorImpl extends Kind {
        public DescriptorImpl() {
            super(PruneBackupsStep.class);
        }

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.PruneBackupsStep_displayName();
        }
    }
}
