package io.jenkins.plugins.postgresqlbackup.pipeline;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.operation.BackupOrder;
import io.jenkins.plugins.postgresqlbackup.operation.Order;
import io.jenkins.plugins.postgresqlbackup.result.BackupInfo;
import java.util.function.UnaryOperator;
import org.kohsuke.stapler.DataBoundConstructor;

/** {@code backupFull}: takes a full backup of a database. */
public final class BackupFullStep extends BackupStep {
    @DataBoundConstructor
    public BackupFullStep(String database) {
        super(database);
    }

    @Override
    public Order<BackupInfo> order(UnaryOperator<String> expand) {
        return BackupOrder.full(getDatabase(), getRepository());
    }

    @Extension
    public static final class DescriptorImpl extends BackupKind {
        @Override
        public String getFunctionName() {
            return "backupFull";
        }

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.BackupFullStep_displayName();
        }
    }
}
