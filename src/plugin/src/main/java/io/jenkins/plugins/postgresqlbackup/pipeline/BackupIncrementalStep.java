package io.jenkins.plugins.postgresqlbackup.pipeline;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.Item;
import hudson.util.FormValidation;
import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.configuration.Choices;
import io.jenkins.plugins.postgresqlbackup.operation.BackupOrder;
import io.jenkins.plugins.postgresqlbackup.operation.Order;
import io.jenkins.plugins.postgresqlbackup.result.BackupInfo;
import java.util.function.UnaryOperator;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** {@code backupIncremental}: takes a backup of a database that stores only what has changed since an earlier one. */
public final class BackupIncrementalStep extends BackupStep {
    private String parent = "";

    @DataBoundConstructor
    public BackupIncrementalStep(String database) {
        super(database);
    }

    /** The id of the backup to compare with; empty for the latest good one. */
    public String getParent() {
        return parent;
    }

    @DataBoundSetter
    public void setParent(@CheckForNull String id) {
        parent = Util.fixNull(id).strip();
    }

    @Override
    public Order<BackupInfo> order(UnaryOperator<String> expand) {
        return BackupOrder.incremental(getDatabase(), getRepository(), expand.apply(parent));
    }

    @Extension
    public static final class DescriptorImpl extends BackupKind {
        @Override
        public String getFunctionName() {
            return "backupIncremental";
        }

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.BackupIncrementalStep_displayName();
        }

        @POST
        public FormValidation doCheckParent(@AncestorInPath Item job, @QueryParameter String value) {
            Choices.checkMayAsk(job);
            return Util.fixEmptyAndTrim(value) == null ? FormValidation.ok() : Choices.checkBackup(value);
        }
    }
}
