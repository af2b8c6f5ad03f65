package io.jenkins.plugins.postgresqlbackup.access;

import hudson.Extension;
import hudson.init.InitMilestone;
import hudson.init.Initializer;
import hudson.security.Permission;
import hudson.security.PermissionGroup;
import hudson.security.PermissionScope;
import io.jenkins.plugins.postgresqlbackup.Messages;
import java.util.List;
import jenkins.model.Jenkins;

/** The permissions of this plugin. None implies another; whoever administers Jenkins has them all. */
public final class BackupPermissions {
    public static final PermissionGroup GROUP =
            new PermissionGroup(BackupPermissions.class, Messages._BackupPermissions_group());

    /** To see databases, repositories, restore points and what happened to them. */
    public static final Permission VIEW = permission("View", Messages._BackupPermissions_view());

    /** To take, list and verify backups. */
    public static final Permission RUN = permission("Run", Messages._BackupPermissions_run());

    /** To restore a backup into a database that is a restore target. */
    public static final Permission RESTORE = permission("Restore", Messages._BackupPermissions_restore());

    /** To delete backups. */
    public static final Permission DELETE = permission("Delete", Messages._BackupPermissions_delete());

    private BackupPermissions() {}

    private static Permission permission(String name, org.jvnet.localizer.Localizable description) {
        return new Permission(GROUP, name, description, Jenkins.ADMINISTER, PermissionScope.JENKINS);
    }

    /** All of them, in the order they are shown. */
    public static List<Permission> all() {
        return List.of(VIEW, RUN, RESTORE, DELETE);
    }

    /** Makes them known before anybody reads who was given them. */
    @Extension
    public static final class Registration {
        @Initializer(before = InitMilestone.PLUGINS_STARTED)
        public static void register() {
            all();
        }
    }
}
