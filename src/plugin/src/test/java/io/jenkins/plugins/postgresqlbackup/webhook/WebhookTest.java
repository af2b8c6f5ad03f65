package io.jenkins.plugins.postgresqlbackup.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import hudson.ExtensionList;
import hudson.ProxyConfiguration;
import hudson.util.FormValidation;
import io.jenkins.plugins.postgresqlbackup.alert.TestAlert;
import io.jenkins.plugins.postgresqlbackup.configuration.AlertSettings;
import io.jenkins.plugins.postgresqlbackup.configuration.BackupConfiguration;
import io.jenkins.plugins.postgresqlbackup.engine.health.Finding;
import io.jenkins.plugins.postgresqlbackup.engine.health.Rule;
import io.jenkins.plugins.postgresqlbackup.engine.health.Severity;
import io.jenkins.plugins.postgresqlbackup.monitor.BackupMonitor;
import io.jenkins.plugins.postgresqlbackup.testing.Findings;
import io.jenkins.plugins.postgresqlbackup.testing.SecretSearch;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.SimpleFormatter;
import jenkins.model.Jenkins;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.LogRecorder;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

@WithJenkins
class WebhookTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final SecretSearch search = new SecretSearch();
    private JenkinsRule jenkins;
    private TestWeb web;
    private AlertSettings settings;

    @BeforeEach
    void setUp(JenkinsRule rule) throws Exception {
        jenkins = rule;
        search.add("the webhook's URL", TestWeb.SECRET);
        web = new TestWeb().as("webhook");
        settings = new AlertSettings();
        settings.setWebhookCredentialsId("webhook");
        BackupConfiguration.get().setAlerts(settings);
    }

    @AfterEach
    void tearDown() {
        web.close();
        Findings.waitUntilAllIsTold();
    }

    private static Finding overdue(Severity severity) {
        return Findings.of(Rule.BACKUP_OVERDUE, severity, "shop");
    }

    private JsonNode next() throws Exception {
        TestWeb.Request request = web.next();
        assertThat(request).as("what came").isNotNull();
        assertThat(request.method()).isEqualTo("POST");
        assertThat(request.path()).isEqualTo("/" + TestWeb.SECRET + "?key=" + TestWeb.SECRET);
        assertThat(request.contentType()).isEqualTo("application/json; charset=utf-8");
        return MAPPER.readTree(request.body());
    }

    @Test
    void itGetsEachAlertOnceWhenItOpensWhenItWorsensAndWhenItIsOver() throws Exception {
        Findings.publish(overdue(Severity.WARNING), Findings.of(Rule.STORAGE_FULL, Severity.ERROR, "offsite"));
        JsonNode opened = next();
        assertThat(opened.get("version").asInt()).isEqualTo(1);
        assertThat(opened.get("jenkins").asText()).isEqualTo(jenkins.getURL().toString());
        assertThat(opened.get("alerts").asText()).isEqualTo(jenkins.getURL() + "postgresql-backup/alerts");
        assertThat(opened.get("text").asText()).isEqualTo("1 ERROR, 1 warning: offsite, shop");
        assertThat(opened.get("events")).hasSize(2);
        JsonNode first = opened.get("events").get(0);
        assertThat(first.get("event").asText()).isEqualTo("opened");
        assertThat(first.get("severity").asText()).isEqualTo("error");
        assertThat(first.get("rule").asText()).isEqualTo("storage-full");
        assertThat(first.get("subject").asText()).isEqualTo("offsite");
        assertThat(first.get("id").asText()).isEqualTo("storage-full/offsite");
        assertThat(first.get("message").asText()).startsWith("Something is wrong with offsite");
        assertThat(first.get("advice").asText()).isEqualTo("Do something about offsite.");
        assertThat(first.get("test").asBoolean()).isFalse();
        assertThat(Instant.parse(first.get("since").asText())).isBefore(Instant.now());
        assertThat(first.get("resolvedAt").isNull()).isTrue();

        Findings.publish(overdue(Severity.ERROR), Findings.of(Rule.STORAGE_FULL, Severity.ERROR, "offsite"));
        JsonNode worsened = next();
        assertThat(worsened.get("events")).hasSize(1);
        assertThat(worsened.get("events").get(0).get("event").asText()).isEqualTo("worsened");

        Findings.publish();
        Findings.publish();
        JsonNode over = next();
        assertThat(over.get("text").asText()).isEqualTo("2 are over: shop, offsite");
        assertThat(over.get("events"))
                .hasSize(2)
                .allMatch(event -> event.get("event").asText().equals("resolved"));
        assertThat(web.waiting()).isZero();
    }

    @Test
    void whatIsOnlyWorthKnowingIsNotSent() throws Exception {
        Findings.publish(overdue(Severity.INFO));
        Findings.publish(Findings.of(Rule.STORAGE_FULL, Severity.WARNING, "offsite"));
        assertThat(next().get("text").asText()).contains("offsite");
        assertThat(web.waiting()).isZero();
    }

    @Test
    void slackGetsItsOwnFormAndTakesNothingInItForAMention() throws Exception {
        settings.setWebhookKind(AlertSettings.SLACK);
        Finding odd = new Finding(
                Rule.BACKUP_OVERDUE,
                Severity.ERROR,
                "shop",
                "",
                "Nobody <!channel> saved a & b.",
                "Call <https://evil.example.com|us>.",
                Instant.now());
        Findings.publish(odd);
        JsonNode sent = next();
        assertThat(sent.get("text").asText()).isEqualTo("ERROR: no good backup of shop at all");
        assertThat(sent.get("blocks").get(0).get("type").asText()).isEqualTo("section");
        JsonNode text = sent.get("blocks").get(0).get("text");
        assertThat(text.get("type").asText()).isEqualTo("mrkdwn");
        assertThat(text.get("text").asText())
                .isEqualTo("*ERROR:* Nobody &lt;!channel&gt; saved a &amp; b.\n"
                        + "Call &lt;https://evil.example.com|us&gt;.");
        assertThat(sent.get("blocks").get(1).get("text").get("text").asText())
                .startsWith("<" + jenkins.getURL() + "postgresql-backup/alerts|");
    }

    @Test
    void whatItAnswersOtherThanThatItWorkedIsAFailureWithoutTheUrl() throws Exception {
        try (TestWeb elsewhere = new TestWeb()) {
            web.redirectTo(elsewhere.url());
            assertFails("status 302");
            assertThat(elsewhere.waiting()).isZero();
        }
        web.answerWith(500);
        assertFails("status 500");
        web.close();
        assertFails("Nobody could be reached");
    }

    private void assertFails(String told) {
        assertThatThrownBy(() -> way().tell(List.of(TestAlert.now(Instant.now()))))
                .isInstanceOf(java.io.IOException.class)
                .hasMessageContaining(told)
                .hasNoCause()
                .satisfies(failure ->
                        assertThat(search.in("The message", failure.toString())).isEmpty());
    }

    private static WebhookWay way() {
        return ExtensionList.lookupSingleton(WebhookWay.class);
    }

    @Test
    void oneThatHangsHoldsUpNeitherTheMonitorNorWhoTriesIt() throws Exception {
        web.hang();
        Instant begin = Instant.now();
        Findings.publish(overdue(Severity.ERROR));
        assertThat(BackupMonitor.get().status().findings()).hasSize(1);
        assertThat(Duration.between(begin, Instant.now())).isLessThan(Duration.ofSeconds(2));
        FormValidation said = TestAlert.send();
        assertThat(Duration.between(begin, Instant.now())).isLessThan(Duration.ofSeconds(15));
        assertThat(said.kind).isEqualTo(FormValidation.Kind.ERROR);
        assertThat(said.renderHtml()).contains("webhook: no answer within 10 seconds");
    }

    @Test
    void theButtonShowsWhatCameOfIt() throws Exception {
        AlertSettings.DescriptorImpl form = Jenkins.get().getDescriptorByType(AlertSettings.DescriptorImpl.class);
        FormValidation good = form.doSendTestAlert();
        assertThat(good.kind).isEqualTo(FormValidation.Kind.OK);
        assertThat(good.renderHtml()).contains("webhook: sent.");
        JsonNode event = next().get("events").get(0);
        assertThat(event.get("test").asBoolean()).isTrue();
        assertThat(event.get("message").asText()).startsWith("This is a test alert.");
        web.answerWith(404);
        FormValidation bad = form.doSendTestAlert();
        assertThat(bad.kind).isEqualTo(FormValidation.Kind.ERROR);
        assertThat(bad.renderHtml()).contains("webhook: It was answered with the status 404.");
        BackupConfiguration.get().setAlerts(new AlertSettings());
        assertThat(form.doSendTestAlert().kind).isEqualTo(FormValidation.Kind.WARNING);
    }

    @Test
    void itGoesByWayOfJenkinssProxy() throws Exception {
        try (TestWeb proxy = new TestWeb()) {
            Jenkins.get()
                    .setProxy(new ProxyConfiguration(
                            "127.0.0.1", java.net.URI.create(proxy.url()).getPort()));
            way().tell(List.of(TestAlert.now(Instant.now())));
            assertThat(proxy.next().path()).isEqualTo(web.url());
            assertThat(web.waiting()).isZero();
        }
    }

    @Test
    void itsUrlIsNowhereToBeSeen() throws Exception {
        StringBuilder logged = new StringBuilder();
        try (LogRecorder log = new LogRecorder()
                .record("io.jenkins.plugins.postgresqlbackup", Level.ALL)
                .record("", Level.INFO)
                .capture(10_000)) {
            Findings.publish(overdue(Severity.ERROR));
            next();
            web.answerWith(500);
            assertFails("status 500");
            assertThat(search.in("The button", TestAlert.send().renderHtml())).isEmpty();
            Formatter formatter = new SimpleFormatter();
            log.getRecords().forEach(record -> logged.append(formatter.format(record)));
        }
        assertThat(search.in("Jenkins's log", logged.toString())).isEmpty();
        assertThat(search.below(Jenkins.get().getRootDir().toPath())).isEmpty();
        try (JenkinsRule.WebClient browser = jenkins.createWebClient()) {
            assertThat(search.in("The form", browser.goTo("configure").asXml())).isEmpty();
            assertThat(search.in("The page", browser.goTo("postgresql-backup").asXml()))
                    .isEmpty();
        }
    }
}
