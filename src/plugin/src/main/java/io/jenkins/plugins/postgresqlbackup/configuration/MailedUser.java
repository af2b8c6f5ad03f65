package io.jenkins.plugins.postgresqlbackup.configuration;

import hudson.Util;
import hudson.model.User;
import hudson.tasks.Mailer;
import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.access.BackupPermissions;
import java.util.Optional;
import jenkins.model.Jenkins;
import org.springframework.security.core.AuthenticationException;

/** A Jenkins user who is told by e-mail: only who may see backups on this Jenkins's own pages is told of them. */
final class MailedUser {
    private final String id;

    MailedUser(String id) {
        this.id = id;
    }

    /** Where to; empty: nowhere, for the {@link #problem} there is. */
    Optional<String> address() {
        return problem().isPresent() ? Optional.empty() : property(User.getById(id, false));
    }

    private static Optional<String> property(User user) {
        Mailer.UserProperty property = user == null ? null : user.getProperty(Mailer.UserProperty.class);
        return Optional.ofNullable(property == null ? null : Util.fixEmptyAndTrim(property.getAddress()));
    }

    /** Why the user is told nothing, a sentence; empty if it is told. */
    Optional<String> problem() {
        User user = User.getById(id, false);
        if (user == null) {
            return Optional.of(Messages.AlertSettings_noUser(id));
        }
        if (!maySee(user)) {
            return Optional.of(Messages.AlertSettings_mayNotSee(id));
        }
        return property(user).isPresent() ? Optional.empty() : Optional.of(Messages.AlertSettings_noAddress(id));
    }

    private static boolean maySee(User user) {
        try {
            return Jenkins.get().getACL().hasPermission2(user.impersonate2(), BackupPermissions.VIEW);
        } catch (AuthenticationException e) {
            return false; // who is no user any more may do nothing
        }
    }
}
