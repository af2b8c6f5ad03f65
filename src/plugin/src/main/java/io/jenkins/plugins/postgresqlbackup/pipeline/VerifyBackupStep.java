package io.jenkins.plugins.postgresqlbackup.pipeline;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.Item;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.access.Lines;
import io.jenkins.plugins.postgresqlbackup.configuration.Choices;
import io.jenkins.plugins.postgresqlbackup.operation.Order;
import io.jenkins.plugins.postgresqlbackup.operation.VerifyOrder;
import io.jenkins.plugins.postgresqlbackup.result.VerificationInfo;
import java.util.function.UnaryOperator;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** {@code verifyBackup}: proves that a backup is good, as far as the level asks; fails if it is not. */
public final class VerifyBackupStep extends OperationStep<VerificationInfo> {
    private String repository = "";
    private String backup = "latest";
    private String database = "";
    private String level = VerifyOrder.CONTENT;
    private String scratch = "";
    private String assertions = "";

    @DataBoundConstructor
    public VerifyBackupStep() {
        // Everything has a usual value; setters change them.
    }

    public String getRepository() {
        return repository;
    }

    @DataBoundSetter
    public void setRepository(@CheckForNull String name) {
        repository = Util.fixNull(name);
    }

    public String getBackup() {
        return backup;
    }

    @DataBoundSetter
    public void setBackup(@CheckForNull String id) {
        backup = Util.fixEmptyAndTrim(id) == null ? "latest" : id.strip();
    }

    public String getDatabase() {
        return database;
    }

    @DataBoundSetter
    public void setDatabase(@CheckForNull String name) {
        database = Util.fixNull(name);
    }

    public String getLevel() {
        return level;
    }

    @DataBoundSetter
    public void setLevel(@CheckForNull String name) {
        level = Util.fixEmptyAndTrim(name) == null ? VerifyOrder.CONTENT : name.strip();
    }

    public String getScratch() {
        return scratch;
    }

    @DataBoundSetter
    public void setScratch(@CheckForNull String name) {
        scratch = Util.fixNull(name);
    }

    /** Queries, one a line. */
    public String getAssertions() {
        return assertions;
    }

    @DataBoundSetter
    public void setAssertions(@CheckForNull String queries) {
        assertions = Util.fixNull(queries);
    }

    @Override
    public Order<VerificationInfo> order(UnaryOperator<String> expand) {
        return new VerifyOrder(repository, expand.apply(backup), database, level, scratch, Lines.of(assertions));
    }

    @Extension
    public static final class DescriptorImpl extends Kind {
        @Override
        public String getFunctionName() {
            return "verifyBackup";
        }

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.VerifyBackupStep_displayName();
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

        @POST
        public FormValidation doCheckBackup(@AncestorInPath Item job, @QueryParameter String value) {
            Choices.checkMayAsk(job);
            return Choices.checkBackup(value);
        }

        @POST
        public ListBoxModel doFillLevelItems(@AncestorInPath Item job) {
            Choices.checkMayAsk(job);
            return Choices.levels();
        }

        @POST
        public ListBoxModel doFillScratchItems(@AncestorInPath Item job, @QueryParameter String scratch) {
            return Choices.scratchServers(job, scratch, Messages.Choices_databasesOwn());
        }

        @POST
        public FormValidation doCheckAssertions(
                @AncestorInPath Item job, @QueryParameter String value, @QueryParameter String level) {
            Choices.checkMayAsk(job);
            return Lines.of(value).isEmpty() || VerifyOrder.RESTORE.equals(level)
                    ? FormValidation.ok()
                    : FormValidation.error(Messages.VerifyOrder_assertionsNeedDrill());
        }
    }
}
