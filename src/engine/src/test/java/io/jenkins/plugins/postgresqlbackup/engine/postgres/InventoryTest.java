package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class InventoryTest {
    private static final Selection ALL = Selection.everything();

    private static Inventory inventory(Database database, Selection selection) throws IOException {
        try (Snapshot snapshot = TestSnapshots.take(database, selection)) {
            return snapshot.inventory();
        }
    }

    private static List<String> tables(Database database, Selection selection) throws IOException {
        return inventory(database, selection).tables().stream()
                .map(table -> table.tableName().toString())
                .toList();
    }

    private static Table table(Inventory inventory, String name) {
        return inventory.tables().stream()
                .filter(table -> table.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> rows(Database database, String name) throws IOException {
        List<String> rows = new ArrayList<>();
        try (Snapshot snapshot = TestSnapshots.take(database);
                SnapshotWorker worker = snapshot.join()) {
            Table table = TestSnapshots.table(snapshot, name);
            assertThat(worker.tryLock(table)).isTrue();
            worker.readRows(
                    table,
                    BlockRange.WHOLE,
                    (row, offset, length) -> rows.add(new String(row, offset, length, StandardCharsets.UTF_8)));
        }
        return rows;
    }

    @Test
    void theRowsOfChildrenAndPartitionsComeOnceEach() throws Exception {
        Database database = TestPostgres.newDatabase();
        TestPostgres.run(
                database,
                "CREATE TABLE parent (a int)",
                "CREATE TABLE child (b int) INHERITS (parent)",
                "INSERT INTO parent VALUES (1)",
                "INSERT INTO child VALUES (2, 3)",
                "CREATE TABLE whole (a int) PARTITION BY RANGE (a)",
                "CREATE TABLE low PARTITION OF whole FOR VALUES FROM (0) TO (10)",
                "CREATE TABLE high PARTITION OF whole FOR VALUES FROM (10) TO (20) PARTITION BY LIST (a)",
                "CREATE TABLE twelve PARTITION OF high FOR VALUES IN (12)",
                "INSERT INTO whole VALUES (5), (12)");
        assertThat(rows(database, "parent")).containsExactly("1");
        assertThat(rows(database, "child")).containsExactly("2\t3");
        Inventory inventory = inventory(database, ALL);
        assertThat(inventory.tables())
                .extracting(Table::name)
                .containsExactlyInAnyOrder("parent", "child", "low", "twelve");
        assertThat(table(inventory, "twelve").kind()).isEqualTo(TableKind.PARTITION);
        assertThat(table(inventory, "child").kind()).isEqualTo(TableKind.ORDINARY);
    }

    @Test
    void generatedAndDroppedColumnsAreNotStored() throws Exception {
        Database database = TestPostgres.newDatabase();
        boolean virtual = database.server().major() >= 18;
        TestPostgres.run(
                database,
                "CREATE TABLE t (a int, gone int, stored int GENERATED ALWAYS AS (a * 2) STORED,"
                        + " \"Last one\" text, id int GENERATED ALWAYS AS IDENTITY"
                        + (virtual ? ", v int GENERATED ALWAYS AS (a * 3) VIRTUAL)" : ")"),
                "ALTER TABLE t DROP gone",
                "INSERT INTO t VALUES (7, DEFAULT, 'x')",
                "CREATE TABLE only_generated (a int GENERATED ALWAYS AS (1) STORED)",
                "INSERT INTO only_generated DEFAULT VALUES",
                "CREATE TABLE nothing ()",
                "INSERT INTO nothing DEFAULT VALUES",
                "INSERT INTO nothing DEFAULT VALUES");
        assertThat(rows(database, "t")).containsExactly("7\tx\t1");
        assertThat(table(inventory(database, ALL), "t").columns())
                .containsExactly(
                        new Column(1, "a", "integer"),
                        new Column(4, "Last one", "text"),
                        new Column(5, "id", "integer"));
        assertThat(rows(database, "only_generated")).containsExactly("");
        assertThat(rows(database, "nothing")).containsExactly("", "");
    }

    @Test
    void partitionsWhoseRowsMayBelongElsewhereAreLoadedThroughTheirRoot() throws Exception {
        Database database = TestPostgres.newDatabase();
        TestPostgres.run(
                database,
                "CREATE TYPE colour AS ENUM ('red', 'green')",
                "CREATE TABLE root (a int, c colour, cs colour[], t text) PARTITION BY LIST (a)",
                "CREATE TABLE by_enum PARTITION OF root FOR VALUES IN (1) PARTITION BY HASH (c)",
                "CREATE TABLE by_enum_0 PARTITION OF by_enum FOR VALUES WITH (MODULUS 1, REMAINDER 0)",
                "CREATE TABLE by_array PARTITION OF root FOR VALUES IN (2) PARTITION BY HASH (cs)",
                "CREATE TABLE by_array_0 PARTITION OF by_array FOR VALUES WITH (MODULUS 1, REMAINDER 0)",
                "CREATE TABLE by_text PARTITION OF root FOR VALUES IN (3) PARTITION BY HASH (t)",
                "CREATE TABLE by_text_0 PARTITION OF by_text FOR VALUES WITH (MODULUS 1, REMAINDER 0)");
        Inventory inventory = inventory(database, ALL);
        assertThat(table(inventory, "by_enum_0").loadThrough()).contains(new TableName("public", "root"));
        assertThat(table(inventory, "by_array_0").loadThrough()).contains(new TableName("public", "root"));
        assertThat(table(inventory, "by_text_0").loadThrough()).isEmpty();
    }

    @Test
    void ofAnExtensionOnlyItsConfigurationIsSavedWithItsCondition() throws Exception {
        Database database = TestPostgres.newDatabase();
        TestPostgres.run(
                database,
                "CREATE EXTENSION pgcrypto",
                "CREATE TABLE settings (k text, ours boolean)",
                "INSERT INTO settings VALUES ('x', true), ('y', false)",
                "CREATE TABLE internal (a int)",
                "CREATE SEQUENCE kept_seq",
                "CREATE SEQUENCE lost_seq",
                "ALTER EXTENSION pgcrypto ADD TABLE settings",
                "ALTER EXTENSION pgcrypto ADD TABLE internal",
                "ALTER EXTENSION pgcrypto ADD SEQUENCE kept_seq",
                "ALTER EXTENSION pgcrypto ADD SEQUENCE lost_seq",
                "UPDATE pg_extension SET extconfig = ARRAY['settings'::regclass::oid, 'kept_seq'::regclass],"
                        + " extcondition = ARRAY['WHERE NOT ours', ''] WHERE extname = 'pgcrypto'");
        Inventory inventory = inventory(database, ALL);
        assertThat(table(inventory, "settings").kind()).isEqualTo(TableKind.EXTENSION_CONFIGURATION);
        assertThat(table(inventory, "settings").blockRanges()).isFalse();
        assertThat(rows(database, "settings")).containsExactly("y\tf");
        assertThat(inventory.sequences()).extracting(Sequence::name).containsExactly("kept_seq");
        assertThat(inventory.leftOut())
                .extracting(LeftOut::what)
                .contains("table public.internal", "sequence public.lost_seq");
    }

    @Test
    void whatCannotBeSavedIsNamed() throws Exception {
        Database database = TestPostgres.newDatabase();
        TestPostgres.run(
                database,
                "CREATE FOREIGN DATA WRAPPER w",
                "CREATE SERVER s FOREIGN DATA WRAPPER w",
                "CREATE FOREIGN TABLE far (a int) SERVER s",
                "CREATE UNLOGGED TABLE fast (a int)");
        try (var session = database.open("temp");
                var statement = session.createStatement()) {
            statement.execute("CREATE TEMP TABLE mine (a int)");
            Inventory inventory = inventory(database, ALL);
            assertThat(inventory.tables()).extracting(Table::name).containsExactly("fast");
            assertThat(table(inventory, "fast").unlogged()).isTrue();
            assertThat(inventory.leftOut())
                    .anySatisfy(left -> assertThat(left.what()).isEqualTo("rows of foreign table public.far"))
                    .anySatisfy(left -> assertThat(left.what()).matches("temporary table pg_temp_\\d+\\.mine"));
        }
    }

    @Test
    void patternsChooseAsPsqlsDoAndWhatTheyLeaveOutIsNamed() throws Exception {
        Database database = TestPostgres.newDatabase();
        TestPostgres.run(
                database,
                "CREATE SCHEMA app",
                "CREATE SCHEMA \"App\"",
                "CREATE SCHEMA app_audit",
                "CREATE TABLE app.orders (id int GENERATED ALWAYS AS IDENTITY, n serial)",
                "CREATE TABLE app.\"Orders\" (a int)",
                "CREATE TABLE \"App\".x (a int)",
                "CREATE TABLE app_audit.log (a int)",
                "CREATE TABLE app.parts (a int) PARTITION BY LIST (a)",
                "CREATE TABLE app.part_1 PARTITION OF app.parts FOR VALUES IN (1)",
                "CREATE SEQUENCE app_audit.free");
        assertThat(tables(database, selection(List.of("APP*"), List.of("*_audit"), List.of(), List.of())))
                .containsExactlyInAnyOrder("app.orders", "app.Orders", "app.part_1");
        Inventory inventory = inventory(
                database, selection(List.of(), List.of("\"App\""), List.of("app.orders", "*.parts"), List.of("LOG")));
        assertThat(inventory.tables()).extracting(Table::name).containsExactly("Orders");
        assertThat(inventory.sequences()).extracting(Sequence::name).containsExactly("orders_n_seq", "free");
        assertThat(inventory.leftOut())
                .containsExactlyInAnyOrder(
                        new LeftOut("schema App (1 table)", "--exclude-schema=\"App\""),
                        new LeftOut("table app.orders", "--exclude-table=app.orders"),
                        new LeftOut("table app.parts", "--exclude-table=*.parts"),
                        new LeftOut("table app.part_1", "--exclude-table=*.parts"),
                        new LeftOut("rows of table app_audit.log", "--exclude-data=LOG"));
        assertThat(inventory.largeObjects()).isTrue();
        Inventory chosen = inventory(database, selection(List.of("app"), List.of(), List.of(), List.of()));
        assertThat(chosen.largeObjects()).isFalse();
        assertThat(chosen.leftOut()).extracting(LeftOut::what).contains("schema app_audit (1 table)", "schema public");
        assertThatThrownBy(() -> tables(database, selection(List.of("ap"), List.of(), List.of(), List.of())))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("--schema=ap")
                .hasMessageContaining("app_audit");
    }

    private static Selection selection(
            List<String> schemas, List<String> excludeSchemas, List<String> excludeTables, List<String> excludeData) {
        return new Selection(schemas, excludeSchemas, excludeTables, excludeData, Optional.empty());
    }

    @Test
    void allThatMayNotBeReadIsNamedAtOnceWithTheGrantsThatHelp() throws Exception {
        Database database = TestPostgres.newDatabase();
        TestPostgres.run(
                database,
                "CREATE SCHEMA closed",
                "CREATE TABLE closed.t (a int)",
                "CREATE TABLE \"No\" (a int)",
                "CREATE TABLE filtered (a int)",
                "ALTER TABLE filtered ENABLE ROW LEVEL SECURITY",
                "INSERT INTO filtered VALUES (1)",
                "CREATE SEQUENCE counter",
                "GRANT SELECT ON filtered TO PUBLIC",
                "CREATE TABLE fine (a int)",
                "GRANT SELECT ON fine TO PUBLIC");
        try (TestRole role = TestRole.create()) {
            Database login = role.login(database);
            assertThatThrownBy(() -> TestSnapshots.take(login))
                    .isInstanceOf(DatabaseException.class)
                    .hasMessageContaining("closed.t (no USAGE on its schema, no SELECT)")
                    .hasMessageContaining("public.No (no SELECT)")
                    .hasMessageContaining("public.filtered (row-level security hides rows)")
                    .hasMessageContaining("public.counter (no SELECT)")
                    .hasMessageContaining("--exclude-table='public.\"No\"'")
                    .hasMessageContaining("ALTER ROLE \"" + role.name() + "\" BYPASSRLS;")
                    .hasMessageNotContaining("public.fine");
            // What the message says helps indeed.
            assertThat(tables(
                            login,
                            selection(
                                    List.of(),
                                    List.of(),
                                    List.of("closed.t", "public.\"No\"", "public.filtered", "public.counter"),
                                    List.of())))
                    .containsExactly("public.fine");
            TestPostgres.run(
                    database,
                    "GRANT USAGE ON SCHEMA closed TO " + role.name(),
                    "GRANT SELECT ON TABLE closed.t, \"public\".\"No\" TO " + role.name(),
                    "GRANT SELECT ON SEQUENCE counter TO " + role.name(),
                    "ALTER ROLE " + role.name() + " BYPASSRLS");
            assertThat(tables(login, ALL)).hasSize(4);
            TestPostgres.run(database, "DROP OWNED BY " + role.name());
        }
    }

    @Test
    void materialisedViewsComeAfterThoseTheyReadAndWithTheirState() throws Exception {
        Database database = TestPostgres.newDatabase();
        TestPostgres.run(
                database,
                "CREATE TABLE t (a int)",
                "CREATE MATERIALIZED VIEW z AS SELECT a FROM t",
                "CREATE VIEW between AS SELECT a FROM z",
                "CREATE VIEW between2 AS SELECT a FROM between",
                "CREATE MATERIALIZED VIEW a AS SELECT a FROM between2",
                "CREATE MATERIALIZED VIEW empty AS SELECT a FROM a WITH NO DATA");
        assertThat(inventory(database, ALL).materializedViews())
                .extracting(MaterializedView::name, MaterializedView::populated)
                .containsExactly(tuple("z", true), tuple("a", true), tuple("empty", false));
    }

    @Test
    void sequencesComeWithTheirState() throws Exception {
        Database database = TestPostgres.newDatabase();
        TestPostgres.run(
                database,
                "CREATE SEQUENCE new START 7",
                "CREATE SEQUENCE used INCREMENT -3",
                "SELECT nextval('used'), nextval('used')");
        List<String> many = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            many.add("CREATE SEQUENCE \"S " + i + "\"");
        }
        TestPostgres.run(database, many.toArray(new String[0]));
        try (Snapshot snapshot = TestSnapshots.take(database)) {
            List<SequenceValue> values =
                    snapshot.leader().readSequences(snapshot.inventory().sequences());
            assertThat(values)
                    .hasSize(602)
                    .contains(
                            new SequenceValue("public", "new", 7, false),
                            new SequenceValue("public", "used", -4, true),
                            new SequenceValue("public", "S 599", 1, false));
        }
    }

    @Test
    void aPatternThatCannotBeReadIsExplained() {
        assertThatThrownBy(() -> selection(List.of("a.b"), List.of(), List.of(), List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'a.b'");
        assertThatThrownBy(() -> selection(List.of(), List.of(), List.of("a.b.c"), List.of()))
                .hasMessageContaining("schema.table");
        assertThatThrownBy(() -> selection(List.of(), List.of("\"x"), List.of(), List.of()))
                .hasMessageContaining("closing double quote");
        assertThatThrownBy(() -> selection(List.of(), List.of(), List.of(), List.of("a.")))
                .hasMessageContaining("empty name");
    }
}
