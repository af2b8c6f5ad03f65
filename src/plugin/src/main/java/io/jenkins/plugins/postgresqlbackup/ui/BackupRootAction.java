package io.jenkins.plugins.postgresqlbackup.ui;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.Util;
import hudson.model.Api;
import hudson.model.RootAction;
import hudson.util.HttpResponses;
import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.access.BackupPermissions;
import io.jenkins.plugins.postgresqlbackup.agent.CreateRepository;
import io.jenkins.plugins.postgresqlbackup.agent.ProveRecoveryKey;
import io.jenkins.plugins.postgresqlbackup.configuration.BackupConfiguration;
import io.jenkins.plugins.postgresqlbackup.configuration.DatabaseEntry;
import io.jenkins.plugins.postgresqlbackup.configuration.NodeProbe;
import io.jenkins.plugins.postgresqlbackup.configuration.RepositoryEntry;
import io.jenkins.plugins.postgresqlbackup.setup.ScheduledJobs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import jenkins.model.Jenkins;
import jenkins.security.stapler.StaplerDispatchable;
import org.kohsuke.stapler.HttpResponse;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.StaplerProxy;
import org.kohsuke.stapler.verb.POST;

/** The overview, and what administrators do once: create a repository, prove its recovery key, set up scheduled backups. */
@Extension
public final class BackupRootAction implements RootAction, StaplerProxy {
    public static final String URL_NAME = "postgresql-backup";

    public static BackupRootAction get() {
        return ExtensionList.lookupSingleton(BackupRootAction.class);
    }

    /** Nobody gets further without the permission to view. */
    @Override
    public Object getTarget() {
        Jenkins.get().checkPermission(BackupPermissions.VIEW);
        return this;
    }

    @CheckForNull
    @Override
    public String getIconFileName() {
        return Jenkins.get().hasPermission(BackupPermissions.VIEW) ? "symbol-server-outline plugin-ionicons-api" : null;
    }

    @CheckForNull
    @Override
    public String getDisplayName() {
        return Messages.BackupRootAction_displayName();
    }

    @CheckForNull
    @Override
    public String getUrlName() {
        return URL_NAME;
    }

    /** All at a glance. */
    public Overview getOverview() {
        return new Overview();
    }

    public Api getApi() {
        return getOverview().api();
    }

    /** The page of a database; null if there is none of this name. */
    @CheckForNull
    @StaplerDispatchable
    public DatabasePage getDatabase(String name) {
        return BackupConfiguration.get().database(name).map(DatabasePage::new).orElse(null);
    }

    /** The page of a repository; null if there is none of this name. */
    @CheckForNull
    @StaplerDispatchable
    public RepositoryPage getRepository(String name) {
        return BackupConfiguration.get()
                .repository(name)
                .map(RepositoryPage::new)
                .orElse(null);
    }

    @StaplerDispatchable
    public AlertsPage getAlerts() {
        return new AlertsPage();
    }

    @StaplerDispatchable
    public HistoryPage getHistory() {
        return new HistoryPage();
    }

    @StaplerDispatchable
    public StoragePage getStorage() {
        return new StoragePage();
    }

    /** Whether who asks may change what is set up. */
    public boolean isAdministrator() {
        return Jenkins.get().hasPermission(Jenkins.ADMINISTER);
    }

    /** Creates the repository of an entry and shows its recovery key, this once. */
    @POST
    public HttpResponse doCreateRepository(@QueryParameter(required = true) String name) throws InterruptedException {
        Jenkins.get().checkPermission(Jenkins.ADMINISTER);
        RepositoryEntry entry = repository(name);
        String holder =
                Messages.BackupRootAction_holder(Jenkins.getAuthentication2().getName());
        try {
            return new RecoveryKeyPage(
                    entry, NodeProbe.call(entry.getNode(), () -> new CreateRepository(entry.fullAccess(), holder)));
        } catch (IOException e) {
            return Answer.notCreated(entry.getName(), e.getMessage());
        }
    }

    /** Opens the repository with the recovery key that somebody typed from paper: only then it is known to be worth something. */
    @POST
    public HttpResponse doProveRecoveryKey(
            @QueryParameter(required = true) String name, @QueryParameter(required = true) String key)
            throws InterruptedException {
        Jenkins.get().checkPermission(Jenkins.ADMINISTER);
        RepositoryEntry entry = repository(name);
        byte[] typed = key.getBytes(StandardCharsets.UTF_8);
        try {
            String place = NodeProbe.call(entry.getNode(), () -> new ProveRecoveryKey(entry.accessWith(typed)));
            return Answer.proven(entry.getName(), place);
        } catch (IOException e) {
            return Answer.notProven(entry.getName(), e.getMessage());
        }
    }

    /** Makes the jobs of a database that are not there yet. */
    @POST
    public HttpResponse doSetUp(@QueryParameter(required = true) String database) throws IOException {
        Jenkins.get().checkPermission(Jenkins.ADMINISTER);
        DatabaseEntry entry = BackupConfiguration.get()
                .database(database)
                .orElseThrow(
                        () -> HttpResponses.errorWithoutStack(404, Messages.BackupRootAction_noDatabase(database)));
        ScheduledJobs jobs = new ScheduledJobs(entry);
        List<String> made = jobs.make();
        return Answer.setUp(entry.getName(), jobs.names(), made, jobs.refusals());
    }

    private static RepositoryEntry repository(String name) {
        return BackupConfiguration.get()
                .repository(Util.fixNull(name))
                .orElseThrow(() -> HttpResponses.errorWithoutStack(404, Messages.BackupRootAction_noRepository(name)));
    }
}
