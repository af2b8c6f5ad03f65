package io.jenkins.plugins.postgresqlbackup.configuration;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Util;
import hudson.model.AutoCompletionCandidates;
import hudson.model.Computer;
import hudson.model.Label;
import hudson.model.Node;
import hudson.model.labels.LabelExpression;
import hudson.util.FormValidation;
import io.jenkins.plugins.postgresqlbackup.Messages;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import jenkins.model.Jenkins;

/** Labels of nodes, as an entry names the place it can be reached from. */
public final class NodeLabels {
    private NodeLabels() {}

    /** The label of the nodes that have all of these, empty ones left out; empty for any node. */
    public static String all(Collection<String> labels) {
        List<String> some =
                labels.stream().filter(label -> !label.isEmpty()).distinct().toList();
        return some.size() < 2
                ? String.join("", some)
                : some.stream().map(label -> "(" + label + ")").collect(Collectors.joining(" && "));
    }

    static FormValidation check(@CheckForNull String expression) {
        return LabelExpression.validate(Util.fixEmptyAndTrim(expression));
    }

    static AutoCompletionCandidates candidates(@CheckForNull String prefix) {
        return LabelExpression.autoComplete(prefix);
    }

    /** A node that is online and has the label; without a label one that is for all jobs, the built-in one only
     * if there is no other. */
    static Optional<Node> online(@CheckForNull String expression) {
        String text = Util.fixEmptyAndTrim(expression);
        Jenkins jenkins = Jenkins.get();
        if (text != null) {
            Label label = jenkins.getLabel(text);
            return label == null
                    ? Optional.empty()
                    : label.getNodes().stream().filter(NodeLabels::isOnline).findFirst();
        }
        return jenkins.getNodes().stream()
                .filter(NodeLabels::isOnline)
                .filter(node -> node.getMode() == Node.Mode.NORMAL)
                .findFirst()
                .or(() -> Optional.<Node>of(jenkins).filter(NodeLabels::isOnline));
    }

    private static boolean isOnline(Node node) {
        Computer computer = node.toComputer();
        return computer != null && computer.isOnline() && computer.getChannel() != null;
    }

    static String noneOnline(@CheckForNull String expression) {
        String text = Util.fixEmptyAndTrim(expression);
        return text == null ? Messages.NodeLabels_none() : Messages.NodeLabels_noneWith(text);
    }
}
