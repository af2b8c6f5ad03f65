package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TableRelationsTest {
    private static TableName name(String name) {
        return new TableName("public", name);
    }

    @Test
    void tablesComeAfterThoseThatTheyReferTo() throws Exception {
        Database database = TestPostgres.newDatabase();
        TestPostgres.run(
                database,
                "CREATE TABLE a_line (id int PRIMARY KEY)",
                "CREATE TABLE b_order (id int PRIMARY KEY)",
                "CREATE TABLE c_customer (id int PRIMARY KEY, friend int REFERENCES c_customer)",
                "ALTER TABLE a_line ADD b int REFERENCES b_order",
                "ALTER TABLE b_order ADD c int REFERENCES c_customer");

        TableRelations.Order order =
                TableRelations.of(database).order(List.of(name("a_line"), name("b_order"), name("c_customer")));

        assertThat(order.tables()).containsExactly(name("c_customer"), name("b_order"), name("a_line"));
        assertThat(order.cycles()).isEmpty();
    }

    @Test
    void cyclesAreTold() throws Exception {
        Database database = TestPostgres.newDatabase();
        TestPostgres.run(
                database,
                "CREATE TABLE hen (id int PRIMARY KEY)",
                "CREATE TABLE egg (id int PRIMARY KEY, hen int REFERENCES hen)",
                "ALTER TABLE hen ADD egg int CONSTRAINT from_egg REFERENCES egg",
                "CREATE TABLE farm (id int PRIMARY KEY, hen int REFERENCES hen)");

        TableRelations.Order order = TableRelations.of(database).order(List.of(name("farm"), name("egg"), name("hen")));

        assertThat(order.tables()).containsExactlyInAnyOrder(name("egg"), name("hen"), name("farm"));
        assertThat(order.cycles()).extracting(ForeignKey::name).contains("from_egg", "egg_hen_fkey");
    }

    @Test
    void partitionsCountAsTheTableThatTheyBelongTo() throws Exception {
        Database database = TestPostgres.newDatabase();
        TestPostgres.run(
                database,
                "CREATE TABLE a (p int) PARTITION BY LIST (p)",
                "CREATE TABLE z (id int PRIMARY KEY)",
                "CREATE TABLE a1 PARTITION OF a FOR VALUES IN (1)",
                "ALTER TABLE a ADD FOREIGN KEY (p) REFERENCES z");

        TableRelations relations = TableRelations.of(database);

        assertThat(relations.order(List.of(name("a1"), name("z"))).tables()).containsExactly(name("z"), name("a1"));
        assertThat(relations.under(name("a"))).contains(name("a1"));
        assertThat(relations.referringFromOutside(List.of(name("z"))))
                .extracting(ForeignKey::from)
                .containsExactly(name("a"));
    }

    @Test
    void rowsThatReferToNothingAreCounted() throws Exception {
        Database database = TestPostgres.newDatabase();
        TestPostgres.run(
                database,
                "CREATE TABLE parent (\"I d\" int, x text, PRIMARY KEY (\"I d\", x))",
                "CREATE TABLE child (p int, x text, FOREIGN KEY (p, x) REFERENCES parent)",
                "INSERT INTO parent VALUES (1, 'a')",
                "SET session_replication_role = replica",
                "INSERT INTO child VALUES (1, 'a'), (2, 'a'), (NULL, 'b'), (3, NULL), (4, 'd')");
        TableRelations relations = TableRelations.of(database);

        Map<ForeignKey, Long> violations =
                TableRelations.violations(database, relations.touching(List.of(name("parent"))));

        assertThat(violations).hasSize(1);
        assertThat(violations.values()).containsExactly(2L);
    }

    @Test
    void triggersThatFireForInsertedRowsAreTold() throws Exception {
        Database database = TestPostgres.newDatabase();
        TestPostgres.run(
                database,
                "CREATE TABLE t (a int)",
                "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
                "CREATE TRIGGER on_insert AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()",
                "CREATE TRIGGER always BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()",
                "ALTER TABLE t ENABLE ALWAYS TRIGGER always",
                "CREATE TRIGGER on_delete AFTER DELETE ON t FOR EACH ROW EXECUTE FUNCTION f()",
                "CREATE TRIGGER off AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()",
                "ALTER TABLE t DISABLE TRIGGER off");

        assertThat(TableRelations.of(database).triggers(List.of(name("t"))))
                .containsExactly(
                        new TableRelations.InsertTrigger(name("t"), "always", true),
                        new TableRelations.InsertTrigger(name("t"), "on_insert", false));
    }

    @Test
    void sequencesOfTablesAreSetOnlyForward() throws Exception {
        Database database = TestPostgres.newDatabase();
        TestPostgres.run(
                database,
                "CREATE TABLE a (id serial)",
                "CREATE TABLE b (id int GENERATED ALWAYS AS IDENTITY)",
                "CREATE TABLE c (id serial)",
                "CREATE TABLE down (id int GENERATED ALWAYS AS IDENTITY (INCREMENT -1))",
                "CREATE SEQUENCE free",
                "SELECT setval('a_id_seq', 100)",
                "SELECT setval('down_id_seq', -5)");
        List<SequenceValue> saved = List.of(
                new SequenceValue("public", "a_id_seq", 50, true),
                new SequenceValue("public", "b_id_seq", 50, true),
                new SequenceValue("public", "c_id_seq", 50, true),
                new SequenceValue("public", "down_id_seq", -50, true),
                new SequenceValue("public", "free", 50, true));

        assertThat(Sequences.ofTables(database, List.of(name("a"), name("b"), name("down")), saved))
                .extracting(SequenceValue::name)
                .containsExactly("b_id_seq", "down_id_seq");

        Sequences.set(database, saved);
        assertThat(TestSql.rows(database, "SELECT last_value, is_called FROM public.a_id_seq"))
                .containsExactly("50|t");
    }
}
