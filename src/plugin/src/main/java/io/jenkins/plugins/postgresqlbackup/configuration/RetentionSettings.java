package io.jenkins.plugins.postgresqlbackup.configuration;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.Describable;
import hudson.model.Descriptor;
import hudson.util.FormValidation;
import io.jenkins.plugins.postgresqlbackup.Messages;
import jenkins.model.Jenkins;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** How long the backups in a repository are wanted. */
public final class RetentionSettings implements Describable<RetentionSettings> {
    static final int DAYS = 30;
    static final int MINIMUM = 3;
    private static final int MOST = 36500;

    private int days = DAYS;
    private int minimum = MINIMUM;

    @DataBoundConstructor
    public RetentionSettings() {
        // The usual values are above; setters change them.
    }

    /** For how many days each backup is wanted. */
    public int getDays() {
        return days;
    }

    @DataBoundSetter
    public void setDays(int number) {
        days = checked(number);
    }

    /** How many good backups of each database stay, however old. */
    public int getMinimum() {
        return minimum;
    }

    @DataBoundSetter
    public void setMinimum(int number) {
        minimum = checked(number);
    }

    /** Nothing is made of a number that cannot be meant: somebody who writes 0 may well want to keep everything. */
    private static int checked(int number) {
        if (number < 1 || number > MOST) {
            throw new IllegalArgumentException(Messages.RetentionSettings_badNumber(number, MOST));
        }
        return number;
    }

    @Extension
    @Symbol("postgresqlBackupRetention")
    public static final class DescriptorImpl extends Descriptor<RetentionSettings> {
        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.RetentionSettings_displayName();
        }

        @POST
        public FormValidation doCheckDays(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            return FormValidation.validateIntegerInRange(value, 1, MOST);
        }

        @POST
        public FormValidation doCheckMinimum(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            return FormValidation.validateIntegerInRange(value, 1, MOST);
        }
    }
}
