package io.jenkins.plugins.postgresqlbackup.configuration;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.model.Node;
import hudson.util.FormValidation;
import io.jenkins.plugins.postgresqlbackup.agent.AgentCall;
import io.jenkins.plugins.postgresqlbackup.agent.AgentOperation;
import io.jenkins.plugins.postgresqlbackup.tool.PostgresqlInstallation;
import java.io.IOException;
import java.io.Serializable;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/** Something that is tried on the node an entry is reached from, while a person waits for the answer. */
public final class NodeProbe {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private NodeProbe() {}

    /** What is to be tried; made only when there is a node to try it on. */
    @FunctionalInterface
    public interface Trial<R extends Serializable> {
        AgentOperation<R> make() throws IOException;
    }

    /** Tries and shows what came of it: the result's text, or what is wrong. */
    static FormValidation run(@CheckForNull String label, Trial<String> trial) {
        return run(label, trial, FormValidation::ok);
    }

    /** The same with a result that is told in its own way. */
    static <R extends Serializable> FormValidation run(
            @CheckForNull String label, Trial<R> trial, Function<R, FormValidation> told) {
        try {
            return told.apply(call(label, trial));
        } catch (IOException e) {
            return FormValidation.error(e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return FormValidation.error(e.getMessage());
        }
    }

    /**
     * Tries.
     *
     * @throws IOException with a sentence when no node is online, when it takes too long, or when what was tried failed
     */
    public static <R extends Serializable> R call(@CheckForNull String label, Trial<R> trial)
            throws IOException, InterruptedException {
        return prepare(label, trial)
                .orElseThrow(() -> new IOException(NodeLabels.noneOnline(label)))
                .within(PATIENCE);
    }

    /** The call that tries it, for whoever waits and stops in their own way; empty when no node is online. */
    public static <R extends Serializable> Optional<AgentCall<R>> prepare(@CheckForNull String label, Trial<R> trial)
            throws IOException, InterruptedException {
        Optional<Node> node = NodeLabels.online(label);
        if (node.isEmpty()) {
            return Optional.empty();
        }
        AgentOperation<R> operation = trial.make();
        operation.usePrograms(PostgresqlInstallation.homesOn(node.get()));
        return Optional.of(new AgentCall<>(node.get().getChannel(), operation));
    }

    /** A sentence about there being none. */
    public static String noneOnline(@CheckForNull String label) {
        return NodeLabels.noneOnline(label);
    }
}
