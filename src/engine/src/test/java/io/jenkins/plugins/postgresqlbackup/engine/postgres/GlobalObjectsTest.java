package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
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
                                Optional.empty(),
                                Optional.empty(),
                                List.of(
                                        new Setting("search_path", "a, \"B c\""),
                                        new Setting("statement_timeout", "3s")),
                                Optional.of("those 'inside'")));
                Role person = role(objects, "Jörg");
                assertThat(person.logsIn() && person.replicates() && person.bypassesRowSecurity())
                        .isTrue();
                assertThat(person.validUntil()).contains("2030-01-02 02:04:00+00");
                assertThat(person.password().orElseThrow()).startsWith("SCRAM-SHA-256$");
                assertThat(person.toString()).doesNotContain("SCRAM");
                boolean options = snapshot.server().major() >= 16;
                assertThat(objects.memberships())
                        .contains(
                                new Membership(
                                        "staff",
                                        "Jörg",
                                        Optional.of("postgres"),
                                        true,
                                        options ? Optional.of(true) : Optional.empty(),
                                        options ? Optional.of(true) : Optional.empty()),
                                new Membership(
                                        "pg_monitor",
                                        "staff",
                                        Optional.of("postgres"),
                                        false,
                                        options ? Optional.of(false) : Optional.empty(),
                                        options ? Optional.of(true) : Optional.empty()));
                assertThat(objects.database().settings())
                        .containsExactly(
                                new RoleSetting(Optional.empty(), new Setting("jit", "off")),
                                new RoleSetting(Optional.of("staff"), new Setting("work_mem", "7MB")));
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
                assertThat(properties.localeProvider()).isEqualTo("libc");
                assertThat(properties.collate()).isEqualTo("C");
                assertThat(properties.connectionLimit()).isEqualTo(42);
                assertThat(properties.comment()).contains("grün");
                assertThat(properties.privileges().orElseThrow())
                        .contains(new Privilege(role.name(), "postgres", "CONNECT", true))
                        .doesNotContain(new Privilege("", "postgres", "CONNECT", false));
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
            assertThat(self.password()).isEmpty();
            assertThat(self.logsIn()).isTrue();
            assertThat(GlobalObjects.read(snapshot).database().privileges()).isEmpty();
        }
    }
}
