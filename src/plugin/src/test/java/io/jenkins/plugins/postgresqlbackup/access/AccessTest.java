package io.jenkins.plugins.postgresqlbackup.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.plugins.credentials.Credentials;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl;
import hudson.model.FreeStyleBuild;
import hudson.model.Item;
import hudson.security.Permission;
import hudson.util.Secret;
import io.jenkins.plugins.postgresqlbackup.alert.AlertMonitor;
import io.jenkins.plugins.postgresqlbackup.configuration.AlertSettings;
import io.jenkins.plugins.postgresqlbackup.configuration.BackupConfiguration;
import io.jenkins.plugins.postgresqlbackup.configuration.CheckSettings;
import io.jenkins.plugins.postgresqlbackup.configuration.DatabaseEntry;
import io.jenkins.plugins.postgresqlbackup.configuration.RepositoryEntry;
import io.jenkins.plugins.postgresqlbackup.configuration.RetentionSettings;
import io.jenkins.plugins.postgresqlbackup.configuration.ScheduleEntry;
import io.jenkins.plugins.postgresqlbackup.engine.health.Finding;
import io.jenkins.plugins.postgresqlbackup.engine.health.Rule;
import io.jenkins.plugins.postgresqlbackup.engine.health.Severity;
import io.jenkins.plugins.postgresqlbackup.history.BackupBuildAction;
import io.jenkins.plugins.postgresqlbackup.history.BackupJobAction;
import io.jenkins.plugins.postgresqlbackup.history.OperationHistory;
import io.jenkins.plugins.postgresqlbackup.history.OperationKind;
import io.jenkins.plugins.postgresqlbackup.history.OperationRecord;
import io.jenkins.plugins.postgresqlbackup.history.OperationState;
import io.jenkins.plugins.postgresqlbackup.monitor.BackupMonitor;
import io.jenkins.plugins.postgresqlbackup.monitor.Status;
import io.jenkins.plugins.postgresqlbackup.pipeline.BackupFullStep;
import io.jenkins.plugins.postgresqlbackup.pipeline.BackupIncrementalStep;
import io.jenkins.plugins.postgresqlbackup.pipeline.CheckBackupsStep;
import io.jenkins.plugins.postgresqlbackup.pipeline.ListBackupsStep;
import io.jenkins.plugins.postgresqlbackup.pipeline.PruneBackupsStep;
import io.jenkins.plugins.postgresqlbackup.pipeline.RestoreBackupStep;
import io.jenkins.plugins.postgresqlbackup.pipeline.VerifyBackupStep;
import io.jenkins.plugins.postgresqlbackup.testing.PluginClasses;
import io.jenkins.plugins.postgresqlbackup.tool.PostgresqlInstallation;
import io.jenkins.plugins.postgresqlbackup.ui.AlertsPage;
import io.jenkins.plugins.postgresqlbackup.ui.BackupPage;
import io.jenkins.plugins.postgresqlbackup.ui.BackupRootAction;
import io.jenkins.plugins.postgresqlbackup.ui.DatabasePage;
import io.jenkins.plugins.postgresqlbackup.ui.HistoryPage;
import io.jenkins.plugins.postgresqlbackup.ui.RepositoryPage;
import io.jenkins.plugins.postgresqlbackup.ui.StoragePage;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.plaincredentials.impl.StringCredentialsImpl;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Every URL of the plugin, for everybody, in every way: the one table of who gets what. */
@WithJenkins
class AccessTest {
    /** All who ask; each has what the name says, and Overall/Read but for {@code anonymous}. */
    private static final Map<String, List<Permission>> PEOPLE = new LinkedHashMap<>();

    static {
        PEOPLE.put("anonymous", List.of());
        PEOPLE.put("read", List.of(Jenkins.READ));
        PEOPLE.put("view", List.of(BackupPermissions.VIEW));
        PEOPLE.put("run", List.of(BackupPermissions.RUN));
        PEOPLE.put("restore", List.of(BackupPermissions.RESTORE));
        PEOPLE.put("delete", List.of(BackupPermissions.DELETE));
        PEOPLE.put("operator", List.of(BackupPermissions.VIEW, BackupPermissions.RUN));
        PEOPLE.put("restorer", List.of(BackupPermissions.VIEW, BackupPermissions.RESTORE));
        PEOPLE.put("deleter", List.of(BackupPermissions.VIEW, BackupPermissions.DELETE));
        PEOPLE.put("manage", List.of(Jenkins.MANAGE));
        PEOPLE.put("administer", List.of(Jenkins.ADMINISTER));
    }

    private static final Set<String> ADMINISTRATORS = Set.of("administer");
    private static final Set<String> VIEWERS = Set.of("view", "operator", "restorer", "deleter", "administer");
    private static final Set<String> OPERATORS = Set.of("operator", "administer");
    private static final Set<String> RESTORERS = Set.of("restorer", "administer");
    private static final Set<String> DELETERS = Set.of("deleter", "administer");
    private static final Set<String> ALL_KNOWN = Set.of(
            "read", "view", "run", "restore", "delete", "operator", "restorer", "deleter", "manage", "administer");

    private static final String BACKUP = "20261122T121838Z-7f3k2m";

    /** How a URL may be asked for. */
    private enum Way {
        GET,
        POST_WITHOUT_CRUMB,
        POST
    }

    /**
     * One line of the table.
     *
     * @param method or page that it is about, as {@link PluginClasses} names it; empty for what is not the plugin's own
     * @param reachedBy who gets as far as this object; the others are refused whatever they do
     * @param allowed who gets {@code status}
     * @param onlyPost whether GET is refused even to them
     * @param names who reads the names of entries and credentials in the answer; nobody else does
     */
    private record Line(
            String method,
            String path,
            Set<String> reachedBy,
            Set<String> allowed,
            int status,
            boolean onlyPost,
            Set<String> names) {
        int expected(String who, Way way) {
            if (way == Way.POST_WITHOUT_CRUMB || !reachedBy.contains(who)) {
                return 403;
            }
            if (way == Way.GET && onlyPost) {
                return 404; // as Stapler says it of @POST
            }
            return allowed.contains(who) ? status : 403;
        }
    }

    private final List<Line> table = new ArrayList<>();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private JenkinsRule jenkins;

    @BeforeEach
    void setUp(JenkinsRule rule) throws Exception {
        jenkins = rule;
        configure();
        jenkins.jenkins.setSecurityRealm(jenkins.createDummySecurityRealm());
        MockAuthorizationStrategy strategy = new MockAuthorizationStrategy();
        Jenkins.MANAGE.setEnabled(true);
        PEOPLE.forEach((who, permissions) -> {
            if (!permissions.isEmpty()) {
                strategy.grant(Jenkins.READ, Item.READ).everywhere().to(who);
                strategy.grant(permissions.toArray(new Permission[0]))
                        .everywhere()
                        .to(who);
            }
        });
        jenkins.jenkins.setAuthorizationStrategy(strategy);
    }

    private void configure() throws Exception {
        BackupMonitor.get().check().get(); // and not again within an hour
        List<Credentials> credentials = SystemCredentialsProvider.getInstance().getCredentials();
        credentials.add(
                new UsernamePasswordCredentialsImpl(CredentialsScope.SYSTEM, "known-login", "", "user", "password"));
        credentials.add(new StringCredentialsImpl(CredentialsScope.SYSTEM, "known-key", "", Secret.fromString("key")));
        DatabaseEntry shop = new DatabaseEntry("known-database", "postgresql://localhost/shop");
        shop.setScratchServer(true);
        shop.setRestoreTarget(true);
        BackupConfiguration.get().setDatabases(List.of(shop));
        BackupConfiguration.get()
                .setRepositories(List.of(new RepositoryEntry("known-repository", "file:/nowhere/at/all")));
        BackupConfiguration.get().setSchedules(List.of(new ScheduleEntry("known-schedule")));
        FreeStyleBuild build = jenkins.buildAndAssertSuccess(jenkins.createFreeStyleProject("job"));
        OperationRecord record = OperationRecord.begin(
                OperationKind.LIST, "known-database", "known-repository", build, "", Instant.EPOCH);
        BackupBuildAction.add(build, record);
        OperationRecord backup = OperationRecord.begin(
                        OperationKind.FULL, "known-database", "known-repository", build, "", Instant.now())
                .of(BACKUP, "")
                .ended(OperationState.SUCCEEDED, null, Instant.now());
        OperationHistory.get().put(backup);
        Finding finding = new Finding(
                Rule.BACKUP_OVERDUE, Severity.ERROR, "known-database", "", "It is old.", "See why.", Instant.now());
        BackupMonitor.get().publish(new Status(Instant.now(), Status.NONE.situation(), List.of(finding)));
    }

    private void fill() {
        administrators(
                DatabaseEntry.DescriptorImpl.class,
                "doCheckName",
                "doCheckUrl",
                "doCheckCredentialsId",
                "doFillPresetItems",
                "doAutoCompleteNode",
                "doCheckNode",
                "doCheckSchemas",
                "doCheckExcludeSchemas",
                "doCheckExcludeTables",
                "doCheckExcludeData",
                "doCheckConnections",
                "doCheckRepository",
                "doCheckSchedule",
                "doCheckScratch",
                "doTestConnection");
        administrators(
                RepositoryEntry.DescriptorImpl.class,
                "doCheckName",
                "doCheckUrl",
                "doCheckStorageCredentialsId",
                "doCheckCredentialsId",
                "doCheckWriteCredentialsId",
                "doCheckFingerprint",
                "doCheckQuota",
                "doAutoCompleteNode",
                "doCheckNode",
                "doTestConnection");
        administrators(
                AlertSettings.DescriptorImpl.class,
                "doCheckAdministrators",
                "doCheckAddresses",
                "doCheckEmergencyAddresses",
                "doCheckWebhookCredentialsId",
                "doFillWebhookKindItems",
                "doCheckHeartbeatCredentialsId",
                "doCheckDigestCron",
                "doSendTestAlert",
                "doCheckStorageWarningPercent",
                "doCheckStorageErrorPercent");
        administrators(
                RetentionSettings.DescriptorImpl.class,
                "doCheckDays",
                "doCheckKeepLast",
                "doCheckDaily",
                "doCheckWeekly",
                "doCheckMonthly",
                "doCheckYearly",
                "doCheckMinimum");
        administrators(
                ScheduleEntry.DescriptorImpl.class,
                "doCheckName",
                "doCheckFull",
                "doCheckIncremental",
                "doCheckVerify",
                "doCheckDrill",
                "doCheckPrune",
                "doCheckObjectiveHours",
                "doCheckVerifiedWithinDays",
                "doCheckDrilledWithinDays");
        administrators(
                CheckSettings.DescriptorImpl.class,
                "doCheckMinutes",
                "doCheckUnusualFactor",
                "doCheckHistory",
                "doCheckOrphanedDays",
                "doCheckOverdueDeletionDays",
                "doCheckEndlessHours",
                "doCheckClockSkewMinutes",
                "doCheckRulesOff");
        completions(
                DatabaseEntry.DescriptorImpl.class,
                "doAutoCompleteRepository",
                "doAutoCompleteSchedule",
                "doAutoCompleteScratch");
        credentials(DatabaseEntry.DescriptorImpl.class, "doFillCredentialsIdItems");
        credentials(
                RepositoryEntry.DescriptorImpl.class,
                "doFillStorageCredentialsIdItems",
                "doFillCredentialsIdItems",
                "doFillWriteCredentialsIdItems");
        credentials(
                AlertSettings.DescriptorImpl.class,
                "doFillWebhookCredentialsIdItems",
                "doFillHeartbeatCredentialsIdItems");
        names(BackupFullStep.DescriptorImpl.class, "doFillDatabaseItems", "doFillRepositoryItems");
        names(BackupIncrementalStep.DescriptorImpl.class, "doFillDatabaseItems", "doFillRepositoryItems");
        names(PruneBackupsStep.DescriptorImpl.class, "doFillDatabaseItems", "doFillRepositoryItems");
        names(ListBackupsStep.DescriptorImpl.class, "doFillDatabaseItems", "doFillRepositoryItems");
        names(
                VerifyBackupStep.DescriptorImpl.class,
                "doFillDatabaseItems",
                "doFillRepositoryItems",
                "doFillScratchItems");
        names(
                RestoreBackupStep.DescriptorImpl.class,
                "doFillDatabaseItems",
                "doFillRepositoryItems",
                "doFillTargetItems");
        inJobs(BackupFullStep.DescriptorImpl.class, "doCheckDatabase");
        inJobs(BackupIncrementalStep.DescriptorImpl.class, "doCheckDatabase", "doCheckParent");
        inJobs(PruneBackupsStep.DescriptorImpl.class, "doCheckDatabase");
        names(CheckBackupsStep.DescriptorImpl.class, "doFillDatabaseItems", "doFillRepositoryItems");
        inJobs(ListBackupsStep.DescriptorImpl.class, "doCheckRepository", "doCheckMost");
        inJobs(CheckBackupsStep.DescriptorImpl.class, "doFillFailOnItems", "doFillUnstableOnItems");
        inJobs(
                VerifyBackupStep.DescriptorImpl.class,
                "doCheckDatabase",
                "doCheckBackup",
                "doFillLevelItems",
                "doCheckAssertions");
        inJobs(
                RestoreBackupStep.DescriptorImpl.class,
                "doCheckRepository",
                "doCheckBackup",
                "doCheckTarget",
                "doCheckTables");

        String monitor = "administrativeMonitor/postgresql-backup-alerts/";
        table.add(new Line(
                AlertMonitor.class.getName() + ".doAcknowledge",
                monitor + "acknowledge?id=none",
                VIEWERS,
                ADMINISTRATORS,
                302,
                true,
                Set.of()));
        String message = AlertMonitor.class.getName() + "/message";
        table.add(new Line(message, monitor + "message", VIEWERS, VIEWERS, 404, false, Set.of()));

        // Jenkins's own, which look at the name only, or ask for the permission but not for POST.
        Class<?> tool = PostgresqlInstallation.DescriptorImpl.class;
        table.add(new Line("", url(tool, "doCheckName"), ALL_KNOWN, ALL_KNOWN, 200, false, Set.of()));
        table.add(new Line("", url(tool, "doCheckHome"), ALL_KNOWN, ADMINISTRATORS, 200, false, Set.of()));

        page(BackupRootAction.class, "index", "postgresql-backup/", VIEWERS, VIEWERS);
        page(BackupBuildAction.class, "index", "job/job/1/postgresql-backup/", ALL_KNOWN, ALL_KNOWN);
        page(BackupJobAction.class, "index", "job/job/postgresql-backup/", ALL_KNOWN, ALL_KNOWN);
        // What a page is made of has no URL of its own.
        String summary = BackupBuildAction.class.getName() + "/summary";
        table.add(new Line(summary, "job/job/1/postgresql-backup/summary", ALL_KNOWN, ALL_KNOWN, 404, false, Set.of()));
        dashboard();
        for (String part : List.of(
                "databases/0/",
                "repositories/0/",
                "records/0/",
                "target/",
                "administrator",
                "overview/",
                "overview/databases/0/",
                "database/none/",
                "database/known-database/row/",
                "database/known-database/entry/",
                "database/known-database/restorePoints/0/",
                "repository/none/",
                "repository/known-repository/row/",
                "repository/known-repository/backup/none/",
                "repository/known-repository/backup/" + BACKUP + "/point/",
                "repository/known-repository/backup/" + BACKUP + "/facts/",
                "alerts/open/0/",
                "history/operations/0/",
                "storage/repositories/0/")) {
            table.add(new Line("", "postgresql-backup/" + part, VIEWERS, VIEWERS, 404, false, Set.of()));
        }

        // Somebody who may gets as far as "there is no such entry".
        for (String method : List.of("doCreateRepository", "doProveRecoveryKey", "doSetUp")) {
            String path = "postgresql-backup/" + PluginClasses.urlName(method) + "?name=none&key=none&database=none";
            table.add(new Line(
                    BackupRootAction.class.getName() + "." + method,
                    path,
                    VIEWERS,
                    ADMINISTRATORS,
                    404,
                    true,
                    Set.of()));
        }
    }

    /** The pages below the overview: whoever sees that sees these; what changes something needs the permission for it besides. */
    private void dashboard() {
        String backup = "repository/known-repository/backup/" + BACKUP + "/";
        shown(DatabasePage.class, "database/known-database/");
        shown(RepositoryPage.class, "repository/known-repository/");
        shown(BackupPage.class, backup);
        shown(AlertsPage.class, "alerts/");
        shown(HistoryPage.class, "history/");
        page(StoragePage.class, "index", "postgresql-backup/storage/", VIEWERS, VIEWERS);

        api(BackupRootAction.class, "", VIEWERS);
        api(DatabasePage.class, "database/known-database/", VIEWERS);
        api(RepositoryPage.class, "repository/known-repository/", VIEWERS);
        api(BackupPage.class, backup, VIEWERS);
        api(AlertsPage.class, "alerts/", VIEWERS);
        api(HistoryPage.class, "history/", VIEWERS);

        asks("verify", backup, OPERATORS);
        asks("restore", backup, RESTORERS);
        asks("delete", backup, DELETERS);

        // Somebody who may gets as far as "it cannot be done so".
        acts(DatabasePage.class, "doBackUp", "database/known-database/", OPERATORS, 422);
        acts(BackupPage.class, "doStartVerification", backup, OPERATORS, 422);
        acts(BackupPage.class, "doStartRestore", backup, RESTORERS, 422);
        acts(BackupPage.class, "doStartDeletion", backup, DELETERS, 422);
        acts(AlertsPage.class, "doAcknowledge", "alerts/", OPERATORS, 302);
    }

    private void shown(Class<?> type, String path) {
        page(type, "index", "postgresql-backup/" + path, VIEWERS, VIEWERS);
    }

    private void api(Class<?> type, String path, Set<String> names) {
        String url = "postgresql-backup/" + path + "api/json?depth=3";
        table.add(new Line(type.getName() + ".getApi", url, VIEWERS, VIEWERS, 200, false, names));
    }

    private void asks(String view, String path, Set<String> allowed) {
        table.add(new Line(
                BackupPage.class.getName() + "/" + view,
                "postgresql-backup/" + path + view,
                VIEWERS,
                allowed,
                200,
                false,
                allowed));
    }

    private void acts(Class<?> type, String method, String path, Set<String> allowed, int status) {
        String url = "postgresql-backup/" + path + PluginClasses.urlName(method)
                + "?id=none&level=none&target=none&way=overwrite&confirmation=none";
        table.add(new Line(type.getName() + "." + method, url, VIEWERS, allowed, status, true, Set.of()));
    }

    private void page(Class<?> type, String view, String path, Set<String> allowed, Set<String> names) {
        table.add(new Line(type.getName() + "/" + view, path, allowed, allowed, 200, false, names));
    }

    private void administrators(Class<?> descriptor, String... methods) {
        for (String method : methods) {
            forms(descriptor, method, ADMINISTRATORS, Set.of());
        }
    }

    private void completions(Class<?> descriptor, String... methods) {
        for (String method : methods) {
            forms(descriptor, method, ADMINISTRATORS, ADMINISTRATORS);
        }
    }

    /** Lists of credentials: everybody may ask, and hears of those that are there only who may choose. */
    private void credentials(Class<?> descriptor, String... methods) {
        for (String method : methods) {
            forms(descriptor, method, ALL_KNOWN, ADMINISTRATORS);
        }
    }

    private void forms(Class<?> descriptor, String method, Set<String> allowed, Set<String> names) {
        table.add(new Line(
                descriptor.getName() + "." + method, url(descriptor, method), ALL_KNOWN, allowed, 200, true, names));
    }

    /** Lists of entries: outside of a job for who may see backups, in a job for who may configure that. */
    private void names(Class<?> descriptor, String... methods) {
        for (String method : methods) {
            String name = PluginClasses.declared(descriptor, method);
            String url = url(descriptor, method);
            table.add(new Line(name, url, ALL_KNOWN, ALL_KNOWN, 200, true, VIEWERS));
            table.add(new Line(name, "job/job/" + url, ALL_KNOWN, ALL_KNOWN, 200, true, ADMINISTRATORS));
        }
    }

    /** Fields of steps, likewise. */
    private void inJobs(Class<?> descriptor, String... methods) {
        for (String method : methods) {
            String name = PluginClasses.declared(descriptor, method);
            String url = url(descriptor, method);
            table.add(new Line(name, url, ALL_KNOWN, VIEWERS, 200, true, Set.of()));
            table.add(new Line(name, "job/job/" + url, ALL_KNOWN, ADMINISTRATORS, 200, true, Set.of()));
        }
    }

    private static String url(Class<?> descriptor, String method) {
        return "descriptorByName/" + descriptor.getEnclosingClass().getName() + "/" + PluginClasses.urlName(method)
                + "?value=known&node=no-such-node&url="
                + (descriptor.getName().contains("Database")
                        ? "postgresql://user@localhost/db"
                        : "file:/nowhere/at/all");
    }

    @Test
    void everybodyGetsWhatTheTableSaysAndNoMore() throws Exception {
        fill();
        List<String> wrong = new ArrayList<>();
        for (Line line : table) {
            for (String who : PEOPLE.keySet()) {
                // Who has two permissions is somebody else only where both are asked for.
                if (PEOPLE.get(who).size() > 1 && !line.path().startsWith("postgresql-backup/")) {
                    continue;
                }
                for (Way way : Way.values()) {
                    check(line, who, way, wrong);
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    private void check(Line line, String who, Way way, List<String> wrong) throws Exception {
        HttpResponse<String> answer = ask(line.path(), who, way);
        String question = who + " " + way + " " + line.path();
        int expected = line.expected(who, way);
        if (answer.statusCode() != expected) {
            wrong.add(question + ": " + answer.statusCode() + " instead of " + expected);
        }
        boolean told = answer.body().contains("known-");
        if (answer.statusCode() == 200 && told != line.names().contains(who)) {
            wrong.add(question + (told ? ": tells " : ": does not tell ") + answer.body());
        }
    }

    private HttpResponse<String> ask(String path, String who, Way way) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(jenkins.getURL() + path.replace("\"", "%22")));
        if (!who.equals("anonymous")) {
            String login = Base64.getEncoder().encodeToString((who + ":" + who).getBytes(StandardCharsets.UTF_8));
            request.header("Authorization", "Basic " + login);
        }
        if (way == Way.GET) {
            request.GET();
        } else {
            request.POST(HttpRequest.BodyPublishers.noBody());
        }
        if (way == Way.POST) {
            request.header(
                    jenkins.jenkins.getCrumbIssuer().getCrumbRequestField(),
                    jenkins.jenkins.getCrumbIssuer().getCrumb((jakarta.servlet.ServletRequest) null));
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void everyWebMethodAndPageIsInTheTable() throws Exception {
        fill();
        Set<String> listed = table.stream()
                .map(Line::method)
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> there = new TreeSet<>(PluginClasses.webMethods());
        there.addAll(PluginClasses.pages());
        assertThat(listed).isEqualTo(there);
    }

    @Test
    void whoMayDiscoverTheJobsAndNotReadThemSeesTheOverview() throws Exception {
        jenkins.createFreeStyleProject("backup-known-database-full");
        jenkins.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.READ, BackupPermissions.VIEW, Item.DISCOVER)
                .everywhere()
                .to("view"));
        HttpResponse<String> page = ask("postgresql-backup/", "view", Way.GET);
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains("known-database").doesNotContain("backup-known-database-full");
    }
}
