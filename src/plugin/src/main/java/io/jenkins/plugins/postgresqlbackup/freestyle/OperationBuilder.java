package io.jenkins.plugins.postgresqlbackup.freestyle;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import hudson.EnvVars;
import hudson.FilePath;
import hudson.Launcher;
import hudson.model.AbstractProject;
import hudson.model.Computer;
import hudson.model.Executor;
import hudson.model.Node;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.tasks.BuildStepDescriptor;
import hudson.tasks.Builder;
import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.operation.Order;
import io.jenkins.plugins.postgresqlbackup.operation.RunningOperation;
import io.jenkins.plugins.postgresqlbackup.pipeline.OperationStep;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.concurrent.ExecutionException;
import jenkins.tasks.SimpleBuildStep;

/**
 * A build step that does on the build's node what a Pipeline step does there, and is configured by the form of that.
 *
 * @param <S> the Pipeline step
 */
public abstract class OperationBuilder<S extends OperationStep<?>> extends Builder implements SimpleBuildStep {
    private final S operation;

    OperationBuilder(S operation) {
        this.operation = operation;
    }

    /** Each builder has a getter of its own that returns its own kind of step: the form finds the step's form by that type. */
    final S operation() {
        return operation;
    }

    @Override
    public void perform(
            @NonNull Run<?, ?> build,
            @NonNull FilePath workspace,
            @NonNull EnvVars environment,
            @NonNull Launcher launcher,
            @NonNull TaskListener listener)
            throws InterruptedException, IOException {
        carryOut(operation.order(environment::expand), build, workspace, listener);
    }

    /** Carries out an order on the node of a build, and waits for it. */
    public static void carryOut(Order<?> order, Run<?, ?> build, FilePath workspace, TaskListener listener)
            throws InterruptedException, IOException {
        Computer computer = workspace.toComputer();
        Node node = computer == null ? null : computer.getNode();
        if (node == null) {
            throw new AbortException(Messages.OperationBuilder_noNode());
        }
        await(RunningOperation.start(order, build, listener, node, workspace));
    }

    private static <R extends Serializable> void await(RunningOperation<R> running)
            throws InterruptedException, IOException {
        try {
            running.result().get();
        } catch (InterruptedException e) {
            Executor executor = Executor.currentExecutor();
            running.stop(executor == null ? List.of() : executor.getCausesOfInterruption());
            // The node tidies up first and says what it left; that takes a few seconds at most.
            running.result().handle((value, failure) -> value).join();
            throw e;
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof InterruptedException interrupted) {
                throw interrupted;
            }
            throw cause instanceof IOException failure ? failure : new IOException(cause);
        }
    }

    /** For all kinds of jobs; its help is that of the step. */
    abstract static class Kind extends BuildStepDescriptor<Builder> {
        Kind(Class<? extends OperationStep<?>> step) {
            addHelpFileRedirect(null, step, null);
        }

        @Override
        @SuppressWarnings("rawtypes") // as Jenkins declares it
        public boolean isApplicable(Class<? extends AbstractProject> type) {
            return true;
        }
    }
}
