package io.jenkins.plugins.postgresqlbackup.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Result;
import hudson.model.labels.LabelAtom;
import io.jenkins.plugins.postgresqlbackup.history.BackupBuildAction;
import io.jenkins.plugins.postgresqlbackup.history.OperationHistory;
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
        return jenkins.assertBuildStatus(expected, job.scheduleBuild2(0));
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
}
