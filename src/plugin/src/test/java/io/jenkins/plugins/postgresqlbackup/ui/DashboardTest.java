package io.jenkins.plugins.postgresqlbackup.ui;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Result;
import io.jenkins.plugins.postgresqlbackup.alert.Alert;
import io.jenkins.plugins.postgresqlbackup.alert.Alerts;
import io.jenkins.plugins.postgresqlbackup.configuration.BackupConfiguration;
import io.jenkins.plugins.postgresqlbackup.configuration.RepositoryEntry;
import io.jenkins.plugins.postgresqlbackup.engine.health.BackupFacts;
import io.jenkins.plugins.postgresqlbackup.freestyle.BackupFullBuilder;
import io.jenkins.plugins.postgresqlbackup.history.BackupBuildAction;
import io.jenkins.plugins.postgresqlbackup.history.OperationHistory;
import io.jenkins.plugins.postgresqlbackup.history.OperationKind;
import io.jenkins.plugins.postgresqlbackup.history.OperationRecord;
import io.jenkins.plugins.postgresqlbackup.monitor.BackupMonitor;
import io.jenkins.plugins.postgresqlbackup.monitor.Status;
import io.jenkins.plugins.postgresqlbackup.pipeline.BackupFullStep;
import io.jenkins.plugins.postgresqlbackup.request.OnDemandJob;
import io.jenkins.plugins.postgresqlbackup.testing.BackupSetup;
import io.jenkins.plugins.postgresqlbackup.testing.MadeUpFacts;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import jenkins.model.Jenkins;
import org.htmlunit.html.HtmlForm;
import org.htmlunit.html.HtmlPage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** The pages below the overview: what they show, let through, and set going. */
@WithJenkins
class DashboardTest {
    private static final ObjectMapper MAPPER = JsonMapper.builder().build();
    private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");
    private static final String HOSTILE = "<img src=x onerror=alert(1)>'\"${7*7}";

    @TempDir
    private Path directory;

    private JenkinsRule jenkins;
    private JenkinsRule.WebClient browser;

    @BeforeEach
    void setUp(JenkinsRule rule) {
        jenkins = rule;
        browser = jenkins.createWebClient().withThrowExceptionOnFailingStatusCode(false);
        browser.setJavaScriptEnabled(false);
    }

    /** Jenkins's own scripts put the crumb into forms. */
    private void useScripts() {
        browser.setJavaScriptEnabled(true);
        browser.getOptions().setThrowExceptionOnScriptError(false);
    }

    private HtmlPage page(String path) throws Exception {
        HtmlPage page = browser.goTo("postgresql-backup/" + path);
        assertThat(page.getWebResponse().getStatusCode()).as(path).isEqualTo(200);
        return page;
    }

    private String text(String path) throws Exception {
        return page(path).asNormalizedText();
    }

    private JsonNode json(String path) throws Exception {
        return MAPPER.readTree(browser.goTo("postgresql-backup/" + path, "application/json")
                .getWebResponse()
                .getContentAsString());
    }

    private static int rows(HtmlPage page) {
        return page.getElementById("restore-points").getElementsByTagName("tr").size() - 1;
    }

    @Test
    void whatSomebodyElseNamedIsTextOnEveryPage() throws Exception {
        BackupConfiguration.get().setRepositories(List.of(new RepositoryEntry("vault", "file:/nowhere")));
        MadeUpFacts facts = new MadeUpFacts(NOW, List.of(HOSTILE), List.of("vault"), 30);
        facts.remember(30).publish(facts.findings());
        Alert open = Alerts.get().open().get(0);
        Alerts.get().acknowledge(open.getId(), HOSTILE);
        BackupFacts backup = facts.backups("vault").get(20);
        String backupPage = "repository/vault/backup/" + backup.id() + "/";
        for (String path : List.of(
                "",
                "repository/vault/",
                "repository/vault/?database=%3Cimg%20src%3Dx",
                backupPage,
                backupPage + "verify",
                backupPage + "restore",
                backupPage + "delete",
                "alerts/",
                "history/",
                "history/?database=%22%3E%3Cimg%20src%3Dx",
                "storage/")) {
            HtmlPage page = page(path);
            assertThat(page.getWebResponse().getContentAsString()).as(path).doesNotContain("<img src=x", "'\"49");
            assertThat(page.querySelectorAll("[onerror], img[src=x]")).as(path).isEmpty();
        }
        assertThat(text(backupPage)).contains(HOSTILE);
        assertThat(page(backupPage).getElementById("restore-step").getTextContent())
                .contains("target: '<img src=x onerror=alert(1)>\\'\"${7*7}'");
    }

    @Test
    void restorePointsAreFilteredByKindProofAndDayAndComeInPages() throws Exception {
        MadeUpFacts facts = new MadeUpFacts(NOW, List.of("shop"), List.of("vault"), 60);
        facts.configure().publish(List.of());
        assertThat(text("database/shop/")).contains("1–25 of 60", "Older", "60 backups");
        assertThat(rows(page("database/shop/?page=3"))).isEqualTo(10);
        assertThat(rows(page("database/shop/?page=99"))).isEqualTo(10);
        assertThat(rows(page("database/shop/?page=rubbish"))).isEqualTo(25);
        assertThat(rows(page("database/shop/?kind=full"))).isEqualTo(9);
        assertThat(rows(page("database/shop/?proof=drilled"))).isEqualTo(9);
        assertThat(text("database/shop/?proof=verified")).contains("1–25 of 26");
        assertThat(text("database/shop/?proof=unverified")).contains("of 34");
        assertThat(rows(page("database/shop/?proof=pinned"))).isEqualTo(1);
        assertThat(text("database/shop/?proof=bad")).contains("No backup is like that", "Show all");
        assertThat(rows(page("database/shop/?from=2026-11-18&to=2026-11-19"))).isEqualTo(2);
        assertThat(text("database/shop/?from=2027-01-01")).contains("No backup is like that");
        assertThat(text("database/shop/?from=tomorrow")).contains("of 60");
        HtmlPage next =
                page("database/shop/?kind=incremental").getAnchorByText("Older").click();
        assertThat(next.getUrl().getQuery()).isEqualTo("kind=incremental&page=2");
    }

    @Test
    void theHistoryIsFilteredAndItsChartsHaveTables() throws Exception {
        MadeUpFacts facts = new MadeUpFacts(NOW, List.of("shop", "blog"), List.of("vault"), 20);
        facts.configure().remember(120).publish(List.of());
        assertThat(text("history/")).contains("1–25 of 120", "Operations by day", "Stored by day");
        assertThat(text("history/?state=FAILED")).contains("1–2 of 2", "was refused");
        assertThat(text("history/?kind=PRUNE")).contains("of 20");
        assertThat(text("history/?repository=none")).contains("No operation is like that");
        HtmlPage page = page("history/");
        assertThat(page.querySelectorAll("figure table caption")).hasSize(2);
        String chart = page.querySelector(".postgresql-backup-chart")
                .getAttributes()
                .getNamedItem("data-chart")
                .getNodeValue();
        JsonNode drawn = MAPPER.readTree(chart);
        assertThat(drawn.get("unit").asText()).isEqualTo("count");
        assertThat(drawn.get("series").get(0).get("points").get(0).get(1).asInt())
                .isPositive();
    }

    @Test
    void theSameFactsAreThereAsJson() throws Exception {
        MadeUpFacts facts = new MadeUpFacts(NOW, List.of("shop", "blog"), List.of("vault"), 20);
        facts.configure().remember(20).publish(facts.findings());
        JsonNode all = json("api/json");
        assertThat(all.get("databases")).hasSize(2);
        assertThat(all.get("checkedAt").asLong())
                .isEqualTo(NOW.minusSeconds(240).toEpochMilli());
        JsonNode shop = all.get("databases").get(0);
        assertThat(shop.get("name").asText()).isEqualTo("shop");
        assertThat(shop.get("objectiveHours").asInt()).isEqualTo(26);
        assertThat(shop.get("lastBackup").get("kind").asText()).isEqualTo("incremental");
        assertThat(shop.get("findings").get(0).get("rule").asText()).isEqualTo("backup-overdue");
        assertThat(all.get("alerts").get(0).get("severity").asText()).isEqualTo("error");
        assertThat(all.get("repositories").get(0).get("bytes").asLong()).isPositive();

        JsonNode few = json("database/shop/api/json?tree=restorePoints%5Bid,storedBytes%5D%7B0,3%7D");
        assertThat(few.get("restorePoints")).hasSize(3);
        assertThat(few.get("restorePoints").get(0).has("storedBytes")).isTrue();
        assertThat(few.get("restorePoints").get(0).has("rows")).isFalse();

        String id = facts.backups("vault").get(5).id();
        JsonNode backup = json("repository/vault/backup/" + id + "/api/json");
        assertThat(backup.get("backup").get("id").asText()).isEqualTo(id);
        assertThat(backup.get("restoreCommand").asText()).contains("restore " + id);
        assertThat(json("repository/vault/api/json").get("restorePoints")).hasSize(40);
        assertThat(json("alerts/api/json").get("open")).hasSize(3);
        assertThat(json("history/api/json?state=SUCCEEDED").get("operations")).hasSize(20);
        assertThat(browser.goTo("postgresql-backup/database/none/", "text/html")
                        .getWebResponse()
                        .getStatusCode())
                .isEqualTo(404);
    }

    @Test
    void whoLooksAfterAnAlertSaysSo() throws Exception {
        MadeUpFacts facts = new MadeUpFacts(NOW, List.of("shop", "blog"), List.of("vault"), 3);
        facts.configure().publish(facts.findings());
        useScripts();
        HtmlPage page = page("alerts/");
        HtmlForm form = page.getForms().stream()
                .filter(each -> each.getActionAttribute().endsWith("/alerts/acknowledge"))
                .findFirst()
                .orElseThrow();
        HtmlPage after = jenkins.submit(form);
        assertThat(after.asNormalizedText()).contains("Acknowledged", "acknowledged by");
        assertThat(Alerts.get().open()).filteredOn(Alert::isAcknowledged).hasSize(1);
        for (int hours = 2; hours <= 3; hours++) {
            Instant then = NOW.plus(Duration.ofHours(hours));
            BackupMonitor.get().publish(new Status(then, Status.NONE.situation(), List.of()));
        }
        assertThat(text("alerts/")).contains("Nothing waits for somebody", "resolved");
    }

    @Test
    void theJobForWhatIsAskedForDoesNothingUnlessAPageAsked() throws Exception {
        configureShop();
        assertThat(submit(page("database/shop/").getFormByName("backUpFull")).asNormalizedText())
                .contains("Started", "backup-on-demand");
        jenkins.waitUntilNoActivity();
        FreeStyleProject job = job();
        assertThat(job.getLastBuild().getResult()).isEqualTo(Result.SUCCESS);
        FreeStyleBuild byHand = jenkins.buildAndAssertStatus(Result.FAILURE, job);
        jenkins.assertLogContains("Nothing was asked for", byHand);
        assertThat(byHand.getAction(BackupBuildAction.class)).isNull();
    }

    private static FreeStyleProject job() {
        return (FreeStyleProject) Jenkins.get().getItem(OnDemandJob.NAME);
    }

    private BackupSetup configureShop() throws Exception {
        useScripts();
        BackupSetup setup = BackupSetup.make(directory);
        setup.configure();
        return setup;
    }

    private HtmlPage submit(HtmlForm form) throws Exception {
        return (HtmlPage) form.getElementsByTagName("button").get(0).click();
    }

    private OperationRecord lastOperation() {
        return OperationHistory.get().newestFirst().get(0);
    }

    @Test
    void aBackupIsVerifiedRestoredAndDeletedFromItsPageByBuilds() throws Exception {
        BackupSetup setup = configureShop();
        FreeStyleProject nightly = jenkins.createFreeStyleProject("nightly");
        nightly.getBuildersList().add(new BackupFullBuilder(new BackupFullStep("shop")));
        String id = jenkins.buildAndAssertSuccess(nightly)
                .getAction(BackupBuildAction.class)
                .getRecords()
                .get(0)
                .getBackup();
        String path = "repository/offsite/backup/" + id + "/";
        assertThat(text("database/shop/")).contains(id);

        HtmlForm verify = page(path + "verify").getFormByName("verify");
        assertThat(submit(verify).asNormalizedText()).contains("Started");
        jenkins.waitUntilNoActivity();
        assertThat(lastOperation().isContentProof()).isTrue();
        assertThat(text(path)).contains("Verified");

        assertThat(text(path + "delete"))
                .contains("The job backup-on-demand may not do this", "Jobs that may delete from it")
                .doesNotContain("type its id");
        RepositoryEntry offsite =
                BackupConfiguration.get().repository("offsite").orElseThrow();
        offsite.setDeleteJobs(OnDemandJob.NAME);
        offsite.setRestoreJobs(OnDemandJob.NAME);
        BackupConfiguration.get().database("copy").orElseThrow().setRestoreJobs(OnDemandJob.NAME);

        HtmlForm overwrite = page(path + "restore").getFormByName("restore");
        overwrite.getSelectByName("target").setSelectedAttribute("copy", true);
        overwrite.getRadioButtonsByName("way").get(2).setChecked(true);
        overwrite.getInputByName("confirmation").setValue("shop");
        assertThat(submit(overwrite).asNormalizedText()).contains("Not started", "type its name");

        HtmlForm restore = page(path + "restore").getFormByName("restore");
        restore.getSelectByName("target").setSelectedAttribute("copy", true);
        assertThat(submit(restore).asNormalizedText()).contains("Started");
        jenkins.waitUntilNoActivity();
        assertThat(lastOperation().getMessage()).isEmpty();
        assertThat(lastOperation().getKind()).isEqualTo(OperationKind.RESTORE);
        assertThat(setup.customers(setup.source() + "_copy")).isEqualTo(BackupSetup.ROWS);

        delete(path, "something", false);
        assertThat(lastOperation().getKind()).isEqualTo(OperationKind.RESTORE);
        delete(path, id, false);
        assertThat(lastOperation().getMessage()).contains("is the newest of the database");
        delete(path, id, true);
        assertThat(lastOperation().getMessage()).isEmpty();
        assertThat(lastOperation().getDeleted()).containsExactly(id);
        assertThat(text("database/shop/")).contains("There is no backup yet");
        assertThat(browser.goTo("postgresql-backup/" + path, "text/html")
                        .getWebResponse()
                        .getStatusCode())
                .isEqualTo(404);
    }

    private void delete(String path, String typed, boolean evenLast) throws Exception {
        HtmlForm form = page(path + "delete").getFormByName("delete");
        form.getInputByName("confirmation").setValue(typed);
        form.getInputByName("evenLast").setChecked(evenLast);
        submit(form);
        jenkins.waitUntilNoActivity();
    }
}
