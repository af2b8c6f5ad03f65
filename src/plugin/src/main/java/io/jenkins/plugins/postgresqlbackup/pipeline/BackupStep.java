package io.jenkins.plugins.postgresqlbackup.pipeline;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Util;
import hudson.model.Item;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.configuration.Choices;
import io.jenkins.plugins.postgresqlbackup.result.BackupInfo;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** A step that takes a backup of a database and returns what it came to. */
public abstract class BackupStep extends OperationStep<BackupInfo> {
    private final String database;
    private String repository = "";

    BackupStep(String database) {
        this.database = Util.fixNull(database);
    }

    public final String getDatabase() {
        return database;
    }

    public final String getRepository() {
        return repository;
    }

    @DataBoundSetter
    public final void setRepository(@CheckForNull String name) {
        repository = Util.fixNull(name);
    }

    /** The fields that all of them have. */
    public abstract static class BackupKind extends Kind {
        @POST
        public final ListBoxModel doFillDatabaseItems(@AncestorInPath Item job, @QueryParameter String database) {
            return Choices.databases(job, database, Messages.Choices_choose());
        }

        @POST
        public final FormValidation doCheckDatabase(@AncestorInPath Item job, @QueryParameter String value) {
            Choices.checkMayAsk(job);
            return Choices.checkChosen(value);
        }

        @POST
        public final ListBoxModel doFillRepositoryItems(@AncestorInPath Item job, @QueryParameter String repository) {
            return Choices.repositories(job, repository, Messages.Choices_databasesOwn());
        }
    }
}
