package io.jenkins.plugins.postgresqlbackup.ui;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.ManagementLink;
import hudson.security.Permission;
import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.access.BackupPermissions;
import org.jenkinsci.Symbol;

/** The way from Manage Jenkins to the overview. */
@Extension
@Symbol("postgresqlBackupOverview")
public final class BackupManagementLink extends ManagementLink {
    @CheckForNull
    @Override
    public String getIconFileName() {
        return "symbol-server-outline plugin-ionicons-api";
    }

    @CheckForNull
    @Override
    public String getDisplayName() {
        return Messages.BackupRootAction_displayName();
    }

    @Override
    public String getDescription() {
        return Messages.BackupManagementLink_description();
    }

    @CheckForNull
    @Override
    public String getUrlName() {
        return "/" + BackupRootAction.URL_NAME;
    }

    @NonNull
    @Override
    public Permission getRequiredPermission() {
        return BackupPermissions.VIEW;
    }

    @NonNull
    @Override
    public Category getCategory() {
        return Category.TOOLS;
    }
}
