package io.jenkins.plugins.postgresqlbackup.configuration;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import hudson.Extension;
import hudson.Util;
import hudson.model.Describable;
import hudson.model.Descriptor;
import hudson.scheduler.CronTabList;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.access.Lines;
import io.jenkins.plugins.postgresqlbackup.access.RootCredentials;
import io.jenkins.plugins.postgresqlbackup.access.SecretUrl;
import io.jenkins.plugins.postgresqlbackup.alert.TestAlert;
import io.jenkins.plugins.postgresqlbackup.engine.health.Thresholds;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.util.List;
import java.util.Optional;
import java.util.logging.Logger;
import java.util.stream.Stream;
import jenkins.model.Jenkins;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** Whom to tell, and from where on. */
public final class AlertSettings implements Describable<AlertSettings> {
    private static final Logger LOGGER = Logger.getLogger(AlertSettings.class.getName());

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

    /** Whether anybody is to be told by e-mail. */
    public boolean isMailed() {
        return Stream.of(administrators, addresses, emergencyAddresses)
                .anyMatch(lines -> !Lines.of(lines).isEmpty());
    }

    /** Who is told of everything: users who may see backups and have an address, and addresses. Of those who are left out Jenkins's log says why. */
    public List<String> recipients() {
        return Stream.concat(
                        Lines.of(administrators).stream()
                                .map(MailedUser::new)
                                .peek(user -> user.problem().ifPresent(problem -> LOGGER.warning(problem)))
                                .map(MailedUser::address)
                                .flatMap(Optional::stream),
                        Lines.of(addresses).stream())
                .distinct()
                .toList();
    }

    /** Who is told of errors only. */
    public List<String> emergencyRecipients() {
        return Lines.of(emergencyAddresses).stream().distinct().toList();
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
                Optional<String> problem = new MailedUser(id).problem();
                if (problem.isPresent()) {
                    return FormValidation.warning(problem.get());
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
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
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

        /** By every way that is set up and saved. */
        @POST
        public FormValidation doSendTestAlert() {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            return TestAlert.send();
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
