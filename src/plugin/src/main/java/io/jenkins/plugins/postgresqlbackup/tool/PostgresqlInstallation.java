package io.jenkins.plugins.postgresqlbackup.tool;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.EnvVars;
import hudson.Extension;
import hudson.Util;
import hudson.model.EnvironmentSpecific;
import hudson.model.Node;
import hudson.model.TaskListener;
import hudson.slaves.NodeSpecific;
import hudson.tools.ToolDescriptor;
import hudson.tools.ToolInstallation;
import hudson.tools.ToolProperty;
import hudson.util.FormValidation;
import io.jenkins.plugins.postgresqlbackup.Messages;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;

/** The directory of one version of PostgreSQL's client programs, which a node may have elsewhere. */
public final class PostgresqlInstallation extends ToolInstallation
        implements NodeSpecific<PostgresqlInstallation>, EnvironmentSpecific<PostgresqlInstallation> {
    private static final long serialVersionUID = 1;
    private static final Logger LOGGER = Logger.getLogger(PostgresqlInstallation.class.getName());

    @DataBoundConstructor
    public PostgresqlInstallation(String name, String home, List<? extends ToolProperty<?>> properties) {
        super(Util.fixEmptyAndTrim(name), Util.fixEmptyAndTrim(home), properties);
    }

    @Override
    public PostgresqlInstallation forNode(@NonNull Node node, TaskListener log)
            throws IOException, InterruptedException {
        return new PostgresqlInstallation(
                getName(), translateFor(node, log), getProperties().toList());
    }

    @Override
    public PostgresqlInstallation forEnvironment(EnvVars environment) {
        return new PostgresqlInstallation(
                getName(), environment.expand(getHome()), getProperties().toList());
    }

    /** The directories of all installations on a node; the engine takes what is there and fits. One that the node cannot have is left out. */
    public static List<String> homesOn(Node node) throws InterruptedException {
        List<String> homes = new ArrayList<>();
        for (PostgresqlInstallation installation :
                Jenkins.get().getDescriptorByType(DescriptorImpl.class).getInstallations()) {
            try {
                String home = installation.forNode(node, TaskListener.NULL).getHome();
                if (Util.fixEmptyAndTrim(home) != null) {
                    homes.add(home);
                }
            } catch (IOException e) {
                LOGGER.log(Level.WARNING, installation.getName() + " cannot be had on " + node.getDisplayName(), e);
            }
        }
        return homes;
    }

    @Extension
    @Symbol("postgresqlClient")
    public static final class DescriptorImpl extends ToolDescriptor<PostgresqlInstallation> {
        public DescriptorImpl() {
            load();
        }

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.PostgresqlInstallation_displayName();
        }

        @Override
        public PostgresqlInstallation[] getInstallations() {
            return super.getInstallations();
        }

        @Override
        public void setInstallations(PostgresqlInstallation... installations) {
            super.setInstallations(installations);
            save();
        }

        /** The directory that holds {@code bin/pg_dump}, or {@code pg_dump} itself. */
        @Override
        protected FormValidation checkHomeDirectory(File home) {
            boolean there = new File(home, "bin/pg_dump").exists() || new File(home, "pg_dump").exists();
            return there
                    ? FormValidation.ok()
                    : FormValidation.warning(Messages.PostgresqlInstallation_noPrograms(home));
        }
    }
}
