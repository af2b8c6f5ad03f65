package io.jenkins.plugins.postgresqlbackup.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.ExtensionList;
import io.jenkins.plugins.postgresqlbackup.configuration.AlertSettings;
import io.jenkins.plugins.postgresqlbackup.configuration.BackupConfiguration;
import io.jenkins.plugins.postgresqlbackup.engine.health.Finding;
import io.jenkins.plugins.postgresqlbackup.engine.health.Rule;
import io.jenkins.plugins.postgresqlbackup.engine.health.Severity;
import io.jenkins.plugins.postgresqlbackup.monitor.Status;
import io.jenkins.plugins.postgresqlbackup.testing.Findings;
import io.jenkins.plugins.postgresqlbackup.testing.SecretSearch;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.LogRecorder;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

@WithJenkins
class HeartbeatTest {
    private static final Finding ERROR = Findings.of(Rule.BACKUP_OVERDUE, Severity.ERROR, "shop");
    private static final Finding WARNING = Findings.of(Rule.DRILL_OVERDUE, Severity.WARNING, "shop");

    private TestWeb web;
    private AlertSettings settings;

    @BeforeEach
    void setUp(JenkinsRule jenkins) throws Exception {
        web = new TestWeb().as("heartbeat");
        settings = new AlertSettings();
        settings.setHeartbeatCredentialsId("heartbeat");
        BackupConfiguration.get().setAlerts(settings);
    }

    @AfterEach
    void tearDown() {
        web.close();
        Findings.waitUntilAllIsTold();
    }

    /** As the monitor calls it, on a thread of its own; here so that the answer is waited for. */
    private static void check(Finding... findings) {
        ExtensionList.lookupSingleton(Heartbeat.class)
                .checked(new Status(Instant.now(), Status.NONE.situation(), List.of(findings)));
    }

    @Test
    void itComesAfterEachCheckWithoutErrorsAndAfterNoOther() throws Exception {
        check();
        assertThat(web.next().path()).isEqualTo("/" + TestWeb.SECRET + "?key=" + TestWeb.SECRET);
        check(WARNING);
        assertThat(web.next().method()).isEqualTo("GET");
        check(WARNING, ERROR);
        assertThat(web.waiting()).isZero();
    }

    @Test
    void itComesByItselfWhenACheckEnds() throws Exception {
        Findings.publish(WARNING);
        assertThat(web.next()).isNotNull();
    }

    @Test
    void whereItIsWantedErrorsAreToldToo() throws Exception {
        settings.setHeartbeatFail(true);
        check(ERROR);
        assertThat(web.next().path()).isEqualTo("/" + TestWeb.SECRET + "/fail?key=" + TestWeb.SECRET);
        check();
        assertThat(web.next().path()).isEqualTo("/" + TestWeb.SECRET + "?key=" + TestWeb.SECRET);
    }

    @Test
    void oneThatFailsIsSaidInTheLogOnceAndWithoutItsUrl() throws Exception {
        web.answerWith(503);
        try (LogRecorder log =
                new LogRecorder().record(Heartbeat.class, Level.WARNING).capture(10)) {
            check();
            check();
            assertThat(log.getMessages()).hasSize(1);
            SecretSearch search = new SecretSearch();
            search.add("the heartbeat's URL", TestWeb.SECRET);
            assertThat(log.getMessages().get(0)).contains("The heartbeat URL could not be asked for", "status 503");
            assertThat(search.in("The log", log.getMessages().get(0))).isEmpty();
        }
    }

    @Test
    void oneThatHangsHoldsUpNoCheck() throws Exception {
        web.hang();
        Instant begin = Instant.now();
        Findings.publish();
        Findings.publish();
        assertThat(Duration.between(begin, Instant.now())).isLessThan(Duration.ofSeconds(2));
        assertThat(web.next()).isNotNull();
    }
}
