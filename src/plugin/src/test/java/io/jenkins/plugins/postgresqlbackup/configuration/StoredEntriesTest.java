package io.jenkins.plugins.postgresqlbackup.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.postgresqlbackup.agent.PruneRules;
import java.time.Duration;
import java.time.ZoneId;
import jenkins.model.Jenkins;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Configurations that earlier versions have stored. */
@WithJenkins
class StoredEntriesTest {
    @Test
    void aRepositoryFromBeforeStoragesHadCredentialsUsesTheNodesOwn(JenkinsRule jenkins) {
        RepositoryEntry entry = (RepositoryEntry) Jenkins.XSTREAM2.fromXML("""
                <io.jenkins.plugins.postgresqlbackup.configuration.RepositoryEntry>
                  <name>offsite</name>
                  <url>file:/backups</url>
                  <credentialsId>key</credentialsId>
                  <writeCredentialsId></writeCredentialsId>
                  <fingerprint></fingerprint>
                  <node></node>
                  <runJobs>**</runJobs>
                  <restoreJobs></restoreJobs>
                  <deleteJobs></deleteJobs>
                </io.jenkins.plugins.postgresqlbackup.configuration.RepositoryEntry>
                """);
        assertThat(entry.getStorageCredentialsId()).isEmpty();
        assertThat(entry.getCredentialsId()).isEqualTo("key");
        assertThat(entry.getQuota()).isEmpty();
    }

    @Test
    void aRetentionFromBeforeThereWasPruningKeepsWhatItSaid(JenkinsRule jenkins) {
        RetentionSettings settings = (RetentionSettings) Jenkins.XSTREAM2.fromXML("""
                <io.jenkins.plugins.postgresqlbackup.configuration.RetentionSettings>
                  <days>7</days>
                  <minimum>5</minimum>
                </io.jenkins.plugins.postgresqlbackup.configuration.RetentionSettings>
                """);
        assertThat(settings.rules())
                .isEqualTo(new PruneRules(
                        7, 0, 0, 0, 0, 0, 5, ZoneId.systemDefault().getId()));
    }

    @Test
    void aScheduleFromBeforeThereWasPruningDeletesNothing(JenkinsRule jenkins) {
        ScheduleEntry entry = (ScheduleEntry) Jenkins.XSTREAM2.fromXML("""
                <io.jenkins.plugins.postgresqlbackup.configuration.ScheduleEntry>
                  <name>nightly</name>
                  <full>H 2 * * *</full>
                  <verify></verify>
                  <drill></drill>
                  <objectiveHours>26</objectiveHours>
                </io.jenkins.plugins.postgresqlbackup.configuration.ScheduleEntry>
                """);
        assertThat(entry.getFull()).isEqualTo("H 2 * * *");
        assertThat(entry.getIncremental()).isEmpty();
        assertThat(entry.getPrune()).isEmpty();
        assertThat(entry.problem()).isEmpty();
        assertThat(entry.getVerifiedWithinDays()).isEqualTo(9);
        assertThat(entry.getDrilledWithinDays()).isEqualTo(9);
    }

    @Test
    void alertSettingsFromBeforeThereWereChecksCheckAsUsual(JenkinsRule jenkins) {
        AlertSettings settings = (AlertSettings) Jenkins.XSTREAM2.fromXML("""
                <io.jenkins.plugins.postgresqlbackup.configuration.AlertSettings>
                  <administrators>alice</administrators>
                  <addresses></addresses>
                  <storageWarningPercent>70</storageWarningPercent>
                  <storageErrorPercent>85</storageErrorPercent>
                </io.jenkins.plugins.postgresqlbackup.configuration.AlertSettings>
                """);
        assertThat(settings.getChecks().period()).isEqualTo(Duration.ofHours(1));
        assertThat(settings.thresholds().storageWarningPercent()).isEqualTo(70);
        assertThat(settings.thresholds().off()).isEmpty();
    }

    @Test
    void alertSettingsFromBeforeThereWereOtherWaysGetTheDigestAndNothingElse(JenkinsRule jenkins) {
        AlertSettings settings = (AlertSettings) Jenkins.XSTREAM2.fromXML("""
                <io.jenkins.plugins.postgresqlbackup.configuration.AlertSettings>
                  <administrators>alice</administrators>
                  <addresses>ops@example.com</addresses>
                  <storageWarningPercent>70</storageWarningPercent>
                  <storageErrorPercent>85</storageErrorPercent>
                </io.jenkins.plugins.postgresqlbackup.configuration.AlertSettings>
                """);
        AlertSettings usual = new AlertSettings();
        usual.setAdministrators("alice");
        usual.setAddresses("ops@example.com");
        usual.setStorageWarningPercent(70);
        usual.setStorageErrorPercent(85);
        assertThat(settings).usingRecursiveComparison().isEqualTo(usual);
        assertThat(settings.isDigest()).isTrue();
    }
}
