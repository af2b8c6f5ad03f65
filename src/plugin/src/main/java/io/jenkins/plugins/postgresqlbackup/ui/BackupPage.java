package io.jenkins.plugins.postgresqlbackup.ui;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Util;
import hudson.model.Api;
import hudson.model.ModelObject;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.access.BackupPermissions;
import io.jenkins.plugins.postgresqlbackup.configuration.BackupConfiguration;
import io.jenkins.plugins.postgresqlbackup.configuration.Choices;
import io.jenkins.plugins.postgresqlbackup.configuration.DatabaseEntry;
import io.jenkins.plugins.postgresqlbackup.configuration.RepositoryEntry;
import io.jenkins.plugins.postgresqlbackup.engine.health.BackupFacts;
import io.jenkins.plugins.postgresqlbackup.history.OperationRecord;
import io.jenkins.plugins.postgresqlbackup.mail.RestoreCommands;
import io.jenkins.plugins.postgresqlbackup.operation.VerifyOrder;
import io.jenkins.plugins.postgresqlbackup.request.RequestedOperation;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jenkins.model.Jenkins;
import org.kohsuke.stapler.HttpResponse;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;
import org.kohsuke.stapler.verb.POST;

/** One backup: what is in it, how good it is, how to get it back, and what may be done with it. */
@ExportedBean
public final class BackupPage implements ModelObject {
    private static final int SHOWN = 20;

    private final RepositoryEntry repository;
    private final RestorePoint point;
    private final Catalogue catalogue;

    BackupPage(RepositoryEntry repository, RestorePoint point, Catalogue catalogue) {
        this.repository = repository;
        this.point = point;
        this.catalogue = catalogue;
    }

    @Override
    public String getDisplayName() {
        return point.getId();
    }

    @Exported(name = "backup", inline = true)
    public RestorePoint getPoint() {
        return point;
    }

    public Api getApi() {
        return new Api(this);
    }

    /** What its manifest says; null if nobody has read that yet. */
    @CheckForNull
    public BackupFacts getFacts() {
        return point.facts().orElse(null);
    }

    /** By which people find it again. */
    public Map<String, String> getLabels() {
        return point.facts().map(facts -> new TreeMap<>(facts.labels())).orElseGet(TreeMap::new);
    }

    /** The operation that made it; null if this Jenkins does not know it. */
    @CheckForNull
    @Exported
    public OperationRecord getMaker() {
        return point.maker().orElse(null);
    }

    /** The page of the backup that it was compared with; empty if that is not there. */
    public String getParentUrl() {
        return point.getParent() == null
                ? ""
                : catalogue
                        .find(point.getRepository(), point.getParent())
                        .map(RestorePoint::getUrl)
                        .orElse("");
    }

    /** Whether its database has a page. */
    public boolean isDatabaseKnown() {
        return BackupConfiguration.get().database(point.getDatabase()).isPresent();
    }

    /** What the last check found of it. */
    @Exported
    public List<FindingRow> getFindings() {
        return FindingRow.of(catalogue.status().findings().stream()
                .filter(finding -> finding.detail().equals(point.getId()))
                .toList());
    }

    /** What was done with it, the newest first. */
    @Exported
    public List<OperationRecord> getOperations() {
        return catalogue.past().newestFirst().stream()
                .filter(record -> record.getBackup().equals(point.getId())
                        && record.getRepository().equals(point.getRepository()))
                .limit(SHOWN)
                .toList();
    }

    private RestoreCommands commands() {
        return new RestoreCommands(point.getRepository(), point.getId(), point.getDatabase());
    }

    /** How to restore it without Jenkins. */
    @Exported
    public String getRestoreCommand() {
        return commands().commandLine();
    }

    /** How to restore it in a Pipeline. */
    @Exported
    public String getRestoreStep() {
        return commands().pipeline();
    }

    public boolean isMayVerify() {
        return Jenkins.get().hasPermission(BackupPermissions.RUN);
    }

    public boolean isMayRestore() {
        return Jenkins.get().hasPermission(BackupPermissions.RESTORE);
    }

    public boolean isMayDelete() {
        return Jenkins.get().hasPermission(BackupPermissions.DELETE);
    }

    /** For the page that asks how. */
    public void requireRun() {
        Jenkins.get().checkPermission(BackupPermissions.RUN);
    }

    /** For the page that asks how. */
    public void requireRestore() {
        Jenkins.get().checkPermission(BackupPermissions.RESTORE);
    }

    /** For the page that asks how. */
    public void requireDelete() {
        Jenkins.get().checkPermission(BackupPermissions.DELETE);
    }

    /** The entry it was taken for; empty if there is none of that name. */
    private String entry() {
        return isDatabaseKnown() ? point.getDatabase() : "";
    }

    /** How far a verification may go: as far as a drill only where the database has a server for it. */
    public ListBoxModel getLevels() {
        boolean drills = BackupConfiguration.get()
                .database(point.getDatabase())
                .filter(database -> !database.getScratch().isEmpty())
                .isPresent();
        ListBoxModel levels = Choices.levels();
        levels.removeIf(level -> level.value.equals(VerifyOrder.RESTORE) && !drills);
        levels.forEach(level -> level.selected = level.value.equals(VerifyOrder.CONTENT));
        return levels;
    }

    /** Why it cannot be verified from here, a sentence each; none if it can. */
    public List<String> getVerifyRefusals() {
        return verification(VerifyOrder.CONTENT).refusals();
    }

    /** Why it cannot be restored from here into any database, a sentence each; none if it can. */
    public List<String> getRestoreRefusals() {
        return getTargets().isEmpty()
                ? List.of(Messages.BackupPage_noTarget())
                : restore("", false, false, "").refusals();
    }

    /** Why it cannot be deleted from here, a sentence each; none if it can. */
    public List<String> getDeleteRefusals() {
        return deletion(false).refusals();
    }

    /** The entries that may be restored into. */
    public List<DatabaseEntry> getTargets() {
        return BackupConfiguration.get().getDatabases().stream()
                .filter(DatabaseEntry::isRestoreTarget)
                .toList();
    }

    private RequestedOperation verification(String level) {
        return RequestedOperation.verification(repository.getName(), entry(), point.getId(), level);
    }

    private RequestedOperation restore(String target, boolean create, boolean overwrite, String tables) {
        return RequestedOperation.restore(
                repository.getName(), entry(), point.getId(), target, create, overwrite, tables);
    }

    private RequestedOperation deletion(boolean evenLast) {
        return RequestedOperation.deletion(repository.getName(), entry(), point.getId(), evenLast);
    }

    /** Has a build verify it. */
    @POST
    public HttpResponse doStartVerification(@QueryParameter(required = true) String level) {
        Jenkins.get().checkPermission(BackupPermissions.RUN);
        if (!VerifyOrder.LEVELS.contains(level)) {
            return Answer.notStarted(Messages.VerifyOrder_badLevel(level, String.join(", ", VerifyOrder.LEVELS)));
        }
        return Answer.start(verification(level));
    }

    /**
     * Has a build restore it.
     *
     * @param way {@code create}, {@code empty} or {@code overwrite}
     * @param confirmation the name of the target, typed, where something may be lost
     */
    @POST
    public HttpResponse doStartRestore(
            @QueryParameter(required = true) String target,
            @QueryParameter(required = true) String way,
            @QueryParameter String confirmation,
            @QueryParameter String tables) {
        Jenkins.get().checkPermission(BackupPermissions.RESTORE);
        boolean create = way.equals("create");
        boolean overwrite = way.equals("overwrite");
        if (BackupConfiguration.get().database(target).isEmpty()) {
            return Answer.notStarted(Messages.BackupRootAction_noDatabase(target));
        }
        if (overwrite && !target.equals(Util.fixNull(confirmation).strip())) {
            return Answer.notStarted(Messages.BackupPage_typeTarget(target));
        }
        String some = Util.fixNull(tables).strip();
        if (create && !some.isEmpty()) {
            return Answer.notStarted(Messages.RestoreBackupStep_tablesNeedDatabase());
        }
        return Answer.start(restore(target, create, overwrite, some));
    }

    /** Has a build delete it. */
    @POST
    public HttpResponse doStartDeletion(@QueryParameter String confirmation, @QueryParameter boolean evenLast) {
        Jenkins.get().checkPermission(BackupPermissions.DELETE);
        if (!point.getId().equals(Util.fixNull(confirmation).strip())) {
            return Answer.notStarted(Messages.BackupPage_typeId(point.getId()));
        }
        return Answer.start(deletion(evenLast));
    }
}
