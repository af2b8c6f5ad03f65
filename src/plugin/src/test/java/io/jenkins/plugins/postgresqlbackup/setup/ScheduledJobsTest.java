package io.jenkins.plugins.postgresqlbackup.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import hudson.model.FreeStyleProject;
import hudson.slaves.DumbSlave;
import hudson.tasks.Builder;
import hudson.triggers.TimerTrigger;
import hudson.triggers.Trigger;
import io.jenkins.plugins.postgresqlbackup.configuration.BackupConfiguration;
import io.jenkins.plugins.postgresqlbackup.configuration.DatabaseEntry;
import io.jenkins.plugins.postgresqlbackup.configuration.RepositoryEntry;
import io.jenkins.plugins.postgresqlbackup.configuration.ScheduleEntry;
import io.jenkins.plugins.postgresqlbackup.freestyle.BackupFullBuilder;
import io.jenkins.plugins.postgresqlbackup.freestyle.BackupIncrementalBuilder;
import io.jenkins.plugins.postgresqlbackup.freestyle.PruneBackupsBuilder;
import io.jenkins.plugins.postgresqlbackup.freestyle.VerifyBackupBuilder;
import io.jenkins.plugins.postgresqlbackup.history.OperationHistory;
import io.jenkins.plugins.postgresqlbackup.history.OperationKind;
import io.jenkins.plugins.postgresqlbackup.history.OperationRecord;
import io.jenkins.plugins.postgresqlbackup.testing.BackupSetup;
import java.nio.file.Path;
import java.util.Calendar;
import java.util.GregorianCalendar;
import java.util.List;
import jenkins.model.Jenkins;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

@WithJenkins
class ScheduledJobsTest {
    private JenkinsRule jenkins;

    @BeforeEach
    void setUp(JenkinsRule rule) {
        jenkins = rule;
    }

    /** A database that nobody connects to. */
    private static DatabaseEntry database(String name) {
        DatabaseEntry entry = new DatabaseEntry(name, "postgresql://localhost/" + name);
        entry.setRepository("offsite");
        return entry;
    }

    private static FreeStyleProject job(String name) {
        return Jenkins.get().getItemByFullName(name, FreeStyleProject.class);
    }

    private static String cron(String job) {
        return job(job).getTrigger(TimerTrigger.class).getSpec();
    }

    private static ScheduleEntry schedule(
            String name, String full, String incremental, String verify, String drill, String prune) {
        ScheduleEntry entry = new ScheduleEntry(name);
        entry.setFull(full);
        entry.setIncremental(incremental);
        entry.setVerify(verify);
        entry.setDrill(drill);
        entry.setPrune(prune);
        return entry;
    }

    @Test
    void theJobsOfADatabaseRunGreenOnTheNodeThatReachesIt(@TempDir Path directory) throws Exception {
        BackupSetup.make(directory).configure();
        DumbSlave agent = jenkins.createOnlineSlave();
        agent.setLabelString("db storage");
        DatabaseEntry shop = BackupConfiguration.get().database("shop").orElseThrow();
        shop.setNode("db");
        BackupConfiguration.get().repository("offsite").orElseThrow().setNode("storage");
        BackupConfiguration.get().repository("offsite").orElseThrow().setDeleteJobs("backup-*-prune");
        List<String> names = List.of(
                "backup-shop-full",
                "backup-shop-incremental",
                "backup-shop-verify",
                "backup-shop-drill",
                "backup-shop-prune",
                "backup-check");
        assertThat(new ScheduledJobs(shop).make()).isEqualTo(names);
        for (String name : names.subList(0, names.size() - 1)) {
            assertThat(jenkins.buildAndAssertSuccess(job(name)).getBuiltOn()).isEqualTo(agent);
        }
        jenkins.buildAndAssertSuccess(job("backup-check"));
        assertThat(OperationHistory.get().newestFirst())
                .extracting(OperationRecord::getKind, OperationRecord::getLevel)
                .containsExactly(
                        tuple(OperationKind.PRUNE, ""),
                        tuple(OperationKind.VERIFY, "restore"),
                        tuple(OperationKind.VERIFY, "content"),
                        tuple(OperationKind.INCREMENTAL, ""),
                        tuple(OperationKind.FULL, ""));
    }

    @Test
    void withoutAScheduleTheyRunAtTheUsualTimes() throws Exception {
        DatabaseEntry shop = database("shop");
        shop.setScratch("server");
        shop.setNode("db || spare");
        new ScheduledJobs(shop).make();
        assertThat(cron("backup-shop-full")).isEqualTo("H 2 * * 0");
        assertThat(cron("backup-shop-incremental")).isEqualTo("H 2 * * 1-6");
        assertThat(cron("backup-shop-prune")).isEqualTo("H 4 * * *");
        assertThat(cron("backup-shop-verify")).isEqualTo("H 5 * * 6");
        assertThat(cron("backup-shop-drill")).isEqualTo("H 6 * * 0");
        assertThat(cron("backup-check")).isEqualTo("H * * * *");
        FreeStyleProject full = job("backup-shop-full");
        assertThat(full.getAssignedLabelString()).isEqualTo("db||spare");
        assertThat(full.getBuilders()).singleElement().isInstanceOf(BackupFullBuilder.class);
        assertThat(((BackupFullBuilder) full.getBuilders().get(0))
                        .getOperation()
                        .getDatabase())
                .isEqualTo("shop");
        assertThat(job("backup-shop-incremental").getBuilders())
                .singleElement()
                .isInstanceOfSatisfying(
                        BackupIncrementalBuilder.class,
                        builder ->
                                assertThat(builder.getOperation().getDatabase()).isEqualTo("shop"));
        FreeStyleProject prune = job("backup-shop-prune");
        assertThat(prune.getBuilders()).singleElement().isInstanceOfSatisfying(PruneBackupsBuilder.class, builder -> {
            assertThat(builder.getOperation().getDatabase()).isEqualTo("shop");
            assertThat(builder.getOperation().isDryRun()).isFalse();
        });
        assertThat(prune.getAssignedLabel())
                .as("it need not reach the database")
                .isNull();
        assertThat(level("backup-shop-verify")).isEqualTo("content");
        assertThat(level("backup-shop-drill")).isEqualTo("restore");
        assertThat(full.getBuildDiscarder()).isNotNull();
    }

    private static String level(String job) {
        Builder builder = job(job).getBuilders().get(0);
        return ((VerifyBackupBuilder) builder).getOperation().getLevel();
    }

    @Test
    void theyRunAtTheTimesOfTheSchedule() throws Exception {
        BackupConfiguration.get()
                .setSchedules(List.of(schedule("hourly", "@weekly", "H * * * *", "@daily", "", "@midnight")));
        DatabaseEntry shop = database("shop");
        shop.setSchedule("hourly");
        shop.setScratch("server");
        assertThat(new ScheduledJobs(shop).make())
                .containsExactly(
                        "backup-shop-full",
                        "backup-shop-incremental",
                        "backup-shop-verify",
                        "backup-shop-prune",
                        "backup-check");
        assertThat(cron("backup-shop-full")).isEqualTo("@weekly");
        assertThat(cron("backup-shop-incremental")).isEqualTo("H * * * *");
        assertThat(cron("backup-shop-prune")).isEqualTo("@midnight");
        assertThat(cron("backup-shop-verify")).isEqualTo("@daily");
    }

    @Test
    void theyAreStartedByTheirTimesWithoutAnybodySavingThem() throws Exception {
        Jenkins.get().setNumExecutors(0); // what is started stays in the queue
        new ScheduledJobs(database("shop")).make();
        Calendar night = new GregorianCalendar(2026, Calendar.NOVEMBER, 23, 2, 0);
        anHourFrom(night);
        assertThat(Jenkins.get().getQueue().getItems())
                .as("on a Monday")
                .extracting(item -> item.task.getName())
                .containsExactlyInAnyOrder("backup-shop-incremental", "backup-check");
        Jenkins.get().getQueue().clear();
        anHourFrom(new GregorianCalendar(2026, Calendar.NOVEMBER, 29, 2, 0));
        assertThat(Jenkins.get().getQueue().getItems())
                .as("on a Sunday")
                .extracting(item -> item.task.getName())
                .containsExactlyInAnyOrder("backup-shop-full", "backup-check");
        Jenkins.get().getQueue().clear();
    }

    private static void anHourFrom(Calendar time) {
        for (int minute = 0; minute < 60; minute++) {
            Trigger.checkTriggers(time);
            time.add(Calendar.MINUTE, 1);
        }
    }

    @Test
    void aJobThatIsThereStaysAsItIs() throws Exception {
        FreeStyleProject mine = jenkins.createFreeStyleProject("backup-shop-full");
        mine.setDescription("mine");
        assertThat(new ScheduledJobs(database("shop")).make())
                .containsExactly("backup-shop-incremental", "backup-shop-verify", "backup-shop-prune", "backup-check");
        assertThat(new ScheduledJobs(database("shop")).make()).isEmpty();
        assertThat(job("backup-shop-full").getDescription()).isEqualTo("mine");
        assertThat(job("backup-shop-full").getBuilders()).isEmpty();
    }

    @Test
    void whatNeedsNoBackupGetsNoJobs() throws Exception {
        BackupConfiguration.get().setSchedules(List.of(schedule("never", "", "", "", "", "")));
        DatabaseEntry never = database("never");
        never.setSchedule("never");
        assertThat(new ScheduledJobs(never).make()).isEmpty();
        assertThat(new ScheduledJobs(new DatabaseEntry("scratch", "postgresql://localhost/scratch")).make())
                .isEmpty();
        assertThat(Jenkins.get().getItems()).isEmpty();
    }

    @Test
    void everyNameOfAnEntryMakesANameOfAJob() throws Exception {
        List<String> names = List.of("A.b_c-1", "7", "x".repeat(64), "trailing.", "a-full");
        BackupConfiguration.get()
                .setDatabases(names.stream().map(ScheduledJobsTest::database).toList());
        for (DatabaseEntry entry : BackupConfiguration.get().getDatabases()) {
            assertThat(new ScheduledJobs(entry).make()).hasSizeBetween(4, 5).allMatch(name -> job(name) != null);
        }
        assertThat(Jenkins.get().getItems()).as("four each, and one for all").hasSize(4 * names.size() + 1);
    }

    @Test
    void namesThatWouldShareTheirJobsAreRefused() {
        List<DatabaseEntry> both = List.of(database("shop"), database("Shop"));
        assertThatThrownBy(() -> BackupConfiguration.get().setDatabases(both))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"Shop\"");
    }

    @Test
    void aJobThatAnEntryDoesNotLetRunIsTold() throws Exception {
        RepositoryEntry offsite = new RepositoryEntry("offsite", "file:/backups");
        offsite.setDeleteJobs("backup-shop-prune");
        DatabaseEntry server = database("server");
        BackupConfiguration.get().setRepositories(List.of(offsite));
        BackupConfiguration.get().setDatabases(List.of(server));
        DatabaseEntry shop = database("shop");
        shop.setScratch("server");
        ScheduledJobs jobs = new ScheduledJobs(shop);
        assertThat(jobs.refusals()).isEmpty();
        server.setRunJobs("operations");
        assertThat(jobs.refusals())
                .singleElement()
                .asString()
                .startsWith("The job backup-shop-drill is not among those that may use the database 'server'");
        offsite.setRunJobs("backup-shop-full");
        shop.setRunJobs("backup-*");
        assertThat(jobs.refusals()).hasSize(5).anyMatch(line -> line.contains("backup-shop-verify"));
        offsite.setDeleteJobs("");
        assertThat(jobs.refusals())
                .hasSize(6)
                .anyMatch(line -> line.startsWith(
                        "The job backup-shop-prune is not among those that may delete with the repository 'offsite'"));
    }
}
