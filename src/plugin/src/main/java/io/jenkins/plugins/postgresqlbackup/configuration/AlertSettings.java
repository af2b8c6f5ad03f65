package io.jenkins.plugins.postgresqlbackup.configuration;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.Describable;
import hudson.model.Descriptor;
import hudson.model.User;
import hudson.tasks.Mailer;
import hudson.util.FormValidation;
import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.access.Lines;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import jenkins.model.Jenkins;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** Whom to tell, and from where on. */
public final class AlertSettings implements Describable<AlertSettings> {
    static final int WARNING_PERCENT = 80;
    static final int ERROR_PERCENT = 90;

    private String administrators = "";
    private String addresses = "";
    private int storageWarningPercent = WARNING_PERCENT;
    private int storageErrorPercent = ERROR_PERCENT;

    @DataBoundConstructor
    public AlertSettings() {
        // The usual values are above; setters change them.
    }

    /** Ids of Jenkins users, one a line. */
    public String getAdministrators() {
        return administrators;
    }

    @DataBoundSetter
    public void setAdministrators(@CheckForNull String ids) {
        administrators = Util.fixNull(ids);
    }

    /** E-mail addresses besides, one a line. */
    public String getAddresses() {
        return addresses;
    }

    @DataBoundSetter
    public void setAddresses(@CheckForNull String emails) {
        addresses = Util.fixNull(emails);
    }

    /** From how full a disk on that of a repository is warned of. */
    public int getStorageWarningPercent() {
        return storageWarningPercent;
    }

    @DataBoundSetter
    public void setStorageWarningPercent(int percent) {
        storageWarningPercent = within(percent);
    }

    /** From how full a disk on that of a repository is an error. */
    public int getStorageErrorPercent() {
        return storageErrorPercent;
    }

    @DataBoundSetter
    public void setStorageErrorPercent(int percent) {
        storageErrorPercent = within(percent);
    }

    private static int within(int percent) {
        return Math.max(1, Math.min(100, percent));
    }

    /** The addresses of all who are to be told; administrators without an address are left out. */
    public List<String> recipients() {
        List<String> all = new ArrayList<>();
        Lines.of(administrators).stream()
                .map(AlertSettings::addressOf)
                .filter(Objects::nonNull)
                .forEach(all::add);
        all.addAll(Lines.of(addresses));
        return all.stream().distinct().toList();
    }

    @CheckForNull
    private static String addressOf(String userId) {
        User user = User.getById(userId, false);
        Mailer.UserProperty property = user == null ? null : user.getProperty(Mailer.UserProperty.class);
        return property == null ? null : Util.fixEmptyAndTrim(property.getAddress());
    }

    @Extension
    @Symbol("postgresqlBackupAlerts")
    public static final class DescriptorImpl extends Descriptor<AlertSettings> {
        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.AlertSettings_displayName();
        }

        @POST
        public FormValidation doCheckAdministrators(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            for (String id : Lines.of(value)) {
                if (User.getById(id, false) == null) {
                    return FormValidation.warning(Messages.AlertSettings_noUser(id));
                }
                if (addressOf(id) == null) {
                    return FormValidation.warning(Messages.AlertSettings_noAddress(id));
                }
            }
            return FormValidation.ok();
        }

        @POST
        public FormValidation doCheckAddresses(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            for (String address : Lines.of(value)) {
                try {
                    new InternetAddress(address, true).validate();
                    if (!address.contains("@")) {
                        return FormValidation.error(Messages.AlertSettings_badAddress(address));
                    }
                } catch (AddressException e) {
                    return FormValidation.error(Messages.AlertSettings_badAddress(address));
                }
            }
            return FormValidation.ok();
        }

        @POST
        public FormValidation doCheckStorageWarningPercent(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            return FormValidation.validateIntegerInRange(value, 1, 100);
        }

        @POST
        public FormValidation doCheckStorageErrorPercent(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            return FormValidation.validateIntegerInRange(value, 1, 100);
        }
    }
}
