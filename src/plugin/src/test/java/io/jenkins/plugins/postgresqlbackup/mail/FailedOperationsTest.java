package io.jenkins.plugins.postgresqlbackup.mail;

import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Result;
import hudson.model.User;
import hudson.security.ACL;
import hudson.security.ACLContext;
import hudson.slaves.DumbSlave;
import hudson.tasks.Mailer;
import io.jenkins.plugins.postgresqlbackup.alert.Alert;
import io.jenkins.plugins.postgresqlbackup.alert.AlertEvent;
import io.jenkins.plugins.postgresqlbackup.configuration.AlertSettings;
import io.jenkins.plugins.postgresqlbackup.configuration.BackupConfiguration;
import io.jenkins.plugins.postgresqlbackup.configuration.DatabaseEntry;
import io.jenkins.plugins.postgresqlbackup.engine.health.Rule;
import io.jenkins.plugins.postgresqlbackup.engine.health.Severity;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestPostgres;
import io.jenkins.plugins.postgresqlbackup.freestyle.BackupFullBuilder;
import io.jenkins.plugins.postgresqlbackup.history.OperationHistory;
import io.jenkins.plugins.postgresqlbackup.history.OperationKind;
import io.jenkins.plugins.postgresqlbackup.history.OperationRecord;
import io.jenkins.plugins.postgresqlbackup.history.OperationState;
import io.jenkins.plugins.postgresqlbackup.monitor.BackupMonitor;
import io.jenkins.plugins.postgresqlbackup.pipeline.BackupFullStep;
import io.jenkins.plugins.postgresqlbackup.testing.BackupSetup;
import io.jenkins.plugins.postgresqlbackup.testing.Findings;
import io.jenkins.plugins.postgresqlbackup.testing.TestMail;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockFolder;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** What people are told of operations that fail, from the build to the mailbox. */
@WithJenkins
class FailedOperationsTest {
    /** As much of a subject as a phone shows. */
    private static final int PHONE = 60;

    @TempDir
    private Path directory;

    private final TestMail mail = TestMail.start();
    private JenkinsRule jenkins;
    private BackupSetup setup;
    private MockFolder restores;
    private int jobs;

    @BeforeEach
    void setUp(JenkinsRule rule) throws Exception {
        jenkins = rule;
        mail.use();
        setup = BackupSetup.make(directory);
        setup.configure();
        DumbSlave agent = jenkins.createOnlineSlave();
        agent.setLabelString("db");
        Jenkins.get().setNumExecutors(0);
        jenkins.jenkins.setSecurityRealm(jenkins.createDummySecurityRealm());
        restores = jenkins.createFolder("restores");
        tell("", "pager@example.com");
    }

    @AfterEach
    void tearDown() throws Exception {
        BackupMonitor.get().check().get(2, TimeUnit.MINUTES); // what was asked for would else go on in the next test
        Findings.waitUntilAllIsTold();
        mail.close();
    }

    private static void tell(String administrators, String addresses) {
        AlertSettings alerts = new AlertSettings();
        alerts.setAdministrators(administrators);
        alerts.setAddresses(addresses);
        BackupConfiguration.get().setAlerts(alerts);
    }

    private static void user(String id) throws Exception {
        User.getById(id, true).addProperty(new Mailer.UserProperty(id + "@example.com"));
    }

    private WorkflowJob job(String step) throws Exception {
        WorkflowJob job = restores.createProject(WorkflowJob.class, "job-" + jobs++);
        job.setDefinition(new CpsFlowDefinition("node('db') { " + step + " }", true));
        return job;
    }

    private WorkflowRun run(Result expected, String step) throws Exception {
        return jenkins.assertBuildStatus(expected, job(step).scheduleBuild2(0));
    }

    /** Adds a database that cannot be reached because nobody listens there. */
    private static void addLost() throws Exception {
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            add("lost", closed.getLocalPort());
        }
    }

    private static void add(String name, int port) {
        DatabaseEntry entry = new DatabaseEntry(name, "postgresql://127.0.0.1:" + port + "/lost?sslmode=disable");
        entry.setCredentialsId("db");
        entry.setRepository("offsite");
        List<DatabaseEntry> all = new ArrayList<>(BackupConfiguration.get().getDatabases());
        all.add(entry);
        BackupConfiguration.get().setDatabases(all);
    }

    private static void loseCredentials() throws Exception {
        SystemCredentialsProvider.getInstance().getCredentials().removeIf(credentials -> true);
        SystemCredentialsProvider.getInstance().save();
    }

    @Test
    void aFailedBackupIsToldToTheAdministratorsAndAddressesAndToNobodyElse() throws Exception {
        user("alice");
        user("bob");
        tell("alice", "pager@example.com");
        addLost();
        WorkflowRun build = run(Result.FAILURE, "backupFull database: 'lost'");
        TestMail.Message message = mail.containing("The last backup of lost failed");
        assertThat(mail.recipients()).containsExactly("alice@example.com", "pager@example.com");
        assertThat(message.subject()).contains("ERROR", "lost").hasSizeLessThanOrEqualTo(PHONE);
        assertThat(message.text())
                .contains("THERE IS NO GOOD BACKUP of 'lost'")
                .contains(jenkins.getURL() + build.getUrl() + "console")
                .doesNotContain(setup.password(), setup.key());
        jenkins.assertLogContains("It is told by e-mail once a check has seen it", build);
    }

    @Test
    void aFailureThatGoesOnIsToldOnce() throws Exception {
        addLost();
        run(Result.FAILURE, "backupFull database: 'lost'");
        mail.containing("The last backup of lost failed");
        BackupMonitor.get().check().get(1, TimeUnit.MINUTES);
        run(Result.FAILURE, "backupFull database: 'lost'");
        BackupMonitor.get().check().get(1, TimeUnit.MINUTES);
        Findings.waitUntilAllIsTold();
        assertThat(mail.all(1).stream().filter(message -> message.text().contains("The last backup of lost failed")))
                .hasSize(1);
    }

    @Test
    void aBackupThatCannotEvenBeginIsRememberedAndTold() throws Exception {
        loseCredentials();
        run(Result.FAILURE, "backupIncremental database: 'shop'");
        assertThat(mail.containing("The last backup of shop failed").text())
                .contains("There is no username with password 'db'");
        OperationRecord record = OperationHistory.get().newestFirst().get(0);
        assertThat(record.getState()).isEqualTo(OperationState.FAILED);
        assertThat(record.getRepository()).isEqualTo("offsite");
    }

    @Test
    void itSaysWhetherTheLastGoodBackupCanBeRestored() throws Exception {
        run(Result.SUCCESS, "backupFull database: 'shop'");
        String first =
                OperationHistory.get().lastGoodBackup("shop").orElseThrow().getBackup();
        assertThat(mailAbout("shop"))
                .contains("The last good backup is " + first)
                .contains("It was never verified");

        run(Result.SUCCESS, "verifyBackup database: 'shop', level: 'structure'");
        assertThat(mailAbout("shop")).contains("its content was never verified");

        run(Result.SUCCESS, "verifyBackup database: 'shop', level: 'content'");
        run(Result.SUCCESS, "verifyBackup database: 'shop', level: 'structure'");
        assertThat(mailAbout("shop"))
                .containsPattern(
                        "It can be restored: it was verified at the level 'content' on 20\\d\\d-\\d\\d-\\d\\d");

        Path packs = Path.of(URI.create(setup.repositoryUrl()));
        List<Path> before = files(packs);
        run(Result.SUCCESS, "backupFull database: 'shop'");
        String second =
                OperationHistory.get().lastGoodBackup("shop").orElseThrow().getBackup();
        damage(files(packs).stream().filter(file -> !before.contains(file)).toList());
        run(Result.FAILURE, "verifyBackup database: 'shop', level: 'structure'");
        TestMail.Message message = mail.containing("The backup " + second + " of shop is bad");
        assertThat(message.text())
                .contains("The last good backup is " + first)
                .contains("verified at the level 'content'");
    }

    /** What an alert about this database says. */
    private static String mailAbout(String database) {
        Alert alert = Alert.of(Findings.of(Rule.DRILL_OVERDUE, Severity.WARNING, database), Instant.now());
        return new AlertMail(List.of(new AlertEvent(AlertEvent.Kind.OPENED, alert)))
                .letter()
                .text();
    }

    private static List<Path> files(Path directory) throws Exception {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    /** Cuts the largest, which is a pack. */
    private static void damage(List<Path> files) throws Exception {
        Path largest = files.stream()
                .max(Comparator.comparingLong(file -> file.toFile().length()))
                .orElseThrow();
        byte[] content = Files.readAllBytes(largest);
        Files.delete(largest);
        Files.write(largest, java.util.Arrays.copyOf(content, content.length / 2));
    }

    @Test
    void thePrintedCommandsRestoreALostDatabase() throws Exception {
        run(Result.SUCCESS, "backupFull database: 'shop'");
        DatabaseEntry shop = BackupConfiguration.get().database("shop").orElseThrow();
        shop.setRestoreTarget(true);
        shop.setRestoreJobs("restores");
        String name = setup.source();
        setup.run("postgres", "DROP DATABASE " + name);
        run(Result.FAILURE, "backupFull database: 'shop'");
        TestMail.Message message = mail.containing("The last backup of shop failed");

        String pipeline = message.lineAfter("To restore it in a Pipeline, in a job that");
        run(Result.SUCCESS, pipeline);
        assertThat(setup.customers(name)).isEqualTo(BackupSetup.ROWS);

        String commandLine = message.lineAfter("To restore it without Jenkins");
        assertThat(commandLine).startsWith("java -jar pgbackup.jar restore ").doesNotContain(setup.password());
        inAShell(commandLine.replace("java -jar pgbackup.jar", "../../bin/pgbackup"));
        assertThat(setup.customers(name + "_restored")).isEqualTo(BackupSetup.ROWS);
        setup.run("postgres", "DROP DATABASE " + name + "_restored");
    }

    @Test
    void itSaysWhatIsMissingWhereNobodyMayRestoreYet() throws Exception {
        run(Result.SUCCESS, "backupFull database: 'shop'");
        loseCredentials();
        run(Result.FAILURE, "backupFull database: 'shop'");
        assertThat(mail.containing("The last backup of shop failed").text())
                .contains("after an administrator has made 'shop' a restore target and listed the job")
                .contains("--to 'postgresql://USER@");
    }

    private void inAShell(String command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder("bash", "-c", command).redirectErrorStream(true);
        builder.environment().put("PGPASSWORD", setup.password());
        builder.environment().put("BACKUP_ENCRYPTION_KEY", setup.key());
        Process process = builder.start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as(said).isZero();
    }

    @Test
    void aServerThatHangsHoldsNoBuildUp() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            TestMail.use(silent.getLocalPort());
            loseCredentials();
            Instant begin = Instant.now();
            run(Result.FAILURE, "backupFull database: 'shop'");
            assertThat(Duration.between(begin, Instant.now())).isLessThan(Duration.ofSeconds(15));
            BackupMonitor.get().check().get(1, TimeUnit.MINUTES);
        }
    }

    @Test
    void whereNobodyIsToBeToldTheBuildsLogSaysSo() throws Exception {
        tell("", "");
        loseCredentials();
        WorkflowRun build = run(Result.FAILURE, "backupFull database: 'shop'");
        jenkins.assertLogContains("Nobody is told of it but on this Jenkins's own pages", build);
        BackupMonitor.get().check().get(1, TimeUnit.MINUTES);
        assertThat(mail.count()).isZero();
    }

    /** Whoever reads the source's table waits until this is closed. */
    private Connection lock() throws Exception {
        Connection connection = TestPostgres.server().database(setup.source()).open("lock");
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("LOCK TABLE public.customers IN ACCESS EXCLUSIVE MODE");
        }
        return connection;
    }

    @Test
    void whoeverStopsABackupGetsNoMailAboutIt() throws Exception {
        try (Connection lock = lock()) {
            WorkflowRun build =
                    job("backupFull database: 'shop'").scheduleBuild2(0).waitForStart();
            jenkins.waitForMessage("Backing up the database 'shop'", build);
            asAlice(build::doStop);
            jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(build));
            assertThat(OperationHistory.get().newestFirst().get(0).getMessage()).endsWith("Aborted by alice");

            FreeStyleProject freestyle = jenkins.createFreeStyleProject();
            freestyle.getBuildersList().add(new BackupFullBuilder(new BackupFullStep("shop")));
            FreeStyleBuild other = freestyle.scheduleBuild2(0).waitForStart();
            jenkins.waitForMessage("Backing up the database 'shop'", other);
            asAlice(other::doStop);
            jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(other));
            assertThat(OperationHistory.get().newestFirst())
                    .hasSize(2)
                    .allMatch(record -> record.getState() == OperationState.ABORTED);
            lock.rollback();
        }
        BackupMonitor.get().check().get(1, TimeUnit.MINUTES);
        Findings.waitUntilAllIsTold();
        assertThat(mail.all(0)).noneMatch(message -> message.text().contains("failed"));
    }

    private static void asAlice(Callable<?> action) throws Exception {
        try (ACLContext alice = ACL.as2(User.getById("alice", true).impersonate2())) {
            action.call();
        }
    }

    @Test
    void aBackupThatADeadlineStopsIsTold() throws Exception {
        try (Connection lock = lock()) {
            run(Result.ABORTED, "timeout(time: 4, unit: 'SECONDS') { backupFull database: 'shop' }");
            lock.rollback();
        }
        assertThat(mail.containing("The last backup of shop failed").text()).contains("Timeout has been exceeded");
    }

    @Test
    void aRestoreThatFailsIsAWarning() throws Exception {
        run(Result.FAILURE, "restoreBackup repository: 'offsite', backup: 'latest', target: 'copy', database: 'shop'");
        assertThat(OperationHistory.get().newestFirst())
                .extracting(OperationRecord::getKind, OperationRecord::getState)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(OperationKind.RESTORE, OperationState.FAILED));
        assertThat(mail.containing("The last restore of shop failed").text())
                .contains("WARNING: The last restore of shop failed");
    }
}
