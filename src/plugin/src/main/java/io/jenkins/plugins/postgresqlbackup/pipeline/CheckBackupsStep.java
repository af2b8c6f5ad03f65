package io.jenkins.plugins.postgresqlbackup.pipeline;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import hudson.Extension;
import hudson.Util;
import hudson.model.Item;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.configuration.Choices;
import io.jenkins.plugins.postgresqlbackup.monitor.Status;
import io.jenkins.plugins.postgresqlbackup.operation.BackupCheck;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletionException;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepDescriptor;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.jenkinsci.plugins.workflow.steps.SynchronousResumeNotSupportedException;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** {@code checkBackups}: has the monitor look at everything now, says what is wrong, and fails the build or makes it unstable. */
public final class CheckBackupsStep extends Step {
    private static final String ERROR = "error";
    private static final String WARNING = "warning";

    private String database = "";
    private String repository = "";
    private String failOn = ERROR;
    private String unstableOn = WARNING;

    @DataBoundConstructor
    public CheckBackupsStep() {
        // Everything has a usual value; setters change them.
    }

    public String getDatabase() {
        return database;
    }

    @DataBoundSetter
    public void setDatabase(@CheckForNull String name) {
        database = Util.fixNull(name);
    }

    public String getRepository() {
        return repository;
    }

    @DataBoundSetter
    public void setRepository(@CheckForNull String name) {
        repository = Util.fixNull(name);
    }

    /** What fails the build: {@code error}, {@code warning} or {@code never}. */
    public String getFailOn() {
        return failOn;
    }

    @DataBoundSetter
    public void setFailOn(@CheckForNull String code) {
        failOn = known(code);
    }

    /** What makes the build unstable: {@code error}, {@code warning} or {@code never}. */
    public String getUnstableOn() {
        return unstableOn;
    }

    @DataBoundSetter
    public void setUnstableOn(@CheckForNull String code) {
        unstableOn = known(code);
    }

    /** A word that means nothing must not make a check that never fails. */
    private static String known(@CheckForNull String code) {
        String word = Util.fixNull(code).strip().toLowerCase(Locale.ROOT);
        if (!Set.of(ERROR, WARNING, BackupCheck.NEVER).contains(word)) {
            throw new IllegalArgumentException(Messages.CheckBackupsStep_badSeverity(code));
        }
        return word;
    }

    /**
     * What the fields of this step ask for; the thread that asks must be authenticated as the build is.
     *
     * @throws AbortException with a sentence, when an entry that was named is not there or may not be seen
     */
    public BackupCheck check(Run<?, ?> build, TaskListener listener) throws AbortException {
        return new BackupCheck(build, listener, database, repository, failOn, unstableOn);
    }

    @Override
    public StepExecution start(StepContext context) {
        return new Execution(context, this);
    }

    /** Waits for the monitor on no thread at all. */
    private static final class Execution extends StepExecution {
        private static final long serialVersionUID = 1;

        private final transient CheckBackupsStep step;

        Execution(StepContext context, CheckBackupsStep step) {
            super(context);
            this.step = step;
        }

        @Override
        public boolean start() throws Exception {
            BackupCheck check =
                    step.check(getContext().get(Run.class), getContext().get(TaskListener.class));
            check.start().thenApply(status -> judged(check, status)).whenComplete((info, failure) -> {
                if (failure == null) {
                    getContext().onSuccess(info);
                } else {
                    getContext()
                            .onFailure(
                                    failure instanceof CompletionException && failure.getCause() != null
                                            ? failure.getCause()
                                            : failure);
                }
            });
            return false;
        }

        private static Object judged(BackupCheck check, Status status) {
            try {
                return check.judge(status);
            } catch (AbortException e) {
                throw new CompletionException(e);
            }
        }

        /** The check itself goes on: others may want it too. */
        @Override
        public void stop(@NonNull Throwable cause) {
            getContext().onFailure(cause);
        }

        @Override
        public void onResume() {
            getContext().onFailure(new SynchronousResumeNotSupportedException(getContext()));
        }
    }

    @Extension
    public static final class DescriptorImpl extends StepDescriptor {
        @Override
        public String getFunctionName() {
            return "checkBackups";
        }

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.CheckBackupsStep_displayName();
        }

        @Override
        public Set<? extends Class<?>> getRequiredContext() {
            return Set.of(Run.class, TaskListener.class);
        }

        @POST
        public ListBoxModel doFillDatabaseItems(@AncestorInPath Item job, @QueryParameter String database) {
            return Choices.databases(job, database, Messages.Choices_any());
        }

        @POST
        public ListBoxModel doFillRepositoryItems(@AncestorInPath Item job, @QueryParameter String repository) {
            return Choices.repositories(job, repository, Messages.Choices_any());
        }

        @POST
        public ListBoxModel doFillFailOnItems(@AncestorInPath Item job) {
            Choices.checkMayAsk(job);
            return severities();
        }

        @POST
        public ListBoxModel doFillUnstableOnItems(@AncestorInPath Item job) {
            Choices.checkMayAsk(job);
            return severities();
        }

        private static ListBoxModel severities() {
            return new ListBoxModel(
                    new ListBoxModel.Option(Messages.CheckBackupsStep_errors(), ERROR),
                    new ListBoxModel.Option(Messages.CheckBackupsStep_warnings(), WARNING),
                    new ListBoxModel.Option(Messages.CheckBackupsStep_never(), BackupCheck.NEVER));
        }
    }
}
