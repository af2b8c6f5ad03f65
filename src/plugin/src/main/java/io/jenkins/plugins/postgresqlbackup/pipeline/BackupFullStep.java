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
import io.jenkins.plugins.postgresqlbackup.operation.FullBackupOrder;
import io.jenkins.plugins.postgresqlbackup.operation.Order;
import io.jenkins.plugins.postgresqlbackup.result.BackupInfo;
import java.util.function.UnaryOperator;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** {@code backupFull}: takes a full backup of a database and returns what it came to. */
public final class BackupFullStep extends OperationStep<BackupInfo> {
    private final String database;
    private String repository = "";

    @DataBoundConstructor
    public BackupFullStep(String database) {
        this.database = Util.fixNull(database);
    }

    public String getDatabase() {
        return database;
    }

    public String getRepository() {
        return repository;
    }

    @DataBoundSetter
    public void setRepository(@CheckForNull String name) {
        repository = Util.fixNull(name);
    }

    @Override
    public Order<BackupInfo> order(UnaryOperator<String> expand) {
        return new FullBackupOrder(database, repository);
    }

    @Extension
    public static final class DescriptorImpl extends Kind {
        @Override
        public String getFunctionName() {
            return "backupFull";
        }

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.BackupFullStep_displayName();
        }

        @POST
        public ListBoxModel doFillDatabaseItems(@AncestorInPath Item job, @QueryParameter String database) {
            return Choices.databases(job, database, Messages.Choices_choose());
        }

        @POST
        public FormValidation doCheckDatabase(@AncestorInPath Item job, @QueryParameter String value) {
            Choices.checkMayAsk(job);
            return Choices.checkChosen(value);
        }

        @POST
        public ListBoxModel doFillRepositoryItems(@AncestorInPath Item job, @QueryParameter String repository) {
            return Choices.repositories(job, repository, Messages.Choices_databasesOwn());
        }
    }
}
