package io.jenkins.plugins.postgresqlbackup.engine.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestPostgres;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DatabaseComparisonTest {
    private static final String[] SHOP = {
        "CREATE TABLE item (id int PRIMARY KEY, name text DEFAULT 'x', price numeric)",
        "CREATE TABLE \"COPY item\nFROM stdin;\" (a int)",
        "INSERT INTO item SELECT n, 'item ' || n, n FROM generate_series(1, 100) AS n",
        "INSERT INTO \"COPY item\nFROM stdin;\" VALUES (1), (1), (2)",
        "CREATE SEQUENCE counter",
        "CREATE MATERIALIZED VIEW cheap AS SELECT * FROM item WHERE price < 10",
        "SELECT lo_from_bytea(4100000001, 'large')",
    };

    private Database source;
    private Database copy;

    @BeforeEach
    void makeTwoEqualDatabases() throws Exception {
        source = TestPostgres.newDatabase();
        copy = TestPostgres.newDatabase();
        TestPostgres.run(source, SHOP);
        TestPostgres.run(copy, SHOP);
    }

    private List<String> differences() throws Exception {
        return comparison().differences();
    }

    private DatabaseComparison comparison() throws Exception {
        return DatabaseComparison.of(source, copy, TestPostgres.clientPrograms());
    }

    @Test
    void equalDatabasesAreEqualWhateverTheOrderOfTheirRows() throws Exception {
        TestPostgres.run(copy, "UPDATE item SET price = price WHERE id % 3 = 0", "VACUUM item");

        comparison().assertEqual();
    }

    static List<Arguments> changes() {
        return List.of(
                arguments(
                        "UPDATE item SET name = 'y' WHERE id = 7",
                        "+ COPY public.item (id, name, price) FROM stdin; 7\ty\t7"),
                arguments("DELETE FROM item WHERE id = 9", "has 100 rows in the source and 99 in the copy"),
                arguments(
                        "DELETE FROM item WHERE id = 9",
                        "- COPY public.item (id, name, price) FROM stdin; 9\titem 9\t9"),
                arguments(
                        "INSERT INTO \"COPY item\nFROM stdin;\" VALUES (1)",
                        "has 3 rows in the source and 4 in the copy"),
                arguments("ALTER TABLE item ALTER name SET DEFAULT 'y'", "+     name text DEFAULT 'y'::text"),
                arguments("CREATE INDEX extra ON item (name)", "post-data: + CREATE INDEX extra ON public.item"),
                arguments("COMMENT ON TABLE item IS 'new'", "+ COMMENT ON TABLE public.item IS 'new';"),
                arguments("GRANT SELECT ON item TO PUBLIC", "+ GRANT SELECT ON TABLE public.item TO PUBLIC;"),
                arguments("SELECT nextval('counter')", "+ SELECT pg_catalog.setval('public.counter', 1, true);"),
                arguments(
                        "SELECT lo_put(4100000001, 0, 'L')", "data: + SELECT pg_catalog.lowrite(0, '\\x4c61726765');"),
                arguments("SELECT lo_unlink(4100000001)", "SELECT pg_catalog.lo_create('4100000001');"),
                arguments("REFRESH MATERIALIZED VIEW cheap WITH NO DATA", "- REFRESH MATERIALIZED VIEW public.cheap;"),
                arguments(
                        "DROP TABLE \"COPY item\nFROM stdin;\"",
                        "data: - COPY public.\"COPY item\nFROM stdin;\" (a) FROM stdin;"));
    }

    @ParameterizedTest
    @MethodSource("changes")
    void whateverDiffersIsNamed(String change, String named) throws Exception {
        TestPostgres.run(copy, change);

        assertThat(differences()).anyMatch(line -> line.contains(named));
    }

    @Test
    void aMaterialisedViewThatWasNotFilledAnewIsNamed() throws Exception {
        String change = "UPDATE item SET price = 5 WHERE id = 50";
        TestPostgres.run(source, change, "REFRESH MATERIALIZED VIEW cheap");
        TestPostgres.run(copy, change);

        assertThat(differences()).anyMatch(line -> line.startsWith("materialised views: - public.cheap|10|"));
    }

    @Test
    void propertiesOfTheDatabaseCountUnlessTheyAreLeftOut() throws Exception {
        String name = copy.url().database();
        TestPostgres.run(
                copy,
                "COMMENT ON DATABASE " + name + " IS 'a copy'",
                "ALTER DATABASE " + name + " SET timezone = 'Asia/Kathmandu'",
                "ALTER DATABASE " + name + " SET bytea_output = 'escape'");

        assertThat(differences())
                .contains("database: + comment a copy")
                .contains("database: + setting - TimeZone=Asia/Kathmandu");
        comparison().withoutDatabaseProperties().assertEqual();
    }

    @Test
    void aFailureShowsWhatDiffers() throws Exception {
        TestPostgres.run(copy, "DROP SEQUENCE counter");

        assertThatThrownBy(() -> comparison().assertEqual())
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("pre-data: - CREATE SEQUENCE public.counter");
    }

    @Test
    void rolesAreComparedWithTheirMemberships() throws Exception {
        try (var other = TestPostgres.startServer(Map.of())) {
            TestPostgres.run(source, "CREATE ROLE compared_group", "CREATE ROLE compared ROLE compared_group");
            TestPostgres.run(other.database("postgres"), "CREATE ROLE compared_group", "CREATE ROLE compared");
            var differences = DatabaseComparison.of(source, other.database("postgres"), TestPostgres.clientPrograms())
                    .differencesOfRoles();

            assertThat(differences).anyMatch(line -> line.contains("\"compared_group\""));
            assertThat(differences).noneMatch(line -> line.contains("\"rolname\": \"compared\""));
        } finally {
            TestPostgres.run(source, "DROP ROLE compared_group", "DROP ROLE compared");
        }
    }
}
