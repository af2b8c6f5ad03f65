package io.jenkins.plugins.postgresqlbackup.alert;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.ExtensionList;
import hudson.model.AdministrativeMonitor;
import io.jenkins.plugins.postgresqlbackup.access.BackupPermissions;
import io.jenkins.plugins.postgresqlbackup.engine.health.Finding;
import io.jenkins.plugins.postgresqlbackup.engine.health.Rule;
import io.jenkins.plugins.postgresqlbackup.engine.health.Severity;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import jenkins.model.Jenkins;
import org.htmlunit.HttpMethod;
import org.htmlunit.WebRequest;
import org.htmlunit.html.HtmlForm;
import org.htmlunit.html.HtmlPage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

@WithJenkins
class AlertMonitorTest {
    private static final Finding OVERDUE = finding(Rule.BACKUP_OVERDUE, Severity.ERROR, "Overdue <b>is</b> shop");
    private static final Finding SKEW = finding(Rule.CLOCK_SKEW, Severity.WARNING, "Clocks differ");

    private JenkinsRule jenkins;
    private AlertMonitor monitor;

    @BeforeEach
    void setUp(JenkinsRule rule) {
        jenkins = rule;
        monitor = ExtensionList.lookup(AdministrativeMonitor.class).get(AlertMonitor.class);
        jenkins.jenkins.setSecurityRealm(jenkins.createDummySecurityRealm());
        Jenkins.MANAGE.setEnabled(true);
        jenkins.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.ADMINISTER)
                .everywhere()
                .to("admin")
                .grant(Jenkins.READ, Jenkins.MANAGE)
                .everywhere()
                .to("manager", "viewer", "runner")
                .grant(BackupPermissions.VIEW)
                .everywhere()
                .to("viewer", "runner")
                .grant(BackupPermissions.RUN)
                .everywhere()
                .to("runner"));
    }

    private static Finding finding(Rule rule, Severity severity, String message) {
        return new Finding(rule, severity, "shop", "", message, "Do something.", Instant.now());
    }

    private static void check(Finding... findings) {
        Alerts.get().update(List.of(findings), Instant.now());
    }

    private HtmlPage manage(String who) throws Exception {
        return jenkins.createWebClient().login(who).goTo("manage");
    }

    private static List<HtmlForm> buttons(HtmlPage page) {
        return page.getForms().stream()
                .filter(form -> form.getActionAttribute().endsWith("/acknowledge"))
                .toList();
    }

    @Test
    void openAlertsAreShownAndAcknowledgedOneByOneAndANewOneShowsAgain() throws Exception {
        assertThat(monitor.isActivated()).isFalse();
        check(OVERDUE, SKEW);
        HtmlPage page = manage("runner");
        assertThat(page.asNormalizedText())
                .contains("PostgreSQL backups need somebody", "Overdue <b>is</b> shop", "Clocks differ");
        assertThat(page.getAnchorByHref(jenkins.contextPath + "/postgresql-backup/alerts")
                        .asNormalizedText())
                .isEqualTo("All alerts about PostgreSQL backups");
        List<HtmlForm> buttons = buttons(page);
        assertThat(buttons).hasSize(2);
        HtmlPage after = jenkins.submit(buttons.get(0));
        assertThat(after.asNormalizedText()).contains("Clocks differ").doesNotContain("Overdue");
        assertThat(Alerts.get().open().get(0).getAcknowledgedBy()).isEqualTo("runner");
        jenkins.submit(buttons(after).get(0));
        assertThat(monitor.isActivated()).isFalse();
        assertThat(Alerts.get().open()).hasSize(2);

        check(OVERDUE, SKEW, finding(Rule.PACK_MISSING, Severity.ERROR, "A pack is gone"));
        assertThat(manage("runner").asNormalizedText())
                .contains("A pack is gone")
                .doesNotContain("Overdue");
    }

    @Test
    void whoMaySeeBackupsSeesThemAndOnlyWhoMayRunThemAcknowledges() throws Exception {
        check(OVERDUE);
        assertThat(manage("manager").asNormalizedText()).doesNotContain("Overdue");
        HtmlPage seen = manage("viewer");
        assertThat(seen.asNormalizedText()).contains("Overdue");
        assertThat(buttons(seen)).isEmpty();
        assertThat(buttons(manage("admin"))).hasSize(1);
    }

    @Test
    void itCannotBeDismissedForGood() throws Exception {
        check(OVERDUE);
        try (JenkinsRule.WebClient browser = jenkins.createWebClient().login("admin")) {
            WebRequest dismissal =
                    new WebRequest(browser.createCrumbedUrl(monitor.getUrl() + "/disable"), HttpMethod.POST);
            browser.getPage(dismissal);
        }
        assertThat(monitor.isEnabled()).isTrue();
        assertThat(jenkins.jenkins.getDisabledAdministrativeMonitors()).doesNotContain(monitor.id);
        jenkins.jenkins.setDisabledAdministrativeMonitors(Set.of(monitor.id));
        assertThat(manage("admin").asNormalizedText()).contains("Overdue");
    }

    @Test
    void onlyTheWorstAreShownAndHowManyMoreThereAre() throws Exception {
        check(
                finding(Rule.BACKUP_OVERDUE, Severity.ERROR, "one"),
                finding(Rule.BACKUP_MISSING, Severity.ERROR, "two"),
                finding(Rule.PACK_MISSING, Severity.ERROR, "three"),
                finding(Rule.STORAGE_FULL, Severity.ERROR, "four"),
                finding(Rule.KEY_SLOTS, Severity.ERROR, "five"),
                SKEW,
                finding(Rule.DRILL_OVERDUE, Severity.WARNING, "seven"));
        HtmlPage page = manage("admin");
        assertThat(buttons(page)).hasSize(5);
        assertThat(page.asNormalizedText())
                .contains("2 more alerts about PostgreSQL backups")
                .doesNotContain("Clocks differ");
    }
}
