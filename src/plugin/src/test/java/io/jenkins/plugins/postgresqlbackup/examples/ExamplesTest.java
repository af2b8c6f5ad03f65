package io.jenkins.plugins.postgresqlbackup.examples;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.FilePath;
import hudson.model.BooleanParameterValue;
import hudson.model.Label;
import hudson.model.ParametersAction;
import hudson.model.Result;
import hudson.model.StringParameterValue;
import hudson.slaves.DumbSlave;
import hudson.triggers.TimerTrigger;
import io.jenkins.plugins.postgresqlbackup.configuration.BackupConfiguration;
import io.jenkins.plugins.postgresqlbackup.configuration.DatabaseEntry;
import io.jenkins.plugins.postgresqlbackup.configuration.RepositoryEntry;
import io.jenkins.plugins.postgresqlbackup.history.BackupBuildAction;
import io.jenkins.plugins.postgresqlbackup.history.OperationHistory;
import io.jenkins.plugins.postgresqlbackup.history.OperationKind;
import io.jenkins.plugins.postgresqlbackup.history.OperationRecord;
import io.jenkins.plugins.postgresqlbackup.history.OperationState;
import io.jenkins.plugins.postgresqlbackup.testing.BackupSetup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import jenkins.model.Jenkins;
import jenkins.model.ParameterizedJobMixIn;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Runs each Jenkinsfile of {@code docs/examples} as it is published. */
@WithJenkins
class ExamplesTest {
    private static final Path EXAMPLES = Path.of("../../docs/examples");

    @TempDir
    private Path directory;

    private JenkinsRule jenkins;
    private BackupSetup setup;
    private DumbSlave agent;

    @BeforeEach
    void setUp(JenkinsRule rule) throws Exception {
        jenkins = rule;
        setup = BackupSetup.make(directory);
        setup.configure();
        DatabaseEntry orders = database("orders", setup.sourceUrl());
        orders.setRestoreTarget(true);
        orders.setRestoreJobs("deployment");
        DatabaseEntry staging = database("staging", setup.copyUrl());
        staging.setRestoreTarget(true);
        staging.setRestoreJobs("refresh-staging");
        DatabaseEntry scratch = database("scratch", setup.serverUrl());
        scratch.setScratchServer(true);
        scratch.setRestoreJobs("weekly-drill");
        BackupConfiguration configuration = BackupConfiguration.get();
        configuration.setDatabases(List.of(
                orders,
                database("invoices", setup.sourceUrl()),
                database("people", setup.sourceUrl()),
                staging,
                scratch));
        configuration.repository("offsite").orElseThrow().setRestoreJobs("deployment\nrefresh-staging\nweekly-drill");
        agent = agent();
        Jenkins.get().setNumExecutors(0);
    }

    private static DatabaseEntry database(String name, String url) {
        DatabaseEntry entry = new DatabaseEntry(name, url);
        entry.setCredentialsId("db");
        entry.setRepository("offsite");
        return entry;
    }

    private DumbSlave agent() throws Exception {
        // With its label from the beginning: Jenkins may have looked already who has it.
        return jenkins.createOnlineSlave(Label.get("db"));
    }

    private WorkflowJob job(String name) throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class, name);
        job.setDefinition(new CpsFlowDefinition(Files.readString(EXAMPLES.resolve(name + ".Jenkinsfile")), true));
        return job;
    }

    private static List<OperationRecord> records(WorkflowRun build) {
        return build.getAction(BackupBuildAction.class).getRecords();
    }

    private static String cron(WorkflowJob job) {
        return ParameterizedJobMixIn.getTrigger(job, TimerTrigger.class).getSpec();
    }

    @Test
    void everyExampleIsRunByATestOfItsName() throws Exception {
        Set<String> tests = new TreeSet<>();
        for (var method : ExamplesTest.class.getDeclaredMethods()) {
            tests.add(method.getName());
        }
        try (Stream<Path> files = Files.list(EXAMPLES)) {
            assertThat(files.map(file -> file.getFileName().toString())
                            .filter(name -> name.endsWith(".Jenkinsfile"))
                            .map(name -> name.replace(".Jenkinsfile", "").replace("-", "_")))
                    .isNotEmpty()
                    .allSatisfy(name -> assertThat(tests).anyMatch(test -> test.startsWith(name + "_")));
        }
    }

    @Test
    void nightly_backsUpAndVerifies() throws Exception {
        WorkflowJob job = job("nightly");
        WorkflowRun build = jenkins.buildAndAssertSuccess(job);
        assertThat(records(build))
                .extracting(OperationRecord::getKind)
                .containsExactly(OperationKind.FULL, OperationKind.VERIFY);
        assertThat(records(build))
                .extracting(OperationRecord::getBackup)
                .containsOnly(records(build).get(0).getBackup());
        assertThat(records(build).get(1).getRows()).isEqualTo(BackupSetup.ROWS);
        assertThat(cron(job)).isEqualTo("H 2 * * *");
    }

    @Test
    void hourly_incremental_storesOnlyWhatHasChanged() throws Exception {
        WorkflowJob job = job("hourly-incremental");
        OperationRecord first = records(jenkins.buildAndAssertSuccess(job)).get(0);
        assertThat(first.getKind()).isEqualTo(OperationKind.FULL);
        OperationRecord second = records(jenkins.buildAndAssertSuccess(job)).get(0);
        assertThat(second.getKind()).isEqualTo(OperationKind.INCREMENTAL);
        assertThat(second.getParent()).isEqualTo(first.getBackup());
        assertThat(second.getStoredBytes()).isLessThan(first.getStoredBytes());
        assertThat(cron(job)).isEqualTo("H * * * *");
    }

    @Test
    void prune_deletesWhatIsNotKeptUnlessItOnlySaysSo() throws Exception {
        String old = setup.takeAgo(Duration.ofHours(40));
        jenkins.buildAndAssertSuccess(job("nightly"));
        RepositoryEntry offsite =
                BackupConfiguration.get().repository("offsite").orElseThrow();
        offsite.setDeleteJobs("prune");
        offsite.getRetention().setDays(1);
        offsite.getRetention().setMinimum(1);
        WorkflowJob job = job("prune");
        jenkins.assertBuildStatusSuccess(
                job.scheduleBuild2(0, new ParametersAction(new BooleanParameterValue("DRY_RUN", true))));
        jenkins.assertLogContains("0 of 2 backups deleted", job.getLastBuild());
        WorkflowRun build = jenkins.buildAndAssertSuccess(job);
        assertThat(build.getDescription()).isEqualTo("1 deleted");
        assertThat(records(build).get(0).getDeleted()).containsExactly(old);
        assertThat(cron(job)).isEqualTo("H 4 * * *");
    }

    @Test
    void many_databases_areBackedUpOnSeveralAgentsAtOnce() throws Exception {
        agent();
        WorkflowJob job = job("many-databases");
        WorkflowRun build = jenkins.buildAndAssertSuccess(job);
        assertThat(records(build))
                .extracting(OperationRecord::getDatabase)
                .containsExactlyInAnyOrder("orders", "invoices", "people");
        assertThat(records(build))
                .extracting(OperationRecord::getNode)
                .containsAll(jenkins.jenkins.getNodes().stream()
                        .map(node -> node.getDisplayName())
                        .toList());
        jenkins.assertLogContains(BackupSetup.ROWS + " rows in 1 tables", build);
        assertThat(cron(job)).isEqualTo("H 2 * * *");
    }

    @Test
    void weekly_drill_restoresTheLatestBackupAndAsksIt() throws Exception {
        jenkins.buildAndAssertSuccess(job("nightly"));
        WorkflowJob job = job("weekly-drill");
        WorkflowRun build = jenkins.buildAndAssertSuccess(job);
        assertThat(records(build)).singleElement().satisfies(record -> {
            assertThat(record.getLevel()).isEqualTo("restore");
            assertThat(record.getRows()).isEqualTo(BackupSetup.ROWS);
        });
        assertThat(cron(job)).isEqualTo("H 6 * * 0");

        setup.run(setup.source(), "DELETE FROM customers WHERE id > 10");
        jenkins.buildAndAssertSuccess(jenkins.jenkins.getItemByFullName("nightly", WorkflowJob.class));
        WorkflowRun poor = jenkins.assertBuildStatus(Result.FAILURE, job.scheduleBuild2(0));
        jenkins.assertLogContains("SELECT count(*) > 1000 FROM public.customers", poor);
    }

    @Test
    void refresh_staging_replacesWhatIsThere() throws Exception {
        jenkins.buildAndAssertSuccess(job("nightly"));
        String first =
                OperationHistory.get().lastGoodBackup("orders").orElseThrow().getBackup();
        WorkflowJob job = job("refresh-staging");
        jenkins.buildAndAssertSuccess(job);
        String staging = setup.source() + "_copy";
        assertThat(setup.customers(staging)).isEqualTo(BackupSetup.ROWS);

        setup.run(setup.source(), "DELETE FROM customers WHERE id > 10");
        jenkins.buildAndAssertSuccess(jenkins.jenkins.getItemByFullName("nightly", WorkflowJob.class));
        jenkins.buildAndAssertSuccess(job);
        assertThat(setup.customers(staging)).isEqualTo(10);

        jenkins.assertBuildStatusSuccess(
                job.scheduleBuild2(0, new ParametersAction(new StringParameterValue("BACKUP", first))));
        assertThat(setup.customers(staging)).isEqualTo(BackupSetup.ROWS);
    }

    @Test
    void deployment_thatFailsLeavesTheDatabaseAsItWas() throws Exception {
        WorkflowJob job = job("deployment");
        FilePath workspace = agent.getWorkspaceFor(job);
        script(workspace, "echo all is well");
        WorkflowRun good = jenkins.buildAndAssertSuccess(job);
        assertThat(records(good)).hasSize(2);

        // The script waits until the test has done what a bad migration does.
        Path gate = directory.resolve("gate");
        assertThat(new ProcessBuilder("mkfifo", gate.toString()).start().waitFor())
                .isZero();
        script(workspace, "echo The migration has begun.; cat " + gate + "; exit 1");
        WorkflowRun bad = job.scheduleBuild2(0).waitForStart();
        jenkins.waitForMessage("The migration has begun.", bad);
        setup.run(setup.source(), "DELETE FROM customers", "ALTER TABLE customers ADD COLUMN broken text");
        Files.writeString(gate, "it went wrong\n");
        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(bad));
        assertThat(records(bad))
                .extracting(OperationRecord::getKind, OperationRecord::getState)
                .endsWith(org.assertj.core.groups.Tuple.tuple(OperationKind.RESTORE, OperationState.SUCCEEDED));
        assertThat(setup.customers(setup.source())).isEqualTo(BackupSetup.ROWS);
    }

    private static void script(FilePath workspace, String lines) throws Exception {
        FilePath script = workspace.child("deploy.sh");
        script.write("#!/bin/sh\n" + lines + "\n", "UTF-8");
        script.chmod(0755);
    }

    @Test
    void thePipelinesOfTheGuideRun() throws Exception {
        BackupConfiguration.get().database("staging").orElseThrow().setRestoreJobs("guide");
        RepositoryEntry offsite =
                BackupConfiguration.get().repository("offsite").orElseThrow();
        offsite.setRestoreJobs("guide");
        List<String> pipelines = Guide.blocks("groovy");
        assertThat(pipelines).hasSizeGreaterThan(1);
        WorkflowJob job = jenkins.createProject(WorkflowJob.class, "guide");
        for (String pipeline : pipelines) {
            String whole = pipeline.startsWith("pipeline") ? pipeline : "node('db') {\n" + pipeline + "}\n";
            job.setDefinition(new CpsFlowDefinition(whole, true));
            jenkins.buildAndAssertSuccess(job);
        }
        assertThat(setup.customers(setup.source() + "_copy")).isEqualTo(BackupSetup.ROWS);
    }
}
