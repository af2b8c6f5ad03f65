package io.jenkins.plugins.postgresqlbackup.configuration;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.Describable;
import hudson.model.Descriptor;
import hudson.scheduler.CronTabList;
import hudson.util.FormValidation;
import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.engine.health.DatabaseGoals;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import jenkins.model.Jenkins;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** When the jobs of a database run. Times are Jenkins's cron expressions; an empty one means never. */
public final class ScheduleEntry implements Describable<ScheduleEntry> {
    static final String USUAL_FULL = "H 2 * * 0";
    static final String USUAL_INCREMENTAL = "H 2 * * 1-6";
    static final String USUAL_VERIFY = "H 5 * * 6";
    static final String USUAL_DRILL = "H 6 * * 0";
    static final String USUAL_PRUNE = "H 4 * * *";
    static final int USUAL_OBJECTIVE_HOURS = 26;
    static final int USUAL_PROOF_DAYS = 9;
    private static final int MOST_HOURS = 8760;
    private static final int MOST_DAYS = 3650;

    private final String name;
    private String full = USUAL_FULL;
    private String incremental = USUAL_INCREMENTAL;
    private String verify = USUAL_VERIFY;
    private String drill = USUAL_DRILL;
    private String prune = USUAL_PRUNE;
    private int objectiveHours = USUAL_OBJECTIVE_HOURS;
    private Integer verifiedWithinDays = USUAL_PROOF_DAYS;
    private Integer drilledWithinDays = USUAL_PROOF_DAYS;

    @DataBoundConstructor
    public ScheduleEntry(String name) {
        this.name = Util.fixNull(name).strip();
    }

    /** Full backup every week, incremental ones in the other nights, verification of content and a restore drill every week, a prune every night. */
    public static ScheduleEntry usual() {
        return new ScheduleEntry("");
    }

    public String getName() {
        return name;
    }

    public String getFull() {
        return full;
    }

    @DataBoundSetter
    public void setFull(@CheckForNull String cron) {
        full = Util.fixNull(cron).strip();
    }

    public String getIncremental() {
        return incremental;
    }

    @DataBoundSetter
    public void setIncremental(@CheckForNull String cron) {
        incremental = Util.fixNull(cron).strip();
    }

    public String getVerify() {
        return verify;
    }

    @DataBoundSetter
    public void setVerify(@CheckForNull String cron) {
        verify = Util.fixNull(cron).strip();
    }

    public String getDrill() {
        return drill;
    }

    @DataBoundSetter
    public void setDrill(@CheckForNull String cron) {
        drill = Util.fixNull(cron).strip();
    }

    public String getPrune() {
        return prune;
    }

    @DataBoundSetter
    public void setPrune(@CheckForNull String cron) {
        prune = Util.fixNull(cron).strip();
    }

    /** The recovery point objective: how old the last good backup may become. */
    public int getObjectiveHours() {
        return objectiveHours;
    }

    @DataBoundSetter
    public void setObjectiveHours(int hours) {
        objectiveHours = Math.max(1, Math.min(MOST_HOURS, hours));
    }

    /** How many days ago content may have been verified last; 0: it need not be. */
    public int getVerifiedWithinDays() {
        return verifiedWithinDays;
    }

    @DataBoundSetter
    public void setVerifiedWithinDays(int days) {
        verifiedWithinDays = Math.max(0, Math.min(MOST_DAYS, days));
    }

    /** How many days ago the last restore drill may have been; 0: there need be none. */
    public int getDrilledWithinDays() {
        return drilledWithinDays;
    }

    @DataBoundSetter
    public void setDrilledWithinDays(int days) {
        drilledWithinDays = Math.max(0, Math.min(MOST_DAYS, days));
    }

    /** What is promised of the backups of a database, from this moment on. */
    public DatabaseGoals goalsOf(DatabaseEntry database, Instant since) {
        boolean isSaved = !database.getRepository().isEmpty();
        return new DatabaseGoals(
                since,
                isSaved ? Optional.of(Duration.ofHours(objectiveHours)) : Optional.empty(),
                proof(isSaved && !verify.isEmpty(), verifiedWithinDays),
                proof(isSaved && !drill.isEmpty() && !database.getScratch().isEmpty(), drilledWithinDays),
                database.getConnections());
    }

    private static Optional<Duration> proof(boolean isPlanned, int days) {
        return isPlanned && days > 0 ? Optional.of(Duration.ofDays(days)) : Optional.empty();
    }

    /** A sentence about a time that Jenkins does not understand. */
    Optional<String> problem() {
        return Stream.of(full, incremental, verify, drill, prune)
                .map(ScheduleEntry::problem)
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<String> problem(String cron) {
        try {
            CronTabList.create(cron);
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of(Messages.ScheduleEntry_badCron(e.getMessage()));
        }
    }

    /** Completes an entry that was stored before there were such jobs: it goes on without. */
    private Object readResolve() {
        incremental = Util.fixNull(incremental);
        prune = Util.fixNull(prune);
        verifiedWithinDays = verifiedWithinDays == null ? Integer.valueOf(USUAL_PROOF_DAYS) : verifiedWithinDays;
        drilledWithinDays = drilledWithinDays == null ? Integer.valueOf(USUAL_PROOF_DAYS) : drilledWithinDays;
        return this;
    }

    @Extension
    @Symbol("postgresqlBackupSchedule")
    public static final class DescriptorImpl extends Descriptor<ScheduleEntry> {
        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.ScheduleEntry_displayName();
        }

        @POST
        public FormValidation doCheckName(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            return EntryNames.check(value);
        }

        @POST
        public FormValidation doCheckFull(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            return checkCron(value);
        }

        @POST
        public FormValidation doCheckIncremental(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            return checkCron(value);
        }

        @POST
        public FormValidation doCheckVerify(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            return checkCron(value);
        }

        @POST
        public FormValidation doCheckDrill(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            return checkCron(value);
        }

        @POST
        public FormValidation doCheckPrune(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            return checkCron(value);
        }

        @POST
        public FormValidation doCheckObjectiveHours(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            return FormValidation.validateIntegerInRange(value, 1, MOST_HOURS);
        }

        @POST
        public FormValidation doCheckVerifiedWithinDays(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            return FormValidation.validateIntegerInRange(value, 0, MOST_DAYS);
        }

        @POST
        public FormValidation doCheckDrilledWithinDays(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            return FormValidation.validateIntegerInRange(value, 0, MOST_DAYS);
        }

        private static FormValidation checkCron(@CheckForNull String cron) {
            try {
                String said = CronTabList.create(Util.fixNull(cron)).checkSanity();
                return said == null ? FormValidation.ok() : FormValidation.warning(said);
            } catch (IllegalArgumentException e) {
                return FormValidation.error(Messages.ScheduleEntry_badCron(e.getMessage()));
            }
        }
    }
}
