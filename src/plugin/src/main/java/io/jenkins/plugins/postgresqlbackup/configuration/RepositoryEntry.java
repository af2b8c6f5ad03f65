package io.jenkins.plugins.postgresqlbackup.configuration;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.AutoCompletionCandidates;
import hudson.model.Describable;
import hudson.model.Descriptor;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.access.JobPatterns;
import io.jenkins.plugins.postgresqlbackup.access.RootCredentials;
import io.jenkins.plugins.postgresqlbackup.access.StorageSecret;
import io.jenkins.plugins.postgresqlbackup.agent.RepositoryAccess;
import io.jenkins.plugins.postgresqlbackup.agent.StorageAccess;
import io.jenkins.plugins.postgresqlbackup.agent.TestRepository;
import io.jenkins.plugins.postgresqlbackup.agent.TestedRepository;
import io.jenkins.plugins.postgresqlbackup.engine.health.RepositoryGoals;
import io.jenkins.plugins.postgresqlbackup.engine.storage.ObjectStores;
import io.jenkins.plugins.postgresqlbackup.engine.storage.StorageKeys;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import jenkins.model.Jenkins;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** One repository: where it is, which keys open it, how long backups stay, and which jobs may use it. */
public final class RepositoryEntry implements Describable<RepositoryEntry> {
    private final String name;
    private final String url;
    private String storageCredentialsId = "";
    private String credentialsId = "";
    private String writeCredentialsId = "";
    private String fingerprint = "";
    private String node = "";
    private String quota = "";
    private RetentionSettings retention = new RetentionSettings();
    private String runJobs = JobPatterns.ANY;
    private String restoreJobs = "";
    private String deleteJobs = "";

    @DataBoundConstructor
    public RepositoryEntry(String name, String url) {
        this.name = Util.fixNull(name).strip();
        this.url = Util.fixNull(url).strip();
    }

    public String getName() {
        return name;
    }

    /** Where it is, such as {@code file:/backups}. */
    public String getUrl() {
        return url;
    }

    /** What opens the place itself, where that is a storage in a cloud; empty for what the node's own settings give. */
    public String getStorageCredentialsId() {
        return storageCredentialsId;
    }

    @DataBoundSetter
    public void setStorageCredentialsId(@CheckForNull String id) {
        storageCredentialsId = Util.fixNull(id).strip();
    }

    /** The key that opens it whole. */
    public String getCredentialsId() {
        return credentialsId;
    }

    @DataBoundSetter
    public void setCredentialsId(@CheckForNull String id) {
        credentialsId = Util.fixNull(id).strip();
    }

    /** A key that can add backups and not read them; empty to take backups with the other. */
    public String getWriteCredentialsId() {
        return writeCredentialsId;
    }

    @DataBoundSetter
    public void setWriteCredentialsId(@CheckForNull String id) {
        writeCredentialsId = Util.fixNull(id).strip();
    }

    /** The SHA-256 of the public key that backups must be sealed to; empty to believe the repository. */
    public String getFingerprint() {
        return fingerprint;
    }

    @DataBoundSetter
    public void setFingerprint(@CheckForNull String sha256) {
        fingerprint = Util.fixNull(sha256).strip();
    }

    /** The label of nodes that reach this repository; empty for any. */
    public String getNode() {
        return node;
    }

    @DataBoundSetter
    public void setNode(@CheckForNull String label) {
        node = Util.fixNull(label).strip();
    }

    /** How much may lie in it, such as {@code 500 GB}; empty for as much as fits. */
    public String getQuota() {
        return quota;
    }

    @DataBoundSetter
    public void setQuota(@CheckForNull String size) {
        quota = Util.fixNull(size).strip();
    }

    /** What it is to be like. */
    public RepositoryGoals goals() {
        return new RepositoryGoals(retention.rules().policy(), Sizes.parse(quota));
    }

    public RetentionSettings getRetention() {
        return retention;
    }

    @DataBoundSetter
    public void setRetention(@CheckForNull RetentionSettings settings) {
        retention = settings == null ? new RetentionSettings() : settings;
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

    public String getDeleteJobs() {
        return deleteJobs;
    }

    @DataBoundSetter
    public void setDeleteJobs(@CheckForNull String patterns) {
        deleteJobs = Util.fixNull(patterns);
    }

    /** How to open it to add and list backups, with the key that can do least. */
    public RepositoryAccess writeAccess() throws IOException {
        return access(writeCredentialsId.isEmpty() ? credentialsId : writeCredentialsId);
    }

    /** How to open it to read what is in the backups. */
    public RepositoryAccess fullAccess() throws IOException {
        return access(credentialsId);
    }

    /** With a key of somebody's own, such as the recovery key. */
    public RepositoryAccess accessWith(byte[] key) throws IOException {
        return new RepositoryAccess(url, key, fingerprint, storage());
    }

    private StorageAccess storage() throws IOException {
        if (storageCredentialsId.isEmpty()) {
            return StorageAccess.ofNode();
        }
        StorageSecret found = RootCredentials.storage(storageCredentialsId);
        return StorageAccess.of(found.user().orElse(null), found.secret());
    }

    private RepositoryAccess access(String id) throws IOException {
        return accessWith(RootCredentials.key(id));
    }

    /** Completes an entry that was stored before there was such a field. */
    private Object readResolve() {
        storageCredentialsId = Util.fixNull(storageCredentialsId);
        quota = Util.fixNull(quota);
        return this;
    }

    @Extension
    @Symbol("postgresqlBackupRepository")
    public static final class DescriptorImpl extends Descriptor<RepositoryEntry> {
        private static final Pattern SHA256 = Pattern.compile("(?:[0-9a-fA-F]{64})?");

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.RepositoryEntry_displayName();
        }

        @POST
        public FormValidation doCheckName(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            return EntryNames.check(value);
        }

        @POST
        public FormValidation doCheckUrl(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            if (Util.fixEmptyAndTrim(value) == null) {
                return FormValidation.error(Messages.RepositoryEntry_noUrl());
            }
            try {
                ObjectStores.check(ObjectStores.location(value.strip()));
                return FormValidation.ok();
            } catch (IllegalArgumentException e) {
                return FormValidation.error(e.getMessage());
            }
        }

        @POST
        public ListBoxModel doFillStorageCredentialsIdItems(@QueryParameter String storageCredentialsId) {
            return RootCredentials.storages(storageCredentialsId);
        }

        /** Whether they are there, and are what such a place is opened with. */
        @POST
        public FormValidation doCheckStorageCredentialsId(@QueryParameter String value, @QueryParameter String url) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            String id = Util.fixEmptyAndTrim(value);
            if (id == null) {
                return FormValidation.ok();
            }
            try {
                StorageSecret found = RootCredentials.storage(id);
                if (doCheckUrl(url).kind != FormValidation.Kind.ERROR) {
                    StorageKeys.of(
                            ObjectStores.location(url.strip()),
                            found.user(),
                            new String(found.secret(), StandardCharsets.UTF_8));
                }
            } catch (IOException | IllegalArgumentException e) {
                return FormValidation.error(e.getMessage());
            }
            return checkOpenToJobs(id);
        }

        @POST
        public ListBoxModel doFillCredentialsIdItems(@QueryParameter String credentialsId) {
            return RootCredentials.keys(credentialsId);
        }

        @POST
        public FormValidation doCheckCredentialsId(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            if (Util.fixEmptyAndTrim(value) == null) {
                return FormValidation.error(Messages.RepositoryEntry_noKey());
            }
            return checkKey(value);
        }

        @POST
        public ListBoxModel doFillWriteCredentialsIdItems(@QueryParameter String writeCredentialsId) {
            return RootCredentials.keys(writeCredentialsId);
        }

        @POST
        public FormValidation doCheckWriteCredentialsId(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            return Util.fixEmptyAndTrim(value) == null ? FormValidation.ok() : checkKey(value);
        }

        private static FormValidation checkKey(String id) {
            if (!RootCredentials.hasKey(id)) {
                return FormValidation.error(Messages.RootCredentials_noKey(id));
            }
            return checkOpenToJobs(id);
        }

        private static FormValidation checkOpenToJobs(String id) {
            return RootCredentials.isOpenToJobs(id)
                    ? FormValidation.warning(Messages.RootCredentials_openToJobs())
                    : FormValidation.ok();
        }

        @POST
        public FormValidation doCheckFingerprint(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            return SHA256.matcher(Util.fixNull(value).strip()).matches()
                    ? FormValidation.ok()
                    : FormValidation.error(Messages.RepositoryEntry_badFingerprint());
        }

        @POST
        public FormValidation doCheckQuota(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            return Sizes.check(value);
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
        public FormValidation doTestConnection(
                @QueryParameter String url,
                @QueryParameter String storageCredentialsId,
                @QueryParameter String credentialsId,
                @QueryParameter String writeCredentialsId,
                @QueryParameter String fingerprint,
                @QueryParameter String node) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            FormValidation form = doCheckUrl(url);
            if (form.kind == FormValidation.Kind.ERROR) {
                return form;
            }
            RepositoryEntry entry = new RepositoryEntry("test", url);
            entry.setStorageCredentialsId(storageCredentialsId);
            entry.setCredentialsId(credentialsId);
            entry.setWriteCredentialsId(writeCredentialsId);
            entry.setFingerprint(fingerprint);
            return NodeProbe.run(
                    node, () -> new TestRepository(entry.fullAccess(), entry.writeAccess()), DescriptorImpl::told);
        }

        /** As a list, where there is more than one thing to say. */
        private static FormValidation told(TestedRepository tested) {
            List<FormValidation> all = new ArrayList<>();
            if (tested.problems().isEmpty()) {
                all.add(FormValidation.ok(tested.found()));
            }
            tested.problems().forEach(problem -> all.add(FormValidation.error(problem)));
            tested.warnings().forEach(warning -> all.add(FormValidation.warning(warning)));
            return FormValidation.aggregate(all);
        }
    }
}
