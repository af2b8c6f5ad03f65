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
import io.jenkins.plugins.postgresqlbackup.configuration.AlertSettings;
import io.jenkins.plugins.postgresqlbackup.configuration.BackupConfiguration;
import io.jenkins.plugins.postgresqlbackup.configuration.DatabaseEntry;
import io.jenkins.plugins.postgresqlbackup.freestyle.BackupFullBuilder;
import io.jenkins.plugins.postgresqlbackup.history.OperationHistory;
import io.jenkins.plugins.postgresqlbackup.history.OperationKind;
import io.jenkins.plugins.postgresqlbackup.history.OperationRecord;
import io.jenkins.plugins.postgresqlbackup.history.OperationState;
import io.jenkins.plugins.postgresqlbackup.pipeline.BackupFullStep;
import io.jenkins.plugins.postgresqlbackup.testing.BackupSetup;
import io.jenkins.plugins.postgresqlbackup.testing.TestMail;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
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

@WithJenkins
class FailureMailTest {
    /** As much of a subject as a phone shows. */
    private static final int PHONE = 40;

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
    void tearDown() {
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
        TestMail.Message message = mail.last(2);
        assertThat(mail.recipients()).containsExactly("alice@example.com", "pager@example.com");
        assertThat(message.subject()).isEqualTo("Backup failed: lost").hasSizeLessThan(PHONE);
        assertThat(message.text())
                .contains("The backup of the database 'lost' into the repository 'offsite' failed:")
                .contains("THERE IS NO GOOD BACKUP of 'lost'")
                .contains(jenkins.getURL() + build.getUrl() + "console")
                .doesNotContain(setup.password(), setup.key());
        jenkins.assertLogContains("An e-mail about it was sent to alice@example.com, pager@example.com.", build);
    }

    @Test
    void aBackupThatCannotEvenBeginIsRememberedAndTold() throws Exception {
        loseCredentials();
        run(Result.FAILURE, "backupIncremental database: 'shop'");
        assertThat(mail.last(1).text()).contains("There is no username with password 'db'");
        OperationRecord record = OperationHistory.get().newestFirst().get(0);
        assertThat(record.getState()).isEqualTo(OperationState.FAILED);
        assertThat(record.getRepository()).isEqualTo("offsite");
    }

    @Test
    void itSaysWhetherTheLastGoodBackupCanBeRestored() throws Exception {
        run(Result.SUCCESS, "backupFull database: 'shop'");
        String first =
                OperationHistory.get().lastGoodBackup("shop").orElseThrow().getBackup();
        assertThat(afterAFailure(1))
                .contains("The last good backup is " + first)
                .contains("It was never verified");

        run(Result.SUCCESS, "verifyBackup database: 'shop', level: 'structure'");
        assertThat(afterAFailure(2)).contains("its content was never verified");

        run(Result.SUCCESS, "verifyBackup database: 'shop', level: 'content'");
        run(Result.SUCCESS, "verifyBackup database: 'shop', level: 'structure'");
        assertThat(afterAFailure(3))
                .containsPattern(
                        "It can be restored: it was verified at the level 'content' on 20\\d\\d-\\d\\d-\\d\\d");

        Path packs = Path.of(URI.create(setup.repositoryUrl()));
        List<Path> before = files(packs);
        run(Result.SUCCESS, "backupFull database: 'shop'");
        String second =
                OperationHistory.get().lastGoodBackup("shop").orElseThrow().getBackup();
        damage(files(packs).stream().filter(file -> !before.contains(file)).toList());
        run(Result.FAILURE, "verifyBackup database: 'shop', level: 'structure'");
        TestMail.Message message = mail.last(4);
        assertThat(message.subject()).isEqualTo("Backup NOT GOOD: shop").hasSizeLessThan(PHONE);
        assertThat(message.text())
                .contains("The backup " + second + " in the repository 'offsite' is NOT GOOD:")
                .contains("The last good backup is " + first)
                .contains("verified at the level 'content'");
    }

    /** The text about a verification of a drill that has no server. */
    private String afterAFailure(int copies) throws Exception {
        run(Result.FAILURE, "verifyBackup database: 'shop', level: 'restore', scratch: 'copy'");
        TestMail.Message message = mail.last(copies);
        assertThat(message.subject()).isEqualTo("Verification failed: shop").hasSizeLessThan(PHONE);
        return message.text();
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
        TestMail.Message message = mail.last(1);

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
        assertThat(mail.last(1).text())
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
    void aServerThatHangsHoldsTheBuildUpForAFewSecondsOnly() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            TestMail.use(silent.getLocalPort());
            loseCredentials();
            Instant begin = Instant.now();
            WorkflowRun build = run(Result.FAILURE, "backupFull database: 'shop'");
            assertThat(Duration.between(begin, Instant.now())).isLessThan(Duration.ofSeconds(15));
            jenkins.assertLogContains("An e-mail about it to pager@example.com is on its way", build);
        }
    }

    @Test
    void aServerThatIsDownIsSaidInTheBuildsLog() throws Exception {
        mail.close();
        loseCredentials();
        WorkflowRun build = run(Result.FAILURE, "backupFull database: 'shop'");
        jenkins.assertLogContains("The e-mail about it to pager@example.com could not be sent:", build);
    }

    @Test
    void oneWrongAddressKeepsNobodyElseFromBeingTold() throws Exception {
        tell("", "no address\npager@example.com");
        loseCredentials();
        WorkflowRun build = run(Result.FAILURE, "backupFull database: 'shop'");
        mail.last(1);
        assertThat(mail.recipients()).containsExactly("pager@example.com");
        jenkins.assertLogContains("could not be sent to no address; it was sent to pager@example.com.", build);
    }

    @Test
    void whereNobodyIsToBeToldTheBuildsLogSaysSo() throws Exception {
        tell("", "");
        loseCredentials();
        WorkflowRun build = run(Result.FAILURE, "backupFull database: 'shop'");
        jenkins.assertLogContains("Nobody is told by e-mail", build);
        assertThat(mail.count()).isZero();
    }

    @Test
    void whoeverStopsABackupGetsNoMailAboutIt() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            add("silent", silent.getLocalPort());
            WorkflowRun build =
                    job("backupFull database: 'silent'").scheduleBuild2(0).waitForStart();
            jenkins.waitForMessage("Backing up the database 'silent'", build);
            asAlice(build::doStop);
            jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(build));
            assertThat(OperationHistory.get().newestFirst().get(0).getMessage()).endsWith("Aborted by alice");

            FreeStyleProject freestyle = jenkins.createFreeStyleProject();
            freestyle.getBuildersList().add(new BackupFullBuilder(new BackupFullStep("silent")));
            FreeStyleBuild other = freestyle.scheduleBuild2(0).waitForStart();
            jenkins.waitForMessage("Backing up the database 'silent'", other);
            asAlice(other::doStop);
            jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(other));
            assertThat(OperationHistory.get().newestFirst())
                    .hasSize(2)
                    .allMatch(record -> record.getState() == OperationState.ABORTED);
        }
        assertThat(mail.count()).isZero();
    }

    private static void asAlice(Callable<?> action) throws Exception {
        try (ACLContext alice = ACL.as2(User.getById("alice", true).impersonate2())) {
            action.call();
        }
    }

    @Test
    void aBackupThatADeadlineStopsIsTold() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            add("silent", silent.getLocalPort());
            run(Result.ABORTED, "timeout(time: 2, unit: 'SECONDS') { backupFull database: 'silent' }");
        }
        assertThat(mail.last(1).text()).contains("Timeout has been exceeded");
    }

    @Test
    void aRestoreThatFailsIsNotTold() throws Exception {
        run(Result.FAILURE, "restoreBackup repository: 'offsite', backup: 'latest', target: 'copy'");
        assertThat(OperationHistory.get().newestFirst())
                .extracting(OperationRecord::getKind, OperationRecord::getState)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(OperationKind.RESTORE, OperationState.FAILED));
        assertThat(mail.count()).isZero();
    }
}
