package io.jenkins.plugins.postgresqlbackup.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SecretBytes;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl;
import hudson.model.labels.LabelAtom;
import hudson.util.FormValidation;
import hudson.util.Secret;
import io.jenkins.plugins.postgresqlbackup.engine.storage.FaultyHttp;
import io.jenkins.plugins.postgresqlbackup.engine.storage.GcsServer;
import io.jenkins.plugins.postgresqlbackup.engine.storage.S3Server;
import io.jenkins.plugins.postgresqlbackup.engine.storage.SupabaseServer;
import io.jenkins.plugins.postgresqlbackup.testing.BackupSetup;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.plaincredentials.impl.FileCredentialsImpl;
import org.jenkinsci.plugins.plaincredentials.impl.StringCredentialsImpl;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** <i>Test connection</i> of a repository in a bucket says what is wrong before the first backup does. */
@WithJenkins
class StorageTrialTest {
    private static final String SECRET = "hunter2-and-more";
    private static final FaultyHttp.Fault DENIED = FaultyHttp.Answer.s3(403, "AccessDenied", Map.of());

    @TempDir
    private Path directory;

    private String bucket;

    @BeforeEach
    void setUp(JenkinsRule jenkins) throws Exception {
        BackupSetup setup = BackupSetup.inBucket(S3Server.s3Proxy());
        setup.configure();
        bucket = setup.repositoryUrl();
        SystemCredentialsProvider credentials = SystemCredentialsProvider.getInstance();
        credentials
                .getCredentials()
                .add(new UsernamePasswordCredentialsImpl(
                        CredentialsScope.SYSTEM, "wrong-secret", "", S3Server.KEYS.accessKeyId(), SECRET));
        credentials
                .getCredentials()
                .add(new UsernamePasswordCredentialsImpl(CredentialsScope.SYSTEM, "unknown", "", "AKIA1", SECRET));
        credentials
                .getCredentials()
                .add(new StringCredentialsImpl(CredentialsScope.SYSTEM, "alone", "", Secret.fromString(SECRET)));
        jenkins.createOnlineSlave(new LabelAtom("db"));
        Jenkins.get().setNumExecutors(0);
    }

    private static FormValidation test(String url, String storage) {
        return Jenkins.get()
                .getDescriptorByType(RepositoryEntry.DescriptorImpl.class)
                .doTestConnection(url, storage, "key", "", "", "db");
    }

    private static void assertRefused(FormValidation said, String... parts) {
        assertThat(said.kind).isEqualTo(FormValidation.Kind.ERROR);
        assertThat(said.getMessage()).contains(parts).doesNotContain("hunter2", "Exception");
    }

    @Test
    void aRepositoryInABucketOpens() {
        FormValidation said = test(bucket, "storage");
        assertThat(said.kind).as(said.getMessage()).isEqualTo(FormValidation.Kind.OK);
        assertThat(said.getMessage()).contains("no backups yet");
    }

    @Test
    void aBucketWithoutARepositoryCanHaveOne() {
        FormValidation said = test(S3Server.s3Proxy().newLocation().toString(), "storage");
        assertThat(said.kind).as(said.getMessage()).isEqualTo(FormValidation.Kind.OK);
        assertThat(said.getMessage()).contains("There is no repository in it yet");
    }

    @Test
    void whatIsWrongWithTheBucketOrTheKeyIsToldInASentence() {
        assertRefused(test(bucket.replace("//backups/", "//elsewhere/"), "storage"), "check the bucket&#039;s name");
        assertRefused(test(bucket, "wrong-secret"), "check the secret access key");
        assertRefused(test(bucket, "unknown"), "does not know this access key");
        assertRefused(test(bucket, "alone"), "not with a secret alone");
        assertRefused(test(bucket, "none"), "no username with password, secret text or secret file");
        assertRefused(test(bucket, ""), "no credentials were found");
    }

    @Test
    void permissionsThatAreMissingAreToldOneByOne() throws Exception {
        try (FaultyHttp provider = new FaultyHttp(S3Server.s3Proxy().endpoint())) {
            String through = bucket.replace(
                    S3Server.s3Proxy().endpoint().toString(),
                    provider.endpoint().toString());
            provider.on(request -> request.method().equals("PUT") ? Optional.of(DENIED) : Optional.empty());
            assertRefused(test(through, "storage"), "s3:PutObject");
            provider.on(
                    request -> request.method().equals("GET") && request.path().contains("/trials/")
                            ? Optional.of(DENIED)
                            : Optional.empty());
            assertRefused(test(through, "storage"), "s3:GetObject");
            provider.on(request -> request.query().contains("list-type") ? Optional.of(DENIED) : Optional.empty());
            assertRefused(test(through, "storage"), "s3:ListBucket");
            provider.on(request -> request.method().equals("DELETE") ? Optional.of(DENIED) : Optional.empty());
            FormValidation said = test(through, "storage");
            assertThat(said.kind).isEqualTo(FormValidation.Kind.WARNING);
            assertThat(said.renderHtml())
                    .contains("no backups yet", "s3:DeleteObject", "old ones could not be removed");
        }
    }

    @Test
    void supabasesOwnKeyOpensItAndAnotherSecretIsToldApart() throws Exception {
        String project = SupabaseServer.shared().newLocation().toString();
        SystemCredentialsProvider.getInstance()
                .getCredentials()
                .add(new StringCredentialsImpl(
                        CredentialsScope.SYSTEM, "service", "", Secret.fromString(SupabaseServer.SERVICE_KEY)));
        FormValidation said = test(project, "service");
        assertThat(said.kind).as(said.getMessage()).isEqualTo(FormValidation.Kind.OK);
        assertThat(said.getMessage()).contains("There is no repository in it yet");
        assertRefused(test(project, "alone"), "this is no key of a Supabase project");
        assertRefused(test(project, ""), "no key was found");
    }

    @Test
    void theKeyOfAServiceAccountOpensABucketOfGoogle() throws Exception {
        SystemCredentialsProvider.getInstance()
                .getCredentials()
                .add(new FileCredentialsImpl(
                        CredentialsScope.SYSTEM,
                        "account",
                        "",
                        "account.json",
                        SecretBytes.fromRawBytes(GcsServer.shared().key().json().getBytes(StandardCharsets.UTF_8))));
        String place = GcsServer.shared().newLocation().toString();
        FormValidation said = test(place, "account");
        assertThat(said.kind).as(said.getMessage()).isEqualTo(FormValidation.Kind.OK);
        assertThat(said.getMessage()).contains("There is no repository in it yet");
        assertRefused(test(place, "alone"), "opened with a service account");
        assertRefused(test(place.replace("//backups/", "//elsewhere/"), "account"), "elsewhere");
    }

    @Test
    void aDirectoryIsTriedToo() throws Exception {
        Path place = Files.createDirectory(directory.resolve("place"));
        FormValidation said = test(place.toUri().toString(), "");
        assertThat(said.kind).as(said.getMessage()).isEqualTo(FormValidation.Kind.OK);
        assertRefused(test(place.toUri().toString(), "alone"), "leave them out");
        assertRefused(test(directory.resolve("nowhere").toUri().toString(), ""), "nowhere");
    }
}
