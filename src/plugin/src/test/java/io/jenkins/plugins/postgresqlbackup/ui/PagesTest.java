package io.jenkins.plugins.postgresqlbackup.ui;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Result;
import io.jenkins.plugins.postgresqlbackup.configuration.BackupConfiguration;
import io.jenkins.plugins.postgresqlbackup.configuration.DatabaseEntry;
import io.jenkins.plugins.postgresqlbackup.configuration.RepositoryEntry;
import io.jenkins.plugins.postgresqlbackup.freestyle.BackupFullBuilder;
import io.jenkins.plugins.postgresqlbackup.freestyle.VerifyBackupBuilder;
import io.jenkins.plugins.postgresqlbackup.history.BackupBuildAction;
import io.jenkins.plugins.postgresqlbackup.history.OperationRecord;
import io.jenkins.plugins.postgresqlbackup.pipeline.BackupFullStep;
import io.jenkins.plugins.postgresqlbackup.pipeline.VerifyBackupStep;
import io.jenkins.plugins.postgresqlbackup.testing.BackupSetup;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jenkins.model.Jenkins;
import org.htmlunit.HttpMethod;
import org.htmlunit.Page;
import org.htmlunit.WebRequest;
import org.htmlunit.WebResponse;
import org.htmlunit.html.HtmlForm;
import org.htmlunit.html.HtmlPage;
import org.htmlunit.util.NameValuePair;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** The overview and what it leads to, as an administrator sees them. */
@WithJenkins
class PagesTest {
    @TempDir
    private Path directory;

    private JenkinsRule jenkins;
    private JenkinsRule.WebClient browser;

    @BeforeEach
    void setUp(JenkinsRule rule) {
        jenkins = rule;
        browser = jenkins.createWebClient().withThrowExceptionOnFailingStatusCode(false);
    }

    private String overview() throws Exception {
        return browser.goTo("postgresql-backup/").asNormalizedText();
    }

    private WebResponse post(String method, String... fields) throws Exception {
        WebRequest request = new WebRequest(new URL(jenkins.getURL(), "postgresql-backup/" + method), HttpMethod.POST);
        List<NameValuePair> parameters = new ArrayList<>();
        for (int i = 0; i < fields.length; i += 2) {
            parameters.add(new NameValuePair(fields[i], fields[i + 1]));
        }
        request.setRequestParameters(parameters);
        Page page = browser.getPage(browser.addCrumb(request));
        return page.getWebResponse();
    }

    @Test
    void whoBeginsIsToldWhatToDoFirst() throws Exception {
        assertThat(overview())
                .contains("No database is set up yet", "Begin with Configure", "No repository is set up yet")
                .contains("Nothing has been done yet")
                .doesNotContain("Check a recovery key");
    }

    @Test
    void theRecoveryKeyIsShownOnceAndProvenByTypingIt() throws Exception {
        BackupSetup.make(directory).configure();
        RepositoryEntry vault =
                new RepositoryEntry("vault", directory.resolve("vault").toUri().toString());
        vault.setCredentialsId("key");
        BackupConfiguration.get().setRepositories(List.of(vault));
        assertThat(overview()).contains("Create repository");

        WebResponse created = post("createRepository", "name", "vault");
        assertThat(created.getStatusCode()).isEqualTo(200);
        assertThat(created.getResponseHeaderValue("Cache-Control")).contains("no-store");
        HtmlPage paper = (HtmlPage) browser.getCurrentWindow().getEnclosedPage();
        String key = paper.getElementById("recoveryKey").getTextContent().strip();
        assertThat(key).startsWith("PGB-RECOVERY-");
        assertThat(paper.getElementById("fingerprint").getTextContent()).matches("[0-9a-f]{64}");

        WebResponse again = post("createRepository", "name", "vault");
        assertThat(again.getStatusCode()).isEqualTo(422);
        assertThat(again.getContentAsString())
                .contains("Repository not created")
                .doesNotContain(key);

        WebResponse mistyped = post("proveRecoveryKey", "name", "vault", "key", key.replace("RECOVERY-", "RECOVERY-0"));
        assertThat(mistyped.getStatusCode()).isEqualTo(422);
        assertThat(mistyped.getContentAsString())
                .contains("Recovery key not proven")
                .doesNotContain(key);

        HtmlForm form = browser.goTo("postgresql-backup/").getFormByName("proveRecoveryKey");
        form.getInputByName("key").setValue(key);
        HtmlPage proven = jenkins.submit(form);
        assertThat(proven.asNormalizedText()).contains("The recovery key opens the repository 'vault'");
        assertThat(proven.getWebResponse().getContentAsString()).doesNotContain(key);
    }

    @Test
    void scheduledBackupsAreSetUpWithOneClick() throws Exception {
        DatabaseEntry shop = new DatabaseEntry("shop", "postgresql://localhost/shop");
        shop.setRepository("offsite");
        BackupConfiguration.get()
                .setDatabases(List.of(shop, new DatabaseEntry("staging", "postgresql://localhost/staging")));
        HtmlPage page = browser.goTo("postgresql-backup/");
        assertThat(page.asNormalizedText()).contains("Never backed up", "Not backed up: it has no repository");

        HtmlPage done = jenkins.submit(page.getFormByName("setUp-shop"));

        assertThat(done.asNormalizedText()).contains("Scheduled backups are set up", "backup-shop-full");
        assertThat(Jenkins.get().getItem("backup-shop-full")).isNotNull();
        assertThat(overview()).doesNotContain("Set up scheduled backups");
        assertThat(browser.goTo("postgresql-backup/database/shop/").asNormalizedText())
                .contains("backup-shop-full");
        WebResponse nothing = post("setUp", "database", "staging");
        assertThat(nothing.getStatusCode()).isEqualTo(422);
        assertThat(nothing.getContentAsString()).contains("name a repository in its entry");
    }

    @Test
    void aBackupShowsUpOnEveryPageThatIsAboutIt() throws Exception {
        BackupSetup.make(directory).configure();
        FreeStyleProject job = jenkins.createFreeStyleProject("nightly");
        job.getBuildersList().add(new BackupFullBuilder(new BackupFullStep("shop")));
        VerifyBackupStep verification = new VerifyBackupStep();
        verification.setDatabase("shop");
        job.getBuildersList().add(new VerifyBackupBuilder(verification));
        FreeStyleBuild build = jenkins.buildAndAssertSuccess(job);
        OperationRecord backup =
                build.getAction(BackupBuildAction.class).getRecords().get(0);

        assertThat(overview()).contains("Backed up", backup.getBackup(), "nightly #1", "2,000", "of shop");
        assertThat(browser.getPage(job, "postgresql-backup/").asNormalizedText())
                .contains(backup.getBackup(), "Verification content");
        assertThat(browser.getPage(build, "postgresql-backup/").asNormalizedText())
                .contains("Full backup of shop", "Verification of shop: content", backup.getBackup(), "offsite");
        assertThat(browser.getPage(build).asNormalizedText())
                .contains("Full backup of shop one table, 2,000 rows, " + backup.getStoredText() + " stored, in ");
    }

    @Test
    void aBackupThatFailedSaysWhyOnThePageOfItsJobToo() throws Exception {
        BackupSetup.make(directory).configure();
        RepositoryEntry lost = new RepositoryEntry("offsite", "file:/no/such/<b>place</b>");
        lost.setCredentialsId("key");
        BackupConfiguration.get().setRepositories(List.of(lost));
        FreeStyleProject job = jenkins.createFreeStyleProject("nightly");
        job.getBuildersList().add(new BackupFullBuilder(new BackupFullStep("shop")));
        FreeStyleBuild build = jenkins.buildAndAssertStatus(Result.FAILURE, job);

        assertThat(overview()).contains("Last backup failed", "/no/such/<b>place</b>");
        assertThat(browser.getPage(job, "postgresql-backup/").asNormalizedText())
                .contains("/no/such/<b>place</b>");
        assertThat(browser.getPage(build, "postgresql-backup/").asNormalizedText())
                .contains("Full backup of shop", "/no/such/<b>place</b>");
    }
}
