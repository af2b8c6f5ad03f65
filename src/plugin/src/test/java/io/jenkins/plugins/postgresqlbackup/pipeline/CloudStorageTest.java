package io.jenkins.plugins.postgresqlbackup.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Result;
import io.jenkins.plugins.postgresqlbackup.configuration.BackupConfiguration;
import io.jenkins.plugins.postgresqlbackup.configuration.RepositoryEntry;
import io.jenkins.plugins.postgresqlbackup.engine.storage.GcsServer;
import io.jenkins.plugins.postgresqlbackup.engine.storage.S3Server;
import io.jenkins.plugins.postgresqlbackup.engine.storage.SupabaseServer;
import io.jenkins.plugins.postgresqlbackup.testing.BackupSetup;
import io.jenkins.plugins.postgresqlbackup.testing.PausingProxy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.InboundAgentExtension;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Repositories in buckets, from a real inbound agent, on real servers over HTTP. */
@Timeout(120)
@WithJenkins
class CloudStorageTest {
    private static final String CYCLE = """
            node('db') {
              def b = backupFull database: 'shop'
              def v = verifyBackup repository: 'offsite', backup: b.id, level: 'content'
              echo "good: ${v.good} ${v.rows}"
              echo "listed: ${listBackups(repository: 'offsite').size()}"
              def r = restoreBackup repository: 'offsite', backup: b.id, target: 'copy', create: true
              echo "restored: ${r.rows}"
            }
            """;

    @RegisterExtension
    private final InboundAgentExtension agents = new InboundAgentExtension();

    private JenkinsRule jenkins;

    @BeforeEach
    void setUp(JenkinsRule rule) throws Exception {
        jenkins = rule;
        agents.createAgent(
                jenkins,
                InboundAgentExtension.Options.newBuilder()
                        .name("one")
                        .label("db")
                        .build());
        Jenkins.get().setNumExecutors(0);
    }

    private WorkflowJob job(String script) throws Exception {
        WorkflowJob job = jenkins.createFolder("restores").createProject(WorkflowJob.class, "job");
        job.setDefinition(new CpsFlowDefinition(script, true));
        return job;
    }

    private void assertCycle(BackupSetup setup) throws Exception {
        setup.configure();
        WorkflowRun build = jenkins.assertBuildStatus(Result.SUCCESS, job(CYCLE).scheduleBuild2(0));
        jenkins.assertLogContains("good: true " + BackupSetup.ROWS, build);
        jenkins.assertLogContains("listed: 1", build);
        jenkins.assertLogContains("restored: " + BackupSetup.ROWS, build);
        assertThat(setup.customers(setup.source() + "_copy")).isEqualTo(BackupSetup.ROWS);
    }

    @Test
    void s3KeepsABackupFromTheFirstToTheRestore() throws Exception {
        assertCycle(BackupSetup.inBucket(S3Server.s3Proxy()));
    }

    @Test
    void supabaseKeepsABackupFromTheFirstToTheRestore() throws Exception {
        assertCycle(BackupSetup.inSupabase(SupabaseServer.shared()));
    }

    @Test
    void googleKeepsABackupFromTheFirstToTheRestore() throws Exception {
        assertCycle(BackupSetup.inGoogle(GcsServer.shared()));
    }

    @Test
    void anAbortEndsWithinFiveSecondsWhileTheServerIsSilent() throws Exception {
        BackupSetup setup = BackupSetup.inBucket(S3Server.s3Proxy());
        setup.fill(200_000);
        setup.configure();
        try (PausingProxy proxy = new PausingProxy(S3Server.s3Proxy().endpoint().toString(), 8_000)) {
            RepositoryEntry slow = new RepositoryEntry("offsite", proxy.through(setup.repositoryUrl()));
            slow.setCredentialsId("key");
            slow.setStorageCredentialsId("storage");
            BackupConfiguration.get().setRepositories(List.of(slow));
            WorkflowRun build = job("node('db') { backupFull database: 'shop' }")
                    .scheduleBuild2(0)
                    .waitForStart();
            proxy.awaitPause();
            Instant asked = Instant.now();
            build.doStop();
            while (build.isBuilding()) {
                assertThat(Duration.between(asked, Instant.now())).isLessThan(Duration.ofSeconds(5));
                Thread.sleep(20);
            }
            assertThat(build.getResult()).isEqualTo(Result.ABORTED);
        }
    }
}
