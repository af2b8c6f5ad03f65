package io.jenkins.plugins.postgresqlbackup.pipeline;

import io.jenkins.plugins.postgresqlbackup.operation.Order;
import java.io.Serializable;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepDescriptor;
import org.jenkinsci.plugins.workflow.steps.StepExecution;

/**
 * A step that carries out an order.
 *
 * @param <R> what it returns
 */
public abstract class OperationStep<R extends Serializable> extends Step {
    /**
     * What the fields of this step ask for.
     *
     * @param expand fills in variables where a form's text may have them
     */
    public abstract Order<R> order(UnaryOperator<String> expand);

    /** A Pipeline has filled in its variables itself. */
    @Override
    public final StepExecution start(StepContext context) {
        return new OperationExecution<>(context, order(UnaryOperator.identity()));
    }

    /** What is the same for all of them. */
    abstract static class Kind extends StepDescriptor {
        @Override
        public final Set<? extends Class<?>> getRequiredContext() {
            return OperationExecution.REQUIRED;
        }
    }
}
