package io.jenkins.plugins.postgresqlbackup.configuration;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.Describable;
import hudson.model.Descriptor;
import hudson.util.FormValidation;
import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.access.Lines;
import io.jenkins.plugins.postgresqlbackup.engine.health.Rule;
import io.jenkins.plugins.postgresqlbackup.engine.health.Thresholds;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import jenkins.model.Jenkins;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** How often the monitor looks, and from where on something is worth an alert. What cannot be meant becomes the nearest that can. */
public final class CheckSettings implements Describable<CheckSettings> {
    static final int USUAL_MINUTES = 60;
    private static final int FEWEST_MINUTES = 5;
    private static final int MOST_MINUTES = 1440;
    private static final Thresholds USUAL = Thresholds.usual();
    private static final double LEAST_FACTOR = 1.1;
    private static final int MOST_FACTOR = 1000;
    private static final int MOST_HISTORY = 100;
    private static final int MOST_DAYS = 3650;
    private static final int MOST_HOURS = 8760;

    private int minutes = USUAL_MINUTES;
    private String unusualFactor = "2";
    private int history = USUAL.history();
    private int orphanedDays = (int) USUAL.orphanedAfter().toDays();
    private int overdueDeletionDays = (int) USUAL.overdueDeletion().toDays();
    private int endlessHours = (int) USUAL.endlessAfter().toHours();
    private int clockSkewMinutes = (int) USUAL.clockSkew().toMinutes();
    private String rulesOff = "";

    @DataBoundConstructor
    public CheckSettings() {
        // The usual values are above; setters change them.
    }

    /** How long after a check the next begins. */
    public int getMinutes() {
        return minutes;
    }

    @DataBoundSetter
    public void setMinutes(int number) {
        minutes = within(number, FEWEST_MINUTES, MOST_MINUTES);
    }

    /** How many times the recent median is unusual, a decimal number: JCasC and forms write it alike. */
    public String getUnusualFactor() {
        return unusualFactor;
    }

    @DataBoundSetter
    public void setUnusualFactor(@CheckForNull String number) {
        unusualFactor = factor(number).isPresent() ? number.strip() : "2";
    }

    /** Empty for what is no number that can be meant. */
    private static Optional<Double> factor(@CheckForNull String text) {
        try {
            double number = Double.parseDouble(Util.fixNull(text).strip());
            return number >= LEAST_FACTOR && number <= MOST_FACTOR ? Optional.of(number) : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** How many earlier backups it takes to know what is usual. */
    public int getHistory() {
        return history;
    }

    @DataBoundSetter
    public void setHistory(int number) {
        history = within(number, 1, MOST_HISTORY);
    }

    /** For how many days packs may lie about that nothing names. */
    public int getOrphanedDays() {
        return orphanedDays;
    }

    @DataBoundSetter
    public void setOrphanedDays(int number) {
        orphanedDays = within(number, 1, MOST_DAYS);
    }

    /** For how many days a backup may stay that the retention no longer keeps. */
    public int getOverdueDeletionDays() {
        return overdueDeletionDays;
    }

    @DataBoundSetter
    public void setOverdueDeletionDays(int number) {
        overdueDeletionDays = within(number, 1, MOST_DAYS);
    }

    /** For how many hours somebody may be at work in a repository. */
    public int getEndlessHours() {
        return endlessHours;
    }

    @DataBoundSetter
    public void setEndlessHours(int number) {
        endlessHours = within(number, 1, MOST_HOURS);
    }

    /** By how many minutes clocks may differ. */
    public int getClockSkewMinutes() {
        return clockSkewMinutes;
    }

    @DataBoundSetter
    public void setClockSkewMinutes(int number) {
        clockSkewMinutes = within(number, 1, MOST_MINUTES);
    }

    /** The codes of the rules that say nothing, one a line. */
    public String getRulesOff() {
        return rulesOff;
    }

    @DataBoundSetter
    public void setRulesOff(@CheckForNull String codes) {
        rulesOff = Util.fixNull(codes);
    }

    private static int within(int number, int least, int most) {
        return Math.max(least, Math.min(most, number));
    }

    /** How long after a check the next begins. */
    public Duration period() {
        return Duration.ofMinutes(minutes);
    }

    Thresholds thresholds(int storageWarningPercent, int storageErrorPercent) {
        return new Thresholds(
                storageWarningPercent,
                storageErrorPercent,
                factor(unusualFactor).orElse(USUAL.unusualFactor()),
                history,
                Duration.ofDays(orphanedDays),
                Duration.ofDays(overdueDeletionDays),
                Duration.ofHours(endlessHours),
                Duration.ofMinutes(clockSkewMinutes),
                off());
    }

    private Set<Rule> off() {
        Set<Rule> off = EnumSet.noneOf(Rule.class);
        Lines.of(rulesOff).forEach(code -> rule(code).ifPresent(off::add));
        return off;
    }

    private static Optional<Rule> rule(String code) {
        return Arrays.stream(Rule.values())
                .filter(each -> each.code().equals(code.toLowerCase(Locale.ROOT)))
                .findFirst();
    }

    @Extension
    @Symbol("postgresqlBackupChecks")
    public static final class DescriptorImpl extends Descriptor<CheckSettings> {
        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.CheckSettings_displayName();
        }

        @POST
        public FormValidation doCheckMinutes(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            return FormValidation.validateIntegerInRange(value, FEWEST_MINUTES, MOST_MINUTES);
        }

        @POST
        public FormValidation doCheckUnusualFactor(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            return factor(value).isPresent()
                    ? FormValidation.ok()
                    : FormValidation.error(Messages.CheckSettings_badFactor(LEAST_FACTOR, MOST_FACTOR));
        }

        @POST
        public FormValidation doCheckHistory(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            return FormValidation.validateIntegerInRange(value, 1, MOST_HISTORY);
        }

        @POST
        public FormValidation doCheckOrphanedDays(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            return FormValidation.validateIntegerInRange(value, 1, MOST_DAYS);
        }

        @POST
        public FormValidation doCheckOverdueDeletionDays(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            return FormValidation.validateIntegerInRange(value, 1, MOST_DAYS);
        }

        @POST
        public FormValidation doCheckEndlessHours(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            return FormValidation.validateIntegerInRange(value, 1, MOST_HOURS);
        }

        @POST
        public FormValidation doCheckClockSkewMinutes(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            return FormValidation.validateIntegerInRange(value, 1, MOST_MINUTES);
        }

        @POST
        public FormValidation doCheckRulesOff(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            List<String> unknown = Lines.of(value).stream()
                    .filter(code -> rule(code).isEmpty())
                    .toList();
            String known = Arrays.stream(Rule.values()).map(Rule::code).collect(Collectors.joining(", "));
            return unknown.isEmpty()
                    ? FormValidation.ok()
                    : FormValidation.error(Messages.CheckSettings_noRule(unknown.get(0), known));
        }
    }
}
