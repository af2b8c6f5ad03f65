package io.jenkins.plugins.postgresqlbackup.operation;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import io.jenkins.plugins.postgresqlbackup.configuration.AlertSettings;
import io.jenkins.plugins.postgresqlbackup.configuration.BackupConfiguration;
import io.jenkins.plugins.postgresqlbackup.configuration.DatabaseEntry;
import io.jenkins.plugins.postgresqlbackup.history.BackupBuildAction;
import io.jenkins.plugins.postgresqlbackup.history.OperationHistory;
import io.jenkins.plugins.postgresqlbackup.history.OperationKind;
import io.jenkins.plugins.postgresqlbackup.history.OperationRecord;
import io.jenkins.plugins.postgresqlbackup.history.OperationState;
import io.jenkins.plugins.postgresqlbackup.monitor.BackupMonitor;
import io.jenkins.plugins.postgresqlbackup.testing.TestMail;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
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
                DatabaseEntry shop = new DatabaseEntry("shop", "postgresql://127.0.0.1:1/shop");
                shop.setRepository("offsite");
                BackupConfiguration.get().setDatabases(List.of(shop));
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
                BackupMonitor.get().check().get(2, TimeUnit.MINUTES); // as a minute after the start
                TestMail.Message message = mail.containing("Jenkins stopped while it ran");
                assertThat(message.text()).contains("The last backup of shop failed", "job/nightly/1/console");
            });
            sessions.then(jenkins -> {
                assertThat(OperationHistory.get().newestFirst()).hasSize(1);
                int before = mail.count();
                BackupMonitor.get().check().get(2, TimeUnit.MINUTES);
                assertThat(mail.count()).isEqualTo(before);
            });
        }
    }
}
