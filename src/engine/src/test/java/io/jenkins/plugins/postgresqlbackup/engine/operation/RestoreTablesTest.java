package io.jenkins.plugins.postgresqlbackup.engine.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.DatabaseUrl;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.PasswordSource;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestPostgres;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestSql;
import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import io.jenkins.plugins.postgresqlbackup.engine.testing.DatabaseComparison;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestoreTablesTest {
    private static final String[] SHOP = {
        "CREATE TABLE customers (id int PRIMARY KEY, name text, friend int REFERENCES customers)",
        "INSERT INTO customers VALUES (1, 'Ann', 2), (2, 'Bob', NULL)",
        "CREATE TABLE orders (id serial PRIMARY KEY, customer int NOT NULL REFERENCES customers ON DELETE CASCADE,"
                + " amount numeric CHECK (amount > 0), doubled numeric GENERATED ALWAYS AS (amount * 2) STORED)",
        "INSERT INTO orders (customer, amount) SELECT 1 + n % 2, n FROM generate_series(1, 100) n",
        "CREATE INDEX ON orders (amount) WHERE amount > 50",
        "COMMENT ON COLUMN orders.amount IS 'in euros'",
        "GRANT SELECT ON orders TO pg_monitor",
        "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS"
                + " 'BEGIN INSERT INTO public.notes VALUES (tg_table_name); RETURN NEW; END'",
        "CREATE TABLE notes (what text)",
        "CREATE TRIGGER note AFTER INSERT ON orders FOR EACH ROW EXECUTE FUNCTION note()",
        "ALTER TABLE orders ENABLE ROW LEVEL SECURITY",
        "CREATE POLICY all_of_them ON orders TO pg_monitor USING (EXISTS (SELECT FROM customers))",
        "CREATE TABLE days (day date, n int, PRIMARY KEY (day)) PARTITION BY RANGE (day)",
        "CREATE TABLE days_1 PARTITION OF days FOR VALUES FROM ('2026-01-01') TO ('2026-02-01')",
        "CREATE TABLE days_2 PARTITION OF days FOR VALUES FROM ('2026-02-01') TO ('2026-03-01')",
        "INSERT INTO days VALUES ('2026-01-10', 1), ('2026-02-10', 2)"
    };

    @TempDir
    private static Path directory;

    private static Database source;
    private static Repository repository;
    private static BackupId backup;

    @BeforeAll
    static void backUpAShop() throws Exception {
        source = TestPostgres.newDatabase();
        TestPostgres.run(source, SHOP);
        repository = TestRepository.create(directory);
        backup = TestRepository.backUp(repository, source).manifest().id();
    }

    @AfterAll
    static void closeTheRepository() {
        repository.close();
    }

    private static RestoreSettings tables(String... patterns) {
        return RestoreSettings.into(new RestoreInto.Tables(List.of(patterns)));
    }

    private static RestoreResult restore(Database target, RestoreSettings settings) throws Exception {
        return TestRepository.restore(repository, backup, target, settings);
    }

    private static Database emptyShop() throws Exception {
        Database target = TestPostgres.newDatabase();
        TestPostgres.run(target, SHOP);
        TestPostgres.run(target, "TRUNCATE customers, orders, notes, days");
        return target;
    }

    @Test
    void tablesThatAreNotThereAreCreatedWithAllThatIsTheirs() throws Exception {
        Database target = TestPostgres.newDatabase();
        TestPostgres.run(target, SHOP[7]);

        RestoreResult result = restore(target, tables("public.orders", "customers", "notes"));

        assertThat(result.tables()).isEqualTo(3);
        assertThat(result.rows()).isEqualTo(102);
        assertThat(result.created()).isFalse();
        DatabaseComparison.of(source, target, TestPostgres.clientPrograms())
                .dumpedWith("--table=public.orders", "--table=public.customers", "--table=public.notes")
                .withoutDatabaseProperties()
                .assertEqual();
        assertThat(TestSql.rows(target, "INSERT INTO orders (customer, amount) VALUES (1, 1) RETURNING id"))
                .containsExactly("101");
    }

    @Test
    void whatTheTargetGrantsByDefaultIsNotGrantedOnRestoredTables() throws Exception {
        TestPostgres.run(TestPostgres.server().database("postgres"), "CREATE ROLE stranger");
        Database target = TestPostgres.newDatabase();
        TestPostgres.run(
                target,
                "ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO stranger",
                "ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC",
                "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO stranger WITH GRANT OPTION");
        String defaults =
                "SELECT defaclnamespace::regnamespace, defaclobjtype, defaclacl FROM pg_default_acl ORDER BY 1, 2";
        List<String> before = TestSql.rows(target, defaults);

        restore(target, tables("notes"));

        assertThat(TestSql.rows(target, "SELECT relacl FROM pg_class WHERE relname = 'notes'"))
                .containsExactly("null");
        assertThat(TestSql.rows(target, defaults)).isEqualTo(before);
    }

    @Test
    void aForeignKeyToATableThatIsNotThereIsLeftOutAndTold() throws Exception {
        Database target = TestPostgres.newDatabase();
        TestPostgres.run(target, SHOP[7]);

        assertThatThrownBy(() -> restore(target, tables("public.orders")))
                .isInstanceOf(RestoreFailedException.class)
                .hasMessageContaining("relation \"public.customers\" does not exist");
        TestPostgres.run(target, "DROP TABLE orders", "CREATE TABLE customers (id int)");

        assertThatThrownBy(() -> restore(target, tables("public.orders")))
                .isInstanceOf(RestoreFailedException.class)
                .hasMessageContaining("no unique constraint");
        assertThat(TestSql.rows(target, "SELECT count(*) FROM orders")).containsExactly("100");
    }

    @Test
    void aPartitionedTableMeansAllItsPartitions() throws Exception {
        Database target = TestPostgres.newDatabase();

        assertThat(restore(target, tables("public.days")).tables()).isEqualTo(2);

        DatabaseComparison.of(source, target, TestPostgres.clientPrograms())
                .dumpedWith("--table=public.days*")
                .withoutDatabaseProperties()
                .assertEqual();
    }

    @Test
    void aMissingPartitionIsAttachedToTheTableThatIsThere() throws Exception {
        Database target = emptyShop();
        TestPostgres.run(target, "DROP TABLE days_1");

        restore(target, tables("public.days"));

        DatabaseComparison.of(source, target, TestPostgres.clientPrograms())
                .dumpedWith("--table=public.days*")
                .withoutDatabaseProperties()
                .assertEqual();
    }

    @Test
    void emptyTablesGetTheirRowsWhileTriggersRest() throws Exception {
        Database target = emptyShop();

        RestoreResult result = restore(target, tables("orders", "customers"));

        assertThat(TestSql.rows(target, "SELECT count(*), sum(amount), sum(doubled) FROM orders"))
                .containsExactly("100|5050|10100");
        assertThat(TestSql.rows(target, "SELECT count(*) FROM notes")).containsExactly("0");
        assertThat(result.warnings()).anyMatch(warning -> warning.contains("at rest"));
    }

    @Test
    void rowsThatAreThereAreNotReplacedUnlessThatIsAllowed() throws Exception {
        Database target = emptyShop();
        TestPostgres.run(
                target,
                "INSERT INTO customers VALUES (1, 'Other', NULL)",
                "INSERT INTO orders (customer, amount) SELECT 1, n FROM generate_series(1, 500) n",
                "TRUNCATE notes",
                "ANALYZE");

        assertThatThrownBy(() -> restore(target, tables("public.orders")))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("table public.orders (about 500 rows)")
                .hasMessageContaining("--overwrite");
        assertThat(TestSql.rows(target, "SELECT count(*) FROM orders")).containsExactly("500");

        RestoreResult result = restore(target, tables("public.orders").withOverwrite(true));

        assertThat(TestSql.rows(target, "SELECT count(*) FROM orders")).containsExactly("100");
        assertThat(TestSql.rows(target, "SELECT count(*) FROM notes")).containsExactly("0");
        assertThat(TestSql.rows(target, "SELECT name FROM customers")).containsExactly("Other");
        // Half of the orders are of a customer who is not there.
        assertThat(result.warnings()).anyMatch(warning -> warning.startsWith("50 rows of public.orders refer to"));
        // The sequence had gone on to 600 since: what it gave out may be in use elsewhere.
        assertThat(TestSql.rows(target, "SELECT nextval('orders_id_seq')")).containsExactly("601");
    }

    @Test
    void replacingRowsThatOthersReferToDoesNotDeleteTheOthers() throws Exception {
        Database target = TestPostgres.newDatabase();
        TestPostgres.run(target, SHOP);
        TestPostgres.run(target, "UPDATE customers SET name = 'changed'");

        RestoreResult result = restore(target, tables("customers").withOverwrite(true));

        assertThat(TestSql.rows(target, "SELECT name FROM customers ORDER BY id"))
                .containsExactly("Ann", "Bob");
        assertThat(TestSql.rows(target, "SELECT count(*) FROM orders")).containsExactly("100");
        assertThat(result.warnings()).noneMatch(warning -> warning.contains("rows that are not there"));
    }

    @Test
    void aLoadThatFailsLeavesTheOldRows() throws Exception {
        Database target = emptyShop();
        TestPostgres.run(
                target,
                "INSERT INTO customers VALUES (7, 'Seven', NULL)",
                "ALTER TABLE orders ADD CHECK (amount < 100)");

        assertThatThrownBy(() -> restore(target, tables("customers", "orders").withOverwrite(true)))
                .isInstanceOf(RestoreFailedException.class)
                .hasMessageContaining("orders_amount_check1")
                .hasMessageContaining("Tables without their rows: public.customers");

        assertThat(TestSql.rows(target, "SELECT name FROM customers")).containsExactly("Seven");
    }

    @Test
    void aColumnThatTheTargetLacksIsNamed() throws Exception {
        Database target = emptyShop();
        TestPostgres.run(target, "ALTER TABLE customers DROP COLUMN friend");

        assertThatThrownBy(() -> restore(target, tables("customers")))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("public.customers lacks the column friend");
    }

    @Test
    void aPatternThatMeansNoTableIsRefused() throws Exception {
        Database target = TestPostgres.newDatabase();

        assertThatThrownBy(() -> restore(target, tables("customers", "public.ordres")))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("no table that public.ordres means");
        assertThat(TestSql.rows(target, "SELECT to_regclass('customers')")).containsExactly("null");
    }

    @Test
    void whoMayNotRestTriggersLoadsInTheOrderOfForeignKeysAndIsTold() throws Exception {
        Database admin = emptyShop();
        TestPostgres.run(
                admin,
                "CREATE ROLE shopkeeper LOGIN PASSWORD 'x'",
                "GRANT ALL ON ALL TABLES IN SCHEMA public TO shopkeeper",
                "GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO shopkeeper",
                "ALTER TABLE orders DISABLE ROW LEVEL SECURITY");
        DatabaseUrl url = admin.url();
        Database target = new Database(
                new DatabaseUrl(url.host(), url.port(), url.database(), "shopkeeper", Map.of()),
                PasswordSource.fixed("x".toCharArray()));

        RestoreResult result = restore(target, tables("orders", "customers"));

        assertThat(TestSql.rows(admin, "SELECT count(*) FROM orders")).containsExactly("100");
        assertThat(TestSql.rows(admin, "SELECT count(*) FROM notes")).containsExactly("100");
        assertThat(result.warnings()).anyMatch(warning -> warning.contains("fire for each row"));

        assertThatThrownBy(() -> restore(target, tables("customers").withOverwrite(true)))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("orders_customer_fkey");
    }
}
