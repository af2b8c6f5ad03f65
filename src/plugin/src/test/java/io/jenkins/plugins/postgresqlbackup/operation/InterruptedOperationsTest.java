package io.jenkins.plugins.postgresqlbackup.operation;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import io.jenkins.plugins.postgresqlbackup.configuration.AlertSettings;
import io.jenkins.plugins.postgresqlbackup.configuration.BackupConfiguration;
import io.jenkins.plugins.postgresqlbackup.history.BackupBuildAction;
import io.jenkins.plugins.postgresqlbackup.history.OperationHistory;
import io.jenkins.plugins.postgresqlbackup.history.OperationKind;
import io.jenkins.plugins.postgresqlbackup.history.OperationRecord;
import io.jenkins.plugins.postgresqlbackup.history.OperationState;
import io.jenkins.plugins.postgresqlbackup.testing.TestMail;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.junit.jupiter.JenkinsSessionExtension;

class InterruptedOperationsTest {
    @RegisterExtension
    private final JenkinsSessionExtension sessions = new JenkinsSessionExtension();

    @Test
    void whatRanWhenJenkinsStoppedHasFailedAndIsToldOnce() throws Throwable {
        try (TestMail mail = TestMail.start()) {
            sessions.then(jenkins -> {
                mail.use();
                AlertSettings alerts = new AlertSettings();
                alerts.setAddresses("pager@example.com");
                BackupConfiguration.get().setAlerts(alerts);
                FreeStyleBuild build = jenkins.buildAndAssertSuccess(jenkins.createFreeStyleProject("nightly"));
                OperationHistory.get()
                        .put(OperationRecord.begin(
                                OperationKind.FULL, "shop", "offsite", build, "agent", Instant.now()));
            });
            sessions.then(jenkins -> {
                assertThat(OperationHistory.get().newestFirst()).singleElement().satisfies(record -> {
                    assertThat(record.getState()).isEqualTo(OperationState.FAILED);
                    assertThat(record.getMessage()).isEqualTo("Jenkins stopped while it ran.");
                });
                FreeStyleProject job = jenkins.jenkins.getItemByFullName("nightly", FreeStyleProject.class);
                assertThat(job.getBuildByNumber(1)
                                .getAction(BackupBuildAction.class)
                                .getRecords())
                        .hasSize(1);
                TestMail.Message message = mail.last(1);
                assertThat(message.subject()).isEqualTo("Backup failed: shop");
                assertThat(message.text()).contains("Jenkins stopped while it ran.", "job/nightly/1/console");
            });
            sessions.then(jenkins -> {
                assertThat(OperationHistory.get().newestFirst()).hasSize(1);
                assertThat(mail.count()).isEqualTo(1);
            });
        }
    }
}
