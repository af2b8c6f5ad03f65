package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GlobalObjectsTest {
    private static Role role(GlobalObjects objects, String name) {
        return objects.roles().stream()
                .filter(role -> role.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void rolesComeWithAttributesSettingsMembershipsAndComments() throws Exception {
        try (ScratchServer server = TestPostgres.startServer(Map.of())) {
            Database postgres = server.database("postgres");
            TestPostgres.run(
                    postgres,
                    "CREATE ROLE staff NOINHERIT CREATEDB CREATEROLE CONNECTION LIMIT 7",
                    "CREATE ROLE \"Jörg\" LOGIN REPLICATION BYPASSRLS PASSWORD 'x' VALID UNTIL '2030-01-02 03:04+01'",
                    "GRANT staff TO \"Jörg\" WITH ADMIN OPTION",
                    "GRANT pg_monitor TO staff",
                    "ALTER ROLE staff SET search_path = a, \"B c\"",
                    "ALTER ROLE staff SET statement_timeout = '3s'",
                    "ALTER ROLE staff IN DATABASE postgres SET work_mem = '7MB'",
                    "ALTER DATABASE postgres SET jit = off",
                    "COMMENT ON ROLE staff IS 'those ''inside'''");
            try (Snapshot snapshot = TestSnapshots.take(postgres)) {
                GlobalObjects objects = GlobalObjects.read(snapshot);
                Role staff = role(objects, "staff");
                assertThat(staff)
                        .isEqualTo(new Role(
                                "staff",
                                false,
                                false,
                                true,
                                true,
                                false,
                                false,
                                false,
                                7,
                                null,
                                null,
                                "those 'inside'",
                                Set.of(RoleUse.SETTING),
                                List.of(
                                        new RoleSetting("staff", "search_path", "a, \"B c\""),
                                        new RoleSetting("staff", "statement_timeout", "3s"))));
                Role person = role(objects, "Jörg");
                assertThat(person.login() && person.replication() && person.bypassRowSecurity())
                        .isTrue();
                assertThat(person.validUntil()).contains("2030-01-02 02:04:00+00");
                assertThat(person.password()).startsWith("SCRAM-SHA-256$");
                assertThat(person.toString()).doesNotContain("SCRAM");
                boolean options = snapshot.server().major() >= 16;
                assertThat(objects.memberships())
                        .contains(
                                new Membership(
                                        "staff",
                                        "Jörg",
                                        "postgres",
                                        true,
                                        options ? true : null,
                                        options ? true : null),
                                new Membership(
                                        "pg_monitor",
                                        "staff",
                                        "postgres",
                                        false,
                                        options ? false : null,
                                        options ? true : null));
                assertThat(objects.database().settings())
                        .containsExactly(
                                new RoleSetting(null, "jit", "off"), new RoleSetting("staff", "work_mem", "7MB"));
                assertThat(objects.roles()).noneMatch(role -> role.name().startsWith("pg_"));
            }
        }
    }

    @Test
    void theDatabasesOwnPropertiesAreThere() throws Exception {
        Database database =
                TestPostgres.newDatabase("ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0");
        String name = database.url().database();
        try (TestRole role = TestRole.create()) {
            TestPostgres.run(
                    database,
                    "ALTER DATABASE " + name + " CONNECTION LIMIT 42",
                    "REVOKE CONNECT ON DATABASE " + name + " FROM PUBLIC",
                    "GRANT CONNECT ON DATABASE " + name + " TO " + role.name() + " WITH GRANT OPTION",
                    "COMMENT ON DATABASE " + name + " IS 'grün'");
            try (Snapshot snapshot = TestSnapshots.take(database)) {
                DatabaseProperties properties = GlobalObjects.read(snapshot).database();
                assertThat(properties.name()).isEqualTo(name);
                assertThat(properties.owner()).isEqualTo("postgres");
                assertThat(properties.encoding()).isEqualTo("LATIN1");
                assertThat(properties.provider()).isEqualTo("libc");
                assertThat(properties.collate()).isEqualTo("C");
                assertThat(properties.connectionLimit()).isEqualTo(42);
                assertThat(properties.comment()).contains("grün");
                assertThat(properties.acl())
                        .contains(new Grant(role.name(), "CONNECT", true, "postgres"))
                        .doesNotContain(new Grant("", "CONNECT", false, "postgres"));
            }
            TestPostgres.run(database, "DROP OWNED BY " + role.name());
        }
    }

    @Test
    void whoMayNotSeePasswordsGetsTheRest() throws Exception {
        Database database = TestPostgres.newDatabase();
        try (TestRole role = TestRole.create();
                Snapshot snapshot = TestSnapshots.take(role.login(database))) {
            Role self = role(GlobalObjects.read(snapshot), role.name());
            assertThat(self.password()).isNull();
            assertThat(self.login()).isTrue();
            assertThat(GlobalObjects.read(snapshot).database().acl()).isNull();
        }
    }
}
