package io.jenkins.plugins.postgresqlbackup.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.FreeStyleProject;
import hudson.model.Result;
import hudson.model.Run;
import hudson.model.labels.LabelAtom;
import io.jenkins.plugins.postgresqlbackup.configuration.BackupConfiguration;
import io.jenkins.plugins.postgresqlbackup.configuration.RepositoryEntry;
import io.jenkins.plugins.postgresqlbackup.configuration.RetentionSettings;
import io.jenkins.plugins.postgresqlbackup.freestyle.PruneBackupsBuilder;
import io.jenkins.plugins.postgresqlbackup.history.OperationHistory;
import io.jenkins.plugins.postgresqlbackup.history.OperationKind;
import io.jenkins.plugins.postgresqlbackup.history.OperationRecord;
import io.jenkins.plugins.postgresqlbackup.history.OperationState;
import io.jenkins.plugins.postgresqlbackup.testing.BackupSetup;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** One backup of long ago, two of now, and a retention that keeps what is younger than a day and never fewer than one. */
@WithJenkins
class PruneTest {
    private static final String PRUNE = "pruneBackups repository: 'offsite', database: 'shop'";

    @TempDir
    private Path directory;

    private JenkinsRule jenkins;
    private BackupSetup setup;
    private String old;

    @BeforeEach
    void setUp(JenkinsRule rule) throws Exception {
        jenkins = rule;
        setup = BackupSetup.make(directory);
        setup.configure();
        jenkins.createOnlineSlave(new LabelAtom("db"));
        Jenkins.get().setNumExecutors(0);
        RetentionSettings retention = new RetentionSettings();
        retention.setDays(1);
        retention.setMinimum(1);
        repository().setRetention(retention);
        old = setup.takeAgo(Duration.ofHours(40));
    }

    private static RepositoryEntry repository() {
        return BackupConfiguration.get().repository("offsite").orElseThrow();
    }

    private WorkflowRun run(String name, Result expected, String step) throws Exception {
        WorkflowJob job = Jenkins.get().getItem(name) == null
                ? jenkins.createProject(WorkflowJob.class, name)
                : (WorkflowJob) Jenkins.get().getItem(name);
        job.setDefinition(new CpsFlowDefinition("node('db') { " + step + " }", true));
        return jenkins.assertBuildStatus(expected, job.scheduleBuild2(0));
    }

    private static OperationRecord newest() {
        return OperationHistory.get().newestFirst().get(0);
    }

    private boolean isThere(String backup) {
        return Files.exists(Path.of(URI.create(setup.repositoryUrl())).resolve("manifests/" + backup));
    }

    @Test
    void whatTheRetentionDoesNotKeepGoesAndTheLogSaysOfEachWhy() throws Exception {
        repository().setDeleteJobs("prune");
        String fresh = takeBackup();
        WorkflowRun build = run("prune", Result.SUCCESS, """
                def p = pruneBackups repository: 'offsite', database: 'shop'
                echo "deleted ${p.deleted}, kept ${p.backups.findAll { it.kept }*.id}, problems ${p.problems}, dry ${p.dryRun}"
                listBackups(repository: 'offsite').each { echo "there is ${it.id}" }
                """);
        jenkins.assertLogContains("deleted [" + old + "], kept [" + fresh + "], problems [], dry false", build);
        jenkins.assertLogContains(old + " goes: It is 40 hours old, more than the 1 day", build);
        jenkins.assertLogContains(fresh + " stays: It is less than an hour old", build);
        jenkins.assertLogContains("One backup deleted, ", build);
        jenkins.assertLogContains("there is " + fresh, build);
        jenkins.assertLogNotContains("there is " + old, build);
        assertThat(isThere(old)).isFalse();
        OperationRecord prune = OperationHistory.get()
                .newest(record -> record.getKind() == OperationKind.PRUNE)
                .orElseThrow();
        assertThat(prune.getDeleted()).containsExactly(old);
        assertThat(prune.getHeadline()).isEqualTo("Prune of the backups of shop in offsite");
        assertThat(OperationHistory.get().isDeleted("offsite", old)).isTrue();
        assertThat(OperationHistory.get().isDeleted("offsite", fresh)).isFalse();
    }

    private String takeBackup() throws Exception {
        run("backup", Result.SUCCESS, "backupFull database: 'shop'");
        return OperationHistory.get().lastGoodBackup("shop").orElseThrow().getBackup();
    }

    @Test
    void aDryRunDeletesNothingAndNeedsNoLeaveToDelete() throws Exception {
        takeBackup();
        WorkflowRun build = run("anybody", Result.SUCCESS, PRUNE + ", dryRun: true");
        jenkins.assertLogContains(old + " goes: ", build);
        jenkins.assertLogContains("One backup would go, one would stay; nothing was deleted", build);
        assertThat(isThere(old)).isTrue();
        assertThat(newest().getLevelName()).isEqualTo("dry run");
        assertThat(newest().getDeleted()).isEmpty();

        repository().setRunJobs("somebody");
        jenkins.assertLogContains(
                "The job anybody is not among those that may use the repository 'offsite'",
                run("anybody", Result.FAILURE, PRUNE + ", dryRun: true"));
    }

    @Test
    void noJobDeletesThatIsNotListedForIt() throws Exception {
        takeBackup();
        repository().setRestoreJobs("**");
        Run<?, ?> build = run("anybody", Result.FAILURE, PRUNE);
        jenkins.assertLogContains(
                "The job anybody is not among those that may delete with the repository 'offsite'", build);
        repository().setDeleteJobs("somebody");
        run("anybody", Result.FAILURE, "pruneBackups database: 'shop'");
        assertThat(isThere(old)).isTrue();
        assertThat(newest().getKind()).isEqualTo(OperationKind.FULL);
    }

    @Test
    void whatCannotBeDeletedFailsTheBuildAndIsTold() throws Exception {
        takeBackup();
        repository().setDeleteJobs("prune");
        // Nothing can be written below it.
        Path tombstones = Path.of(URI.create(setup.repositoryUrl())).resolve("tombstones");
        Files.createDirectories(tombstones);
        Files.writeString(tombstones.resolve(old), "in the way");
        Run<?, ?> build = run("prune", Result.FAILURE, PRUNE);
        jenkins.assertLogContains("One thing that should have gone could not be deleted, the first: ", build);
        assertThat(isThere(old)).isTrue();
        assertThat(newest().getState()).isEqualTo(OperationState.FAILED);
        assertThat(newest().getDeleted()).isEmpty();
    }

    @Test
    void aFreestyleJobPrunesTooAndTheRetentionIsTheRepositorysOwn() throws Exception {
        takeBackup();
        repository().setDeleteJobs("free");
        PruneBackupsStep step = new PruneBackupsStep();
        step.setDatabase("shop");
        FreeStyleProject job = jenkins.createFreeStyleProject("free");
        job.setAssignedLabel(new LabelAtom("db"));
        job.getBuildersList().add(new PruneBackupsBuilder(step));

        repository().getRetention().setKeepLast(2);
        jenkins.assertLogContains("No backup deleted", jenkins.buildAndAssertSuccess(job));
        repository().getRetention().setKeepLast(0);
        repository().getRetention().setDaily(7);
        jenkins.assertLogContains("No backup deleted", jenkins.buildAndAssertSuccess(job));
        repository().getRetention().setDaily(0);
        jenkins.assertLogContains("One backup deleted", jenkins.buildAndAssertSuccess(job));
        assertThat(isThere(old)).isFalse();
    }

    @Test
    void aBackupThatWasDeletedIsNeitherTheLastGoodOneNorLost() throws Exception {
        repository().setDeleteJobs("prune");
        // It was taken here, and its database has nothing else.
        OperationRecord record = OperationRecord.begin(
                        OperationKind.FULL,
                        "shop",
                        "offsite",
                        run("other", Result.SUCCESS, "echo 'nothing'"),
                        "",
                        Instant.now())
                .of(old, "")
                .ended(OperationState.SUCCEEDED, "", Instant.now());
        OperationHistory.get().put(record);
        assertThat(OperationHistory.get().lastGoodBackup("shop")).isPresent();
        setup.takeAgo(Duration.ofMinutes(1));
        run("prune", Result.SUCCESS, PRUNE);
        assertThat(OperationHistory.get().lastGoodBackup("shop")).isEmpty();
        assertThat(OperationHistory.get().isDeleted("offsite", old)).isTrue();
    }
}
