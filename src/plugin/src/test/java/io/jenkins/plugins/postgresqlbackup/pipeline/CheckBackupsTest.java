package io.jenkins.plugins.postgresqlbackup.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.FreeStyleProject;
import hudson.model.Result;
import hudson.model.labels.LabelAtom;
import io.jenkins.plugins.postgresqlbackup.access.BackupPermissions;
import io.jenkins.plugins.postgresqlbackup.alert.CheckJobWay;
import io.jenkins.plugins.postgresqlbackup.configuration.AlertSettings;
import io.jenkins.plugins.postgresqlbackup.configuration.BackupConfiguration;
import io.jenkins.plugins.postgresqlbackup.configuration.CheckSettings;
import io.jenkins.plugins.postgresqlbackup.configuration.RepositoryEntry;
import io.jenkins.plugins.postgresqlbackup.freestyle.CheckBackupsBuilder;
import io.jenkins.plugins.postgresqlbackup.monitor.BackupMonitor;
import io.jenkins.plugins.postgresqlbackup.setup.ScheduledJobs;
import io.jenkins.plugins.postgresqlbackup.testing.BackupSetup;
import io.jenkins.plugins.postgresqlbackup.testing.SilentServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import jenkins.model.Jenkins;
import jenkins.security.QueueItemAuthenticatorConfiguration;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.jvnet.hudson.test.MockQueueItemAuthenticator;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** A good backup, and jobs that do not exist: warnings. A database that nobody can log in to: an error soon. */
@WithJenkins
class CheckBackupsTest {
    @TempDir
    private Path directory;

    private JenkinsRule jenkins;
    private BackupSetup setup;

    @BeforeEach
    void setUp(JenkinsRule rule) throws Exception {
        jenkins = rule;
        setup = BackupSetup.make(directory);
        setup.configure();
        jenkins.createOnlineSlave(new LabelAtom("db"));
        Jenkins.get().setNumExecutors(0);
        setup.takeAgo(Duration.ofHours(1));
    }

    /** No job does what the schedule asks for, which is said and is not what these tests are about. */
    private static void withoutJobs() {
        CheckSettings checks = new CheckSettings();
        checks.setRulesOff("job-missing");
        AlertSettings alerts = new AlertSettings();
        alerts.setChecks(checks);
        BackupConfiguration.get().setAlerts(alerts);
    }

    /** Its key opens nothing any more. */
    private void spoilTheRepository() {
        RepositoryEntry spoilt = new RepositoryEntry("offsite", "file:" + directory.resolve("nowhere"));
        spoilt.setCredentialsId("key");
        BackupConfiguration.get().setRepositories(List.of(spoilt));
    }

    private WorkflowRun run(String name, Result expected, String script) throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class, name);
        job.setDefinition(new CpsFlowDefinition(script, true));
        return jenkins.assertBuildStatus(expected, job.scheduleBuild2(0));
    }

    @Test
    void whatIsWellIsGreenAndNeedsNoNode() throws Exception {
        withoutJobs();
        WorkflowRun build = run("check", Result.SUCCESS, """
                def c = checkBackups()
                echo "errors ${c.errors}, warnings ${c.warnings}, infos ${c.infos}, findings ${c.findings}, at ${c.checkedAt}"
                """);
        jenkins.assertLogContains("Checking all backups", build);
        jenkins.assertLogContains("Errors: 0, warnings: 0, worth knowing: 0.", build);
        jenkins.assertLogContains("errors 0, warnings 0, infos 0, findings [], at 20", build);
    }

    @Test
    void aWarningMakesTheBuildUnstableAndIsToldWithWhatToDo() throws Exception {
        WorkflowRun build = run("check", Result.UNSTABLE, """
                def f = checkBackups(database: 'shop').findings[0]
                echo "first ${f.rule}, ${f.severity}, ${f.subject}, ${f.detail}, since ${f.since}, ${f.advice}"
                """);
        jenkins.assertLogContains("Warning (job-missing/shop/backup-shop-full): The job backup-shop-full", build);
        jenkins.assertLogContains("  Mend that, or change the schedule of shop", build);
        jenkins.assertLogContains("first job-missing, warning, shop, backup-shop-", build);
        run("strict", Result.FAILURE, "checkBackups failOn: 'warning'");
        run("lenient", Result.SUCCESS, "checkBackups unstableOn: 'error'");
    }

    @Test
    void anErrorFailsTheBuildUnlessItIsNotTo() throws Exception {
        withoutJobs();
        spoilTheRepository();
        // For the first hour it is a warning.
        WorkflowRun build = run("check", Result.FAILURE, "checkBackups failOn: 'warning', repository: 'offsite'");
        jenkins.assertLogContains("Warning (repository-unreachable/offsite): ", build);
        jenkins.assertLogContains("Something is wrong with the backups. Errors: 0, warnings: 1", build);
        run("never", Result.SUCCESS, "checkBackups failOn: 'never', unstableOn: 'never'");
    }

    @Test
    void aWordThatMeansNothingIsNoCheckThatNeverFails() throws Exception {
        WorkflowRun build = run("check", Result.FAILURE, "checkBackups failOn: 'errors'");
        jenkins.assertLogContains("'errors' is no severity: write error, warning or never.", build);
    }

    @Test
    void entriesThatDoNotListTheJobAreLeftOutAndTheLogSaysSo() throws Exception {
        BackupConfiguration.get().database("shop").orElseThrow().setRunJobs("backup-*");
        BackupConfiguration.get().repository("offsite").orElseThrow().setRestoreJobs("");
        WorkflowRun build = run("nosy", Result.SUCCESS, "checkBackups()");
        jenkins.assertLogContains(
                "Left out is the database 'shop': the job nosy is not among those that may use it.", build);
        jenkins.assertLogNotContains("job-missing/shop", build);
        WorkflowRun named = run("nosy2", Result.FAILURE, "checkBackups database: 'shop'");
        jenkins.assertLogContains("The job nosy2 is not among those that may use the database 'shop'", named);
        WorkflowRun none = run("nosy3", Result.FAILURE, "checkBackups database: 'none'");
        jenkins.assertLogContains("none", none);
    }

    @Test
    void aBuildThatIsSomebodysNeedsThePermissionToView() throws Exception {
        withoutJobs();
        jenkins.jenkins.setSecurityRealm(jenkins.createDummySecurityRealm());
        jenkins.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.READ, hudson.model.Item.READ, hudson.model.Item.BUILD, hudson.model.Computer.BUILD)
                .everywhere()
                .to("alice", "bob")
                .grant(BackupPermissions.VIEW)
                .everywhere()
                .to("alice"));
        QueueItemAuthenticatorConfiguration.get()
                .getAuthenticators()
                .add(new MockQueueItemAuthenticator()
                        .authenticate(
                                "hers", hudson.model.User.getById("alice", true).impersonate2())
                        .authenticate(
                                "his", hudson.model.User.getById("bob", true).impersonate2()));
        run("hers", Result.SUCCESS, "checkBackups()");
        run("his", Result.FAILURE, "checkBackups()");
    }

    @Test
    void aBuildThatIsStoppedDoesNotWaitForAStoreThatHangs() throws Exception {
        try (SilentServer server = new SilentServer()) {
            RepositoryEntry hung = new RepositoryEntry(
                    "hung", "s3://bucket?endpoint=http://127.0.0.1:" + server.port() + "&pathStyle=true");
            hung.setCredentialsId("key");
            BackupConfiguration.get().setRepositories(List.of(hung));
            WorkflowJob job = jenkins.createProject(WorkflowJob.class, "check");
            job.setDefinition(new CpsFlowDefinition("checkBackups()", true));
            WorkflowRun build = job.scheduleBuild2(0).waitForStart();
            jenkins.waitForMessage("Checking all backups", build);
            build.getExecutor().interrupt();
            jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(build));
        }
    }

    @Test
    void aFreestyleJobIsJudgedAlike() throws Exception {
        FreeStyleProject job = jenkins.createFreeStyleProject("free");
        job.setAssignedLabel(new LabelAtom("db"));
        job.getBuildersList().add(new CheckBackupsBuilder(new CheckBackupsStep()));
        jenkins.assertLogContains(
                "Warning (job-missing/shop/backup-shop-full)", jenkins.buildAndAssertStatus(Result.UNSTABLE, job));
        withoutJobs();
        jenkins.buildAndAssertSuccess(job);
        CheckBackupsStep strict = new CheckBackupsStep();
        strict.setFailOn("warning");
        spoilTheRepository();
        job.getBuildersList().replace(new CheckBackupsBuilder(strict));
        jenkins.buildAndAssertStatus(Result.FAILURE, job);
    }

    @Test
    void aNewErrorHasTheHourlyJobRunAtOnceAndOnlyOnce() throws Exception {
        new ScheduledJobs(BackupConfiguration.get().database("shop").orElseThrow()).make();
        FreeStyleProject hourly = Jenkins.get().getItemByFullName(ScheduledJobs.CHECK, FreeStyleProject.class);
        hourly.setAssignedLabel(new LabelAtom("db"));
        BackupMonitor.get().check().get(60, TimeUnit.SECONDS);
        assertThat(hourly.getBuilds()).isEmpty();

        BackupConfiguration.get().database("shop").orElseThrow().setCredentialsId("nobody");
        run("first", Result.FAILURE, "node('db') { backupFull database: 'shop' }");
        run("second", Result.FAILURE, "node('db') { backupFull database: 'shop' }");
        for (int i = 0; i < 300 && hourly.getBuilds().isEmpty(); i++) {
            Thread.sleep(100);
        }
        assertThat(hourly.getBuilds()).isNotEmpty();
        jenkins.waitUntilNoActivity();
        assertThat(hourly.getBuilds()).singleElement().satisfies(build -> {
            assertThat(build.getResult()).isEqualTo(Result.FAILURE);
            assertThat(build.getCause(CheckJobWay.NewError.class).getAlert()).isEqualTo("operation-failed/shop/backup");
        });
    }

    @Test
    void anHourlyJobThatIsDisabledIsNoticed() throws Exception {
        new ScheduledJobs(BackupConfiguration.get().database("shop").orElseThrow()).make();
        run("well", Result.SUCCESS, "checkBackups()");
        Jenkins.get()
                .getItemByFullName(ScheduledJobs.CHECK, FreeStyleProject.class)
                .disable();
        WorkflowRun build = run("check", Result.UNSTABLE, "checkBackups()");
        jenkins.assertLogContains(
                "The job backup-check, which fails when something is wrong with backups, is disabled.", build);
    }
}
