package io.jenkins.plugins.postgresqlbackup.configuration;

import com.cloudbees.plugins.credentials.common.StandardUsernamePasswordCredentials;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import hudson.Extension;
import hudson.Util;
import hudson.model.AutoCompletionCandidates;
import hudson.model.Describable;
import hudson.model.Descriptor;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.access.JobPatterns;
import io.jenkins.plugins.postgresqlbackup.access.Lines;
import io.jenkins.plugins.postgresqlbackup.access.RootCredentials;
import io.jenkins.plugins.postgresqlbackup.agent.DatabaseAccess;
import io.jenkins.plugins.postgresqlbackup.agent.TestDatabase;
import jenkins.model.Jenkins;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** One database: where it is, what of it to save, and which jobs may use it. */
public final class DatabaseEntry implements Describable<DatabaseEntry> {
    /** Connections that work at once, unless somebody says otherwise. */
    public static final int CONNECTIONS = 2;

    /** More would hurt a server more than help a backup. */
    static final int MOST_CONNECTIONS = 32;

    private final String name;
    private final String url;
    private String credentialsId = "";
    private String node = "";
    private String preset = "";
    private String schemas = "";
    private String excludeSchemas = "";
    private String excludeTables = "";
    private String excludeData = "";
    private int connections = CONNECTIONS;
    private String repository = "";
    private String schedule = "";
    private String scratch = "";
    private boolean scratchServer;
    private boolean restoreTarget;
    private String runJobs = JobPatterns.ANY;
    private String restoreJobs = "";

    @DataBoundConstructor
    public DatabaseEntry(String name, String url) {
        this.name = Util.fixNull(name).strip();
        this.url = Util.fixNull(url).strip();
    }

    public String getName() {
        return name;
    }

    /** As libpq writes it, without a password. */
    public String getUrl() {
        return url;
    }

    public String getCredentialsId() {
        return credentialsId;
    }

    @DataBoundSetter
    public void setCredentialsId(@CheckForNull String id) {
        credentialsId = Util.fixNull(id).strip();
    }

    /** The label of nodes that reach this database; empty for any. */
    public String getNode() {
        return node;
    }

    @DataBoundSetter
    public void setNode(@CheckForNull String label) {
        node = Util.fixNull(label).strip();
    }

    /** The managed platform it belongs to, such as {@code supabase}; empty for none. */
    public String getPreset() {
        return preset;
    }

    @DataBoundSetter
    public void setPreset(@CheckForNull String platform) {
        preset = Util.fixNull(platform).strip();
    }

    public String getSchemas() {
        return schemas;
    }

    @DataBoundSetter
    public void setSchemas(@CheckForNull String patterns) {
        schemas = Util.fixNull(patterns);
    }

    public String getExcludeSchemas() {
        return excludeSchemas;
    }

    @DataBoundSetter
    public void setExcludeSchemas(@CheckForNull String patterns) {
        excludeSchemas = Util.fixNull(patterns);
    }

    public String getExcludeTables() {
        return excludeTables;
    }

    @DataBoundSetter
    public void setExcludeTables(@CheckForNull String patterns) {
        excludeTables = Util.fixNull(patterns);
    }

    public String getExcludeData() {
        return excludeData;
    }

    @DataBoundSetter
    public void setExcludeData(@CheckForNull String patterns) {
        excludeData = Util.fixNull(patterns);
    }

    /** How many connections work at once. */
    public int getConnections() {
        return connections;
    }

    @DataBoundSetter
    public void setConnections(int number) {
        connections = Math.max(1, Math.min(MOST_CONNECTIONS, number));
    }

    /** The repository its backups go to unless a job names another. */
    public String getRepository() {
        return repository;
    }

    @DataBoundSetter
    public void setRepository(@CheckForNull String entry) {
        repository = Util.fixNull(entry).strip();
    }

    /** When its jobs run; empty for the usual times. */
    public String getSchedule() {
        return schedule;
    }

    @DataBoundSetter
    public void setSchedule(@CheckForNull String entry) {
        schedule = Util.fixNull(entry).strip();
    }

    /** The entry on whose server restore drills of this database take place; empty for none. */
    public String getScratch() {
        return scratch;
    }

    @DataBoundSetter
    public void setScratch(@CheckForNull String entry) {
        scratch = Util.fixNull(entry).strip();
    }

    /** Whether drills may make databases on this server, and drop them. */
    public boolean isScratchServer() {
        return scratchServer;
    }

    @DataBoundSetter
    public void setScratchServer(boolean allowed) {
        scratchServer = allowed;
    }

    /** Whether anything may ever be restored into it. */
    public boolean isRestoreTarget() {
        return restoreTarget;
    }

    @DataBoundSetter
    public void setRestoreTarget(boolean allowed) {
        restoreTarget = allowed;
    }

    public String getRunJobs() {
        return runJobs;
    }

    @DataBoundSetter
    public void setRunJobs(@CheckForNull String patterns) {
        runJobs = Util.fixNull(patterns);
    }

    public String getRestoreJobs() {
        return restoreJobs;
    }

    @DataBoundSetter
    public void setRestoreJobs(@CheckForNull String patterns) {
        restoreJobs = Util.fixNull(patterns);
    }

    /** How to reach it and what of it to read, with its password. */
    public DatabaseAccess access() throws AbortException {
        String user = "";
        String password = "";
        if (!credentialsId.isEmpty()) {
            StandardUsernamePasswordCredentials login = RootCredentials.login(credentialsId);
            user = login.getUsername();
            password = login.getPassword().getPlainText();
        }
        return new DatabaseAccess(
                DatabaseUrls.withUser(url, user),
                password,
                connections,
                preset,
                Lines.of(schemas),
                Lines.of(excludeSchemas),
                Lines.of(excludeTables),
                Lines.of(excludeData));
    }

    /** Its URL with the user it is read as, to be shown to people; {@code USER} stands for one that is not known or is itself a secret. */
    public String urlWithUser() {
        try {
            String user = "USER";
            if (!credentialsId.isEmpty() && RootCredentials.hasLogin(credentialsId)) {
                StandardUsernamePasswordCredentials login = RootCredentials.login(credentialsId);
                user = login.isUsernameSecret() ? user : login.getUsername();
            }
            return DatabaseUrls.complete(url, user);
        } catch (AbortException e) {
            return url; // no URL at all, which the operation itself has said
        }
    }

    @Extension
    @Symbol("postgresqlDatabase")
    public static final class DescriptorImpl extends Descriptor<DatabaseEntry> {
        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.DatabaseEntry_displayName();
        }

        @POST
        public FormValidation doCheckName(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            return EntryNames.check(value);
        }

        @POST
        public FormValidation doCheckUrl(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            return DatabaseUrls.check(value);
        }

        @POST
        public ListBoxModel doFillCredentialsIdItems(@QueryParameter String credentialsId) {
            return RootCredentials.logins(credentialsId);
        }

        @POST
        public FormValidation doCheckCredentialsId(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            if (Util.fixEmptyAndTrim(value) == null) {
                return FormValidation.ok();
            }
            if (!RootCredentials.hasLogin(value)) {
                return FormValidation.error(Messages.RootCredentials_noLogin(value));
            }
            return RootCredentials.isOpenToJobs(value)
                    ? FormValidation.warning(Messages.RootCredentials_openToJobs())
                    : FormValidation.ok();
        }

        @POST
        public ListBoxModel doFillPresetItems() {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            return new ListBoxModel(
                    new ListBoxModel.Option(Messages.DatabaseEntry_noPreset(), ""),
                    new ListBoxModel.Option(Messages.DatabaseEntry_supabase(), "supabase"));
        }

        @POST
        public AutoCompletionCandidates doAutoCompleteNode(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            return NodeLabels.candidates(value);
        }

        @POST
        public FormValidation doCheckNode(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            return NodeLabels.check(value);
        }

        @POST
        public FormValidation doCheckSchemas(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            return DatabaseUrls.checkSchemas(value);
        }

        @POST
        public FormValidation doCheckExcludeSchemas(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            return DatabaseUrls.checkSchemas(value);
        }

        @POST
        public FormValidation doCheckExcludeTables(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            return DatabaseUrls.checkTables(value);
        }

        @POST
        public FormValidation doCheckExcludeData(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            return DatabaseUrls.checkTables(value);
        }

        @POST
        public FormValidation doCheckConnections(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            return FormValidation.validateIntegerInRange(value, 1, MOST_CONNECTIONS);
        }

        @POST
        public FormValidation doCheckRepository(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            return Choices.checkRepository(value);
        }

        @POST
        public AutoCompletionCandidates doAutoCompleteRepository(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            return Choices.candidates(BackupConfiguration.get().repositoryNames(), value);
        }

        @POST
        public FormValidation doCheckSchedule(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            return Choices.checkSchedule(value);
        }

        @POST
        public AutoCompletionCandidates doAutoCompleteSchedule(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            return Choices.candidates(BackupConfiguration.get().scheduleNames(), value);
        }

        @POST
        public FormValidation doCheckScratch(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            return Choices.checkScratch(value);
        }

        @POST
        public AutoCompletionCandidates doAutoCompleteScratch(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            return Choices.candidates(BackupConfiguration.get().scratchNames(), value);
        }

        @POST
        public FormValidation doTestConnection(
                @QueryParameter String url,
                @QueryParameter String credentialsId,
                @QueryParameter String node,
                @QueryParameter String preset) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            FormValidation form = DatabaseUrls.check(url);
            if (form.kind == FormValidation.Kind.ERROR) {
                return form;
            }
            DatabaseEntry entry = new DatabaseEntry("test", url);
            entry.setCredentialsId(credentialsId);
            entry.setPreset(preset);
            return NodeProbe.run(node, () -> new TestDatabase(entry.access()));
        }
    }
}
