package io.jenkins.plugins.postgresqlbackup.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.hudson.plugins.folder.Folder;
import com.cloudbees.hudson.plugins.folder.properties.FolderCredentialsProvider;
import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.CredentialsStore;
import com.cloudbees.plugins.credentials.domains.Domain;
import hudson.model.Computer;
import hudson.model.FreeStyleProject;
import hudson.model.Item;
import hudson.model.Items;
import hudson.model.Job;
import hudson.model.Result;
import hudson.model.Run;
import hudson.model.User;
import hudson.util.Secret;
import io.jenkins.plugins.postgresqlbackup.configuration.BackupConfiguration;
import io.jenkins.plugins.postgresqlbackup.configuration.DatabaseEntry;
import io.jenkins.plugins.postgresqlbackup.configuration.RepositoryEntry;
import io.jenkins.plugins.postgresqlbackup.freestyle.BackupFullBuilder;
import io.jenkins.plugins.postgresqlbackup.history.OperationHistory;
import io.jenkins.plugins.postgresqlbackup.pipeline.BackupFullStep;
import io.jenkins.plugins.postgresqlbackup.testing.BackupSetup;
import java.nio.file.Path;
import jenkins.model.Jenkins;
import jenkins.model.ParameterizedJobMixIn.ParameterizedJob;
import jenkins.security.QueueItemAuthenticatorConfiguration;
import org.jenkinsci.plugins.plaincredentials.impl.StringCredentialsImpl;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.jvnet.hudson.test.MockQueueItemAuthenticator;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** What builds may do: by the job they are of, and by the user they run as. */
@WithJenkins
class AuthorityTest {
    private static final String BACKUP = "backupFull database: 'shop'";
    private static final String INCREMENTAL = "backupIncremental database: 'shop'";
    private static final String RESTORE =
            "restoreBackup repository: 'offsite', backup: 'latest', target: 'copy', create: true";
    private static final String PRUNE = "pruneBackups repository: 'offsite'";
    private static final String DRILL = "verifyBackup database: 'shop', level: 'restore'";
    private static final String ASSERTION = DRILL + ", assertions: 'SELECT true'";

    @TempDir
    private Path directory;

    private JenkinsRule jenkins;
    private Folder restores;

    @BeforeEach
    void setUp(JenkinsRule rule) throws Exception {
        jenkins = rule;
        BackupSetup.make(directory).configure();
        database("shop").setRunJobs("listed\nrestores/**");
        repository().setRunJobs("listed\nrestores");
        jenkins.createOnlineSlave(Jenkins.get().getLabel("db"));
        Jenkins.get().setNumExecutors(0);
        restores = Jenkins.get().createProject(Folder.class, "restores");
    }

    private static DatabaseEntry database(String name) {
        return BackupConfiguration.get().database(name).orElseThrow();
    }

    private static RepositoryEntry repository() {
        return BackupConfiguration.get().repository("offsite").orElseThrow();
    }

    private static void define(WorkflowJob job, String step) throws Exception {
        job.setDefinition(new CpsFlowDefinition("node('db') { " + step + " }", true));
    }

    private void succeeds(Job<?, ?> job) throws Exception {
        jenkins.assertBuildStatus(Result.SUCCESS, ((ParameterizedJob<?, ?>) job).scheduleBuild2(0));
    }

    private void succeeds(WorkflowJob job, String step) throws Exception {
        define(job, step);
        succeeds(job);
    }

    private void fails(WorkflowJob job, String step, String... why) throws Exception {
        define(job, step);
        Run<?, ?> build = jenkins.assertBuildStatus(Result.FAILURE, job.scheduleBuild2(0));
        for (String words : why) {
            jenkins.assertLogContains(words, build);
        }
    }

    @Test
    void aJobThatIsNotListedCanDoNothingAndLeavesNoTrace() throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class, "unlisted");
        fails(job, BACKUP, "The job unlisted is not among those that may use the database 'shop'");
        fails(job, INCREMENTAL, "The job unlisted is not among those that may use the database 'shop'");
        fails(job, "verifyBackup repository: 'offsite'", "not among those that may use the repository 'offsite'");
        fails(job, "listBackups repository: 'offsite'", "not among those that may use the repository 'offsite'");
        fails(job, DRILL, "not among those that may use the repository 'offsite'");
        fails(job, RESTORE, "not among those that may restore with the repository 'offsite'");
        fails(job, PRUNE, "not among those that may delete with the repository 'offsite'");
        fails(job, PRUNE + ", dryRun: true", "not among those that may use the repository 'offsite'");
        fails(
                job,
                "step([$class: 'BackupFullBuilder', operation: [database: 'shop']])",
                "not among those that may use");
        fails(job, "backupFull database: 'shop\\nBcc: somebody@example.com'", "There is no database 'shop");
        assertThat(OperationHistory.get().newestFirst()).isEmpty();
    }

    @Test
    void whoMayRunMayNotRestoreNorAskTheRestoredDatabase() throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class, "listed");
        succeeds(job, BACKUP);
        succeeds(job, DRILL);
        fails(job, RESTORE, "The job listed is not among those that may restore with the repository 'offsite'");
        fails(job, ASSERTION, "The job listed is not among those that may restore with the repository 'offsite'");
        repository().setRestoreJobs("listed");
        fails(job, RESTORE, "The job listed is not among those that may restore with the database 'copy'");
        fails(job, ASSERTION, "The job listed is not among those that may restore with the database 'server'");
    }

    @Test
    void whoMayRestoreDoesSoIntoTargetsOnlyAndSaysSoWhenSomethingIsLost() throws Exception {
        WorkflowJob job = restores.createProject(WorkflowJob.class, "restore");
        succeeds(job, BACKUP);
        database("shop").setRestoreJobs("**");
        fails(job, RESTORE.replace("'copy'", "'shop'"), "The database 'shop' is no restore target");
        fails(
                job,
                RESTORE.replace("'copy'", "'shop'").replace("create: true", "overwrite: true"),
                "The database 'shop' is no restore target");
        fails(job, DRILL + ", scratch: 'copy'", "The server of the database 'copy' may not be used for drills");
        succeeds(job, RESTORE);
        fails(job, RESTORE, "overwrite");
        fails(job, RESTORE.replace(", create: true", ""), "not empty");
        succeeds(job, RESTORE + ", overwrite: true");
    }

    @Test
    void aJobHasTheLeaveOfTheNameItHasNow() throws Exception {
        WorkflowJob job = restores.createProject(WorkflowJob.class, "moved");
        succeeds(job, BACKUP);
        WorkflowJob outside = Items.move(job, Jenkins.get());
        fails(outside, BACKUP, "The job moved is not among those that may");
        outside.renameTo("restores-more");
        fails(outside, BACKUP, "The job restores-more is not among those that may");
        outside.renameTo("Listed");
        fails(outside, BACKUP, "The job Listed is not among those that may");
        outside.renameTo("other");
        Folder listed = Jenkins.get().createProject(Folder.class, "listed");
        WorkflowJob inside = Items.move(outside, listed);
        succeeds(inside, BACKUP);
    }

    @Test
    void theUserOfABuildNeedsThePermissionToo() throws Exception {
        jenkins.jenkins.setSecurityRealm(jenkins.createDummySecurityRealm());
        jenkins.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.READ, Item.READ, Item.BUILD, Computer.BUILD)
                .everywhere()
                .toEveryone()
                .grant(BackupPermissions.RUN)
                .everywhere()
                .to("run")
                .grant(BackupPermissions.RESTORE)
                .everywhere()
                .to("restore"));
        QueueItemAuthenticatorConfiguration.get()
                .getAuthenticators()
                .add(new MockQueueItemAuthenticator()
                        .authenticate(
                                "restores/as-nobody",
                                User.getOrCreateByIdOrFullName("nobody").impersonate2())
                        .authenticate("restores/as-anonymous", Jenkins.ANONYMOUS2)
                        .authenticate(
                                "restores/free-as-nobody",
                                User.getOrCreateByIdOrFullName("nobody").impersonate2())
                        .authenticate(
                                "restores/as-run",
                                User.getOrCreateByIdOrFullName("run").impersonate2())
                        .authenticate(
                                "restores/as-restore",
                                User.getOrCreateByIdOrFullName("restore").impersonate2()));

        WorkflowJob nobody = restores.createProject(WorkflowJob.class, "as-nobody");
        fails(nobody, BACKUP, "This build runs as nobody, who has not the permission Backup/Run");
        fails(nobody, RESTORE, "This build runs as nobody, who has not the permission Backup/Restore");
        fails(
                restores.createProject(WorkflowJob.class, "as-anonymous"),
                BACKUP,
                "This build runs as anonymous, who has not the permission Backup/Run");
        FreeStyleProject free = restores.createProject(FreeStyleProject.class, "free-as-nobody");
        free.setAssignedLabel(Jenkins.get().getLabel("db"));
        free.getBuildersList().add(new BackupFullBuilder(new BackupFullStep("shop")));
        jenkins.assertLogContains(
                "This build runs as nobody, who has not the permission Backup/Run",
                jenkins.assertBuildStatus(Result.FAILURE, free.scheduleBuild2(0)));

        WorkflowJob run = restores.createProject(WorkflowJob.class, "as-run");
        succeeds(run, BACKUP);
        succeeds(run, DRILL);
        fails(run, RESTORE, "This build runs as run, who has not the permission Backup/Restore");
        fails(run, ASSERTION, "This build runs as run, who has not the permission Backup/Restore");
        WorkflowJob restore = restores.createProject(WorkflowJob.class, "as-restore");
        fails(restore, INCREMENTAL, "This build runs as restore, who has not the permission Backup/Run");
        fails(restore, BACKUP, "This build runs as restore, who has not the permission Backup/Run");
        succeeds(restore, RESTORE);
        repository().setDeleteJobs("restores");
        fails(run, PRUNE, "This build runs as run, who has not the permission Backup/Delete");
        fails(run, PRUNE + ", dryRun: true", "This build runs as run, who has not the permission Backup/View");
        fails(restore, PRUNE, "This build runs as restore, who has not the permission Backup/Delete");
    }

    @Test
    void noBuildReadsTheKeyAndNoFolderPutsItsOwnInItsPlace() throws Exception {
        CredentialsStore store =
                CredentialsProvider.lookupStores(restores).iterator().next();
        assertThat(store.getProvider()).isInstanceOf(FolderCredentialsProvider.class);
        store.addCredentials(
                Domain.global(),
                new StringCredentialsImpl(CredentialsScope.GLOBAL, "key", "", Secret.fromString("the folder's own")));

        WorkflowJob inside = restores.createProject(WorkflowJob.class, "inside");
        succeeds(inside, BACKUP);
        succeeds(inside, "verifyBackup repository: 'offsite'");
        succeeds(
                inside,
                "withCredentials([string(credentialsId: 'key', variable: 'K')]) { if (K != \"the folder's own\") { error K } }");
        WorkflowJob outside = jenkins.createProject(WorkflowJob.class, "outside");
        fails(
                outside,
                "withCredentials([string(credentialsId: 'key', variable: 'K')]) { echo K.reverse() }",
                "Could not find credentials entry with ID 'key'");
        fails(
                outside,
                "withCredentials([usernamePassword(credentialsId: 'db', usernameVariable: 'U', passwordVariable: 'P')]) { echo P.reverse() }",
                "Could not find credentials entry with ID 'db'");
    }
}
