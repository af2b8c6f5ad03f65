package io.jenkins.plugins.postgresqlbackup.access;

import hudson.model.Run;
import hudson.security.ACL;
import hudson.security.Permission;
import io.jenkins.plugins.postgresqlbackup.Messages;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;
import org.springframework.security.core.Authentication;

/** What the current thread may do on behalf of one build: a job has to be listed with an entry, and a build's own user needs the permission too. */
public final class BuildAuthority {
    private static final Logger LOGGER = Logger.getLogger(BuildAuthority.class.getName());

    private final String job;
    private final Authentication user;

    /** As the thread that asks is authenticated. */
    public BuildAuthority(Run<?, ?> build) {
        this.job = build.getParent().getFullName();
        this.user = Jenkins.getAuthentication2();
    }

    /**
     * Refuses to go on without leave.
     *
     * @param entry what is to be used, for people, such as {@code the repository 'offsite'}
     * @param jobs who the entry says may do it
     */
    public void require(Permission permission, String entry, JobPatterns jobs) throws RefusedException {
        if (!jobs.allow(job)) {
            throw refused(Messages.BuildAuthority_jobNotListed(job, verb(permission), entry));
        }
        if (!ACL.SYSTEM2.equals(user) && !Jenkins.get().getACL().hasPermission2(user, permission)) {
            throw refused(Messages.BuildAuthority_noPermission(
                    user.getName(), permission.group.title + "/" + permission.name));
        }
    }

    /** Administrators should be able to see who tries. */
    private RefusedException refused(String why) {
        LOGGER.log(Level.WARNING, "A build of {0} was refused. {1}", new Object[] {job, why});
        return new RefusedException(why);
    }

    private static String verb(Permission permission) {
        if (permission == BackupPermissions.RESTORE) {
            return Messages.BuildAuthority_restore();
        }
        return permission == BackupPermissions.DELETE
                ? Messages.BuildAuthority_delete()
                : Messages.BuildAuthority_run();
    }
}
