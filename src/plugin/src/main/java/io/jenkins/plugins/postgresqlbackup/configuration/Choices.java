package io.jenkins.plugins.postgresqlbackup.configuration;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Util;
import hudson.model.AutoCompletionCandidates;
import hudson.model.Item;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.access.BackupPermissions;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import jenkins.model.Jenkins;

/** What there is to choose from in forms, and whether a choice exists. Names of entries are shown only to those who may configure the job or see backups. */
public final class Choices {
    /** An id or the beginning of one, {@code latest}, or a variable of the build. */
    private static final Pattern BACKUP = Pattern.compile("latest|[0-9]{4}[0-9A-Za-z-]*|\\$\\{?\\w+}?");

    private Choices() {}

    /** Databases, for a form of this job; null where the form belongs to no job. */
    public static ListBoxModel databases(@CheckForNull Item job, @CheckForNull String current, String nothing) {
        return list(job, BackupConfiguration.get().databaseNames(), current, nothing);
    }

    public static ListBoxModel repositories(@CheckForNull Item job, @CheckForNull String current, String nothing) {
        return list(job, BackupConfiguration.get().repositoryNames(), current, nothing);
    }

    public static ListBoxModel scratchServers(@CheckForNull Item job, @CheckForNull String current, String nothing) {
        return list(job, BackupConfiguration.get().scratchNames(), current, nothing);
    }

    public static ListBoxModel targets(@CheckForNull Item job, @CheckForNull String current, String nothing) {
        return list(job, BackupConfiguration.get().targetNames(), current, nothing);
    }

    /** How far a verification may go. */
    public static ListBoxModel levels() {
        return new ListBoxModel(
                new ListBoxModel.Option(Messages.Choices_structure(), "structure"),
                new ListBoxModel.Option(Messages.Choices_content(), "content"),
                new ListBoxModel.Option(Messages.Choices_restore(), "restore"));
    }

    /** Whether a text can name a backup: an id, the beginning of one, or {@code latest}. */
    public static FormValidation checkBackup(@CheckForNull String text) {
        String given = Util.fixEmptyAndTrim(text);
        if (given == null) {
            return FormValidation.error(Messages.Choices_noBackup());
        }
        return BACKUP.matcher(given).matches()
                ? FormValidation.ok()
                : FormValidation.error(Messages.Choices_badBackup());
    }

    /** Whether one of the entries was chosen; which one may change before a job runs. */
    public static FormValidation checkChosen(@CheckForNull String name) {
        return Util.fixEmptyAndTrim(name) == null
                ? FormValidation.error(Messages.Choices_choseNone())
                : FormValidation.ok();
    }

    /** Whether one of two was chosen: a database names its repository. */
    public static FormValidation checkEither(@CheckForNull String database, @CheckForNull String repository) {
        return Util.fixEmptyAndTrim(database) == null && Util.fixEmptyAndTrim(repository) == null
                ? FormValidation.error(Messages.Choices_choseNeither())
                : FormValidation.ok();
    }

    /** Patterns of tables, one a line. */
    public static FormValidation checkTables(@CheckForNull String patterns) {
        return DatabaseUrls.checkTables(patterns);
    }

    /** Whether names may be shown and checked at all. */
    public static boolean mayAsk(@CheckForNull Item job) {
        return job == null
                ? Jenkins.get().hasPermission(Jenkins.ADMINISTER)
                        || Jenkins.get().hasPermission(BackupPermissions.VIEW)
                : job.hasPermission(Item.CONFIGURE) || job.hasPermission(Item.EXTENDED_READ);
    }

    /** Refuses those who may not. */
    public static void checkMayAsk(@CheckForNull Item job) {
        if (mayAsk(job)) {
            return;
        }
        if (job == null) {
            Jenkins.get().checkPermission(BackupPermissions.VIEW);
        } else {
            job.checkPermission(Item.CONFIGURE);
        }
    }

    private static ListBoxModel list(
            @CheckForNull Item job, List<String> names, @CheckForNull String current, String nothing) {
        ListBoxModel model = new ListBoxModel();
        String chosen = Util.fixNull(current);
        model.add(nothing, "");
        if (mayAsk(job)) {
            names.forEach(model::add);
        }
        if (!chosen.isEmpty() && model.stream().noneMatch(option -> option.value.equals(chosen))) {
            model.add(chosen);
        }
        return model;
    }

    static AutoCompletionCandidates candidates(List<String> names, @CheckForNull String prefix) {
        AutoCompletionCandidates candidates = new AutoCompletionCandidates();
        names.stream().filter(name -> name.startsWith(Util.fixNull(prefix))).forEach(candidates::add);
        return candidates;
    }

    static FormValidation checkRepository(@CheckForNull String name) {
        return optional(name, BackupConfiguration.get().repositoryNames(), Messages::Choices_noRepository);
    }

    static FormValidation checkSchedule(@CheckForNull String name) {
        return optional(name, BackupConfiguration.get().scheduleNames(), Messages::Choices_noSchedule);
    }

    static FormValidation checkScratch(@CheckForNull String name) {
        return optional(name, BackupConfiguration.get().scratchNames(), Messages::Choices_noScratch);
    }

    /** Another entry of the same form may not be saved yet, so this only warns. */
    private static FormValidation optional(
            @CheckForNull String name, List<String> known, Function<Object, String> message) {
        String chosen = Util.fixEmptyAndTrim(name);
        return chosen == null || known.contains(chosen)
                ? FormValidation.ok()
                : FormValidation.warning(message.apply(chosen));
    }
}
