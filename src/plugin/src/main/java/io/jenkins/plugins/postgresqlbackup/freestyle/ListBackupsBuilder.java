package io.jenkins.plugins.postgresqlbackup.freestyle;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.pipeline.ListBackupsStep;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;

/** A build step that lists the backups in a repository in the log. */
public final class ListBackupsBuilder extends OperationBuilder<ListBackupsStep> {
    @DataBoundConstructor
    public ListBackupsBuilder(ListBackupsStep operation) {
        super(operation);
    }

    public ListBackupsStep getOperation() {
        return operation();
    }

    @Extension
    @Symbol("listBackupsBuilder")
    public static final class DescriptorImpl extends Kind {
        public DescriptorImpl() {
            super(ListBackupsStep.class);
        }

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.ListBackupsStep_displayName();
        }
    }
}
