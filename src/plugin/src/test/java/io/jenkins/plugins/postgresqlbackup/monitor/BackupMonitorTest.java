package io.jenkins.plugins.postgresqlbackup.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl;
import hudson.model.FreeStyleProject;
import hudson.model.Result;
import hudson.model.labels.LabelAtom;
import io.jenkins.plugins.postgresqlbackup.alert.Alert;
import io.jenkins.plugins.postgresqlbackup.alert.Alerts;
import io.jenkins.plugins.postgresqlbackup.configuration.BackupConfiguration;
import io.jenkins.plugins.postgresqlbackup.configuration.DatabaseEntry;
import io.jenkins.plugins.postgresqlbackup.configuration.RepositoryEntry;
import io.jenkins.plugins.postgresqlbackup.engine.health.BackupFacts;
import io.jenkins.plugins.postgresqlbackup.engine.health.DatabaseSituation;
import io.jenkins.plugins.postgresqlbackup.engine.health.Finding;
import io.jenkins.plugins.postgresqlbackup.engine.health.RepositorySituation;
import io.jenkins.plugins.postgresqlbackup.engine.health.Rule;
import io.jenkins.plugins.postgresqlbackup.engine.health.Severity;
import io.jenkins.plugins.postgresqlbackup.history.OperationHistory;
import io.jenkins.plugins.postgresqlbackup.history.OperationKind;
import io.jenkins.plugins.postgresqlbackup.history.OperationRecord;
import io.jenkins.plugins.postgresqlbackup.history.OperationState;
import io.jenkins.plugins.postgresqlbackup.setup.ScheduledJobs;
import io.jenkins.plugins.postgresqlbackup.testing.BackupSetup;
import io.jenkins.plugins.postgresqlbackup.testing.PausingProxy;
import io.jenkins.plugins.postgresqlbackup.testing.SilentServer;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

@WithJenkins
class BackupMonitorTest {
    @TempDir
    private Path directory;

    private JenkinsRule jenkins;
    private BackupSetup setup;
    private BackupMonitor monitor;

    @BeforeEach
    void setUp(JenkinsRule rule) throws Exception {
        jenkins = rule;
        setup = BackupSetup.make(directory);
        setup.configure();
        jenkins.createOnlineSlave(new LabelAtom("db"));
        Jenkins.get().setNumExecutors(0);
        monitor = BackupMonitor.get();
    }

    private Status check() throws Exception {
        return monitor.check().get(60, TimeUnit.SECONDS);
    }

    private void takeBackup(Result expected) throws Exception {
        WorkflowJob job = Jenkins.get().getItem("nightly") == null
                ? jenkins.createProject(WorkflowJob.class, "nightly")
                : (WorkflowJob) Jenkins.get().getItem("nightly");
        job.setDefinition(new CpsFlowDefinition("node('db') { backupFull database: 'shop' }", true));
        jenkins.assertBuildStatus(expected, job.scheduleBuild2(0));
    }

    private static RepositorySituation offsite(Status status) {
        return status.situation().repository("offsite").orElseThrow();
    }

    private static DatabaseSituation shop(Status status) {
        return status.situation().databases().stream()
                .filter(each -> each.name().equals("shop"))
                .findFirst()
                .orElseThrow();
    }

    private static List<Rule> rules(Status status) {
        return status.findings().stream().map(Finding::rule).distinct().toList();
    }

    @Test
    void aCheckSeesEverythingAndFindsNothingWrongWithWhatIsWell() throws Exception {
        assertThat(monitor.status()).isSameAs(Status.NONE);
        new ScheduledJobs(BackupConfiguration.get().database("shop").orElseThrow()).make();
        takeBackup(Result.SUCCESS);
        Status status = check();
        assertThat(monitor.status()).isSameAs(status);
        assertThat(offsite(status).look().known().orElseThrow().backups())
                .extracting(BackupFacts::id)
                .containsExactly(OperationHistory.get()
                        .lastGoodBackup("shop")
                        .orElseThrow()
                        .getBackup());
        assertThat(shop(status).look().known().orElseThrow().database()).isEqualTo(setup.source());
        assertThat(shop(status).operations()).hasSize(1);
        assertThat(status.situation().databases())
                .extracting(DatabaseSituation::name)
                .containsExactly("shop", "server");
        assertThat(status.findings()).isEmpty();
        assertThat(Alerts.get().open()).isEmpty();
    }

    @Test
    void aDatabaseHasAsMuchTimeForItsFirstBackupAsItIsPromised() throws Exception {
        assertThat(rules(check())).doesNotContain(Rule.BACKUP_OVERDUE);
        assertThat(shop(monitor.status()).goals().since()).isAfter(Instant.now().minus(Duration.ofMinutes(10)));
        assertThat(shop(check()).goals().since())
                .isEqualTo(shop(check()).goals().since());
    }

    @Test
    void aBackupThatIsGoneIsAnErrorUnlessItWasOnlyMadeWhileSomebodyLooked() throws Exception {
        takeBackup(Result.SUCCESS);
        String backup =
                OperationHistory.get().lastGoodBackup("shop").orElseThrow().getBackup();
        assertThat(offsite(check()).expected()).containsExactly(backup);
        Files.delete(Path.of(URI.create(setup.repositoryUrl())).resolve("manifests/" + backup));
        assertThat(rules(check())).doesNotContain(Rule.BACKUP_MISSING);

        String older = "20261122T121838Z-7f3k2m";
        Instant then = Instant.now().minus(Duration.ofHours(1));
        OperationHistory.get()
                .put(OperationRecord.begin(
                                OperationKind.FULL,
                                "shop",
                                "offsite",
                                ((WorkflowJob) Jenkins.get().getItem("nightly")).getLastBuild(),
                                "",
                                then)
                        .of(older, "")
                        .ended(OperationState.SUCCEEDED, "", then));
        assertThat(check().findings())
                .filteredOn(each -> each.rule() == Rule.BACKUP_MISSING)
                .extracting(Finding::detail)
                .containsExactly(older);
    }

    @Test
    void aManifestIsReadOnceAndKeptByTheController() throws Exception {
        takeBackup(Result.SUCCESS);
        BackupFacts first =
                offsite(check()).look().known().orElseThrow().backups().get(0);
        Path manifest = Path.of(URI.create(setup.repositoryUrl())).resolve("manifests/" + first.id());
        FileTime written = Files.getLastModifiedTime(manifest);
        byte[] spoilt = Files.readAllBytes(manifest);
        spoilt[spoilt.length / 2] ^= 1;
        Files.write(manifest, spoilt);
        Files.setLastModifiedTime(manifest, written);
        assertThat(offsite(check()).look().known().orElseThrow().backups()).containsExactly(first);

        Files.setLastModifiedTime(manifest, FileTime.from(Instant.now().plusSeconds(5)));
        assertThat(rules(check())).contains(Rule.MANIFEST_DAMAGED);
    }

    @Test
    void whatTheScheduleAsksForIsMissedAndADisabledJobIsNoticed() throws Exception {
        Status none = check();
        assertThat(none.findings())
                .filteredOn(each -> each.rule() == Rule.JOB_MISSING)
                .extracting(Finding::detail)
                .containsExactlyInAnyOrder(
                        "backup-shop-full",
                        "backup-shop-incremental",
                        "backup-shop-verify",
                        "backup-shop-drill",
                        "backup-shop-prune");
        new ScheduledJobs(BackupConfiguration.get().database("shop").orElseThrow()).make();
        assertThat(rules(check())).doesNotContain(Rule.JOB_MISSING);
        ((FreeStyleProject) Jenkins.get().getItem("backup-shop-verify")).disable();
        assertThat(check().findings())
                .filteredOn(each -> each.rule() == Rule.JOB_MISSING)
                .extracting(Finding::message)
                .singleElement()
                .asString()
                .contains("backup-shop-verify", "is disabled");
    }

    @Test
    void anOwnPipelineTakesThePlaceOfTheJobsForBackups() throws Exception {
        takeBackup(Result.SUCCESS);
        assertThat(check().findings())
                .filteredOn(each -> each.rule() == Rule.JOB_MISSING)
                .extracting(Finding::detail)
                .doesNotContain("backup-shop-full", "backup-shop-incremental", "nightly");
        ((WorkflowJob) Jenkins.get().getItem("nightly")).setDisabled(true);
        assertThat(check().findings())
                .filteredOn(each -> each.rule() == Rule.JOB_MISSING)
                .extracting(Finding::detail)
                .contains("nightly");
    }

    @Test
    void aFailedOperationIsAnAlertWithinSeconds() throws Exception {
        BackupConfiguration.get().database("shop").orElseThrow().setCredentialsId("nobody");
        takeBackup(Result.FAILURE);
        for (int i = 0; i < 300 && open(Rule.OPERATION_FAILED).isEmpty(); i++) {
            Thread.sleep(100);
        }
        assertThat(open(Rule.OPERATION_FAILED)).singleElement().satisfies(alert -> {
            assertThat(alert.getSubject()).isEqualTo("shop");
            assertThat(alert.isError()).isTrue();
            assertThat(alert.getAdvice()).contains("job/nightly/1/console");
        });
    }

    private static List<Alert> open(Rule rule) {
        return Alerts.get().open().stream()
                .filter(each -> each.getRule().equals(rule.code()))
                .toList();
    }

    @Test
    void aStoreThatHangsHoldsNeitherTheOthersNorThePagesAndIsNotAskedTwice() throws Exception {
        try (SilentServer server = new SilentServer()) {
            SystemCredentialsProvider.getInstance()
                    .getCredentials()
                    .add(new UsernamePasswordCredentialsImpl(
                            CredentialsScope.SYSTEM, "s3", "", "somebody", "a secret of some length"));
            RepositoryEntry hung = new RepositoryEntry(
                    "hung", "s3://bucket?endpoint=http://127.0.0.1:" + server.port() + "&pathStyle=true");
            hung.setStorageCredentialsId("s3");
            hung.setCredentialsId("key");
            hung.setNode("db");
            List<RepositoryEntry> entries =
                    new ArrayList<>(BackupConfiguration.get().getRepositories());
            entries.add(0, hung);
            BackupConfiguration.get().setRepositories(entries);
            monitor.setPatience(Duration.ofSeconds(8));

            Instant begin = Instant.now();
            Status first = check();
            assertThat(Duration.between(begin, Instant.now())).isLessThan(Duration.ofSeconds(30));
            assertThat(offsite(first).look().known()).isPresent();
            assertThat(shop(first).look().known()).isPresent();
            // The first look may take longer than others.
            assertThat(first.situation().repository("hung").orElseThrow().look().problem())
                    .isNull();
            int callers = server.callers();
            assertThat(callers).isPositive();
            Instant again = Instant.now();
            check();
            assertThat(Duration.between(again, Instant.now())).isLessThan(Duration.ofSeconds(5));
            assertThat(server.callers()).isEqualTo(callers);
        }
    }

    @Test
    void aDatabaseThatHangsIsToldAndIsWellAgainAsSoonAsItAnswers() throws Exception {
        try (PausingProxy proxy = new PausingProxy(setup.sourceUrl(), Long.MAX_VALUE)) {
            DatabaseEntry behind = new DatabaseEntry("shop", proxy.through(setup.sourceUrl()));
            behind.setCredentialsId("db");
            behind.setRepository("offsite");
            BackupConfiguration.get().setDatabases(List.of(behind));
            assertThat(shop(check()).look().problem()).isNull();

            monitor.setPatience(Duration.ofSeconds(2));
            proxy.pause();
            Status hung = check();
            assertThat(hung.findingsOf("shop"))
                    .filteredOn(each -> each.rule() == Rule.DATABASE_UNREACHABLE)
                    .singleElement()
                    .satisfies(finding -> {
                        assertThat(finding.severity()).isEqualTo(Severity.WARNING);
                        assertThat(finding.message()).contains("did not answer within 2 minutes");
                    });
            assertThat(shop(hung).look().known()).isPresent();
            assertThat(offsite(hung).look().problem()).isNull();

            proxy.resume();
            for (int i = 0; i < 300 && shop(monitor.status()).look().problem() != null; i++) {
                Thread.sleep(100); // the look that was late ends, and has everything checked again
            }
            assertThat(shop(monitor.status()).look().problem()).isNull();
        }
    }

    @Test
    void checksAreDueEveryHourAndAfterAChangeWithinMinutes() throws Exception {
        assertThat(monitor.isDue(Instant.now())).isTrue();
        check();
        Instant now = Instant.now();
        assertThat(monitor.isDue(now.plus(Duration.ofMinutes(58)))).isFalse();
        assertThat(monitor.isDue(now.plus(Duration.ofMinutes(60)))).isTrue();
        takeBackup(Result.SUCCESS);
        assertThat(monitor.isDue(now)).isFalse();
        assertThat(monitor.isDue(now.plus(Duration.ofMinutes(5)))).isTrue();
        check();
        assertThat(monitor.isDue(Instant.now().plus(Duration.ofMinutes(10)))).isFalse();
        BackupConfiguration.get().save();
        assertThat(monitor.isDue(Instant.now().plus(Duration.ofMinutes(10)))).isTrue();
    }

    @Test
    void aMonitorThatChecksNoMoreIsNoticedByWhoReadsTheStatus() throws Exception {
        check();
        assertThat(monitor.stalled(Instant.now())).isEmpty();
        assertThat(monitor.stalled(Instant.now().plus(Duration.ofMinutes(179)))).isEmpty();
        assertThat(monitor.stalled(Instant.now().plus(Duration.ofMinutes(181))))
                .hasValueSatisfying(finding -> assertThat(finding.severity()).isEqualTo(Severity.ERROR));
    }
}
