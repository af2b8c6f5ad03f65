package io.jenkins.plugins.postgresqlbackup.pipeline;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.FilePath;
import hudson.model.Node;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.postgresqlbackup.operation.Order;
import io.jenkins.plugins.postgresqlbackup.operation.RunningOperation;
import java.io.Serializable;
import java.util.List;
import java.util.Set;
import org.jenkinsci.plugins.workflow.steps.FlowInterruptedException;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.jenkinsci.plugins.workflow.steps.SynchronousResumeNotSupportedException;

/**
 * Carries an order out for a Pipeline, away from its own thread. Nothing of it is saved with the build: after a restart of the controller it fails in the way
 * that {@code retry(conditions: [nonresumable()])} handles, after the loss of the node in the way of {@code agent()}.
 */
final class OperationExecution<R extends Serializable> extends StepExecution {
    private static final long serialVersionUID = 1;

    /** What every step needs around it. */
    static final Set<Class<?>> REQUIRED = Set.of(Run.class, TaskListener.class, FilePath.class, Node.class);

    private final transient Order<R> order;
    private transient volatile RunningOperation<R> running;
    private transient volatile Throwable stopCause;

    OperationExecution(StepContext context, Order<R> order) {
        super(context);
        this.order = order;
    }

    @Override
    public boolean start() throws Exception {
        StepContext context = getContext();
        running = RunningOperation.start(
                order,
                context.get(Run.class),
                context.get(TaskListener.class),
                context.get(Node.class),
                context.get(FilePath.class));
        running.result().whenComplete((value, failure) -> {
            Throwable cause = stopCause;
            if (failure == null && cause == null) { // who stops a step means the build, even if its work was done
                context.onSuccess(value);
            } else {
                context.onFailure(cause == null ? failure : cause);
            }
        });
        return false;
    }

    @Override
    public void stop(@NonNull Throwable cause) throws Exception {
        stopCause = cause;
        RunningOperation<R> present = running;
        if (present == null) {
            super.stop(cause);
        } else {
            present.stop(cause instanceof FlowInterruptedException interruption ? interruption.getCauses() : List.of());
        }
    }

    @Override
    public void onResume() {
        getContext().onFailure(new SynchronousResumeNotSupportedException(getContext()));
    }
}
