package io.jenkins.plugins.postgresqlbackup.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Result;
import io.jenkins.plugins.postgresqlbackup.configuration.BackupConfiguration;
import io.jenkins.plugins.postgresqlbackup.testing.BackupSetup;
import io.jenkins.plugins.postgresqlbackup.testing.PackagedPlugin;
import java.nio.file.Path;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
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
                  def v = verifyBackup repository: 'offsite', backup: b.id, level: 'content'
                  echo "on ${env.NODE_NAME}: ${b.rows} rows, good: ${v.good}"
                }
                """, true));
        rule.assertLogContains(
                "on db: " + BackupSetup.ROWS + " rows", rule.assertBuildStatus(Result.SUCCESS, job.scheduleBuild2(0)));
    }
}
