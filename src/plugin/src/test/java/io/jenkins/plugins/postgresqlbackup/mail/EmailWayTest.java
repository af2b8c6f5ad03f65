package io.jenkins.plugins.postgresqlbackup.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hudson.ExtensionList;
import hudson.model.User;
import hudson.tasks.Mailer;
import hudson.util.FormValidation;
import io.jenkins.plugins.postgresqlbackup.access.BackupPermissions;
import io.jenkins.plugins.postgresqlbackup.alert.Alert;
import io.jenkins.plugins.postgresqlbackup.alert.AlertEvent;
import io.jenkins.plugins.postgresqlbackup.alert.Alerts;
import io.jenkins.plugins.postgresqlbackup.alert.TestAlert;
import io.jenkins.plugins.postgresqlbackup.configuration.AlertSettings;
import io.jenkins.plugins.postgresqlbackup.configuration.BackupConfiguration;
import io.jenkins.plugins.postgresqlbackup.configuration.DatabaseEntry;
import io.jenkins.plugins.postgresqlbackup.configuration.RepositoryEntry;
import io.jenkins.plugins.postgresqlbackup.engine.health.Finding;
import io.jenkins.plugins.postgresqlbackup.engine.health.Rule;
import io.jenkins.plugins.postgresqlbackup.engine.health.Severity;
import io.jenkins.plugins.postgresqlbackup.monitor.BackupMonitor;
import io.jenkins.plugins.postgresqlbackup.testing.Findings;
import io.jenkins.plugins.postgresqlbackup.testing.SeenBackups;
import io.jenkins.plugins.postgresqlbackup.testing.SlowMailServer;
import io.jenkins.plugins.postgresqlbackup.testing.TestMail;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jenkins.model.Jenkins;
import jenkins.model.JenkinsLocationConfiguration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.LogRecorder;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

@WithJenkins
class EmailWayTest {
    private static final Pattern LINK = Pattern.compile("https?://[^\\s\"<]+");

    private final TestMail mail = TestMail.start();
    private final AlertSettings settings = new AlertSettings();
    private JenkinsRule jenkins;

    @BeforeEach
    void setUp(JenkinsRule rule) throws Exception {
        jenkins = rule;
        mail.use();
        DatabaseEntry shop = new DatabaseEntry("shop", "postgresql://db.example.com/shop");
        shop.setRepository("offsite");
        BackupConfiguration.get().setDatabases(List.of(shop));
        BackupConfiguration.get().setRepositories(List.of(new RepositoryEntry("offsite", "file:/backups")));
        jenkins.jenkins.setSecurityRealm(jenkins.createDummySecurityRealm());
        allow("alice");
        settings.setAddresses("team@example.com");
        BackupConfiguration.get().setAlerts(settings);
    }

    @AfterEach
    void tearDown() {
        Findings.waitUntilAllIsTold();
        mail.close();
    }

    /** Lets these see backups, and everybody use Jenkins. */
    private void allow(String... viewers) {
        MockAuthorizationStrategy strategy =
                new MockAuthorizationStrategy().grant(Jenkins.READ).everywhere().toEveryone();
        for (String viewer : viewers) {
            strategy.grant(BackupPermissions.VIEW).everywhere().to(viewer);
        }
        strategy.grant(Jenkins.ADMINISTER).everywhere().to("admin");
        jenkins.jenkins.setAuthorizationStrategy(strategy);
    }

    private static void user(String id) throws Exception {
        User.getById(id, true).addProperty(new Mailer.UserProperty(id + "@example.com"));
    }

    private static Finding overdue(Severity severity) {
        return Findings.of(Rule.BACKUP_OVERDUE, severity, "shop");
    }

    @Test
    void onlyUsersWhoMaySeeBackupsAreToldAndTheLogSaysWhyOthersAreNot() throws Exception {
        user("alice");
        user("admin");
        user("bob");
        User.getById("carol", true);
        settings.setAdministrators("alice\nbob\ncarol\nadmin\nnobody");
        allow("alice", "carol");
        try (LogRecorder log = new LogRecorder()
                .record(AlertSettings.class.getName(), Level.WARNING)
                .capture(100)) {
            Findings.publish(overdue(Severity.ERROR));
            mail.last(3);
            assertThat(String.join("\n", log.getMessages()))
                    .contains("The user bob may not see backups", "The user carol has no e-mail address", "nobody");
        }
        assertThat(mail.recipients()).containsExactly("admin@example.com", "alice@example.com", "team@example.com");

        mail.empty();
        allow();
        Findings.publish(overdue(Severity.ERROR), Findings.of(Rule.STORAGE_FULL, Severity.ERROR, "offsite"));
        mail.last(2);
        assertThat(mail.of("alice@example.com")).isEmpty();
        assertThat(mail.of("admin@example.com")).hasSize(1);
    }

    @Test
    void emergencyAddressesAreToldOfErrorsOnlyAndWhenTheseAreOver() throws Exception {
        settings.setEmergencyAddresses("pager@example.com");
        Findings.publish(Findings.of(Rule.DRILL_OVERDUE, Severity.WARNING, "shop"));
        assertThat(mail.last(1).subject()).isEqualTo("WARNING: no restore drill of shop in time");
        assertThat(mail.recipients()).containsExactly("team@example.com");

        Findings.publish(
                Findings.of(Rule.DRILL_OVERDUE, Severity.WARNING, "shop"),
                overdue(Severity.ERROR),
                Findings.of(Rule.STORAGE_FULL, Severity.WARNING, "offsite"));
        mail.last(3);
        assertThat(mail.of("team@example.com").get(1).subject()).isEqualTo("1 ERROR, 1 warning: shop, offsite");
        TestMail.Message paged = mail.of("pager@example.com").get(0);
        assertThat(paged.subject()).isEqualTo("ERROR: no good backup of shop at all");
        assertThat(paged.text()).doesNotContain("storage-full");

        Findings.publish();
        Findings.publish();
        mail.last(5);
        assertThat(mail.of("team@example.com").get(2).subject()).isEqualTo("3 are over: shop, offsite");
        assertThat(mail.of("pager@example.com").get(1).subject()).isEqualTo("RESOLVED: no good backup of shop");
    }

    @Test
    void everyAlertIsToldWhenItOpensWhenItWorsensAndWhenItIsOverInOneConversation() throws Exception {
        Findings.publish(overdue(Severity.WARNING));
        TestMail.Message opened = mail.last(1);
        assertThat(opened.subject()).isEqualTo("WARNING: no good backup of shop at all");
        Findings.publish(overdue(Severity.WARNING));
        Findings.publish(overdue(Severity.ERROR));
        TestMail.Message worsened = mail.last(2);
        assertThat(worsened.subject()).isEqualTo("ERROR: no good backup of shop at all");
        assertThat(worsened.text()).contains("It got worse: it has been a warning since ");
        Findings.publish(overdue(Severity.ERROR));
        Findings.publish();
        Findings.publish();
        TestMail.Message over = mail.last(3);
        assertThat(over.subject()).isEqualTo("RESOLVED: no good backup of shop");
        assertThat(over.text()).contains("It is over:").doesNotContain("restoreBackup");
        assertThat(mail.count()).isEqualTo(3);

        String thread = opened.headers().get("Message-ID");
        assertThat(thread).matches("<[^@<>\\s]+@[^@<>\\s]+>");
        for (TestMail.Message later : List.of(worsened, over)) {
            assertThat(later.headers().get("Message-ID")).isNotEqualTo(thread);
            assertThat(later.headers().get("References")).isEqualTo(thread);
            assertThat(later.headers().get("In-Reply-To")).isEqualTo(thread);
        }
        assertThat(opened.headers())
                .doesNotContainKey("References")
                .containsEntry("Auto-Submitted", "auto-generated")
                .hasEntrySatisfying("List-Id", id -> assertThat(id).contains("<postgresql-backup.localhost>"));
    }

    @Test
    void whatIsOnlyWorthKnowingIsNeverMailedSingly() throws Exception {
        Findings.publish(overdue(Severity.INFO));
        Findings.publish(overdue(Severity.INFO), Findings.of(Rule.STORAGE_FULL, Severity.WARNING, "offsite"));
        TestMail.Message message = mail.last(1);
        assertThat(message.subject()).isEqualTo("WARNING: storage of offsite is filling up");
        assertThat(message.text()).doesNotContain("backup-overdue");
    }

    @Test
    void textAndHtmlSayTheSameAndNothingInThemIsTakenForHtml() throws Exception {
        Findings.publish(new Finding(
                Rule.DATABASE_UNREACHABLE,
                Severity.ERROR,
                "shop",
                "",
                "The server said <script>alert(1)</script> & \"quit\".",
                "Its log: " + jenkins.getURL() + "job/a/1/console",
                Instant.now()));
        TestMail.Message message = mail.last(1);
        assertThat(message.subject()).isEqualTo("ERROR: shop cannot be reached");
        assertThat(message.text())
                .startsWith("ERROR: The server said <script>alert(1)</script> & \"quit\".\n\nIts log: ")
                .contains("THERE IS NO GOOD BACKUP of 'shop'")
                .contains("postgresql-backup/alerts");
        assertThat(message.html())
                .contains("The server said &lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;quit&quot;.")
                .contains("<a href=\"" + jenkins.getURL() + "job/a/1/console\">")
                .contains("THERE IS NO GOOD BACKUP of 'shop'")
                .contains("prefers-color-scheme: dark")
                .doesNotContain("<script", "src=", "<img");
    }

    @Test
    void linksLeadToPagesOfThisJenkins() throws Exception {
        Findings.publish(overdue(Severity.ERROR));
        TestMail.Message message = mail.last(1);
        List<String> links = new ArrayList<>();
        for (String part : List.of(message.text(), message.html())) {
            Matcher matcher = LINK.matcher(part);
            while (matcher.find()) {
                links.add(matcher.group());
            }
        }
        String root = jenkins.getURL().toString();
        assertThat(links).isNotEmpty().allMatch(link -> link.startsWith(root));
        try (JenkinsRule.WebClient browser = jenkins.createWebClient().login("admin")) {
            for (String link : links) {
                assertThat(browser.getPage(java.net.URI.create(link).toURL())
                                .getWebResponse()
                                .getStatusCode())
                        .as(link)
                        .isEqualTo(200);
            }
        }
    }

    @Test
    void whereJenkinsDoesNotKnowItsUrlTheMailSaysSo() throws Exception {
        JenkinsLocationConfiguration.get().setUrl(null);
        Findings.publish(overdue(Severity.ERROR));
        assertThat(mail.last(1).text())
                .contains("Jenkins does not know its own URL")
                .doesNotContain("http://", "null");
    }

    @Test
    void whatIsToldAgainAfterAFailureGoesOnlyToThoseWhoHaveItNot() throws Exception {
        settings.setEmergencyAddresses("pager@example.com");
        EmailWay way = ExtensionList.lookupSingleton(EmailWay.class);
        Findings.publish(Findings.of(Rule.STORAGE_FULL, Severity.ERROR, "offsite"));
        mail.last(2);
        List<AlertEvent> events = List.of(
                TestAlert.now(Instant.now()),
                new AlertEvent(AlertEvent.Kind.OPENED, Alert.of(overdue(Severity.WARNING), Instant.now())));
        settings.setEmergencyAddresses("no address");
        assertThatThrownBy(() -> way.tell(events)).isInstanceOf(IOException.class);
        assertThat(mail.of("team@example.com")).hasSize(2);
        settings.setEmergencyAddresses("pager@example.com");
        way.tell(events);
        assertThat(mail.of("team@example.com")).hasSize(2);
        assertThat(mail.of("pager@example.com")).hasSize(2);
    }

    @Test
    void whereNobodyCanGetErrorsTheWayHasFailed() throws Exception {
        settings.setAddresses("");
        settings.setAdministrators("bob");
        user("bob");
        assertThatThrownBy(
                        () -> ExtensionList.lookupSingleton(EmailWay.class).tell(List.of(TestAlert.now(Instant.now()))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("may or can get any");
    }

    @Test
    void oneWrongAddressKeepsNobodyElseFromBeingTold() throws Exception {
        settings.setAddresses("no address\nteam@example.com");
        try (LogRecorder log =
                new LogRecorder().record(Post.class, Level.WARNING).capture(10)) {
            Findings.publish(overdue(Severity.ERROR));
            mail.last(1);
            ExtensionList.lookupSingleton(EmailWay.class).tell(List.of(TestAlert.now(Instant.now())));
            assertThat(log.getMessages())
                    .contains("An e-mail could not be sent to no address; it was sent to team@example.com.");
        }
        assertThat(mail.recipients()).containsExactly("team@example.com");
    }

    @Test
    void aServerThatHangsHoldsUpNeitherTheMonitorNorWhoTriesIt() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            TestMail.use(silent.getLocalPort());
            Instant begin = Instant.now();
            Findings.publish(overdue(Severity.ERROR));
            assertThat(BackupMonitor.get().status().findings()).hasSize(1);
            assertThat(Duration.between(begin, Instant.now())).isLessThan(Duration.ofSeconds(2));
            FormValidation said = TestAlert.send();
            assertThat(Duration.between(begin, Instant.now())).isLessThan(Duration.ofSeconds(15));
            assertThat(said.kind).isEqualTo(FormValidation.Kind.ERROR);
            assertThat(said.renderHtml()).contains("e-mail: ");
        }
    }

    @Test
    void aServerThatIsDownIsSaidToWhoTriesIt() throws Exception {
        mail.close();
        FormValidation said = TestAlert.send();
        assertThat(said.kind).isEqualTo(FormValidation.Kind.ERROR);
        assertThat(said.renderHtml()).contains("e-mail: The e-mail to team@example.com could not be sent:");
    }

    @Test
    void aServerThatTakesItsTimeIsWaitedFor() throws Exception {
        try (SlowMailServer slow = new SlowMailServer(Duration.ofMillis(800))) {
            TestMail.use(slow.port());
            Findings.publish(overdue(Severity.ERROR));
            assertThat(slow.message()).contains("Subject: ERROR: no good backup of shop at all");
        }
    }

    @Test
    void theButtonShowsThatItWorks() throws Exception {
        FormValidation said = TestAlert.send();
        assertThat(said.kind).isEqualTo(FormValidation.Kind.OK);
        assertThat(said.renderHtml()).contains("e-mail: sent.");
        assertThat(mail.last(1).subject()).isEqualTo("TEST: alerts reach you");
        assertThat(mail.last(1).text()).contains("Nothing is wrong").doesNotContain("GOOD BACKUP");
        assertThat(Alerts.get().open()).isEmpty();
    }

    /** As a file too, for a look at it in a browser. */
    @Test
    void itSaysWhatIsStillThereAndHowToRestoreIt() throws Exception {
        SeenBackups backups = new SeenBackups(Instant.now())
                .backup("shop", Duration.ofHours(31), 1_000, 10_000_000, 1_500_000)
                .verified(Duration.ofHours(28));
        Findings.publish(backups.status(
                List.of("shop"), overdue(Severity.ERROR), Findings.of(Rule.STORAGE_FULL, Severity.WARNING, "offsite")));
        TestMail.Message message = mail.last(1);
        assertThat(message.subject()).isEqualTo("1 ERROR, 1 warning: shop, offsite");
        assertThat(message.text())
                .contains("The last good backup is " + backups.last() + ", taken ")
                .contains(", 31 h 00 min ago, in the repository 'offsite'.")
                .contains("It can be restored: it was verified at the level 'content' on 20")
                .contains("\n  restoreBackup repository: 'offsite', backup: '" + backups.last()
                        + "', target: 'shop', create: true\n")
                .contains(
                        "\n  java -jar pgbackup.jar restore " + backups.last() + " --repository 'file:/backups' --to ");
        Path file = Files.writeString(Path.of("target", "alert.html"), message.html());
        assertThat(file)
                .content()
                .startsWith("<!DOCTYPE html>")
                .contains("</pre>")
                .endsWith("</html>\n");
    }
}
