package io.jenkins.plugins.postgresqlbackup.ui;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.FreeStyleProject;
import hudson.tasks.Builder;
import io.jenkins.plugins.postgresqlbackup.configuration.AlertSettings;
import io.jenkins.plugins.postgresqlbackup.configuration.BackupConfiguration;
import io.jenkins.plugins.postgresqlbackup.configuration.CheckSettings;
import io.jenkins.plugins.postgresqlbackup.configuration.DatabaseEntry;
import io.jenkins.plugins.postgresqlbackup.configuration.RepositoryEntry;
import io.jenkins.plugins.postgresqlbackup.configuration.RetentionSettings;
import io.jenkins.plugins.postgresqlbackup.configuration.ScheduleEntry;
import io.jenkins.plugins.postgresqlbackup.freestyle.BackupFullBuilder;
import io.jenkins.plugins.postgresqlbackup.freestyle.BackupIncrementalBuilder;
import io.jenkins.plugins.postgresqlbackup.freestyle.ListBackupsBuilder;
import io.jenkins.plugins.postgresqlbackup.freestyle.PruneBackupsBuilder;
import io.jenkins.plugins.postgresqlbackup.freestyle.RestoreBackupBuilder;
import io.jenkins.plugins.postgresqlbackup.freestyle.VerifyBackupBuilder;
import io.jenkins.plugins.postgresqlbackup.pipeline.BackupFullStep;
import io.jenkins.plugins.postgresqlbackup.pipeline.BackupIncrementalStep;
import io.jenkins.plugins.postgresqlbackup.pipeline.ListBackupsStep;
import io.jenkins.plugins.postgresqlbackup.pipeline.PruneBackupsStep;
import io.jenkins.plugins.postgresqlbackup.pipeline.RestoreBackupStep;
import io.jenkins.plugins.postgresqlbackup.pipeline.VerifyBackupStep;
import io.jenkins.plugins.postgresqlbackup.tool.PostgresqlInstallation;
import java.util.List;
import org.htmlunit.html.HtmlButton;
import org.htmlunit.html.HtmlForm;
import org.htmlunit.html.HtmlInput;
import org.htmlunit.html.HtmlOption;
import org.htmlunit.html.HtmlPage;
import org.htmlunit.html.HtmlSelect;
import org.htmlunit.html.HtmlTextArea;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** What is loaded into a form and saved again is what it was; what is typed arrives. */
@WithJenkins
class FormsTest {
    /** An entry of a list; the template that new ones are copied from is not one. */
    private static final String SHOWN = ".//div[@name='%s'][not(contains(@class, 'to-be-removed'))]";

    private JenkinsRule jenkins;

    @BeforeEach
    void setUp(JenkinsRule rule) {
        jenkins = rule;
    }

    private static DatabaseEntry unusualDatabase() {
        DatabaseEntry entry = new DatabaseEntry("shop", "postgresql://db.example.com/shop?sslmode=require");
        entry.setCredentialsId("login");
        entry.setNode("db");
        entry.setPreset("supabase");
        entry.setSchemas("public\nsales");
        entry.setExcludeSchemas("tmp*");
        entry.setExcludeTables("audit.log_*");
        entry.setExcludeData("cache");
        entry.setConnections(5);
        entry.setRepository("offsite");
        entry.setSchedule("hourly");
        entry.setScratch("scratch");
        entry.setScratchServer(true);
        entry.setRestoreTarget(true);
        entry.setRunJobs(""); // nobody, which must not turn into anybody
        entry.setRestoreJobs("restores/**");
        return entry;
    }

    private static RepositoryEntry unusualRepository() {
        RepositoryEntry entry = new RepositoryEntry("offsite", "file:/backups");
        entry.setCredentialsId("key");
        entry.setWriteCredentialsId("write-key");
        entry.setFingerprint("ab".repeat(32));
        entry.setNode("vault");
        entry.setQuota("500 GB");
        RetentionSettings retention = new RetentionSettings();
        retention.setDays(7);
        retention.setKeepLast(2);
        retention.setDaily(3);
        retention.setWeekly(4);
        retention.setMonthly(5);
        retention.setYearly(6);
        retention.setMinimum(9);
        entry.setRetention(retention);
        entry.setRunJobs("");
        entry.setRestoreJobs("restores/**\nops");
        entry.setDeleteJobs("prune");
        return entry;
    }

    private static ScheduleEntry unusualSchedule() {
        ScheduleEntry entry = new ScheduleEntry("hourly");
        entry.setFull("H 3 * * *");
        entry.setIncremental("H * * * *");
        entry.setPrune("H 5 * * *");
        entry.setVerify("H 4 * * *");
        entry.setDrill("");
        entry.setObjectiveHours(2);
        entry.setVerifiedWithinDays(0);
        entry.setDrilledWithinDays(32);
        return entry;
    }

    private static CheckSettings unusualChecks() {
        CheckSettings checks = new CheckSettings();
        checks.setMinutes(15);
        checks.setUnusualFactor("1.5");
        checks.setHistory(7);
        checks.setOrphanedDays(20);
        checks.setOverdueDeletionDays(4);
        checks.setEndlessHours(12);
        checks.setClockSkewMinutes(2);
        checks.setRulesOff("unusual-duration\nclock-skew");
        return checks;
    }

    private static AlertSettings unusualAlerts() {
        AlertSettings alerts = new AlertSettings();
        alerts.setAdministrators("alice\nbob");
        alerts.setAddresses("ops@example.com");
        alerts.setEmergencyAddresses("pager@example.com\nboss@example.com");
        alerts.setDigest(false);
        alerts.setDigestCron("H 8 1 * *");
        alerts.setWebhookCredentialsId("webhook");
        alerts.setWebhookKind(AlertSettings.SLACK);
        alerts.setHeartbeatCredentialsId("heartbeat");
        alerts.setHeartbeatFail(true);
        alerts.setStorageWarningPercent(70);
        alerts.setStorageErrorPercent(85);
        alerts.setChecks(unusualChecks());
        return alerts;
    }

    @Test
    void theGlobalConfigurationIsTheSameAfterItsFormWasSaved() throws Exception {
        BackupConfiguration configuration = BackupConfiguration.get();
        configuration.setDatabases(
                List.of(unusualDatabase(), new DatabaseEntry("plain", "postgresql://localhost/plain")));
        configuration.setRepositories(List.of(unusualRepository(), new RepositoryEntry("plain", "file:/plain")));
        configuration.setSchedules(List.of(unusualSchedule()));
        configuration.setAlerts(unusualAlerts());

        jenkins.configRoundtrip();

        assertThat(configuration.getDatabases()).hasSize(2);
        assertSame(unusualDatabase(), configuration.getDatabases().get(0));
        assertSame(
                new DatabaseEntry("plain", "postgresql://localhost/plain"),
                configuration.getDatabases().get(1));
        assertThat(configuration.getRepositories()).hasSize(2);
        assertSame(unusualRepository(), configuration.getRepositories().get(0));
        assertSame(
                new RepositoryEntry("plain", "file:/plain"),
                configuration.getRepositories().get(1));
        assertThat(configuration.getSchedules()).hasSize(1);
        assertSame(unusualSchedule(), configuration.getSchedules().get(0));
        assertSame(unusualAlerts(), configuration.getAlerts());
    }

    private static void assertSame(Object expected, Object actual) {
        assertThat(actual).usingRecursiveComparison().isEqualTo(expected);
    }

    @Test
    void entriesAreAddedAndDeletedInTheForm() throws Exception {
        BackupConfiguration configuration = BackupConfiguration.get();
        configuration.setDatabases(List.of(unusualDatabase()));
        try (JenkinsRule.WebClient browser = jenkins.createWebClient()) {
            HtmlForm form = browser.goTo("configure").getFormByName("config");
            HtmlButton add = form.getFirstByXPath(".//button[contains(., 'Add repository')]");
            add.click();
            browser.waitForBackgroundJavaScript(10_000);
            entry(form, "repositories", "_.name").setValue("offsite");
            entry(form, "repositories", "_.url").setValue("file:/backups");
            HtmlButton delete = form.getFirstByXPath(
                    SHOWN.formatted("databases") + "//button[contains(@class, 'repeatable-delete')]");
            delete.click();
            browser.waitForBackgroundJavaScript(10_000);
            jenkins.submit(form);
        }
        assertThat(configuration.getDatabases()).isEmpty();
        assertThat(configuration.getRepositories()).hasSize(1);
        assertSame(
                new RepositoryEntry("offsite", "file:/backups"),
                configuration.getRepositories().get(0));
    }

    private static HtmlInput entry(HtmlForm form, String list, String field) {
        return form.getFirstByXPath(SHOWN.formatted(list) + "//input[@name='" + field + "']");
    }

    @Test
    void theToolIsTheSameAfterItsFormWasSaved() throws Exception {
        PostgresqlInstallation.DescriptorImpl tools =
                jenkins.jenkins.getDescriptorByType(PostgresqlInstallation.DescriptorImpl.class);
        tools.setInstallations(new PostgresqlInstallation("PostgreSQL 17", "/opt/pg 17", List.of()));
        try (JenkinsRule.WebClient browser = jenkins.createWebClient()) {
            jenkins.submit(browser.goTo("configureTools").getFormByName("config"));
        }
        assertThat(tools.getInstallations()).hasSize(1);
        assertThat(tools.getInstallations()[0].getName()).isEqualTo("PostgreSQL 17");
        assertThat(tools.getInstallations()[0].getHome()).isEqualTo("/opt/pg 17");
    }

    private static BackupFullStep backup() {
        BackupFullStep step = new BackupFullStep("shop");
        step.setRepository("offsite");
        return step;
    }

    private static BackupIncrementalStep incremental() {
        BackupIncrementalStep step = new BackupIncrementalStep("shop");
        step.setRepository("offsite");
        step.setParent("$PARENT");
        return step;
    }

    private static VerifyBackupStep verification() {
        VerifyBackupStep step = new VerifyBackupStep();
        step.setDatabase("shop");
        step.setRepository("offsite");
        step.setBackup("$BACKUP");
        step.setLevel("restore");
        step.setScratch("shop");
        step.setAssertions("SELECT true\nSELECT 1 < 2");
        return step;
    }

    private static RestoreBackupStep restore() {
        RestoreBackupStep step = new RestoreBackupStep("offsite", "latest", "shop");
        step.setDatabase("shop");
        step.setCreate(true);
        step.setOverwrite(true);
        step.setTables("public.a\npublic.b");
        step.setOwners(false);
        step.setPrivileges(false);
        step.setCreateRoles(true);
        step.setOlderServer(true);
        return step;
    }

    private static ListBackupsStep listing() {
        ListBackupsStep step = new ListBackupsStep("offsite");
        step.setDatabase("shop");
        step.setMost(7);
        return step;
    }

    private static PruneBackupsStep prune() {
        PruneBackupsStep step = new PruneBackupsStep();
        step.setRepository("offsite");
        step.setDatabase("shop");
        step.setDryRun(true);
        return step;
    }

    @Test
    void everyBuildStepIsTheSameAfterTheFormOfItsJobWasSaved() throws Exception {
        BackupConfiguration.get().setDatabases(List.of(unusualDatabase()));
        BackupConfiguration.get().setRepositories(List.of(unusualRepository()));
        List<Builder> before = List.of(
                new BackupFullBuilder(backup()),
                new BackupIncrementalBuilder(incremental()),
                new BackupIncrementalBuilder(new BackupIncrementalStep("shop")),
                new VerifyBackupBuilder(verification()),
                new RestoreBackupBuilder(restore()),
                new ListBackupsBuilder(listing()),
                new PruneBackupsBuilder(prune()),
                new RestoreBackupBuilder(new RestoreBackupStep("offsite", "latest", "shop")));
        FreeStyleProject job = jenkins.createFreeStyleProject();
        job.getBuildersList().addAll(before);

        jenkins.configRoundtrip(job);

        assertThat(job.getBuildersList().toList())
                .usingRecursiveFieldByFieldElementComparator()
                .isEqualTo(before);
        assertThat(job.getBuildersList().toList()).doesNotContainAnyElementsOf(before);
    }

    @Test
    void theSnippetGeneratorWritesWhatWasChosen() throws Exception {
        BackupConfiguration.get().setDatabases(List.of(unusualDatabase()));
        BackupConfiguration.get().setRepositories(List.of(unusualRepository()));
        jenkins.createProject(WorkflowJob.class, "pipeline");
        assertThat(snippet("backupFull", "_.database", "shop")).isEqualTo("backupFull 'shop'");
        assertThat(snippet("backupIncremental", "_.database", "shop")).isEqualTo("backupIncremental 'shop'");
        assertThat(snippet("listBackups", "_.repository", "offsite")).isEqualTo("listBackups 'offsite'");
        assertThat(snippet("pruneBackups", "_.repository", "offsite")).isEqualTo("pruneBackups repository: 'offsite'");
        assertThat(snippet("verifyBackup", "_.level", "structure")).isEqualTo("verifyBackup level: 'structure'");
        assertThat(snippet("restoreBackup", "_.target", "shop"))
                .isEqualTo("restoreBackup backup: 'latest', repository: '', target: 'shop'");
    }

    private String snippet(String step, String field, String value) throws Exception {
        try (JenkinsRule.WebClient browser = jenkins.createWebClient()) {
            HtmlPage page = browser.goTo("job/pipeline/pipeline-syntax/");
            HtmlForm form = page.getFormByName("config");
            HtmlSelect steps = form.getFirstByXPath(".//select[contains(@class, 'dropdownList')]");
            for (HtmlOption option : steps.getOptions()) {
                if (option.getText().startsWith(step + ":")) {
                    option.click();
                }
            }
            browser.waitForBackgroundJavaScript(20_000);
            HtmlSelect select = form.getSelectByName(field);
            select.setSelectedAttribute(value, true);
            page.getElementById("generatePipelineScript").click();
            browser.waitForBackgroundJavaScript(20_000);
            return ((HtmlTextArea) page.getElementById("prototypeText")).getText();
        }
    }
}
