package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class TargetDatabaseTest {
    private static DatabaseProperties properties(String encoding, String provider, String collate, String locale) {
        return new DatabaseProperties(
                "source",
                "postgres",
                encoding,
                provider,
                collate,
                collate,
                locale,
                null,
                "pg_default",
                -1,
                null,
                null,
                List.of());
    }

    private static TargetDatabase notThereYet() throws Exception {
        String name = "new \"one\" " + UUID.randomUUID();
        return TargetDatabase.of(TestPostgres.server().database(name));
    }

    @Test
    void aDatabaseIsCreatedWithTheSourcesEncodingAndLocale() throws Exception {
        TargetDatabase target = notThereYet();
        assertThat(target.exists()).isFalse();

        assertThat(target.create(properties("LATIN1", "libc", "C", null))).isEmpty();

        assertThat(target.exists()).isTrue();
        assertThat(target.database().server().encoding()).isEqualTo("LATIN1");
        target.drop();
        assertThat(target.exists()).isFalse();
    }

    @Test
    void aLocaleThatTheServerLacksIsReplacedAndTold() throws Exception {
        TargetDatabase target = notThereYet();

        Optional<String> warning = target.create(properties("UTF8", "libc", "tlh_QO.UTF-8", null));

        assertThat(warning).get().asString().contains("tlh_QO.UTF-8", "install the locale");
        assertThat(target.database().server().encoding()).isEqualTo("UTF8");
        target.drop();
    }

    @Test
    void aDatabaseThatIsThereIsNotCreatedOverItself() throws Exception {
        TargetDatabase target = TargetDatabase.of(TestPostgres.newDatabase());

        assertThatThrownBy(() -> target.create(properties("UTF8", "libc", "C", null)))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("already exists");
    }

    @Test
    void aDatabaseInUseIsNotDropped() throws Exception {
        TargetDatabase target = TargetDatabase.of(TestPostgres.newDatabase());
        try (Connection user = target.database().open("somebody")) {
            assertThat(user.isValid(1)).isTrue();

            assertThatThrownBy(target::drop).hasMessageContaining("in use").hasMessageContaining("end those sessions");
        }
    }

    @Test
    void aNewDatabaseIsEmptyAlsoWithExtensions() throws Exception {
        Database database = TestPostgres.newDatabase();
        TestPostgres.run(database, "CREATE EXTENSION IF NOT EXISTS plpgsql");
        TargetDatabase target = TargetDatabase.of(database);

        assertThat(target.contents().isEmpty()).isTrue();
    }

    @Test
    void whatAUserPutThereIsNamedTheLargestTableFirst() throws Exception {
        Database database = TestPostgres.newDatabase();
        TestPostgres.run(
                database,
                "CREATE TABLE small (id serial)",
                "CREATE TABLE big AS SELECT repeat('x', 100) FROM generate_series(1, 10000)",
                "ANALYZE big",
                "CREATE TYPE mood AS ENUM ('sad')",
                "CREATE SCHEMA empty",
                "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
                "SELECT lo_create(4711)");

        assertThat(TargetDatabase.of(database).contents())
                .hasToString("table public.big (about 10,000 rows), table public.small (no rows), function public.f,"
                        + " type public.mood, schema empty, large object 4711");
    }

    @Test
    void whatCameFromTheTemplateDoesNotCount() throws Exception {
        try (ScratchServer server = TestPostgres.startServer(java.util.Map.of())) {
            TestPostgres.run(server.database("template1"), "CREATE TABLE everywhere (a int)");
            TestPostgres.run(server.database("postgres"), "CREATE DATABASE copied");

            TargetDatabase target = TargetDatabase.of(server.database("copied"));
            assertThat(target.contents().isEmpty()).isTrue();

            TestPostgres.run(target.database(), "CREATE TABLE mine (a int)");
            assertThat(target.contents()).hasToString("table public.mine (no rows)");
        }
    }

    @Test
    void theHandoverGivesOwnerGrantsCommentSettingsAndLimit() throws Exception {
        TestPostgres.run(
                TestPostgres.server().database("postgres"), "CREATE ROLE handover_owner", "CREATE ROLE handover_user");
        Database database = TestPostgres.newDatabase();
        TargetDatabase target = TargetDatabase.of(database);
        DatabaseProperties source = new DatabaseProperties(
                "source",
                "handover_owner",
                "UTF8",
                "libc",
                "C",
                "C",
                null,
                null,
                "pg_default",
                7,
                "it's \\ mine",
                List.of(
                        new Grant("handover_owner", "CONNECT", false, "handover_owner"),
                        new Grant("handover_user", "CREATE", true, "handover_owner"),
                        new Grant("", "CONNECT", false, "handover_user")),
                List.of(
                        new RoleSetting(null, "search_path", "\"odd \"\"schema\"\" a.b\", public,x"),
                        new RoleSetting(null, "default_transaction_read_only", "on"),
                        new RoleSetting(null, "my.own", "it's"),
                        new RoleSetting("handover_user", "statement_timeout", "5min")));

        // The last grant is of somebody who may not give it: told, and the others are there.
        assertThat(Handover.run(target, source, true, true))
                .singleElement()
                .asString()
                .contains("GRANT CONNECT", "handover_user");
        assertThat(Handover.limitConnections(target, source)).isEmpty();

        assertThat(TestSql.rows(
                        target.maintenance(),
                        "SELECT datdba::regrole, datconnlimit, shobj_description(oid, 'pg_database'), datacl::text"
                                + " FROM pg_database WHERE datname = '" + target.name() + "'"))
                .containsExactly("handover_owner|7|it's \\ mine|{handover_owner=c/handover_owner,"
                        + "handover_user=C*/handover_owner}");
        assertThat(TestSql.rows(
                        target.maintenance(),
                        "SELECT setrole::regrole, unnest(setconfig) FROM pg_db_role_setting s JOIN pg_database d ON d.oid ="
                                + " setdatabase WHERE datname = '" + target.name() + "' ORDER BY setrole, 2"))
                .containsExactly(
                        "-|default_transaction_read_only=on",
                        "-|my.own=it's",
                        "-|search_path=\"odd \"\"schema\"\" a.b\", public, x",
                        "handover_user|statement_timeout=5min");
    }

    @Test
    void theHandoverLeavesOwnersAndGrantsOutOnRequest() throws Exception {
        TargetDatabase target = TargetDatabase.of(TestPostgres.newDatabase());
        DatabaseProperties source = new DatabaseProperties(
                "source",
                "nobody like this",
                "UTF8",
                "libc",
                "C",
                "C",
                null,
                null,
                "pg_default",
                -1,
                null,
                List.of(new Grant("nobody like this", "CREATE", false, "nobody like this")),
                List.of(new RoleSetting("nobody like this", "work_mem", "1MB")));

        assertThat(Handover.run(target, source, false, false)).isEmpty();
    }
}
