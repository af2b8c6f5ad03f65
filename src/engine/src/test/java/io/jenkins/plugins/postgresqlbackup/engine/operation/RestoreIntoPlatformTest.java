package io.jenkins.plugins.postgresqlbackup.engine.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.ClientPrograms;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Preset;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Selection;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestPostgres;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestSql;
import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import io.jenkins.plugins.postgresqlbackup.engine.testing.DatabaseComparison;
import io.jenkins.plugins.postgresqlbackup.engine.testing.SupabaseProject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestoreIntoPlatformTest {
    private static final RestoreSettings INTO_PROJECT =
            RestoreSettings.into(new RestoreInto.Platform(Preset.SUPABASE)).withCreateRoles(true);
    private static final String[] OUR_SCHEMAS = {
        "--schema=public", "--schema=app_private", "--schema=supabase_migrations"
    };
    private static final List<String> PLATFORM_TABLES = List.of(
            "auth.users",
            "auth.identities",
            "auth.sessions",
            "auth.refresh_tokens",
            "auth.mfa_factors",
            "auth.audit_log_entries",
            "auth.schema_migrations",
            "storage.buckets",
            "storage.objects",
            "storage.migrations");

    @TempDir
    private static Path directory;

    private static ClientPrograms programs;
    private static SupabaseProject source;
    private static Repository repository;
    private static BackupId backup;

    @BeforeAll
    static void backUpAProject() throws Exception {
        programs = TestPostgres.clientPrograms();
        source = SupabaseProject.start(TestPostgres.home(), programs, Map.of()).withApplication();
        repository = TestRepository.create(directory);
        backup = TestRepository.backUp(
                        repository,
                        source.asUser(),
                        TestRepository.settings().withSelection(Selection.of(Preset.SUPABASE)))
                .manifest()
                .id();
    }

    @AfterAll
    static void close() throws Exception {
        repository.close();
        source.close();
    }

    private static RestoreResult restore(SupabaseProject project, RestoreSettings settings) throws Exception {
        return TestRepository.restore(repository, backup, project.asUser(), settings);
    }

    private static List<String> digests(SupabaseProject project, String table) throws Exception {
        return TestSql.rows(
                project.asPlatform(), "SELECT count(*), sum(hashtextextended(t::text, 0)) FROM " + table + " t");
    }

    private static void requireTheSame(SupabaseProject copy) throws Exception {
        DatabaseComparison.of(source.asPlatform(), copy.asPlatform(), programs)
                .dumpedWith(OUR_SCHEMAS)
                .withoutDatabaseProperties()
                .assertEqual();
        for (String table : PLATFORM_TABLES) {
            assertThat(digests(copy, table)).as(table).isEqualTo(digests(source, table));
        }
        String attached =
                "SELECT relname, polname, pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid),"
                        + " (SELECT array_agg(r::regrole::text) FROM unnest(polroles) r)"
                        + " FROM pg_policy JOIN pg_class c ON c.oid = polrelid ORDER BY 1, 2";
        assertThat(TestSql.rows(copy.asPlatform(), attached)).isEqualTo(TestSql.rows(source.asPlatform(), attached));
        String triggers = "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1";
        assertThat(TestSql.rows(copy.asPlatform(), triggers)).isEqualTo(TestSql.rows(source.asPlatform(), triggers));
        String published = "SELECT * FROM pg_publication_tables ORDER BY 1, 2, 3";
        assertThat(TestSql.rows(copy.asPlatform(), published)).isEqualTo(TestSql.rows(source.asPlatform(), published));
    }

    @Test
    void aFreshProjectGetsOurSchemasAndRowsBackAndKeepsWhatIsItsOwn() throws Exception {
        try (SupabaseProject copy = SupabaseProject.start(TestPostgres.home(), programs, Map.of())) {
            RestoreResult result = restore(copy, INTO_PROJECT);

            assertThat(result.tolerated()).isEmpty();
            assertThat(result.rolesCreated()).containsExactly("app_worker");
            assertThat(result.leftOut()).anyMatch(text -> text.contains("schema auth"));
            requireTheSame(copy);
        }
    }

    @Test
    void aProjectOfALaterDayTakesTheRowsToo() throws Exception {
        try (SupabaseProject copy = SupabaseProject.start(TestPostgres.home(), programs, Map.of("newer", "on"))) {
            restore(copy, INTO_PROJECT);

            assertThat(TestSql.rows(copy.asPlatform(), "SELECT count(*) FROM auth.users"))
                    .containsExactly("500");
            assertThat(TestSql.rows(copy.asPlatform(), "SELECT count(*) FROM storage.migrations"))
                    .containsExactly("58");
        }
    }

    @Test
    void aProjectInUseIsRefusedAndReplacedOnlyIfThatIsAllowed() throws Exception {
        try (SupabaseProject copy = SupabaseProject.start(TestPostgres.home(), programs, Map.of())) {
            copy.withApplication();
            TestPostgres.run(copy.asUser(), "INSERT INTO teams (slug, name) VALUES ('mine', 'mine')", "ANALYZE");

            assertThatThrownBy(() -> restore(copy, INTO_PROJECT))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("table public.teams (about 21 rows)")
                    .hasMessageContaining("--overwrite");
            assertThat(TestSql.rows(copy.asUser(), "SELECT count(*) FROM public.teams"))
                    .containsExactly("21");

            restore(copy, INTO_PROJECT.withOverwrite(true));

            requireTheSame(copy);
        }
    }

    @Test
    void aDatabaseThatIsNoProjectIsRefused() throws Exception {
        assertThatThrownBy(() -> TestRepository.restore(repository, backup, TestPostgres.newDatabase(), INTO_PROJECT))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("is not a Supabase project");
    }
}
