package io.jenkins.plugins.postgresqlbackup.freestyle;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import hudson.EnvVars;
import hudson.Extension;
import hudson.model.AbstractProject;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.tasks.BuildStepDescriptor;
import hudson.tasks.Builder;
import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.operation.BackupCheck;
import io.jenkins.plugins.postgresqlbackup.pipeline.CheckBackupsStep;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import jenkins.tasks.SimpleBuildStep;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;

/** A build step that has everything checked and fails the build or makes it unstable, configured by the form of the Pipeline step. */
public final class CheckBackupsBuilder extends Builder implements SimpleBuildStep {
    private final CheckBackupsStep operation;

    @DataBoundConstructor
    public CheckBackupsBuilder(CheckBackupsStep operation) {
        this.operation = operation;
    }

    public CheckBackupsStep getOperation() {
        return operation;
    }

    @Override
    public boolean requiresWorkspace() {
        return false;
    }

    @Override
    public void perform(@NonNull Run<?, ?> build, @NonNull EnvVars environment, @NonNull TaskListener listener)
            throws InterruptedException, IOException {
        BackupCheck check = operation.check(build, listener);
        try {
            check.judge(check.start().get());
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException failure
                    ? failure
                    : new AbortException(Messages.CheckBackupsBuilder_failed(e.getCause()));
        }
    }

    @Extension
    @Symbol("checkBackupsBuilder")
    public static final class DescriptorImpl extends BuildStepDescriptor<Builder> {
        public DescriptorImpl() {
            addHelpFileRedirect(null, CheckBackupsStep.class, null);
        }

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.CheckBackupsStep_displayName();
        }

        @Override
        @SuppressWarnings("rawtypes") // as Jenkins declares it
        public boolean isApplicable(Class<? extends AbstractProject> type) {
            return true;
        }
    }
}
