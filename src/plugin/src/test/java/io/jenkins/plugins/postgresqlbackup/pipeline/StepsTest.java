package io.jenkins.plugins.postgresqlbackup.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.FreeStyleProject;
import hudson.model.ParametersAction;
import hudson.model.ParametersDefinitionProperty;
import hudson.model.Result;
import hudson.model.StringParameterDefinition;
import hudson.model.StringParameterValue;
import hudson.model.labels.LabelAtom;
import io.jenkins.plugins.postgresqlbackup.freestyle.BackupIncrementalBuilder;
import io.jenkins.plugins.postgresqlbackup.history.BackupBuildAction;
import io.jenkins.plugins.postgresqlbackup.history.OperationHistory;
import io.jenkins.plugins.postgresqlbackup.history.OperationKind;
import io.jenkins.plugins.postgresqlbackup.history.OperationRecord;
import io.jenkins.plugins.postgresqlbackup.history.OperationState;
import io.jenkins.plugins.postgresqlbackup.testing.BackupSetup;
import java.nio.file.Path;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockFolder;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

@WithJenkins
class StepsTest {
    @TempDir
    private Path directory;

    private JenkinsRule jenkins;
    private BackupSetup setup;
    private WorkflowRun newest;

    @BeforeEach
    void setUp(JenkinsRule rule) throws Exception {
        jenkins = rule;
        setup = BackupSetup.make(directory);
        setup.configure();
        jenkins.createOnlineSlave(new LabelAtom("db"));
        Jenkins.get().setNumExecutors(0);
    }

    private WorkflowRun run(String name, Result expected, String script) throws Exception {
        MockFolder folder = Jenkins.get().getItem("restores") == null
                ? jenkins.createFolder("restores")
                : (MockFolder) Jenkins.get().getItem("restores");
        WorkflowJob job = folder.createProject(WorkflowJob.class, name);
        job.setDefinition(new CpsFlowDefinition(script, true));
        newest = jenkins.assertBuildStatus(expected, job.scheduleBuild2(0));
        return newest;
    }

    @Test
    void aSandboxedPipelineBacksUpVerifiesDrillsListsAndRestores() throws Exception {
        WorkflowRun build = run("all", Result.SUCCESS, """
                node('db') {
                  def b = backupFull database: 'shop'
                  echo "${b.id}: ${b.storedBytes} bytes stored, ${b.rows} rows, ${b.database}"
                  def v = verifyBackup repository: 'offsite', backup: b.id, level: 'content'
                  echo "good: ${v.good} ${v.rows}"
                  def d = verifyBackup database: 'shop', level: 'restore', assertions: 'SELECT count(*) = 2000 FROM public.customers'
                  echo "drilled: ${d.good}"
                  def all = listBackups repository: 'offsite'
                  echo "listed: ${all.size()} ${all[0].id}"
                  def r = restoreBackup repository: 'offsite', backup: b.id, target: 'copy', create: true
                  echo "restored: ${r.rows} into ${r.target}, created ${r.created}"
                  echo "variable: ${env.POSTGRESQL_BACKUP_ID}"
                }
                """);
        jenkins.assertLogContains("bytes stored, 2000 rows, shop", build);
        jenkins.assertLogContains("good: true 2000", build);
        jenkins.assertLogContains("drilled: true", build);
        jenkins.assertLogContains("listed: 1 20", build);
        jenkins.assertLogContains("restored: 2000 into ", build);
        jenkins.assertLogContains("variable: 20", build);
        assertThat(build.getAction(BackupBuildAction.class).getRecords())
                .hasSize(5)
                .allMatch(record -> record.getState() == OperationState.SUCCEEDED);
        assertThat(OperationHistory.get().lastGoodBackup("shop")).isPresent();
    }

    @Test
    void anIncrementalBackupStoresWhatHasChangedAndIsRestoredByItself() throws Exception {
        run("first", Result.SUCCESS, """
                node('db') {
                  def b = backupIncremental database: 'shop'
                  echo "kind ${b.kind}, parent '${b.parent}', warnings ${b.warnings}"
                }
                """);
        jenkins.assertLogContains("kind full, parent '', warnings [This became a full backup, for ", newest);
        OperationRecord first = OperationHistory.get().newestFirst().get(0);
        assertThat(first.getKind()).isEqualTo(OperationKind.FULL);

        setup.run(setup.source(), "CREATE TABLE added (id int)", "INSERT INTO added SELECT generate_series(1, 10)");
        run("second", Result.SUCCESS, """
                node('db') {
                  def b = backupIncremental database: 'shop'
                  echo "kind ${b.kind} since ${b.parent}: ${b.reusedBytes > b.readBytes} ${b.fallbacks} ${b.provenSince < b.startedAt}"
                  verifyBackup database: 'shop', backup: b.id
                  def r = restoreBackup repository: 'offsite', backup: b.id, target: 'copy', create: true
                  echo "restored ${r.rows}"
                }
                """);
        jenkins.assertLogContains("kind incremental since " + first.getBackup() + ": true [] true", newest);
        jenkins.assertLogContains(" unchanged since " + first.getBackup() + ", ", newest);
        jenkins.assertLogContains("restored 2010", newest);
        OperationRecord second = OperationHistory.get().lastGoodBackup("shop").orElseThrow();
        assertThat(second.getKind()).isEqualTo(OperationKind.INCREMENTAL);
        assertThat(second.getParent()).isEqualTo(first.getBackup());
        assertThat(second.getStoredBytes()).isLessThan(first.getStoredBytes());
        assertThat(second.getReusedText()).isNotEmpty();
    }

    @Test
    void theParentOfAnIncrementalBackupMayBeNamedAndMustBeThere() throws Exception {
        run("named", Result.SUCCESS, """
                node('db') {
                  def first = backupFull 'shop'
                  def second = backupFull 'shop'
                  def third = backupIncremental database: 'shop', parent: first.id
                  echo "named: ${third.parent == first.id}"
                  def fourth = backupIncremental database: 'shop', parent: 'latest'
                  echo "latest: ${fourth.parent == third.id}"
                }
                """);
        jenkins.assertLogContains("named: true", newest);
        jenkins.assertLogContains("latest: true", newest);
        run(
                "none",
                Result.FAILURE,
                "node('db') { backupIncremental database: 'shop', parent: '20200101T000000Z-000000' }");
        jenkins.assertLogContains("20200101T000000Z-000000", newest);
    }

    @Test
    void aFreestyleJobTakesIncrementalBackupsToo() throws Exception {
        FreeStyleProject job = jenkins.createFreeStyleProject();
        job.setAssignedLabel(new LabelAtom("db"));
        job.addProperty(new ParametersDefinitionProperty(new StringParameterDefinition("PARENT", "")));
        BackupIncrementalStep step = new BackupIncrementalStep("shop");
        step.setParent("$PARENT");
        job.getBuildersList().add(new BackupIncrementalBuilder(step));
        jenkins.buildAndAssertSuccess(job);
        String first =
                OperationHistory.get().lastGoodBackup("shop").orElseThrow().getBackup();
        jenkins.buildAndAssertSuccess(job);
        jenkins.assertBuildStatusSuccess(
                job.scheduleBuild2(0, new ParametersAction(new StringParameterValue("PARENT", first))));
        assertThat(OperationHistory.get().lastGoodBackup("shop").orElseThrow().getParent())
                .isEqualTo(first);
    }
}
