package io.jenkins.plugins.postgresqlbackup.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.cloudbees.plugins.credentials.Credentials;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.domains.Domain;
import com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl;
import hudson.util.FormValidation;
import hudson.util.Secret;
import io.jenkins.plugins.postgresqlbackup.configuration.BackupConfiguration;
import io.jenkins.plugins.postgresqlbackup.configuration.DatabaseEntry;
import io.jenkins.plugins.postgresqlbackup.configuration.RepositoryEntry;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.plaincredentials.impl.StringCredentialsImpl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

@WithJenkins
class CredentialsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgresql://user:hunter2@host/db",
                "postgresql://user:hun/ter2@host/db",
                "postgresql://user@host/db?sslmode=require&password=hunter2",
                "postgresql://user@host/db?sslpassword=hunter2",
                "s3://key:hunter2@bucket/prefix",
                "https://host/prefix?secretKey=hunter2",
                "s3://bucket/prefix?endpoint=https://minio&sessionToken=hunter2",
                "supabase://project/bucket?apikey=hunter2",
            })
    void aUrlWithAPasswordIsNotKept(String url, JenkinsRule jenkins) {
        BackupConfiguration configuration = BackupConfiguration.get();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> configuration.setDatabases(List.of(new DatabaseEntry("shop", url))))
                .withMessageContaining("shop")
                .withMessageNotContaining("ter2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> configuration.setRepositories(List.of(new RepositoryEntry("offsite", url))))
                .withMessageNotContaining("ter2");
        assertThat(configuration.getDatabases()).isEmpty();
        assertThat(configuration.getRepositories()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgresql://host:5432/db",
                "postgresql://user@host:5432/db?sslmode=verify-full&sslrootcert=/etc/ca:1.pem",
                "postgresql://user@[::1]:5432/db",
                "file:/backups",
                "file:///backups/a:b",
                "s3://bucket/prefix?endpoint=https://minio.example.com:9000&pathStyle=true&kmsKey=alias/backups",
            })
    void aUrlWithoutAPasswordIsKept(String url, JenkinsRule jenkins) {
        BackupConfiguration configuration = BackupConfiguration.get();
        assertThatCode(() -> configuration.setDatabases(List.of(new DatabaseEntry("shop", url))))
                .doesNotThrowAnyException();
        assertThatCode(() -> configuration.setRepositories(List.of(new RepositoryEntry("offsite", url))))
                .doesNotThrowAnyException();
    }

    @Test
    void credentialsThatEveryJobReadsAreWarnedOf(JenkinsRule jenkins) throws Exception {
        List<Credentials> all = SystemCredentialsProvider.getInstance().getCredentials();
        for (CredentialsScope scope : List.of(CredentialsScope.SYSTEM, CredentialsScope.GLOBAL)) {
            all.add(new UsernamePasswordCredentialsImpl(scope, "login-" + scope, "", "user", "password"));
            all.add(new StringCredentialsImpl(scope, "key-" + scope, "", Secret.fromString("key")));
        }
        DatabaseEntry.DescriptorImpl databases = Jenkins.get().getDescriptorByType(DatabaseEntry.DescriptorImpl.class);
        assertThat(databases.doCheckCredentialsId("login-SYSTEM").kind).isEqualTo(FormValidation.Kind.OK);
        assertThat(databases.doCheckCredentialsId("login-GLOBAL").kind).isEqualTo(FormValidation.Kind.WARNING);
        assertThat(databases.doCheckCredentialsId("login-NONE").kind).isEqualTo(FormValidation.Kind.ERROR);
        RepositoryEntry.DescriptorImpl repositories =
                Jenkins.get().getDescriptorByType(RepositoryEntry.DescriptorImpl.class);
        assertThat(repositories.doCheckCredentialsId("key-SYSTEM").kind).isEqualTo(FormValidation.Kind.OK);
        assertThat(repositories.doCheckCredentialsId("key-GLOBAL").kind).isEqualTo(FormValidation.Kind.WARNING);
        assertThat(repositories.doCheckWriteCredentialsId("key-GLOBAL").kind).isEqualTo(FormValidation.Kind.WARNING);
        assertThat(repositories.doCheckCredentialsId("login-SYSTEM").kind).isEqualTo(FormValidation.Kind.ERROR);
        String bucket = "s3://bucket/prefix";
        assertThat(repositories.doCheckStorageCredentialsId("login-SYSTEM", bucket).kind)
                .isEqualTo(FormValidation.Kind.OK);
        assertThat(repositories.doCheckStorageCredentialsId("login-GLOBAL", bucket).kind)
                .isEqualTo(FormValidation.Kind.WARNING);
    }

    @Test
    void ofTwoCredentialsWithOneIdThatOfScopeSystemCounts(JenkinsRule jenkins) throws Exception {
        Map<Domain, List<Credentials>> domains = new LinkedHashMap<>();
        domains.put(
                new Domain("first", "", List.of()),
                List.of(new StringCredentialsImpl(
                        CredentialsScope.GLOBAL, "key", "", Secret.fromString("every job's"))));
        domains.put(
                Domain.global(),
                List.of(new StringCredentialsImpl(CredentialsScope.SYSTEM, "key", "", Secret.fromString("the key"))));
        SystemCredentialsProvider.getInstance().setDomainCredentialsMap(domains);
        assertThat(new String(RootCredentials.key("key"), StandardCharsets.UTF_8))
                .isEqualTo("the key");
        assertThat(RootCredentials.isOpenToJobs("key")).isFalse();
    }
}
