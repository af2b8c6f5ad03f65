package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RolesTest {
    private static final String VERIFIER = "SCRAM-SHA-256$4096:FhWpZsVKxJ6uq5nqKnNwJg==$"
            + "8sWXVWpRKFsNkzYbTlqHTWvDU0xcSqvUtM2kDTKnq0U=:IxF6Ah3mzE3uBUzrxu8ZGwfX6dnwGIlQwuP8nJPr4H8=";

    private static Role role(String name, RoleUse... uses) {
        return new Role(
                name, false, true, false, false, false, false, false, -1, null, null, null, Set.of(uses), List.of());
    }

    @Test
    void neededAreTheRolesThatAreNamedTheirMembersAndTheRolesOfAllThese() {
        List<Role> roles = List.of(
                role("owner", RoleUse.OWNER),
                role("group"),
                role("above"),
                role("login"),
                role("stranger"),
                role("reader", RoleUse.PRIVILEGE));
        List<Membership> memberships = List.of(
                new Membership("above", "group", null, false, null, null),
                new Membership("group", "owner", null, false, null, null),
                new Membership("owner", "login", null, false, null, null),
                new Membership("pg_monitor", "login", null, false, null, null),
                new Membership("pg_monitor", "stranger", null, false, null, null));

        assertThat(Roles.needed(roles, memberships, Set.of(RoleUse.OWNER)))
                .containsExactlyInAnyOrder("owner", "login", "group", "above", "pg_monitor");
        assertThat(Roles.named(roles, Set.of(RoleUse.POLICY, RoleUse.PRIVILEGE)))
                .containsExactly("reader");
    }

    @Test
    void createdRolesAreLikeTheSources() throws Exception {
        try (ScratchServer server = TestPostgres.startServer(Map.of())) {
            Database database = server.database("postgres");
            TestPostgres.run(database, "CREATE ROLE \"there already\" NOLOGIN");
            Role full = new Role(
                    "Rôle \"odd\"",
                    true,
                    false,
                    true,
                    true,
                    true,
                    true,
                    true,
                    3,
                    "2030-01-02 03:04:05+00",
                    VERIFIER,
                    "it's me",
                    Set.of(),
                    List.of(new RoleSetting("Rôle \"odd\"", "search_path", "a, \"B c\"")));

            List<String> warnings = Roles.create(
                    database,
                    List.of("Rôle \"odd\"", "plain"),
                    List.of(full, role("plain"), role("there already")),
                    List.of(
                            new Membership("plain", "Rôle \"odd\"", null, true, null, null),
                            new Membership("Rôle \"odd\"", "there already", null, false, null, null),
                            new Membership("plain", "not here", null, false, null, null)));

            assertThat(warnings).isEmpty();
            assertThat(TestSql.rows(
                            database,
                            "SELECT rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication, rolbypassrls,"
                                    + " rolconnlimit, rolvaliduntil, rolpassword, shobj_description(oid, 'pg_authid')"
                                    + " FROM pg_authid WHERE rolname = 'Rôle \"odd\"'"))
                    .containsExactly("t|f|t|t|t|t|t|3|2030-01-02 03:04:05+00|" + VERIFIER + "|it's me");
            assertThat(TestSql.rows(
                            database,
                            "SELECT roleid::regrole, member::regrole, admin_option FROM pg_auth_members"
                                    + " WHERE roleid >= 16384 ORDER BY 1::text"))
                    .containsExactlyInAnyOrder(
                            "plain|\"Rôle \"\"odd\"\"\"|t", "\"Rôle \"\"odd\"\"\"|\"there already\"|f");
            assertThat(TestSql.rows(database, "SELECT setconfig FROM pg_db_role_setting"))
                    .containsExactly("{\"search_path=a, \\\"B c\\\"\"}");
        }
    }

    @Test
    void whoIsNoSuperuserCreatesRolesWithoutWhatOnlyASuperuserMayGive() throws Exception {
        try (ScratchServer server = TestPostgres.startServer(Map.of())) {
            TestPostgres.run(
                    server.database("postgres"),
                    "CREATE ROLE maker LOGIN CREATEROLE CREATEDB PASSWORD 'x'",
                    "CREATE ROLE high SUPERUSER",
                    "CREATE DATABASE shop OWNER maker");
            DatabaseUrl url = server.database("postgres").url();
            Database database = new Database(
                    new DatabaseUrl(url.host(), url.port(), "postgres", "maker", Map.of()),
                    PasswordSource.fixed("x".toCharArray()));
            Role power = new Role(
                    "power", true, true, false, false, true, false, true, -1, null, null, null, Set.of(), List.of());

            List<String> warnings = Roles.create(
                    database,
                    List.of("power", "owner"),
                    List.of(power, role("owner", RoleUse.OWNER)),
                    List.of(new Membership("high", "power", null, false, null, null)));

            assertThat(warnings).hasSize(2);
            assertThat(warnings.get(0)).contains("power", "SUPERUSER, BYPASSRLS");
            assertThat(warnings.get(1)).contains("GRANT \"high\" TO \"power\"");
            assertThat(Roles.present(database)).contains("power", "maker");
            // Only so can objects be given to a role that owns some in the source.
            TestPostgres.run(database.withDatabase("shop"), "CREATE SCHEMA s", "ALTER SCHEMA s OWNER TO owner");
        }
    }
}
