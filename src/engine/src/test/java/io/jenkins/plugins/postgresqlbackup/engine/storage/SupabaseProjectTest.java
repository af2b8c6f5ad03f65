package io.jenkins.plugins.postgresqlbackup.engine.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SupabaseProjectTest {
    private static final String REFERENCE = "abcdefghijklmnopqrst";
    private static final SupabaseProject PROJECT = new SupabaseProject(REFERENCE);

    @ParameterizedTest
    @CsvSource({
        "db.abcdefghijklmnopqrst.supabase.co, postgres",
        "DB.abcdefghijklmnopqrst.Supabase.CO, backup",
        "aws-0-eu-central-1.pooler.supabase.com, postgres.abcdefghijklmnopqrst",
        "aws-1-us-east-1.pooler.supabase.com, backup.abcdefghijklmnopqrst"
    })
    void aDatabaseTellsItsProjectByItsHostOrBehindAPoolerByItsUser(String host, String user) {
        assertThat(SupabaseProject.ofDatabase(host, user)).contains(PROJECT);
    }

    @ParameterizedTest
    @CsvSource({
        "localhost, postgres.abcdefghijklmnopqrst",
        "db.example.com, postgres",
        "db.abcdefghijklmnopqrst.supabase.co.example.com, postgres",
        "aws-0-eu-central-1.pooler.supabase.com, postgres",
        "abcdefghijklmnopqrs.supabase.co, postgres"
    })
    void aDatabaseElsewhereHasNoProject(String host, String user) {
        assertThat(SupabaseProject.ofDatabase(host, user)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "supabase://abcdefghijklmnopqrst/bucket/prefix",
                "supabase://abcdefghijklmnopqrst.supabase.co/bucket",
                "supabase:///bucket",
                "supabase:///bucket?url=https://abcdefghijklmnopqrst.storage.supabase.co/storage/v1/s3",
                "s3://bucket/prefix?endpoint=https://abcdefghijklmnopqrst.storage.supabase.co/storage/v1/s3",
                "s3://bucket/prefix?endpoint=https://abcdefghijklmnopqrst.supabase.co/storage/v1/s3"
            })
    void aStorageTellsItsProjectHoweverItIsReached(String location) {
        Map<String, String> variables = Map.of("SUPABASE_URL", "https://abcdefghijklmnopqrst.supabase.co/");
        assertThat(SupabaseProject.ofStorage(URI.create(location), variables::get))
                .contains(PROJECT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "file:/backups",
                "s3://bucket/prefix",
                "s3://bucket/prefix?endpoint=https://minio.example.com",
                "supabase://storage.example.com/bucket",
                "gs://bucket/prefix"
            })
    void aStorageElsewhereHasNoProject(String location) {
        assertThat(SupabaseProject.ofStorage(URI.create(location), name -> null))
                .isEmpty();
    }

    @Test
    void theSameProjectIsEqualHoweverItWasFound() {
        assertThat(SupabaseProject.ofStorage(URI.create("supabase://" + REFERENCE + "/b/p"), name -> null))
                .isEqualTo(SupabaseProject.ofDatabase("db." + REFERENCE + ".supabase.co", "postgres"));
    }
}
