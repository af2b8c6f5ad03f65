package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.postgresqlbackup.engine.testing.SupabaseProject;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SupabasePresetTest {
    private static SupabaseProject project;

    @TempDir
    Path directory;

    @BeforeAll
    static void startProject() throws Exception {
        project = SupabaseProject.start(TestPostgres.home(), TestPostgres.clientPrograms(), Map.of())
                .withApplication();
        TestPostgres.run(
                project.asPlatform(),
                "CREATE POLICY \"team topics\" ON realtime.messages FOR SELECT TO authenticated USING (true)");
    }

    @AfterAll
    static void stopProject() throws Exception {
        project.close();
    }

    private static Inventory inventory() throws Exception {
        try (Snapshot snapshot = TestSnapshots.take(project.asUser(), Selection.of(Preset.SUPABASE))) {
            return snapshot.inventory();
        }
    }

    @Test
    void theUsersRowsAreKeptAndThePlatformsAreNamed() throws Exception {
        Inventory inventory = inventory();
        List<String> platform = inventory.tables().stream()
                .filter(table -> table.kind() == TableKind.PLATFORM)
                .map(table -> table.tableName().toString())
                .toList();
        assertThat(platform)
                .contains("auth.users", "auth.identities", "storage.buckets", "storage.objects")
                .doesNotContain("auth.schema_migrations", "storage.migrations");
        assertThat(inventory.tables())
                .extracting(table -> table.tableName().toString())
                .contains("public.profiles", "supabase_migrations.schema_migrations")
                .noneMatch(name -> name.matches("(realtime|vault|pgsodium|net|graphql|pgbouncer)\\..*"));
        assertThat(inventory.leftOut())
                .extracting(LeftOut::what)
                .contains(
                        "schema vault (1 table)",
                        "schema pgsodium (1 table)",
                        "schema net (2 tables)",
                        "schema pgbouncer",
                        "definitions in schema auth",
                        "definitions in schema storage",
                        "definitions and rows in schema realtime",
                        "rows of table auth.schema_migrations",
                        "rows of table storage.migrations");
    }

    @Test
    void theArchiveHasTheUsersRulesOnThePlatformsTables() throws Exception {
        String sql = sql(Selection.of(Preset.SUPABASE));
        assertThat(sql)
                .contains("CREATE TRIGGER on_auth_user_created")
                .contains("CREATE POLICY \"Own folder only\" ON storage.objects")
                .contains("CREATE POLICY \"team topics\" ON realtime.messages")
                .contains("CREATE TABLE auth.users")
                .contains("CREATE TABLE supabase_migrations.schema_migrations")
                .contains("CREATE SCHEMA extensions")
                .doesNotContain("vault.", "pgsodium.", "CREATE SCHEMA net", "messages_2026");
    }

    private String sql(Selection selection) throws Exception {
        Path archive = directory.resolve("archive");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (Snapshot snapshot = TestSnapshots.take(project.asUser(), selection)) {
            SchemaDump.run(snapshot, TestPostgres.clientPrograms(), bytes);
        }
        Files.write(archive, bytes.toByteArray());
        return TestPrograms.run(TestPostgres.clientPrograms().pgRestore().toString(), "--file=-", archive.toString());
    }
}
