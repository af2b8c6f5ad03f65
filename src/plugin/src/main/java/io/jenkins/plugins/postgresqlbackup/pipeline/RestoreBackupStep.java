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
import io.jenkins.plugins.postgresqlbackup.agent.RestoreChoices;
import io.jenkins.plugins.postgresqlbackup.configuration.Choices;
import io.jenkins.plugins.postgresqlbackup.operation.Order;
import io.jenkins.plugins.postgresqlbackup.operation.RestoreOrder;
import io.jenkins.plugins.postgresqlbackup.result.RestoreInfo;
import java.util.function.UnaryOperator;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** {@code restoreBackup}: restores a backup into a database that is a restore target. */
public final class RestoreBackupStep extends OperationStep<RestoreInfo> {
    private final String repository;
    private final String backup;
    private final String target;
    private String database = "";
    private boolean create;
    private boolean overwrite;
    private String tables = "";
    private boolean owners = true;
    private boolean privileges = true;
    private boolean createRoles;
    private boolean olderServer;

    @DataBoundConstructor
    public RestoreBackupStep(String repository, String backup, String target) {
        this.repository = Util.fixNull(repository);
        this.backup = Util.fixNull(backup);
        this.target = Util.fixNull(target);
    }

    public String getRepository() {
        return repository;
    }

    public String getBackup() {
        return backup;
    }

    public String getTarget() {
        return target;
    }

    public String getDatabase() {
        return database;
    }

    @DataBoundSetter
    public void setDatabase(@CheckForNull String name) {
        database = Util.fixNull(name);
    }

    public boolean isCreate() {
        return create;
    }

    @DataBoundSetter
    public void setCreate(boolean wanted) {
        create = wanted;
    }

    public boolean isOverwrite() {
        return overwrite;
    }

    @DataBoundSetter
    public void setOverwrite(boolean allowed) {
        overwrite = allowed;
    }

    /** Patterns, one a line. */
    public String getTables() {
        return tables;
    }

    @DataBoundSetter
    public void setTables(@CheckForNull String patterns) {
        tables = Util.fixNull(patterns);
    }

    public boolean isOwners() {
        return owners;
    }

    @DataBoundSetter
    public void setOwners(boolean kept) {
        owners = kept;
    }

    public boolean isPrivileges() {
        return privileges;
    }

    @DataBoundSetter
    public void setPrivileges(boolean kept) {
        privileges = kept;
    }

    public boolean isCreateRoles() {
        return createRoles;
    }

    @DataBoundSetter
    public void setCreateRoles(boolean wanted) {
        createRoles = wanted;
    }

    public boolean isOlderServer() {
        return olderServer;
    }

    @DataBoundSetter
    public void setOlderServer(boolean allowed) {
        olderServer = allowed;
    }

    @Override
    public Order<RestoreInfo> order(UnaryOperator<String> expand) {
        RestoreChoices choices =
                new RestoreChoices(create, overwrite, Lines.of(tables), owners, privileges, createRoles, olderServer);
        return new RestoreOrder(repository, expand.apply(backup), database, target, choices);
    }

    @Extension
    public static final class DescriptorImpl extends Kind {
        @Override
        public String getFunctionName() {
            return "restoreBackup";
        }

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.RestoreBackupStep_displayName();
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
        public FormValidation doCheckBackup(@AncestorInPath Item job, @QueryParameter String value) {
            Choices.checkMayAsk(job);
            return Choices.checkBackup(value);
        }

        @POST
        public ListBoxModel doFillTargetItems(@AncestorInPath Item job, @QueryParameter String target) {
            return Choices.targets(job, target, Messages.Choices_choose());
        }

        @POST
        public FormValidation doCheckTarget(@AncestorInPath Item job, @QueryParameter String value) {
            Choices.checkMayAsk(job);
            return Choices.checkChosen(value);
        }

        @POST
        public ListBoxModel doFillDatabaseItems(@AncestorInPath Item job, @QueryParameter String database) {
            return Choices.databases(job, database, Messages.Choices_any());
        }

        @POST
        public FormValidation doCheckTables(
                @AncestorInPath Item job, @QueryParameter String value, @QueryParameter boolean create) {
            Choices.checkMayAsk(job);
            return create && !Lines.of(value).isEmpty()
                    ? FormValidation.error(Messages.RestoreBackupStep_tablesNeedDatabase())
                    : Choices.checkTables(value);
        }
    }
}
