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
        try {
            return FormValidation.ok(call(label, trial));
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
        Optional<Node> node = NodeLabels.online(label);
        if (node.isEmpty()) {
            throw new IOException(NodeLabels.noneOnline(label));
        }
        AgentOperation<R> operation = trial.make();
        operation.usePrograms(PostgresqlInstallation.homesOn(node.get()));
        return new AgentCall<>(node.get().getChannel(), operation).within(PATIENCE);
    }
}
