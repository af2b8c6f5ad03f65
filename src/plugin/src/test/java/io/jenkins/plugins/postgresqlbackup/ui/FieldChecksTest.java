package io.jenkins.plugins.postgresqlbackup.ui;

import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.plugins.credentials.Credentials;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl;
import hudson.model.Descriptor;
import hudson.model.Item;
import hudson.util.FormValidation;
import hudson.util.Secret;
import io.jenkins.plugins.postgresqlbackup.configuration.AlertSettings;
import io.jenkins.plugins.postgresqlbackup.configuration.BackupConfiguration;
import io.jenkins.plugins.postgresqlbackup.configuration.CheckSettings;
import io.jenkins.plugins.postgresqlbackup.configuration.DatabaseEntry;
import io.jenkins.plugins.postgresqlbackup.configuration.RepositoryEntry;
import io.jenkins.plugins.postgresqlbackup.configuration.RetentionSettings;
import io.jenkins.plugins.postgresqlbackup.configuration.ScheduleEntry;
import io.jenkins.plugins.postgresqlbackup.pipeline.BackupFullStep;
import io.jenkins.plugins.postgresqlbackup.pipeline.BackupIncrementalStep;
import io.jenkins.plugins.postgresqlbackup.pipeline.ListBackupsStep;
import io.jenkins.plugins.postgresqlbackup.pipeline.PruneBackupsStep;
import io.jenkins.plugins.postgresqlbackup.pipeline.RestoreBackupStep;
import io.jenkins.plugins.postgresqlbackup.pipeline.VerifyBackupStep;
import io.jenkins.plugins.postgresqlbackup.testing.PluginClasses;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.plaincredentials.impl.StringCredentialsImpl;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Wrong input is told at its field, with a sentence, and right input is not. */
@WithJenkins
class FieldChecksTest {
    /**
     * What a check says of one value.
     *
     * @param arguments the value, and then those of the other fields that the check looks at
     */
    private record Case(Class<?> describable, String field, FormValidation.Kind kind, Object... arguments) {
        String method() {
            return "doCheck" + field;
        }

        String name() {
            return Arrays.stream(describable.getClasses())
                    .filter(Descriptor.class::isAssignableFrom)
                    .map(descriptor -> PluginClasses.declared(descriptor, method()))
                    .findFirst()
                    .orElseThrow();
        }

        FormValidation ask() throws ReflectiveOperationException {
            Object descriptor = Jenkins.get().getDescriptor(describable.getName());
            Method method = Arrays.stream(descriptor.getClass().getMethods())
                    .filter(each -> each.getName().equals(method()))
                    .findFirst()
                    .orElseThrow();
            List<Object> given = new ArrayList<>();
            if (method.getParameterTypes()[0] == Item.class) {
                given.add(null);
            }
            given.addAll(Arrays.asList(arguments));
            return (FormValidation) method.invoke(descriptor, given.toArray());
        }
    }

    private final List<Case> cases = new ArrayList<>();

    private void wrong(Class<?> describable, String field, Object... arguments) {
        cases.add(new Case(describable, field, FormValidation.Kind.ERROR, arguments));
    }

    private void doubtful(Class<?> describable, String field, Object... arguments) {
        cases.add(new Case(describable, field, FormValidation.Kind.WARNING, arguments));
    }

    private void right(Class<?> describable, String field, Object... arguments) {
        cases.add(new Case(describable, field, FormValidation.Kind.OK, arguments));
    }

    private void fill() {
        for (Class<?> named : List.of(DatabaseEntry.class, RepositoryEntry.class, ScheduleEntry.class)) {
            wrong(named, "Name", "");
            wrong(named, "Name", "the shop");
            right(named, "Name", "shop");
        }
        wrong(DatabaseEntry.class, "Url", "");
        wrong(DatabaseEntry.class, "Url", "mysql://localhost/shop");
        doubtful(DatabaseEntry.class, "Url", "postgresql://db.example.com/shop");
        right(DatabaseEntry.class, "Url", "postgresql://db.example.com/shop?sslmode=verify-full");
        wrong(RepositoryEntry.class, "Url", "");
        wrong(RepositoryEntry.class, "Url", "nonsense:");
        wrong(RepositoryEntry.class, "Url", "ftp://host/backups");
        wrong(RepositoryEntry.class, "Url", "s3:bucket");
        wrong(RepositoryEntry.class, "Url", "s3://key:secret@bucket/prefix");
        wrong(RepositoryEntry.class, "Url", "s3://bucket/prefix?secretKey=abc");
        wrong(RepositoryEntry.class, "Url", "supabase://bucket");
        wrong(RepositoryEntry.class, "Url", "gs:bucket");
        right(RepositoryEntry.class, "Url", "gs://bucket/prefix");
        right(RepositoryEntry.class, "Url", "file:/backups");
        right(RepositoryEntry.class, "Url", "supabase://abcdefghijklmnopqrst/bucket/prefix");
        right(RepositoryEntry.class, "Url", "s3://bucket/prefix?endpoint=https://minio.example.com&pathStyle=true");

        wrong(DatabaseEntry.class, "CredentialsId", "none");
        right(DatabaseEntry.class, "CredentialsId", "login");
        wrong(RepositoryEntry.class, "StorageCredentialsId", "none", "s3://bucket/prefix");
        wrong(RepositoryEntry.class, "StorageCredentialsId", "key", "s3://bucket/prefix");
        wrong(RepositoryEntry.class, "StorageCredentialsId", "login", "file:/backups");
        wrong(RepositoryEntry.class, "StorageCredentialsId", "key", "gs://bucket/prefix");
        wrong(RepositoryEntry.class, "StorageCredentialsId", "login", "gs://bucket/prefix");
        right(RepositoryEntry.class, "StorageCredentialsId", "key", "supabase://abcdefghijklmnopqrst/bucket/prefix");
        right(RepositoryEntry.class, "StorageCredentialsId", "login", "supabase://abcdefghijklmnopqrst/bucket/prefix");
        doubtful(RepositoryEntry.class, "StorageCredentialsId", "open-login", "s3://bucket/prefix");
        right(RepositoryEntry.class, "StorageCredentialsId", "login", "s3://bucket/prefix");
        right(RepositoryEntry.class, "StorageCredentialsId", "login", "not yet written");
        right(RepositoryEntry.class, "StorageCredentialsId", "", "s3://bucket/prefix");
        right(RepositoryEntry.class, "StorageCredentialsId", "", "file:/backups");
        wrong(RepositoryEntry.class, "CredentialsId", "");
        wrong(RepositoryEntry.class, "CredentialsId", "none");
        right(RepositoryEntry.class, "CredentialsId", "key");
        wrong(RepositoryEntry.class, "WriteCredentialsId", "none");
        right(RepositoryEntry.class, "WriteCredentialsId", "");
        wrong(RepositoryEntry.class, "Fingerprint", "abc");
        right(RepositoryEntry.class, "Fingerprint", "0a".repeat(32));

        for (Class<?> placed : List.of(DatabaseEntry.class, RepositoryEntry.class)) {
            wrong(placed, "Node", "a && ");
            doubtful(placed, "Node", "nobody-has-this-label");
            right(placed, "Node", "");
        }
        for (String patterns : List.of("Schemas", "ExcludeSchemas", "ExcludeTables", "ExcludeData")) {
            wrong(DatabaseEntry.class, patterns, "\"open");
            right(DatabaseEntry.class, patterns, "public*");
        }
        numbers(DatabaseEntry.class, "Connections", "0", "33", "4");
        doubtful(DatabaseEntry.class, "Repository", "none");
        right(DatabaseEntry.class, "Repository", "offsite");
        doubtful(DatabaseEntry.class, "Schedule", "none");
        right(DatabaseEntry.class, "Schedule", "");
        doubtful(DatabaseEntry.class, "Scratch", "none");
        right(DatabaseEntry.class, "Scratch", "");

        numbers(RetentionSettings.class, "Days", "0", "x", "30");
        numbers(RetentionSettings.class, "Minimum", "0", "-1", "3");
        for (String rule : List.of("KeepLast", "Daily", "Weekly", "Monthly", "Yearly")) {
            numbers(RetentionSettings.class, rule, "-1", "x", "0");
        }
        for (String time : List.of("Full", "Incremental", "Verify", "Drill", "Prune")) {
            wrong(ScheduleEntry.class, time, "every night");
            doubtful(ScheduleEntry.class, time, "* * * * *");
            right(ScheduleEntry.class, time, "H 2 * * *");
            right(ScheduleEntry.class, time, "");
        }
        numbers(ScheduleEntry.class, "ObjectiveHours", "0", "9000", "26");
        doubtful(AlertSettings.class, "Administrators", "nobody-of-that-name");
        right(AlertSettings.class, "Administrators", "");
        wrong(AlertSettings.class, "Addresses", "ops@example.com\nnot an address");
        right(AlertSettings.class, "Addresses", "ops@example.com");
        wrong(AlertSettings.class, "EmergencyAddresses", "pager");
        right(AlertSettings.class, "EmergencyAddresses", "pager@example.com");
        for (String url : List.of("WebhookCredentialsId", "HeartbeatCredentialsId")) {
            wrong(AlertSettings.class, url, "none");
            wrong(AlertSettings.class, url, "login");
            wrong(AlertSettings.class, url, "key");
            wrong(AlertSettings.class, url, "plain-url");
            doubtful(AlertSettings.class, url, "open-url");
            right(AlertSettings.class, url, "url");
            right(AlertSettings.class, url, "local-url");
            right(AlertSettings.class, url, "");
        }
        wrong(AlertSettings.class, "DigestCron", "");
        wrong(AlertSettings.class, "DigestCron", "every week");
        right(AlertSettings.class, "DigestCron", "H 7 * * 1");
        numbers(AlertSettings.class, "StorageWarningPercent", "0", "101", "80");
        numbers(AlertSettings.class, "StorageErrorPercent", "0", "101", "90");
        numbers(ScheduleEntry.class, "VerifiedWithinDays", "-1", "9000", "0");
        numbers(ScheduleEntry.class, "DrilledWithinDays", "-1", "9000", "9");
        wrong(RepositoryEntry.class, "Quota", "much");
        wrong(RepositoryEntry.class, "Quota", "0 GB");
        wrong(RepositoryEntry.class, "Quota", "99999 PB");
        right(RepositoryEntry.class, "Quota", "1.5 TB");
        right(RepositoryEntry.class, "Quota", "");
        numbers(CheckSettings.class, "Minutes", "4", "1441", "60");
        numbers(CheckSettings.class, "History", "0", "101", "5");
        numbers(CheckSettings.class, "OrphanedDays", "0", "x", "10");
        numbers(CheckSettings.class, "OverdueDeletionDays", "0", "x", "3");
        numbers(CheckSettings.class, "EndlessHours", "0", "x", "48");
        numbers(CheckSettings.class, "ClockSkewMinutes", "0", "x", "5");
        numbers(CheckSettings.class, "UnusualFactor", "1", "twice", "1.5");
        wrong(CheckSettings.class, "RulesOff", "unusual-size\nunusual");
        right(CheckSettings.class, "RulesOff", "unusual-size\nclock-skew");

        wrong(BackupFullStep.class, "Database", "");
        right(BackupFullStep.class, "Database", "shop");
        wrong(BackupIncrementalStep.class, "Database", "");
        wrong(BackupIncrementalStep.class, "Parent", "yesterday");
        right(BackupIncrementalStep.class, "Parent", "");
        right(BackupIncrementalStep.class, "Parent", "20261122T121838Z-7f3k2m");
        wrong(VerifyBackupStep.class, "Database", "", "");
        right(VerifyBackupStep.class, "Database", "", "offsite");
        wrong(VerifyBackupStep.class, "Backup", "yesterday");
        right(VerifyBackupStep.class, "Backup", "latest");
        wrong(VerifyBackupStep.class, "Assertions", "SELECT true", "content");
        right(VerifyBackupStep.class, "Assertions", "SELECT true", "restore");
        wrong(PruneBackupsStep.class, "Database", "", "");
        right(PruneBackupsStep.class, "Database", "shop", "");
        wrong(RestoreBackupStep.class, "Repository", "");
        right(RestoreBackupStep.class, "Repository", "offsite");
        wrong(RestoreBackupStep.class, "Backup", "");
        right(RestoreBackupStep.class, "Backup", "$BACKUP");
        wrong(RestoreBackupStep.class, "Target", "");
        right(RestoreBackupStep.class, "Target", "copy");
        wrong(RestoreBackupStep.class, "Tables", "\"open", false);
        wrong(RestoreBackupStep.class, "Tables", "public.orders", true);
        right(RestoreBackupStep.class, "Tables", "public.orders", false);
        wrong(ListBackupsStep.class, "Repository", "");
        right(ListBackupsStep.class, "Repository", "offsite");
        numbers(ListBackupsStep.class, "Most", "0", "x", "100");
    }

    private void numbers(Class<?> describable, String field, String low, String high, String good) {
        wrong(describable, field, low);
        wrong(describable, field, high);
        right(describable, field, good);
    }

    private static Credentials text(CredentialsScope scope, String id, String secret) {
        return new StringCredentialsImpl(scope, id, "", Secret.fromString(secret));
    }

    @Test
    void everyFieldTellsWhatIsWrongWithIt(JenkinsRule jenkins) throws Exception {
        List<Credentials> credentials = SystemCredentialsProvider.getInstance().getCredentials();
        credentials.add(new UsernamePasswordCredentialsImpl(
                CredentialsScope.SYSTEM, "login", "", "somebody", "a password long enough"));
        credentials.add(new UsernamePasswordCredentialsImpl(
                CredentialsScope.GLOBAL, "open-login", "", "somebody", "a password long enough"));
        credentials.add(text(CredentialsScope.SYSTEM, "key", "key"));
        credentials.add(text(CredentialsScope.SYSTEM, "url", "https://example.com/secret"));
        credentials.add(text(CredentialsScope.GLOBAL, "open-url", "https://example.com/secret"));
        credentials.add(text(CredentialsScope.SYSTEM, "plain-url", "http://example.com/secret"));
        credentials.add(text(CredentialsScope.SYSTEM, "local-url", "http://localhost:8000/secret"));
        BackupConfiguration.get().setRepositories(List.of(new RepositoryEntry("offsite", "file:/backups")));
        fill();
        List<String> unlike = new ArrayList<>();
        for (Case each : cases) {
            FormValidation said = each.ask();
            if (said.kind != each.kind()
                    || said.kind != FormValidation.Kind.OK && said.getMessage().isBlank()) {
                unlike.add(each + " said " + said);
            }
        }
        assertThat(unlike).isEmpty();
    }

    @Test
    void everyCheckIsTried() throws Exception {
        fill();
        Set<String> tried = cases.stream()
                .filter(each -> each.kind() != FormValidation.Kind.OK)
                .map(Case::name)
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> all = new TreeSet<>(PluginClasses.webMethods());
        all.removeIf(name -> !name.contains(".doCheck"));
        assertThat(tried).isNotEmpty().isEqualTo(all);
    }
}
