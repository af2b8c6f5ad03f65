package io.jenkins.plugins.postgresqlbackup.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Result;
import hudson.model.Run;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.postgresqlbackup.configuration.BackupConfiguration;
import io.jenkins.plugins.postgresqlbackup.configuration.DatabaseEntry;
import io.jenkins.plugins.postgresqlbackup.freestyle.BackupFullBuilder;
import io.jenkins.plugins.postgresqlbackup.history.OperationHistory;
import io.jenkins.plugins.postgresqlbackup.history.OperationKind;
import io.jenkins.plugins.postgresqlbackup.history.OperationRecord;
import io.jenkins.plugins.postgresqlbackup.history.OperationState;
import io.jenkins.plugins.postgresqlbackup.testing.BackupSetup;
import io.jenkins.plugins.postgresqlbackup.testing.PausingProxy;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.InboundAgentExtension;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Real inbound agents, in processes of their own, that do what agents do at night. */
@Timeout(120)
@WithJenkins
class AgentsTest {
    private static final long IN_THE_MIDDLE_OF_THE_ROWS = 3_000_000;

    @RegisterExtension
    private final InboundAgentExtension agents = new InboundAgentExtension();

    @TempDir
    private Path directory;

    private final List<PausingProxy> proxies = new ArrayList<>();
    private JenkinsRule jenkins;
    private BackupSetup setup;

    @BeforeEach
    void setUp(JenkinsRule rule) throws Exception {
        jenkins = rule;
        setup = BackupSetup.make(directory);
        setup.fill(200_000);
        setup.configure();
        Jenkins.get().setNumExecutors(0);
    }

    @AfterEach
    void closeProxies() throws IOException {
        for (PausingProxy proxy : proxies) {
            proxy.close();
        }
    }

    private InboundAgentExtension.Options agent(String name, String... javaOptions) throws Exception {
        InboundAgentExtension.Options options = InboundAgentExtension.Options.newBuilder()
                .name(name)
                .label("db")
                .javaOptions(javaOptions)
                .build();
        agents.createAgent(jenkins, options);
        return options;
    }

    /** From now on the database {@code shop} is reached by way of a proxy that holds the reader up. */
    private PausingProxy pauseAfter(long bytes) throws Exception {
        PausingProxy proxy = new PausingProxy(setup.sourceUrl(), bytes);
        proxies.add(proxy);
        List<DatabaseEntry> entries = new ArrayList<>(BackupConfiguration.get().getDatabases());
        entries.removeIf(entry -> entry.getName().equals("shop"));
        DatabaseEntry shop = new DatabaseEntry("shop", proxy.through(setup.sourceUrl()));
        shop.setCredentialsId("db");
        shop.setRepository("offsite");
        shop.setConnections(1); // the server has a hundred for all
        entries.add(shop);
        BackupConfiguration.get().setDatabases(entries);
        return proxy;
    }

    private WorkflowJob job(String script) throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition(script, true));
        return job;
    }

    private WorkflowRun begin(WorkflowJob job) throws Exception {
        return job.scheduleBuild2(0).waitForStart();
    }

    private void aGoodBackupFollows() throws Exception {
        WorkflowRun build = jenkins.buildAndAssertSuccess(
                job("node('db') { def b = backupFull database: 'shop'; verifyBackup database: 'shop', backup: b.id }"));
        jenkins.assertLogContains("every digest right", build);
    }

    private static OperationRecord newest() {
        return OperationHistory.get().newestFirst().get(0);
    }

    private static void assertAborted(Run<?, ?> build, Instant asked) throws Exception {
        while (build.isBuilding()) {
            assertThat(Duration.between(asked, Instant.now())).isLessThan(Duration.ofSeconds(6));
            Thread.sleep(20);
        }
        assertThat(Duration.between(asked, Instant.now())).isLessThan(Duration.ofSeconds(5));
        assertThat(build.getResult()).isEqualTo(Result.ABORTED);
    }

    @Test
    void anAbortedPipelineEndsWithinFiveSecondsAndLeavesAGoodRepository() throws Exception {
        agent("one");
        PausingProxy proxy = pauseAfter(IN_THE_MIDDLE_OF_THE_ROWS);
        WorkflowRun build = begin(job("node('db') { backupFull database: 'shop' }"));
        proxy.awaitPause();

        Instant asked = Instant.now();
        build.doStop();
        assertAborted(build, asked);
        jenkins.assertLogContains("The backup was stopped; the next one takes over what it has stored.", build);
        assertThat(newest().getState()).isEqualTo(OperationState.ABORTED);
        proxy.resume();
        aGoodBackupFollows();
    }

    @Test
    void anAbortedFreestyleBuildEndsWithinFiveSeconds() throws Exception {
        agent("one");
        PausingProxy proxy = pauseAfter(IN_THE_MIDDLE_OF_THE_ROWS);
        FreeStyleProject job = jenkins.createFreeStyleProject();
        job.setAssignedLabel(Jenkins.get().getLabel("db"));
        job.getBuildersList().add(new BackupFullBuilder(new BackupFullStep("shop")));
        FreeStyleBuild build = job.scheduleBuild2(0).waitForStart();
        proxy.awaitPause();

        Instant asked = Instant.now();
        build.doStop();
        assertAborted(build, asked);
        jenkins.assertLogContains("The backup was stopped; the next one takes over what it has stored.", build);
        proxy.resume();
        jenkins.buildAndAssertSuccess(job);
    }

    @Test
    void aBuildWhoseAgentIsKilledIsTriedAgainOnAnother() throws Exception {
        agent("one");
        PausingProxy proxy = pauseAfter(IN_THE_MIDDLE_OF_THE_ROWS);
        WorkflowRun build = begin(job("""
                retry(count: 2, conditions: [agent(), nonresumable()]) {
                  node('db') {
                    def b = backupFull database: 'shop'
                    echo "backed up ${b.rows} rows"
                  }
                }
                """));
        proxy.awaitPause();
        agents.stop("one");
        proxy.resume();
        InboundAgentExtension.waitForAgentOffline(jenkins, "one");
        agent("two");
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(build));
        jenkins.assertLogContains("The node one was lost", build);
        jenkins.assertLogContains("backed up 202000 rows", build);
        aGoodBackupFollows();
    }

    /** An agent that stores little at a time and writes down at once what it has stored. */
    private InboundAgentExtension.Options carefulAgent(String name) throws Exception {
        return agent(
                name,
                "-DpostgresqlBackup.rangeBytes=262144",
                "-DpostgresqlBackup.packBytes=16384",
                "-DpostgresqlBackup.journalMillis=1");
    }

    private void assertTakenOver(WorkflowRun build) throws Exception {
        jenkins.assertLogContains(" unchanged since a run that was interrupted, ", build);
        OperationRecord backup = OperationHistory.get().lastGoodBackup("shop").orElseThrow();
        assertThat(backup.getKind()).isEqualTo(OperationKind.FULL);
        assertThat(backup.getReusedBytes()).isGreaterThan(500_000);
        assertThat(backup.getRows()).isEqualTo(202_000);
        assertThat(setup.isSomethingWrittenDown()).as("a journal is left").isFalse();
    }

    @Test
    void whatAnAbortedBackupHasStoredIsTakenOverByTheNext() throws Exception {
        carefulAgent("one");
        PausingProxy proxy = pauseAfter(IN_THE_MIDDLE_OF_THE_ROWS);
        WorkflowRun aborted = begin(job("node('db') { backupFull database: 'shop' }"));
        proxy.awaitPause();
        assertThat(setup.atWork())
                .as("what others see in the repository")
                .singleElement()
                .satisfies(activity -> {
                    assertThat(activity.what()).startsWith("full backup of " + setup.source());
                    assertThat(activity.by()).isEqualTo(jenkins.getURL() + aborted.getUrl());
                });
        aborted.doStop();
        jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(aborted));
        assertThat(setup.atWork()).isEmpty();
        proxy.resume();
        assertTakenOver(jenkins.buildAndAssertSuccess(job(
                "node('db') { def b = backupFull database: 'shop'; verifyBackup database: 'shop', backup: b.id }")));
    }

    @Test
    void whatAKilledAgentHasStoredIsTakenOverByTheNextAttempt() throws Exception {
        carefulAgent("one");
        PausingProxy proxy = pauseAfter(IN_THE_MIDDLE_OF_THE_ROWS);
        WorkflowRun build = begin(job("""
                retry(count: 2, conditions: [agent(), nonresumable()]) {
                  node('db') {
                    def b = backupIncremental database: 'shop'
                    verifyBackup database: 'shop', backup: b.id
                  }
                }
                """));
        proxy.awaitPause();
        while (!setup.isSomethingWrittenDown()) {
            Thread.onSpinWait(); // the agent is about to
        }
        agents.stop("one");
        proxy.resume();
        InboundAgentExtension.waitForAgentOffline(jenkins, "one");
        carefulAgent("two");
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(build));
        jenkins.assertLogContains("The node one was lost", build);
        assertTakenOver(build);
    }

    @Test
    void thePasswordFileThatAKilledAgentLeftIsRemovedByTheNextRun() throws Exception {
        Path temporary = Files.createDirectory(directory.resolve("agent-tmp"));
        InboundAgentExtension.Options options = agent("one", "-Djava.io.tmpdir=" + temporary);
        PausingProxy proxy = pauseAfter(100_000);
        WorkflowRun build = begin(job("node('db') { backupFull database: 'shop' }"));
        while (passwordFiles(temporary).isEmpty()) {
            Thread.sleep(20);
        }
        agents.stop("one");
        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(build));
        assertThat(passwordFiles(temporary)).as("what the killed agent left").isNotEmpty();

        proxy.resume();
        agents.start(jenkins, options);
        aGoodBackupFollows();
        assertThat(passwordFiles(temporary)).isEmpty();
    }

    private static List<Path> passwordFiles(Path directory) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "pgbackup-*.pgpass")) {
            List<Path> found = new ArrayList<>();
            files.forEach(found::add);
            return found;
        }
    }

    @Test
    void twentyDatabasesInParallelOnTwoAgentsLeaveTheControllerAlone() throws Exception {
        for (String name : List.of("one", "two")) {
            DumbSlave node =
                    new DumbSlave(name, directory.resolve(name).toString(), jenkins.createComputerLauncher(null));
            node.setLabelString("db");
            node.setNumExecutors(10);
            Jenkins.get().addNode(node);
            jenkins.waitOnline(node);
        }
        PausingProxy proxy = pauseAfter(IN_THE_MIDDLE_OF_THE_ROWS);
        WorkflowRun build = begin(job("""
                def branches = [:]
                for (int i = 0; i < 20; i++) {
                  branches["${i}"] = { node('db') { backupFull database: 'shop' } }
                }
                parallel branches
                """));
        proxy.awaitPause();
        while (inState(OperationState.RUNNING) < 20) {
            assertThat(inState(OperationState.FAILED)).isZero();
            Thread.sleep(50);
        }
        assertTheControllerIsFree();
        proxy.resume();
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(build));
        assertThat(OperationHistory.get().newestFirst())
                .hasSize(20)
                .allMatch(record -> record.getState() == OperationState.SUCCEEDED)
                .extracting(OperationRecord::getBackup)
                .doesNotHaveDuplicates();
    }

    private static long inState(OperationState state) {
        return OperationHistory.get().newestFirst().stream()
                .filter(record -> record.getState() == state)
                .count();
    }

    /** No engine works here, and no thread of Pipeline, of a timer or of a request is held. */
    private static void assertTheControllerIsFree() {
        for (Map.Entry<Thread, StackTraceElement[]> entry :
                Thread.getAllStackTraces().entrySet()) {
            String name = entry.getKey().getName();
            for (StackTraceElement frame : entry.getValue()) {
                String type = frame.getClassName();
                if (type.startsWith("io.jenkins.plugins.postgresqlbackup.engine.")) {
                    // The tests' own server has a thread here too.
                    assertThat(type).as(name).endsWith("ScratchServer");
                } else if (type.startsWith("io.jenkins.plugins.postgresqlbackup.")) {
                    assertThat(name)
                            .satisfiesAnyOf(
                                    own -> assertThat(own).startsWith("postgresql-backup operation"),
                                    proxy -> assertThat(proxy).startsWith("pausing proxy"),
                                    test -> assertThat(type).contains("AgentsTest"));
                }
            }
        }
    }

    @Test
    void anAgentThatCannotLoadNativeCodeCompressesWithGzip() throws Exception {
        agent("one", "-DZstdTempFolder=" + directory.resolve("no-such-directory"));
        aGoodBackupFollows();
        long withGzip =
                OperationHistory.get().lastGoodBackup("shop").orElseThrow().getStoredBytes();
        agents.stop(jenkins, "one");
        agent("two");
        aGoodBackupFollows();
        long withZstd =
                OperationHistory.get().lastGoodBackup("shop").orElseThrow().getStoredBytes();
        assertThat(withGzip)
                .as("bytes stored of the same rows, compressed in another way")
                .isNotEqualTo(withZstd);
    }
}
