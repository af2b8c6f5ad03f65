package io.jenkins.plugins.postgresqlbackup.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hudson.ExtensionList;
import hudson.model.FreeStyleProject;
import io.jenkins.plugins.casc.ConfigurationAsCode;
import io.jenkins.plugins.casc.ConfigurationContext;
import io.jenkins.plugins.casc.ConfiguratorRegistry;
import io.jenkins.plugins.casc.SecretSource;
import io.jenkins.plugins.casc.misc.Util;
import io.jenkins.plugins.casc.model.CNode;
import io.jenkins.plugins.postgresqlbackup.access.RootCredentials;
import io.jenkins.plugins.postgresqlbackup.tool.PostgresqlInstallation;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import jenkins.model.Jenkins;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.TestExtension;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

@WithJenkins
class ConfigurationAsCodeTest {
    private static final Path EXAMPLE = Path.of("../../docs/examples/jenkins.yaml");

    @TempDir
    private Path directory;

    private JenkinsRule jenkins;

    @BeforeEach
    void setUp(JenkinsRule rule) {
        jenkins = rule;
    }

    /** Each variable of the example has a value that can be searched for. */
    @TestExtension
    public static final class Variables extends SecretSource {
        @Override
        public Optional<String> reveal(String name) {
            return Optional.of("value-of-" + name);
        }
    }

    private static void load(Path yaml) throws Exception {
        ConfigurationAsCode.get().configure(yaml.toString());
    }

    private void load(String yaml) throws Exception {
        load(Files.writeString(directory.resolve("jenkins.yaml"), yaml));
    }

    /** Our two parts of what Jenkins exports. */
    private static String exported() throws Exception {
        ConfigurationContext context =
                new ConfigurationContext(ExtensionList.lookupSingleton(ConfiguratorRegistry.class));
        CNode backup = Util.getUnclassifiedRoot(context).get("postgresqlBackup");
        CNode tool = Util.getToolRoot(context).get("postgresqlClient");
        return "unclassified:\n  postgresqlBackup:\n"
                + Util.toYamlString(backup).indent(4) + "tool:\n  postgresqlClient:\n"
                + Util.toYamlString(tool).indent(4);
    }

    @Test
    void theExampleIsTheWholeConfiguration() throws Exception {
        load(EXAMPLE);
        BackupConfiguration configuration = BackupConfiguration.get();
        assertThat(configuration.databaseNames()).containsExactly("orders", "staging", "scratch");
        DatabaseEntry orders = configuration.database("orders").orElseThrow();
        assertThat(orders.getExcludeData()).isEqualTo("shop.cache_*\nshop.sessions\n");
        assertThat(orders.urlWithUser()).startsWith("postgresql://backup@db.example.com");
        assertThat(configuration.scheduleOf(orders).getFull()).isEqualTo("H 2 * * 0");
        assertThat(configuration.scheduleOf(orders).getIncremental()).isEqualTo("H 2 * * 1-6");
        assertThat(configuration.scheduleOf(orders).getPrune()).isEqualTo("H 4 * * *");
        assertThat(configuration.targetNames()).containsExactly("staging");
        assertThat(configuration.scratchNames()).containsExactly("scratch");
        RepositoryEntry offsite = configuration.repository("offsite").orElseThrow();
        assertThat(offsite.getRetention().getDays()).isEqualTo(30);
        assertThat(offsite.getRetention().getMinimum()).isEqualTo(7);
        assertThat(offsite.getRetention().getMonthly()).isEqualTo(12);
        assertThat(offsite.getRetention().getYearly()).isEqualTo(5);
        assertThat(new String(RootCredentials.key(offsite.getWriteCredentialsId()), StandardCharsets.UTF_8))
                .isEqualTo("value-of-BACKUP_WRITE_KEY");
        RepositoryEntry bucket = configuration.repository("bucket").orElseThrow();
        assertThat(bucket.getUrl()).isEqualTo("s3://backups/orders?region=eu-central-1");
        assertThat(RootCredentials.storage(bucket.getStorageCredentialsId()).user())
                .contains("AKIAIOSFODNN7EXAMPLE");
        assertThat(offsite.getStorageCredentialsId()).isEmpty();
        AlertSettings alerts = configuration.getAlerts();
        assertThat(alerts.recipients()).contains("on-call@example.com");
        assertThat(alerts.getEmergencyAddresses()).isEqualTo("pager@example.com");
        assertThat(alerts.isDigest()).isTrue();
        assertThat(alerts.getDigestCron()).isEqualTo("H 7 * * 1");
        assertThat(alerts.getWebhookKind()).isEqualTo(AlertSettings.SLACK);
        assertThat(RootCredentials.text(alerts.getWebhookCredentialsId()).getPlainText())
                .isEqualTo("value-of-BACKUP_WEBHOOK_URL");
        assertThat(RootCredentials.text(alerts.getHeartbeatCredentialsId()).getPlainText())
                .isEqualTo("value-of-BACKUP_HEARTBEAT_URL");
        assertThat(PostgresqlInstallation.homesOn(Jenkins.get())).containsExactly("/usr/lib/postgresql/18");
    }

    @Test
    void theExamplesEveryReferenceAndJobFitsTogether() throws Exception {
        load(EXAMPLE);
        BackupConfiguration configuration = BackupConfiguration.get();
        for (DatabaseEntry entry : configuration.getDatabases()) {
            assertThat(RootCredentials.hasLogin(entry.getCredentialsId())).isTrue();
            assertThat(DatabaseUrls.check(entry.getUrl()).getMessage()).isNull();
            assertThat(new io.jenkins.plugins.postgresqlbackup.setup.ScheduledJobs(entry).refusals())
                    .isEmpty();
        }
        for (RepositoryEntry entry : configuration.getRepositories()) {
            assertThat(RootCredentials.hasKey(entry.getCredentialsId())).isTrue();
            assertThat(((RepositoryEntry.DescriptorImpl) entry.getDescriptor())
                            .doCheckStorageCredentialsId(entry.getStorageCredentialsId(), entry.getUrl())
                            .getMessage())
                    .isNull();
        }
        assertThat(Jenkins.get().getJobNames())
                .containsExactlyInAnyOrder(
                        "backup-orders-full",
                        "backup-orders-incremental",
                        "backup-orders-verify",
                        "backup-orders-drill",
                        "backup-orders-prune",
                        "backup-check");
    }

    @Test
    void whatIsExportedLoadsAgainAsTheSame() throws Exception {
        load(EXAMPLE);
        String first = exported();
        BackupConfiguration.get().setDatabases(null);
        BackupConfiguration.get().setRepositories(null);
        BackupConfiguration.get().setSchedules(null);
        BackupConfiguration.get().setAlerts(null);
        load(first);
        assertThat(exported())
                .isEqualTo(first)
                .contains(
                        "usual",
                        "minimum: 7",
                        "monthly: 12",
                        "shop.cache_*",
                        "backup-write-key",
                        "backup-bucket",
                        "on-call@example.com",
                        "backup-webhook",
                        "slack");
    }

    @Test
    void anExportHoldsNoSecret() throws Exception {
        load(EXAMPLE);
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        ConfigurationAsCode.get().export(whole);
        assertThat(whole.toString(StandardCharsets.UTF_8))
                .contains("postgresqlBackup:", "orders-login")
                .doesNotContain("value-of-");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    databasez: []                                            | databasez
                    databases: [{name: 'a', url: 'u', pasword: 'x'}]         | pasword
                    databases: [{name: 'a/b', url: 'u'}]                     | Use letters, digits
                    databases: [{name: 'a', url: 'u'}, {name: 'A', url: 'v'}] | two entries
                    schedules: [{name: 'a', full: 'at night'}]               | no time that Jenkins understands
                    schedules: [{name: 'a', prune: 'sometimes'}]              | no time that Jenkins understands
                    alerts: {digestCron: 'on Mondays'}                        | weekly digest
                    repositories: [{name: 'a', url: 'u', retention: {days: 0}}] | at least 1
                    repositories: [{name: 'a', url: 'u', quota: 'much'}]       | the quota of the repository
                    repositories: [{name: 'a', url: 'u', retention: {weekly: -1}}] | at least 0
                    """)
    void whatIsWrongIsToldAndNotTaken(String line, String told) {
        assertThatThrownBy(() -> load("unclassified:\n  postgresqlBackup:\n    " + line + "\n"))
                .satisfies(failure -> assertThat(messages(failure)).contains(told));
        assertThat(BackupConfiguration.get().getDatabases()).isEmpty();
        assertThat(BackupConfiguration.get().getSchedules()).isEmpty();
        assertThat(BackupConfiguration.get().getRepositories()).isEmpty();
    }

    private static String messages(Throwable failure) {
        StringBuilder text = new StringBuilder();
        for (Throwable each = failure; each != null; each = each.getCause()) {
            text.append(each).append('\n');
        }
        return text.toString();
    }

    @Test
    void aReloadMakesTheJobsThatAreMissingAndLeavesTheOthers() throws Exception {
        load(EXAMPLE);
        FreeStyleProject mine = (FreeStyleProject) Jenkins.get().getItem("backup-orders-full");
        mine.setDescription("mine");
        Jenkins.get().getItem("backup-orders-drill").delete();
        load(Files.readString(EXAMPLE).replace("initialize: true", "initialize: false"));
        assertThat(Jenkins.get().getItem("backup-orders-drill")).isNull();
        load(EXAMPLE);
        assertThat(Jenkins.get().getItem("backup-orders-drill")).isNotNull();
        assertThat(mine.getDescription()).isEqualTo("mine");
        assertThat(Jenkins.get().getItem("backup-orders-full")).isSameAs(mine);
    }

    @Test
    void savingAnythingLaterMakesNoJobs() throws Exception {
        load(EXAMPLE);
        Jenkins.get().getItem("backup-orders-drill").delete();
        BackupConfiguration.get().save();
        assertThat(Jenkins.get().getItem("backup-orders-drill")).isNull();
        assertThat(exported()).doesNotContain("initialize: true");
    }
}
