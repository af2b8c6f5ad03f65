package io.jenkins.plugins.postgresqlbackup.configuration;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.model.Descriptor;
import hudson.util.FormValidation;
import io.jenkins.plugins.postgresqlbackup.Messages;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import jenkins.model.GlobalConfiguration;
import net.sf.json.JSONObject;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.StaplerRequest2;

/** All that is set up. Thread-safe: lists are replaced, never changed; array lists, since that is what Jenkins writes and reads plainly. */
@Extension
@Symbol("postgresqlBackup")
public final class BackupConfiguration extends GlobalConfiguration {
    /** In a URL: as libpq and others write it, a colon before an at sign, or a parameter. */
    private static final Pattern PASSWORD = Pattern.compile(
            "://[^?]*:[^?]*@|[?&][^=&]*(?:password|secret|token|apikey)[^=&]*=", Pattern.CASE_INSENSITIVE);

    private volatile List<DatabaseEntry> databases = new ArrayList<>();
    private volatile List<RepositoryEntry> repositories = new ArrayList<>();
    private volatile List<ScheduleEntry> schedules = new ArrayList<>();
    private volatile AlertSettings alerts = new AlertSettings();
    private transient volatile boolean initialize;

    public BackupConfiguration() {
        load();
    }

    public static BackupConfiguration get() {
        return ExtensionList.lookupSingleton(BackupConfiguration.class);
    }

    @NonNull
    @Override
    public String getDisplayName() {
        return Messages.BackupConfiguration_displayName();
    }

    public List<DatabaseEntry> getDatabases() {
        return List.copyOf(databases);
    }

    @DataBoundSetter
    public void setDatabases(@CheckForNull List<DatabaseEntry> entries) {
        databases = checked(entries, DatabaseEntry::getName, DatabaseEntry::getUrl);
        save();
    }

    public List<RepositoryEntry> getRepositories() {
        return List.copyOf(repositories);
    }

    @DataBoundSetter
    public void setRepositories(@CheckForNull List<RepositoryEntry> entries) {
        repositories = checkedRepositories(entries);
        save();
    }

    public List<ScheduleEntry> getSchedules() {
        return List.copyOf(schedules);
    }

    @DataBoundSetter
    public void setSchedules(@CheckForNull List<ScheduleEntry> entries) {
        schedules = checkedSchedules(entries);
        save();
    }

    public AlertSettings getAlerts() {
        return alerts;
    }

    @DataBoundSetter
    public void setAlerts(@CheckForNull AlertSettings settings) {
        alerts = checkedAlerts(settings == null ? new AlertSettings() : settings);
        save();
    }

    /** Always false: that jobs are to be made is an order, not a setting. */
    public boolean isInitialize() {
        return false;
    }

    /** Has the jobs of all databases made that have none yet, as soon as Jenkins has loaded. */
    @DataBoundSetter
    public void setInitialize(boolean wanted) {
        initialize = wanted;
    }

    /** The databases whose jobs were asked for since the last call. */
    public synchronized List<DatabaseEntry> takeInitialization() {
        boolean wanted = initialize;
        initialize = false;
        return wanted ? getDatabases() : List.of();
    }

    /** All of the form or nothing of it: what does not hold together is refused before anything is taken over. */
    @Override
    public boolean configure(StaplerRequest2 request, JSONObject form) throws FormException {
        List<DatabaseEntry> newDatabases;
        List<RepositoryEntry> newRepositories;
        List<ScheduleEntry> newSchedules;
        AlertSettings newAlerts;
        try {
            newDatabases = checked(
                    request.bindJSONToList(DatabaseEntry.class, form.get("databases")),
                    DatabaseEntry::getName,
                    DatabaseEntry::getUrl);
            newRepositories =
                    checkedRepositories(request.bindJSONToList(RepositoryEntry.class, form.get("repositories")));
            newSchedules = checkedSchedules(request.bindJSONToList(ScheduleEntry.class, form.get("schedules")));
            newAlerts = checkedAlerts(request.bindJSON(AlertSettings.class, form.getJSONObject("alerts")));
        } catch (IllegalArgumentException e) {
            throw new FormException(e.getMessage(), e, "databases");
        }
        databases = newDatabases;
        repositories = newRepositories;
        schedules = newSchedules;
        alerts = newAlerts;
        save();
        return true;
    }

    /** @throws IllegalArgumentException with a sentence about a name that cannot be or is there twice, or a URL that tells a secret */
    private static <T extends hudson.model.Describable<T>> List<T> checked(
            @CheckForNull List<T> entries, Function<T, String> name, Function<T, String> url) {
        if (entries == null) {
            return new ArrayList<>();
        }
        Set<String> seen = new HashSet<>();
        for (T entry : entries) {
            String its = name.apply(entry);
            FormValidation validation = EntryNames.check(its);
            if (validation.kind == FormValidation.Kind.ERROR) {
                throw new IllegalArgumentException(
                        Messages.BackupConfiguration_badName(displayName(entry), its, validation.getMessage()));
            }
            // Jenkins's jobs do not differ by case, nor should what they are named after.
            if (!seen.add(its.toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException(Messages.BackupConfiguration_twice(displayName(entry), its));
            }
            if (PASSWORD.matcher(url.apply(entry)).find()) {
                throw new IllegalArgumentException(Messages.BackupConfiguration_password(displayName(entry), its));
            }
        }
        return new ArrayList<>(entries);
    }

    private static List<RepositoryEntry> checkedRepositories(@CheckForNull List<RepositoryEntry> entries) {
        List<RepositoryEntry> all = checked(entries, RepositoryEntry::getName, RepositoryEntry::getUrl);
        for (RepositoryEntry entry : all) {
            FormValidation quota = Sizes.check(entry.getQuota());
            if (quota.kind == FormValidation.Kind.ERROR) {
                throw new IllegalArgumentException(
                        Messages.BackupConfiguration_badQuota(entry.getName(), quota.getMessage()));
            }
        }
        return all;
    }

    private static List<ScheduleEntry> checkedSchedules(@CheckForNull List<ScheduleEntry> entries) {
        List<ScheduleEntry> all = checked(entries, ScheduleEntry::getName, entry -> "");
        for (ScheduleEntry entry : all) {
            entry.problem().ifPresent(problem -> {
                throw new IllegalArgumentException(Messages.BackupConfiguration_badSchedule(entry.getName(), problem));
            });
        }
        return all;
    }

    private static AlertSettings checkedAlerts(AlertSettings settings) {
        settings.problem().ifPresent(problem -> {
            throw new IllegalArgumentException(Messages.BackupConfiguration_badDigest(problem));
        });
        return settings;
    }

    private static <T extends hudson.model.Describable<T>> String displayName(T entry) {
        Descriptor<T> descriptor = entry.getDescriptor();
        return descriptor.getDisplayName();
    }

    public Optional<DatabaseEntry> database(String name) {
        return databases.stream().filter(entry -> entry.getName().equals(name)).findFirst();
    }

    public Optional<RepositoryEntry> repository(String name) {
        return repositories.stream()
                .filter(entry -> entry.getName().equals(name))
                .findFirst();
    }

    /** The schedule of this database: the one its entry names, else the usual times. */
    public ScheduleEntry scheduleOf(DatabaseEntry database) {
        return schedules.stream()
                .filter(entry -> entry.getName().equals(database.getSchedule()))
                .findFirst()
                .orElseGet(ScheduleEntry::usual);
    }

    public List<String> databaseNames() {
        return databases.stream().map(DatabaseEntry::getName).toList();
    }

    public List<String> repositoryNames() {
        return repositories.stream().map(RepositoryEntry::getName).toList();
    }

    public List<String> scheduleNames() {
        return schedules.stream().map(ScheduleEntry::getName).toList();
    }

    /** The databases on whose servers drills may take place. */
    public List<String> scratchNames() {
        return databases.stream()
                .filter(DatabaseEntry::isScratchServer)
                .map(DatabaseEntry::getName)
                .toList();
    }

    /** The databases that may be restored into. */
    public List<String> targetNames() {
        return databases.stream()
                .filter(DatabaseEntry::isRestoreTarget)
                .map(DatabaseEntry::getName)
                .toList();
    }
}
