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
import io.jenkins.plugins.postgresqlbackup.operation.Order;
import io.jenkins.plugins.postgresqlbackup.operation.PruneOrder;
import io.jenkins.plugins.postgresqlbackup.result.PruneInfo;
import java.util.function.UnaryOperator;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** {@code pruneBackups}: deletes the backups that the repository's retention does not keep; fails if one of them cannot be deleted. */
public final class PruneBackupsStep extends OperationStep<PruneInfo> {
    private String repository = "";
    private String database = "";
    private boolean dryRun;

    @DataBoundConstructor
    public PruneBackupsStep() {
        // Everything has a usual value; setters change them.
    }

    public String getRepository() {
        return repository;
    }

    @DataBoundSetter
    public void setRepository(@CheckForNull String name) {
        repository = Util.fixNull(name);
    }

    public String getDatabase() {
        return database;
    }

    @DataBoundSetter
    public void setDatabase(@CheckForNull String name) {
        database = Util.fixNull(name);
    }

    public boolean isDryRun() {
        return dryRun;
    }

    @DataBoundSetter
    public void setDryRun(boolean only) {
        dryRun = only;
    }

    @Override
    public Order<PruneInfo> order(UnaryOperator<String> expand) {
        return new PruneOrder(repository, database, dryRun);
    }

    @Extension
    public static final class DescriptorImpl extends Kind {
        @Override
        public String getFunctionName() {
            return "pruneBackups";
        }

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.PruneBackupsStep_displayName();
        }

        @POST
        public ListBoxModel doFillRepositoryItems(@AncestorInPath Item job, @QueryParameter String repository) {
            return Choices.repositories(job, repository, Messages.Choices_databasesOwn());
        }

        @POST
        public ListBoxModel doFillDatabaseItems(@AncestorInPath Item job, @QueryParameter String database) {
            return Choices.databases(job, database, Messages.Choices_any());
        }

        @POST
        public FormValidation doCheckDatabase(
                @AncestorInPath Item job, @QueryParameter String value, @QueryParameter String repository) {
            Choices.checkMayAsk(job);
            return Choices.checkEither(value, repository);
        }
    }
}
