package io.jenkins.plugins.postgresqlbackup.configuration;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.Describable;
import hudson.model.Descriptor;
import hudson.util.FormValidation;
import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.agent.PruneRules;
import java.time.ZoneId;
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
    private int keepLast;
    private int daily;
    private int weekly;
    private int monthly;
    private int yearly;
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
        days = checked(number, 1);
    }

    /** How many of the newest backups of each database stay besides; 0 for no such rule. */
    public int getKeepLast() {
        return keepLast;
    }

    @DataBoundSetter
    public void setKeepLast(int number) {
        keepLast = checked(number, 0);
    }

    /** For how many days with a backup the last one of each stays besides; 0 for no such rule. */
    public int getDaily() {
        return daily;
    }

    @DataBoundSetter
    public void setDaily(int number) {
        daily = checked(number, 0);
    }

    /** For how many weeks with a backup the last one of each stays besides; 0 for no such rule. */
    public int getWeekly() {
        return weekly;
    }

    @DataBoundSetter
    public void setWeekly(int number) {
        weekly = checked(number, 0);
    }

    /** For how many months with a backup the last one of each stays besides; 0 for no such rule. */
    public int getMonthly() {
        return monthly;
    }

    @DataBoundSetter
    public void setMonthly(int number) {
        monthly = checked(number, 0);
    }

    /** For how many years with a backup the last one of each stays besides; 0 for no such rule. */
    public int getYearly() {
        return yearly;
    }

    @DataBoundSetter
    public void setYearly(int number) {
        yearly = checked(number, 0);
    }

    /** How many good backups of each database stay, however old. */
    public int getMinimum() {
        return minimum;
    }

    @DataBoundSetter
    public void setMinimum(int number) {
        minimum = checked(number, 1);
    }

    /** Nothing is made of a number that cannot be meant: somebody who writes 0 days may well want to keep everything. */
    private static int checked(int number, int least) {
        if (number < least || number > MOST) {
            throw new IllegalArgumentException(Messages.RetentionSettings_badNumber(number, least, MOST));
        }
        return number;
    }

    /** As a prune on a node goes by them; days begin where they do for Jenkins. */
    public PruneRules rules() {
        return new PruneRules(
                days,
                keepLast,
                daily,
                weekly,
                monthly,
                yearly,
                minimum,
                ZoneId.systemDefault().getId());
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
        public FormValidation doCheckKeepLast(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            return FormValidation.validateIntegerInRange(value, 0, MOST);
        }

        @POST
        public FormValidation doCheckDaily(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            return FormValidation.validateIntegerInRange(value, 0, MOST);
        }

        @POST
        public FormValidation doCheckWeekly(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            return FormValidation.validateIntegerInRange(value, 0, MOST);
        }

        @POST
        public FormValidation doCheckMonthly(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            return FormValidation.validateIntegerInRange(value, 0, MOST);
        }

        @POST
        public FormValidation doCheckYearly(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            return FormValidation.validateIntegerInRange(value, 0, MOST);
        }

        @POST
        public FormValidation doCheckMinimum(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            return FormValidation.validateIntegerInRange(value, 1, MOST);
        }
    }
}
