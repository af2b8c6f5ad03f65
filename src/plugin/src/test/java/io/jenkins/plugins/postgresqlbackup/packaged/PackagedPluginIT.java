package io.jenkins.plugins.postgresqlbackup.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Result;
import io.jenkins.plugins.postgresqlbackup.configuration.BackupConfiguration;
import io.jenkins.plugins.postgresqlbackup.engine.health.Situation;
import io.jenkins.plugins.postgresqlbackup.engine.storage.GcsServer;
import io.jenkins.plugins.postgresqlbackup.engine.storage.S3Server;
import io.jenkins.plugins.postgresqlbackup.history.OperationHistory;
import io.jenkins.plugins.postgresqlbackup.history.OperationRecord;
import io.jenkins.plugins.postgresqlbackup.history.OperationState;
import io.jenkins.plugins.postgresqlbackup.monitor.BackupMonitor;
import io.jenkins.plugins.postgresqlbackup.testing.BackupSetup;
import io.jenkins.plugins.postgresqlbackup.testing.PackagedPlugin;
import io.jenkins.plugins.postgresqlbackup.testing.PausingProxy;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import javax.management.ObjectName;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.InboundAgentExtension;
import org.jvnet.hudson.test.junit.jupiter.RealJenkinsExtension;

/** The installed plugin does its work on an agent: every class it needs is in its own jars or in the plugins it asks for, and gets over to the agent. */
class PackagedPluginIT {
    @RegisterExtension
    private final RealJenkinsExtension jenkins = PackagedPlugin.jenkins();

    @RegisterExtension
    private final InboundAgentExtension agents = new InboundAgentExtension();

    @TempDir
    private Path directory;

    @Test
    void itBacksUpAndVerifiesThroughAnAgent() throws Throwable {
        jenkins.startJenkins();
        agents.createAgent(
                jenkins,
                InboundAgentExtension.Options.newBuilder()
                        .name("db")
                        .label("db")
                        .build());
        jenkins.runRemotely(PackagedPluginIT::backUpAndVerify, BackupSetup.make(directory));
    }

    private static void backUpAndVerify(JenkinsRule rule, BackupSetup setup) throws Throwable {
        assertThat(BackupConfiguration.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .getPath())
                .endsWith("/" + PackagedPlugin.NAME + "/WEB-INF/lib/" + PackagedPlugin.NAME + ".jar");

        setup.configure();
        WorkflowJob job = rule.createProject(WorkflowJob.class, "backup");
        job.setDefinition(new CpsFlowDefinition("""
                node('db') {
                  def b = backupFull database: 'shop'
                  def i = backupIncremental database: 'shop'
                  def v = verifyBackup repository: 'offsite', backup: i.id, level: 'content'
                  def p = pruneBackups repository: 'offsite', dryRun: true
                  assert i.parent == b.id && p.backups*.kept == [true, true]
                  checkBackups failOn: 'never', unstableOn: 'never'
                  echo "on ${env.NODE_NAME}: ${i.rows} rows, good: ${v.good}"
                }
                """, true));
        rule.assertLogContains(
                "on db: " + BackupSetup.ROWS + " rows", rule.assertBuildStatus(Result.SUCCESS, job.scheduleBuild2(0)));
        Situation seen = BackupMonitor.get().status().situation();
        assertThat(seen.repository("offsite").orElseThrow().look().facts().backups())
                .hasSize(2);
        assertThat(seen.databases())
                .filteredOn(database -> database.name().equals("shop"))
                .singleElement()
                .satisfies(shop -> assertThat(shop.look().facts().database()).isEqualTo(setup.source()));
    }

    @Test
    void itBacksUpIntoABucketThroughAnAgentAndTheControllerLoadsNothingForThat() throws Throwable {
        jenkins.startJenkins();
        agents.createAgent(
                jenkins,
                InboundAgentExtension.Options.newBuilder()
                        .name("db")
                        .label("db")
                        .build());
        BackupSetup setup = BackupSetup.inBucket(S3Server.s3Proxy());
        jenkins.runRemotely(PackagedPluginIT::backUpAndVerify, setup);
        jenkins.runRemotely(PackagedPluginIT::restore, setup);
        assertThat(setup.customers(setup.source() + "_copy")).isEqualTo(BackupSetup.ROWS);
        jenkins.runRemotely(PackagedPluginIT::assertNoClientOfACloudIsLoaded);
    }

    @Test
    void itBacksUpIntoGoogleCloudStorageThroughAnAgent() throws Throwable {
        jenkins.startJenkins();
        agents.createAgent(
                jenkins,
                InboundAgentExtension.Options.newBuilder()
                        .name("db")
                        .label("db")
                        .build());
        jenkins.runRemotely(PackagedPluginIT::backUpAndVerify, BackupSetup.inGoogle(GcsServer.shared()));
    }

    private static void restore(JenkinsRule rule, BackupSetup setup) throws Throwable {
        BackupConfiguration.get().repository("offsite").orElseThrow().setRestoreJobs("restore");
        BackupConfiguration.get().database("copy").orElseThrow().setRestoreJobs("restore");
        WorkflowJob job = rule.createProject(WorkflowJob.class, "restore");
        job.setDefinition(new CpsFlowDefinition("""
                node('db') {
                  assert listBackups(repository: 'offsite').size() == 2
                  restoreBackup repository: 'offsite', backup: 'latest', target: 'copy', create: true
                }
                """, true));
        rule.assertBuildStatus(Result.SUCCESS, job.scheduleBuild2(0));
    }

    private static void assertNoClientOfACloudIsLoaded(JenkinsRule rule) throws Throwable {
        String loaded = (String) ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                        "vmClassHierarchy",
                        new Object[] {new String[0]},
                        new String[] {String[].class.getName()});
        assertThat(loaded)
                .contains(BackupConfiguration.class.getName())
                .doesNotContain("software.amazon.awssdk.services", "com.google.api.services");
    }

    @Test
    void aBackupThatARestartOfTheControllerCutIsTakenUpByTheNextAttempt() throws Throwable {
        // Stores little at a time, and writes down at once what it has stored.
        InboundAgentExtension.Options agent = InboundAgentExtension.Options.newBuilder()
                .name("db")
                .label("db")
                .javaOptions(
                        "-DpostgresqlBackup.rangeBytes=262144",
                        "-DpostgresqlBackup.packBytes=16384",
                        "-DpostgresqlBackup.journalMillis=1")
                .build();
        BackupSetup setup = BackupSetup.make(directory);
        setup.fill(200_000);
        jenkins.startJenkins();
        agents.createAgent(jenkins, agent);
        try (PausingProxy proxy = new PausingProxy(setup.sourceUrl(), 3_000_000)) {
            jenkins.runRemotely(PackagedPluginIT::beginBackup, setup.through(proxy));
            proxy.awaitPause();
            while (!setup.isSomethingWrittenDown()) {
                Thread.onSpinWait(); // the agent is about to
            }
            jenkins.stopJenkins();
            proxy.resume();
            jenkins.startJenkins();
            agents.start(jenkins, agent);
            jenkins.runRemotely(PackagedPluginIT::theSecondAttemptSucceeds);
        }
    }

    private static void beginBackup(JenkinsRule rule, BackupSetup setup) throws Throwable {
        setup.configure();
        WorkflowJob job = rule.createProject(WorkflowJob.class, "backup");
        job.setDefinition(new CpsFlowDefinition("""
                retry(count: 2, conditions: [agent(), nonresumable()]) {
                  node('db') {
                    def b = backupFull database: 'shop'
                    verifyBackup database: 'shop', backup: b.id
                  }
                }
                """, true));
        job.scheduleBuild2(0).waitForStart();
    }

    private static void theSecondAttemptSucceeds(JenkinsRule rule) throws Throwable {
        WorkflowRun build =
                rule.jenkins.getItemByFullName("backup", WorkflowJob.class).getLastBuild();
        rule.assertBuildStatusSuccess(rule.waitForCompletion(build));
        rule.assertLogContains("cannot be resumed after a controller restart", build);
        rule.assertLogContains(" unchanged since a run that was interrupted, ", build);
        rule.assertLogContains("every digest right", build);
        List<OperationRecord> oldestFirst =
                new ArrayList<>(OperationHistory.get().newestFirst());
        Collections.reverse(oldestFirst);
        assertThat(oldestFirst)
                .extracting(OperationRecord::getState)
                .containsExactly(OperationState.FAILED, OperationState.SUCCEEDED, OperationState.SUCCEEDED);
    }
}
