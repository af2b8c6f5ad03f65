package io.jenkins.plugins.postgresqlbackup.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.cloudbees.plugins.credentials.Credentials;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SecretBytes;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl;
import com.fasterxml.jackson.databind.ObjectMapper;
import hudson.model.Result;
import hudson.model.Slave;
import hudson.util.FormValidation;
import hudson.util.Secret;
import io.jenkins.plugins.postgresqlbackup.agent.CreateRepository;
import io.jenkins.plugins.postgresqlbackup.agent.CreatedRepository;
import io.jenkins.plugins.postgresqlbackup.agent.ProveRecoveryKey;
import io.jenkins.plugins.postgresqlbackup.configuration.BackupConfiguration;
import io.jenkins.plugins.postgresqlbackup.configuration.DatabaseEntry;
import io.jenkins.plugins.postgresqlbackup.configuration.NodeProbe;
import io.jenkins.plugins.postgresqlbackup.configuration.RepositoryEntry;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.DatabaseUrl;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestPostgres;
import io.jenkins.plugins.postgresqlbackup.engine.storage.GcsServer;
import io.jenkins.plugins.postgresqlbackup.engine.storage.S3Server;
import io.jenkins.plugins.postgresqlbackup.engine.storage.SupabaseServer;
import io.jenkins.plugins.postgresqlbackup.testing.BackupSetup;
import io.jenkins.plugins.postgresqlbackup.testing.ProcessWatch;
import io.jenkins.plugins.postgresqlbackup.testing.SecretSearch;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.plaincredentials.impl.FileCredentialsImpl;
import org.jenkinsci.plugins.plaincredentials.impl.StringCredentialsImpl;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.LogRecorder;
import org.jvnet.hudson.test.MockFolder;
import org.jvnet.hudson.test.junit.jupiter.InboundAgentExtension;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Everything the plugin does is done once, well and badly, and then no secret is anywhere but encrypted in Jenkins's credentials. */
@WithJenkins
class SecretsTest {
    private final String passphrase = "passphrase of " + UUID.randomUUID();
    private final String wrongSecretKey = "wrong-secret-" + UUID.randomUUID();
    private final String wrongPassword = "wrong-" + UUID.randomUUID();
    private final String wrongRecoveryKey = "mistyped " + UUID.randomUUID();
    private final String bucket = S3Server.s3Proxy().newLocation().toString();
    private final SecretSearch search = new SecretSearch();

    @RegisterExtension
    private final InboundAgentExtension agents = new InboundAgentExtension();

    @TempDir
    private Path directory;

    private JenkinsRule jenkins;
    private BackupSetup setup;
    private MockFolder folder;

    @BeforeEach
    void setUp(JenkinsRule rule) throws Exception {
        jenkins = rule;
        setup = BackupSetup.make(directory);
        setup.configure();
        configureMore();
        folder = jenkins.createFolder("restores");
        search.add("the database's password", setup.password());
        search.add("the wrong password", wrongPassword);
        search.add("the key", setup.key());
        search.add("the key's bytes", Base64.getDecoder().decode(setup.key()));
        search.add("the passphrase", passphrase);
        search.add("the mistyped recovery key", wrongRecoveryKey);
        search.add("the bucket's secret key", S3Server.KEYS.secretAccessKey());
        search.add("the wrong secret key", wrongSecretKey);
        search.add("the project's key", SupabaseServer.SERVICE_KEY);
        addPrivateKey(GcsServer.shared().key().json());
    }

    /** As it stands in the file, as it is meant, and a line of it. */
    private void addPrivateKey(String file) throws Exception {
        String pem =
                new ObjectMapper().readTree(file).get("private_key").textValue().strip();
        String[] lines = pem.split("\n");
        search.add("the account's key", file);
        search.add("the account's private key", pem);
        search.add("a line of the account's private key", lines[lines.length / 2]);
        search.add(
                "the account's private key in bytes",
                Base64.getMimeDecoder().decode(pem.replaceAll("-----[^-]+-----", "")));
    }

    /** The same repository opened by a secret file, one with a passphrase, and a database with a wrong password. */
    private void configureMore() throws Exception {
        List<Credentials> credentials = SystemCredentialsProvider.getInstance().getCredentials();
        credentials.add(new FileCredentialsImpl(
                CredentialsScope.SYSTEM,
                "key-file",
                "",
                "key.txt",
                SecretBytes.fromRawBytes(setup.key().getBytes(StandardCharsets.UTF_8))));
        credentials.add(
                new StringCredentialsImpl(CredentialsScope.SYSTEM, "passphrase", "", Secret.fromString(passphrase)));
        credentials.add(
                new UsernamePasswordCredentialsImpl(CredentialsScope.SYSTEM, "wrong", "", setup.user(), wrongPassword));
        credentials.add(new UsernamePasswordCredentialsImpl(
                CredentialsScope.SYSTEM, "bucket", "", S3Server.KEYS.accessKeyId(), S3Server.KEYS.secretAccessKey()));
        credentials.add(new UsernamePasswordCredentialsImpl(
                CredentialsScope.SYSTEM, "wrong-bucket", "", S3Server.KEYS.accessKeyId(), wrongSecretKey));
        credentials.add(new StringCredentialsImpl(
                CredentialsScope.SYSTEM, "service", "", Secret.fromString(SupabaseServer.SERVICE_KEY)));
        credentials.add(new StringCredentialsImpl(
                CredentialsScope.SYSTEM,
                "account",
                "",
                Secret.fromString(GcsServer.shared().key().json())));
        SystemCredentialsProvider.getInstance().save();
        BackupConfiguration configuration = BackupConfiguration.get();
        DatabaseEntry refused = new DatabaseEntry("refused", setup.sourceUrl());
        refused.setCredentialsId("wrong");
        List<DatabaseEntry> databases = new ArrayList<>(configuration.getDatabases());
        databases.add(refused);
        configuration.setDatabases(databases);
        RepositoryEntry byFile = new RepositoryEntry("by-file", setup.repositoryUrl());
        byFile.setCredentialsId("key-file");
        RepositoryEntry vault =
                new RepositoryEntry("vault", directory.resolve("vault").toUri().toString());
        vault.setCredentialsId("passphrase");
        RepositoryEntry cloud = new RepositoryEntry("cloud", bucket);
        cloud.setStorageCredentialsId("bucket");
        cloud.setCredentialsId("key");
        RepositoryEntry closed = new RepositoryEntry("closed", bucket);
        closed.setStorageCredentialsId("wrong-bucket");
        closed.setCredentialsId("key");
        RepositoryEntry project = new RepositoryEntry(
                "project", SupabaseServer.shared().newLocation().toString());
        project.setStorageCredentialsId("service");
        project.setCredentialsId("key");
        RepositoryEntry google =
                new RepositoryEntry("google", GcsServer.shared().newLocation().toString());
        google.setStorageCredentialsId("account");
        google.setCredentialsId("key");
        List<RepositoryEntry> repositories = new ArrayList<>(configuration.getRepositories());
        repositories.addAll(List.of(byFile, vault, cloud, closed, project, google));
        configuration.setRepositories(repositories);
    }

    private WorkflowJob job(String name, String steps) throws Exception {
        WorkflowJob job = folder.createProject(WorkflowJob.class, name);
        job.setDefinition(new CpsFlowDefinition("node('db') {\n" + steps + "\n}", true));
        return job;
    }

    @Test
    void noSecretIsLeftOrSeenAnywhere() throws Exception {
        Path temporary = startAgent();
        List<String> found = new ArrayList<>();
        try (LogRecorder log = new LogRecorder()
                        .record("io.jenkins.plugins.postgresqlbackup", Level.ALL)
                        .record("", Level.INFO)
                        .capture(100_000);
                ProcessWatch watch = new ProcessWatch(search)) {
            createAndTest();
            runWell();
            runBadly();
            found.addAll(abort());
            assertThat(watch.saw("pg_dump"))
                    .as("the watch sees PostgreSQL's programs")
                    .isTrue();
            assertThat(watch.saw("pg_restore")).isTrue();
            found.addAll(watch.found());
            found.addAll(search.in("Jenkins's log", text(log.getRecords())));
        }
        agents.stop("one");
        assertThat(temporary.resolve("agent.log")).content().contains("postgresql", "software.amazon.awssdk");
        found.addAll(search.below(temporary));
        found.addAll(search.below(directory));
        found.addAll(searchHome());
        assertThat(found).isEmpty();
        assertThat(Jenkins.get().getRootDir().toPath().resolve("credentials.xml"))
                .content()
                .contains("<password>{AQAA")
                .contains("<secret>{AQAA")
                .containsPattern("<secretBytes>\\{[A-Za-z0-9+/=]{40,}}");
        aLeakWouldBeFound();
    }

    /** On this agent even PostgreSQL's driver logs all it can. */
    private Path startAgent() throws Exception {
        Path temporary = Files.createDirectory(directory.resolve("agent-tmp"));
        Path logging = directory.resolve("logging.properties");
        Files.writeString(logging, """
                handlers = java.util.logging.FileHandler
                java.util.logging.FileHandler.pattern = %s/agent.log
                java.util.logging.FileHandler.formatter = java.util.logging.SimpleFormatter
                java.util.logging.FileHandler.level = ALL
                .level = INFO
                io.jenkins.plugins.postgresqlbackup.level = ALL
                org.postgresql.level = ALL
                org.apache.http.level = ALL
                software.amazon.awssdk.level = ALL
                com.google.level = ALL
                """.formatted(temporary));
        agents.createAgent(
                jenkins,
                InboundAgentExtension.Options.newBuilder()
                        .name("one")
                        .label("db")
                        .javaOptions("-Djava.io.tmpdir=" + temporary, "-Djava.util.logging.config.file=" + logging)
                        .build());
        Jenkins.get().setNumExecutors(0);
        return temporary;
    }

    private static RepositoryEntry repository(String name) {
        return BackupConfiguration.get().repository(name).orElseThrow();
    }

    private void createAndTest() throws Exception {
        RepositoryEntry vault = repository("vault");
        CreatedRepository created = NodeProbe.call("db", () -> new CreateRepository(vault.fullAccess(), "test"));
        String recoveryKey = created.getRecoveryKey();
        search.add("the recovery key", recoveryKey);
        NodeProbe.call(
                "db", () -> new ProveRecoveryKey(vault.accessWith(recoveryKey.getBytes(StandardCharsets.UTF_8))));
        assertThatThrownBy(() -> NodeProbe.call(
                        "db",
                        () -> new ProveRecoveryKey(
                                vault.accessWith(wrongRecoveryKey.getBytes(StandardCharsets.UTF_8)))))
                .satisfies(failure ->
                        assertThat(search.in("What fails", failure.toString())).isEmpty());

        for (String cloud : List.of("cloud", "project", "google")) {
            search.add(
                    "the recovery key of " + cloud,
                    NodeProbe.call(
                                    "db",
                                    () -> new CreateRepository(repository(cloud).fullAccess(), "test"))
                            .getRecoveryKey());
        }
        DatabaseEntry.DescriptorImpl databases = Jenkins.get().getDescriptorByType(DatabaseEntry.DescriptorImpl.class);
        assertKind(FormValidation.Kind.OK, databases.doTestConnection(setup.sourceUrl(), "db", "db", ""));
        assertKind(FormValidation.Kind.ERROR, databases.doTestConnection(setup.sourceUrl(), "wrong", "db", ""));
        RepositoryEntry.DescriptorImpl repositories =
                Jenkins.get().getDescriptorByType(RepositoryEntry.DescriptorImpl.class);
        assertKind(
                FormValidation.Kind.OK,
                repositories.doTestConnection(setup.repositoryUrl(), "", "key-file", "", "", "db"));
        assertKind(
                FormValidation.Kind.ERROR,
                repositories.doTestConnection(setup.repositoryUrl(), "", "passphrase", "", "", "db"));
        assertKind(FormValidation.Kind.OK, repositories.doTestConnection(bucket, "bucket", "key", "", "", "db"));
        assertKind(
                FormValidation.Kind.ERROR, repositories.doTestConnection(bucket, "wrong-bucket", "key", "", "", "db"));
        assertKind(
                FormValidation.Kind.ERROR, repositories.doCheckStorageCredentialsId("wrong-bucket", "file:/backups"));
    }

    private void assertKind(FormValidation.Kind kind, FormValidation shown) {
        assertThat(shown.kind).as(shown.getMessage()).isEqualTo(kind);
        assertThat(search.in("The form", shown.renderHtml())).isEmpty();
    }

    private void runWell() throws Exception {
        jenkins.buildAndAssertSuccess(job("good", """
                def b = backupFull database: 'shop'
                verifyBackup repository: 'offsite', backup: b.id
                verifyBackup database: 'shop', backup: b.id, level: 'restore'
                restoreBackup repository: 'offsite', backup: b.id, target: 'copy', create: true
                def f = backupFull database: 'shop', repository: 'by-file'
                verifyBackup repository: 'by-file', backup: f.id
                def v = backupFull database: 'shop', repository: 'vault'
                verifyBackup repository: 'vault', backup: v.id
                listBackups repository: 'vault'
                def c = backupFull database: 'shop', repository: 'cloud'
                verifyBackup repository: 'cloud', backup: c.id
                def p = backupFull database: 'shop', repository: 'project'
                verifyBackup repository: 'project', backup: p.id
                def g = backupFull database: 'shop', repository: 'google'
                verifyBackup repository: 'google', backup: g.id
                """));
    }

    private void runBadly() throws Exception {
        for (String step : List.of(
                "backupFull database: 'refused', repository: 'offsite'",
                "backupFull database: 'shop', repository: 'closed'",
                "restoreBackup repository: 'offsite', backup: 'latest', target: 'copy', create: true",
                "verifyBackup repository: 'vault', backup: '20200101'")) {
            WorkflowJob job = job("bad-" + step.hashCode(), step);
            jenkins.assertBuildStatus(Result.FAILURE, job.scheduleBuild2(0));
        }
    }

    /** A build that waits for a table, and is stopped; what can be seen meanwhile. */
    private List<String> abort() throws Exception {
        Database source = TestPostgres.server()
                .database(DatabaseUrl.parse(setup.sourceUrl().replace("//", "//any@"))
                        .database());
        List<String> found = new ArrayList<>();
        WorkflowRun build;
        try (Connection connection = source.open("lock");
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("LOCK TABLE public.customers IN ACCESS EXCLUSIVE MODE");
            build = job("aborted", "backupFull database: 'shop'")
                    .scheduleBuild2(0)
                    .waitForStart();
            while (!somebodyWaits(statement)) {
                assertThat(build.isBuilding()).isTrue();
            }
            found.addAll(search.in("A thread dump", threads()));
            found.addAll(searchHome());
            build.doStop();
            jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(build));
        }
        return found;
    }

    private static boolean somebodyWaits(Statement statement) throws Exception {
        try (ResultSet waiting =
                statement.executeQuery("SELECT count(*) > 0, pg_sleep(0.05) FROM pg_locks WHERE NOT granted")) {
            waiting.next();
            return waiting.getBoolean(1);
        }
    }

    private static String threads() {
        StringBuilder text = new StringBuilder();
        Thread.getAllStackTraces()
                .forEach((thread, frames) -> text.append(thread).append(Arrays.toString(frames)));
        return text.toString();
    }

    private static String text(List<LogRecord> records) {
        Formatter formatter = new SimpleFormatter();
        StringBuilder text = new StringBuilder();
        records.forEach(record -> text.append(formatter.format(record)));
        return text.toString();
    }

    /** The controller's files, and the agent's where they are elsewhere. */
    private List<String> searchHome() throws Exception {
        List<String> found = search.below(Jenkins.get().getRootDir().toPath());
        found.addAll(search.below(Path.of(((Slave) Jenkins.get().getNode("one")).getRemoteFS())));
        return found;
    }

    /** What is above would say the same if it looked in the wrong place or for the wrong thing. */
    private void aLeakWouldBeFound() throws Exception {
        byte[] password = setup.password().getBytes(StandardCharsets.UTF_8);
        Path build = Jenkins.get()
                .getItemByFullName("restores/good", WorkflowJob.class)
                .getLastBuild()
                .getRootDir()
                .toPath();
        for (String leak : List.of(
                setup.password(),
                "x" + Base64.getEncoder().encodeToString(password),
                Base64.getUrlEncoder().encodeToString(("user:" + setup.password()).getBytes(StandardCharsets.UTF_8)),
                HexFormat.of().formatHex(password))) {
            Path file = Files.writeString(build.resolve("leak"), "<a>" + leak + "</a>");
            assertThat(searchHome()).hasSize(1).allMatch(sentence -> sentence.contains("leak holds the database's"));
            Files.delete(file);
        }
        try (ProcessWatch watch = new ProcessWatch(search)) {
            ProcessBuilder leaky = new ProcessBuilder("cat");
            leaky.environment().put("PGPASSWORD", setup.password());
            Process process = leaky.start();
            while (watch.found().isEmpty()) {
                assertThat(process.isAlive()).isTrue();
                Thread.onSpinWait();
            }
            process.destroy();
        }
    }
}
