package io.jenkins.plugins.postgresqlbackup.operation;

import hudson.AbortException;
import io.jenkins.plugins.postgresqlbackup.agent.AgentOperation;
import io.jenkins.plugins.postgresqlbackup.history.OperationRecord;
import java.io.IOException;
import java.io.Serializable;
import java.util.Optional;

/**
 * What somebody wants done, by the names of the configuration's entries.
 *
 * @param <R> what it comes to
 */
public interface Order<R extends Serializable> {
    /** What it is, as far as its own words tell: kept also of an order that cannot or may not be carried out. */
    OperationRecord record(OrderContext context);

    /**
     * Checks that it can and may be done, and gathers what is needed.
     *
     * @throws AbortException with a sentence when it cannot or may not
     */
    Prepared<R> prepare(OrderContext context) throws IOException;

    /** Adds to its record what it came to. */
    OperationRecord note(OperationRecord record, R result);

    /** Lines for the build's log about what it came to. */
    String describe(R result);

    /** What makes a result no success, although the operation came to its end. */
    default Optional<String> objection(R result) {
        return Optional.empty();
    }

    /**
     * An order that may be carried out.
     *
     * @param operation with the secrets it needs
     * @param headline what is about to be done, for the build's log
     */
    record Prepared<R extends Serializable>(AgentOperation<R> operation, String headline) {}
}
