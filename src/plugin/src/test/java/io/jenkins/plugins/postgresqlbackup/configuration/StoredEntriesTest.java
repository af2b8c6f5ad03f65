package io.jenkins.plugins.postgresqlbackup.configuration;

import static org.assertj.core.api.Assertions.assertThat;

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
    }
}
