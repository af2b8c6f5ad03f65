package io.jenkins.plugins.postgresqlbackup.configuration;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import hudson.Extension;
import hudson.Util;
import hudson.model.Describable;
import hudson.model.Descriptor;
import hudson.model.User;
import hudson.scheduler.CronTabList;
import hudson.tasks.Mailer;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.access.Lines;
import io.jenkins.plugins.postgresqlbackup.access.RootCredentials;
import io.jenkins.plugins.postgresqlbackup.access.SecretUrl;
import io.jenkins.plugins.postgresqlbackup.engine.health.Thresholds;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import jenkins.model.Jenkins;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** Whom to tell, and from where on. */
public final class AlertSettings implements Describable<AlertSettings> {
    /** The kind of a webhook that takes this plugin's own JSON. */
    public static final String GENERIC = "generic";

    /** The kind of a webhook that takes what Slack takes. */
    public static final String SLACK = "slack";

    static final String USUAL_DIGEST = "H 7 * * 1";
    static final int WARNING_PERCENT = 80;
    static final int ERROR_PERCENT = 90;

    private String administrators = "";
    private String addresses = "";
    private String emergencyAddresses = "";
    private String webhookCredentialsId = "";
    private String webhookKind = GENERIC;
    private String heartbeatCredentialsId = "";
    private boolean heartbeatFail;
    private boolean digest = true;
    private String digestCron = USUAL_DIGEST;
    private int storageWarningPercent = WARNING_PERCENT;
    private int storageErrorPercent = ERROR_PERCENT;
    private CheckSettings checks = new CheckSettings();

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

    /** E-mail addresses that are told of errors only, one a line. */
    public String getEmergencyAddresses() {
        return emergencyAddresses;
    }

    @DataBoundSetter
    public void setEmergencyAddresses(@CheckForNull String emails) {
        emergencyAddresses = Util.fixNull(emails);
    }

    /** The secret text with the URL of a webhook; empty: none. */
    public String getWebhookCredentialsId() {
        return webhookCredentialsId;
    }

    @DataBoundSetter
    public void setWebhookCredentialsId(@CheckForNull String id) {
        webhookCredentialsId = Util.fixNull(id).strip();
    }

    /** What the webhook takes: {@link #GENERIC} or {@link #SLACK}. */
    public String getWebhookKind() {
        return webhookKind;
    }

    @DataBoundSetter
    public void setWebhookKind(@CheckForNull String kind) {
        webhookKind = SLACK.equals(Util.fixNull(kind).strip()) ? SLACK : GENERIC;
    }

    /** The secret text with the URL that is asked for after each clean check; empty: none. */
    public String getHeartbeatCredentialsId() {
        return heartbeatCredentialsId;
    }

    @DataBoundSetter
    public void setHeartbeatCredentialsId(@CheckForNull String id) {
        heartbeatCredentialsId = Util.fixNull(id).strip();
    }

    /** Whether {@code /fail} below that URL is asked for after a check that found errors. */
    public boolean isHeartbeatFail() {
        return heartbeatFail;
    }

    @DataBoundSetter
    public void setHeartbeatFail(boolean told) {
        heartbeatFail = told;
    }

    /** Whether a digest is mailed. */
    public boolean isDigest() {
        return digest;
    }

    @DataBoundSetter
    public void setDigest(boolean wanted) {
        digest = wanted;
    }

    /** When the digest is mailed, one of Jenkins's cron expressions. */
    public String getDigestCron() {
        return digestCron;
    }

    @DataBoundSetter
    public void setDigestCron(@CheckForNull String cron) {
        digestCron = Util.fixNull(cron).strip();
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

    /** How often the monitor looks, and what it minds. */
    public CheckSettings getChecks() {
        return checks;
    }

    @DataBoundSetter
    public void setChecks(@CheckForNull CheckSettings settings) {
        checks = settings == null ? new CheckSettings() : settings;
    }

    /** From where on something is worth saying. */
    public Thresholds thresholds() {
        return checks.thresholds(storageWarningPercent, storageErrorPercent);
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

    /** A sentence about settings that cannot be used. */
    Optional<String> problem() {
        return digest ? cronProblem(digestCron) : Optional.empty();
    }

    private static Optional<String> cronProblem(String cron) {
        try {
            CronTabList.create(cron);
            return cron.isBlank()
                    ? Optional.of(Messages.ScheduleEntry_badCron(Messages.AlertSettings_noCron()))
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of(Messages.ScheduleEntry_badCron(e.getMessage()));
        }
    }

    /** Completes settings that were stored before there were such ways to tell and such checks: they get the digest, and nothing else is told. */
    private Object readResolve() {
        if (digestCron == null) {
            digest = true;
            digestCron = USUAL_DIGEST;
        }
        emergencyAddresses = Util.fixNull(emergencyAddresses);
        webhookCredentialsId = Util.fixNull(webhookCredentialsId);
        webhookKind = Util.fixNull(webhookKind, GENERIC);
        heartbeatCredentialsId = Util.fixNull(heartbeatCredentialsId);
        checks = checks == null ? new CheckSettings() : checks;
        return this;
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
        public FormValidation doCheckEmergencyAddresses(@QueryParameter String value) {
            return doCheckAddresses(value);
        }

        @POST
        public ListBoxModel doFillWebhookCredentialsIdItems(@QueryParameter String webhookCredentialsId) {
            return RootCredentials.texts(webhookCredentialsId);
        }

        @POST
        public FormValidation doCheckWebhookCredentialsId(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            return checkSecretUrl(value);
        }

        @POST
        public ListBoxModel doFillWebhookKindItems() {
            return new ListBoxModel(
                    new ListBoxModel.Option(Messages.AlertSettings_generic(), GENERIC),
                    new ListBoxModel.Option(Messages.AlertSettings_slack(), SLACK));
        }

        @POST
        public ListBoxModel doFillHeartbeatCredentialsIdItems(@QueryParameter String heartbeatCredentialsId) {
            return RootCredentials.texts(heartbeatCredentialsId);
        }

        @POST
        public FormValidation doCheckHeartbeatCredentialsId(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            return checkSecretUrl(value);
        }

        private static FormValidation checkSecretUrl(@CheckForNull String value) {
            String id = Util.fixEmptyAndTrim(value);
            if (id == null) {
                return FormValidation.ok();
            }
            try {
                SecretUrl.of(id);
            } catch (AbortException e) {
                return FormValidation.error(e.getMessage());
            }
            return RootCredentials.isOpenToJobs(id)
                    ? FormValidation.warning(Messages.RootCredentials_openToJobs())
                    : FormValidation.ok();
        }

        @POST
        public FormValidation doCheckDigestCron(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            return cronProblem(Util.fixNull(value)).map(FormValidation::error).orElseGet(FormValidation::ok);
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
