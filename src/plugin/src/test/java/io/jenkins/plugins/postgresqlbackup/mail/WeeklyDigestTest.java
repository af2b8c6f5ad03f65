package io.jenkins.plugins.postgresqlbackup.mail;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.ExtensionList;
import io.jenkins.plugins.postgresqlbackup.configuration.AlertSettings;
import io.jenkins.plugins.postgresqlbackup.configuration.BackupConfiguration;
import io.jenkins.plugins.postgresqlbackup.configuration.DatabaseEntry;
import io.jenkins.plugins.postgresqlbackup.configuration.RepositoryEntry;
import io.jenkins.plugins.postgresqlbackup.engine.health.Rule;
import io.jenkins.plugins.postgresqlbackup.engine.health.Severity;
import io.jenkins.plugins.postgresqlbackup.monitor.Status;
import io.jenkins.plugins.postgresqlbackup.testing.Findings;
import io.jenkins.plugins.postgresqlbackup.testing.SeenBackups;
import io.jenkins.plugins.postgresqlbackup.testing.TestMail;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.junit.jupiter.JenkinsSessionExtension;

class WeeklyDigestTest {
    private static final Instant BEGIN = Instant.now();

    /** Holds each time of a weekly cron expression exactly once. */
    private static final Duration WEEK = Duration.ofDays(7);

    @RegisterExtension
    private final JenkinsSessionExtension sessions = new JenkinsSessionExtension();

    private final TestMail mail = TestMail.start();

    @AfterEach
    void tearDown() {
        mail.close();
    }

    private void configure() {
        mail.use();
        AlertSettings settings = new AlertSettings();
        settings.setAddresses("team@example.com");
        settings.setEmergencyAddresses("pager@example.com");
        BackupConfiguration.get().setAlerts(settings);
        BackupConfiguration.get().setRepositories(List.of(new RepositoryEntry("offsite", "file:/backups")));
        List<DatabaseEntry> databases = new ArrayList<>();
        for (String name : List.of("shop", "never")) {
            DatabaseEntry entry = new DatabaseEntry(name, "postgresql://db.example.com/" + name);
            entry.setRepository("offsite");
            databases.add(entry);
        }
        BackupConfiguration.get().setDatabases(databases);
    }

    private static void at(Instant now) throws Exception {
        ExtensionList.lookupSingleton(WeeklyDigest.class).mailIfDue(now);
    }

    private static Status seen() {
        SeenBackups backups = new SeenBackups(Instant.now())
                .backup("shop", Duration.ofDays(9), 900, 8_000_000, 4_000_000)
                .verified(Duration.ofDays(8))
                .drilled(Duration.ofDays(8))
                .backup("shop", Duration.ofDays(2), 950, 9_000_000, 1_000_000)
                .verified(Duration.ofDays(1))
                .backup("shop", Duration.ofHours(5), 1_000, 10_000_000, 1_500_000);
        return backups.status(
                List.of("shop", "never"),
                Findings.of(Rule.BACKUP_OVERDUE, Severity.INFO, "never"),
                Findings.of(Rule.UNUSUAL_ROWS, Severity.INFO, "shop"));
    }

    @Test
    void itComesOnceAWeekAlsoOverRestarts() throws Throwable {
        sessions.then(jenkins -> {
            configure();
            at(BEGIN);
            Findings.publish(seen());
            at(BEGIN.plus(WEEK));
            assertThat(mail.count()).isEqualTo(1);
            at(BEGIN.plus(WEEK).plusSeconds(60));
            assertThat(mail.count()).isEqualTo(1);
        });
        sessions.then(jenkins -> {
            mail.use();
            at(BEGIN.plus(WEEK).plusSeconds(120));
            Findings.publish(seen());
            at(BEGIN.plus(WEEK).plusSeconds(180));
            assertThat(mail.count()).isEqualTo(1);
            at(BEGIN.plus(WEEK.multipliedBy(4)));
            assertThat(mail.count()).as("one, however many were due").isEqualTo(2);
            at(BEGIN.plus(WEEK.multipliedBy(4)).plusSeconds(60));
            assertThat(mail.count()).isEqualTo(2);
        });
        assertThat(mail.recipients()).containsExactly("team@example.com");
    }

    @Test
    void itSaysOfEveryDatabaseAndStorageHowItIs() throws Throwable {
        sessions.then(jenkins -> {
            configure();
            at(BEGIN);
            Status status = seen();
            Findings.publish(status);
            at(BEGIN.plus(WEEK));
            TestMail.Message message = mail.last(1);
            assertThat(message.subject()).isEqualTo("Backups, weekly: 2 databases, all well");
            assertThat(message.text())
                    .contains(jenkins.getURL() + "postgresql-backup/")
                    .contains("info: Something is wrong with shop, as unusual-rows says.")
                    .containsPattern("shop\n----\n\nLast good backup: 2026-shop-2, 7 days ago, in offsite\n")
                    .containsPattern("Verified: 20\\d\\d-.* UTC, [78] days ago")
                    .containsPattern("Restored for trial: 20\\d\\d-.* UTC, 1[45] days ago")
                    .contains("Size: 10.0 MB, 1,000 rows, +25.0 % in a week")
                    .contains("never\n-----\n\nLast good backup: NONE\nVerified: never\nRestored for trial: never")
                    .contains("Storage of offsite\n------------------\n\nBackups: 3\nIn use: 40.0 GB of 50.0 GB (80 %)")
                    .contains("Disk in use: 75.0 GB of 100 GB (75 %)");
            assertThat(message.html()).contains(">NONE</td>", ">1,000 rows".substring(1), "75.0 GB of 100 GB");
            Files.writeString(Path.of("target", "digest.html"), message.html());
        });
    }

    @Test
    void whoTurnsItOffGetsNoneAndWhoTurnsItOnGetsTheNext() throws Throwable {
        sessions.then(jenkins -> {
            configure();
            BackupConfiguration.get().getAlerts().setDigest(false);
            at(BEGIN);
            Findings.publish(seen());
            at(BEGIN.plus(WEEK));
            BackupConfiguration.get().getAlerts().setDigest(true);
            at(BEGIN.plus(WEEK).plusSeconds(60));
            assertThat(mail.count()).isZero();
            at(BEGIN.plus(WEEK.multipliedBy(2)));
            assertThat(mail.count()).isEqualTo(1);
        });
    }

    @Test
    void oneThatCannotBeSentIsTriedAgain() throws Throwable {
        sessions.then(jenkins -> {
            configure();
            at(BEGIN);
            Findings.publish(seen());
            TestMail.use(1);
            at(BEGIN.plus(WEEK));
            mail.use();
            at(BEGIN.plus(WEEK).plusSeconds(60));
            assertThat(mail.count()).as("not at once").isZero();
            at(BEGIN.plus(WEEK).plus(Duration.ofMinutes(16)));
            assertThat(mail.count()).isEqualTo(1);
            at(BEGIN.plus(WEEK).plus(Duration.ofMinutes(17)));
            assertThat(mail.count()).isEqualTo(1);
        });
    }
}
