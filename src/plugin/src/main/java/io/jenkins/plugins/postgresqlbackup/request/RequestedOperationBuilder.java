package io.jenkins.plugins.postgresqlbackup.request;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import hudson.EnvVars;
import hudson.Extension;
import hudson.FilePath;
import hudson.Launcher;
import hudson.model.AbstractProject;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.tasks.BuildStepDescriptor;
import hudson.tasks.Builder;
import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.freestyle.OperationBuilder;
import java.io.IOException;
import jenkins.tasks.SimpleBuildStep;
import org.kohsuke.stapler.DataBoundConstructor;

/** The build step of {@link OnDemandJob}: carries out what a page asked this build for, and nothing in a build that was started otherwise. */
public final class RequestedOperationBuilder extends Builder implements SimpleBuildStep {
    @DataBoundConstructor
    public RequestedOperationBuilder() {
        // It has no settings: the page tells all.
    }

    @Override
    public void perform(
            @NonNull Run<?, ?> build,
            @NonNull FilePath workspace,
            @NonNull EnvVars environment,
            @NonNull Launcher launcher,
            @NonNull TaskListener listener)
            throws InterruptedException, IOException {
        RequestedOperation operation = build.getAction(RequestedOperation.class);
        if (operation == null) {
            throw new AbortException(Messages.RequestedOperationBuilder_nothing());
        }
        OperationBuilder.carryOut(operation.order(), build, workspace, listener);
    }

    @Extension
    public static final class DescriptorImpl extends BuildStepDescriptor<Builder> {
        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.RequestedOperationBuilder_displayName();
        }

        /** Nobody adds it to a job of his own. */
        @Override
        @SuppressWarnings("rawtypes") // as Jenkins declares it
        public boolean isApplicable(Class<? extends AbstractProject> type) {
            return false;
        }
    }
}
