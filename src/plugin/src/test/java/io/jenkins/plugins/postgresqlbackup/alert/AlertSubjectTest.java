package io.jenkins.plugins.postgresqlbackup.alert;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.postgresqlbackup.configuration.BackupConfiguration;
import io.jenkins.plugins.postgresqlbackup.configuration.DatabaseEntry;
import io.jenkins.plugins.postgresqlbackup.configuration.RepositoryEntry;
import io.jenkins.plugins.postgresqlbackup.engine.health.Rule;
import io.jenkins.plugins.postgresqlbackup.engine.health.Severity;
import io.jenkins.plugins.postgresqlbackup.monitor.Status;
import io.jenkins.plugins.postgresqlbackup.testing.Findings;
import io.jenkins.plugins.postgresqlbackup.testing.SeenBackups;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

@WithJenkins
class AlertSubjectTest {
    private static AlertEvent event(Rule rule, Severity severity, String subject, String detail) {
        return new AlertEvent(
                AlertEvent.Kind.OPENED, Alert.of(Findings.of(rule, severity, subject, detail), Instant.now()));
    }

    private static String line(Rule rule, Severity severity, String subject, String detail) {
        return new AlertSubject(List.of(event(rule, severity, subject, detail))).line();
    }

    @Test
    void everyRuleHasWordsOfItsOwnThatFitALockScreen(JenkinsRule jenkins) {
        Set<String> lines = new TreeSet<>();
        for (Rule rule : Rule.values()) {
            String line = line(rule, Severity.WARNING, "shop", "");
            assertThat(line)
                    .startsWith("WARNING: ")
                    .hasSizeLessThanOrEqualTo(60)
                    .doesNotContain(rule.code());
            lines.add(line);
            assertThat(line(rule, Severity.ERROR, "n".repeat(64), ""))
                    .startsWith("ERROR: ")
                    .hasSizeLessThanOrEqualTo(60);
        }
        assertThat(lines).hasSize(Rule.values().length - 1); // what cannot be reached is a repository or a database
    }

    @Test
    void whichOperationFailedIsInIt(JenkinsRule jenkins) {
        assertThat(line(Rule.OPERATION_FAILED, Severity.ERROR, "shop", "backup"))
                .isEqualTo("ERROR: backup of shop failed");
        assertThat(line(Rule.OPERATION_FAILED, Severity.WARNING, "shop", "verify-content"))
                .isEqualTo("WARNING: verification of shop failed");
        assertThat(line(Rule.OPERATION_FAILED, Severity.WARNING, "shop", "offsite/drill"))
                .isEqualTo("WARNING: restore drill of shop failed");
    }

    @Test
    void howOldTheLastGoodBackupIsIsInIt(JenkinsRule jenkins) {
        DatabaseEntry shop = new DatabaseEntry("shop", "postgresql://db.example.com/shop");
        shop.setRepository("offsite");
        BackupConfiguration.get().setDatabases(List.of(shop));
        BackupConfiguration.get().setRepositories(List.of(new RepositoryEntry("offsite", "file:/backups")));
        Status seen = new SeenBackups(Instant.now())
                .backup("shop", Duration.ofHours(31), 1, 1, 1)
                .status(List.of("shop"));
        Findings.publish(seen);
        assertThat(line(Rule.BACKUP_OVERDUE, Severity.ERROR, "shop", ""))
                .isEqualTo("ERROR: no good backup of shop for 31 h");
    }

    @Test
    void severalAreCountedTheWorstFirst(JenkinsRule jenkins) {
        assertThat(new AlertSubject(List.of(
                                event(Rule.BACKUP_OVERDUE, Severity.ERROR, "orders", ""),
                                event(Rule.OPERATION_FAILED, Severity.ERROR, "orders", "backup"),
                                event(Rule.STORAGE_FULL, Severity.WARNING, "offsite", "")))
                        .line())
                .isEqualTo("2 ERRORS, 1 warning: orders, offsite");
    }
}
