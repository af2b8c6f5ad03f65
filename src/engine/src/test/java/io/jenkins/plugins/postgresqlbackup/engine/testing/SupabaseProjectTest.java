package io.jenkins.plugins.postgresqlbackup.engine.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestPostgres;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The fixture must keep its owner's hands tied as the platform does, or a restore into it would prove nothing. */
class SupabaseProjectTest {
    private static SupabaseProject project;

    @BeforeAll
    static void startProject() throws Exception {
        project = SupabaseProject.start(TestPostgres.home(), TestPostgres.clientPrograms(), Map.of("newer", "on"))
                .withApplication();
    }

    @AfterAll
    static void stopProject() throws Exception {
        project.close();
    }

    private static List<String> query(Database database, String sql) throws Exception {
        return ClientRun.query(database, TestPostgres.clientPrograms(), sql);
    }

    @Test
    void theUsersRoleIsNoSuperuserAndThePlatformsIs() throws Exception {
        assertThat(project.asUser().server().superuser()).isFalse();
        assertThat(project.asUser().server().bypassesRowSecurity()).isTrue();
        assertThat(project.asPlatform().server().superuser()).isTrue();
    }

    @Test
    void theUserCannotTouchWhatThePlatformOwns() {
        for (String statement : List.of(
                "ALTER TABLE auth.users ADD COLUMN mine int",
                "ALTER TABLE auth.users DISABLE TRIGGER ALL",
                "CREATE TABLE auth.mine (a int)",
                "INSERT INTO auth.schema_migrations VALUES ('mine')",
                "DELETE FROM storage.objects",
                "DROP EVENT TRIGGER pgrst_ddl_watch",
                "CREATE EVENT TRIGGER mine ON sql_drop EXECUTE FUNCTION extensions.pgrst_drop_watch()",
                "INSERT INTO vault.secrets (name, secret) VALUES ('a', 'b')")) {
            assertThatThrownBy(() -> TestPostgres.run(project.asUser(), statement))
                    .as(statement)
                    .isInstanceOf(java.io.IOException.class);
        }
    }

    @Test
    void theApplicationHoldsWhatOnlyTheRightOrderBringsBack() throws Exception {
        assertThat(query(project.asUser(), "SELECT count(*) FROM auth.users JOIN public.profiles USING (id)"))
                .containsExactly("500");
        assertThat(query(project.asUser(), """
                SET ROLE authenticated;
                SET request.jwt.claim.sub = '00000000-0000-4000-8000-000000000007';
                SELECT count(*) FROM public.todos""")).containsExactly("250");
        assertThat(query(project.asUser(), "SET ROLE anon; SELECT count(*) FROM public.profiles"))
                .containsExactly("500");
    }
}
