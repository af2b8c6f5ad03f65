package io.jenkins.plugins.postgresqlbackup.pipeline;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.Item;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.configuration.Choices;
import io.jenkins.plugins.postgresqlbackup.operation.ListOrder;
import io.jenkins.plugins.postgresqlbackup.operation.Order;
import io.jenkins.plugins.postgresqlbackup.result.BackupInfo;
import java.util.ArrayList;
import java.util.function.UnaryOperator;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** {@code listBackups}: returns the backups in a repository, the newest last. */
public final class ListBackupsStep extends OperationStep<ArrayList<BackupInfo>> {
    private static final int MOST = 100_000;

    private final String repository;
    private String database = "";
    private int most = ListOrder.USUAL;

    @DataBoundConstructor
    public ListBackupsStep(String repository) {
        this.repository = Util.fixNull(repository);
    }

    public String getRepository() {
        return repository;
    }

    public String getDatabase() {
        return database;
    }

    @DataBoundSetter
    public void setDatabase(@CheckForNull String name) {
        database = Util.fixNull(name);
    }

    /** How many of the newest. */
    public int getMost() {
        return most;
    }

    @DataBoundSetter
    public void setMost(int number) {
        most = Math.max(1, Math.min(MOST, number));
    }

    @Override
    public Order<ArrayList<BackupInfo>> order(UnaryOperator<String> expand) {
        return new ListOrder(repository, database, most);
    }

    @Extension
    public static final class DescriptorImpl extends Kind {
        @Override
        public String getFunctionName() {
            return "listBackups";
        }

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.ListBackupsStep_displayName();
        }

        @POST
        public ListBoxModel doFillRepositoryItems(@AncestorInPath Item job, @QueryParameter String repository) {
            return Choices.repositories(job, repository, Messages.Choices_choose());
        }

        @POST
        public FormValidation doCheckRepository(@AncestorInPath Item job, @QueryParameter String value) {
            Choices.checkMayAsk(job);
            return Choices.checkChosen(value);
        }

        @POST
        public ListBoxModel doFillDatabaseItems(@AncestorInPath Item job, @QueryParameter String database) {
            return Choices.databases(job, database, Messages.Choices_any());
        }

        @POST
        public FormValidation doCheckMost(@AncestorInPath Item job, @QueryParameter String value) {
            Choices.checkMayAsk(job);
            return FormValidation.validateIntegerInRange(value, 1, MOST);
        }
    }
}
