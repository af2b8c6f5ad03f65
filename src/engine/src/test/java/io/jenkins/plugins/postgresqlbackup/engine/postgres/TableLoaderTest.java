package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class TableLoaderTest {
    private static Table table(String name, String... columns) {
        return new Table(
                1,
                "public",
                name,
                TableKind.ORDINARY,
                Arrays.stream(columns)
                        .map(column -> new Column(1, column, "text"))
                        .toList(),
                0,
                0,
                false,
                true,
                Optional.empty(),
                Optional.empty(),
                0,
                Optional.empty());
    }

    private static void write(RowCopy copy, String rows, Charset charset) throws DatabaseException {
        byte[] bytes = rows.getBytes(charset);
        copy.write(bytes, 0, bytes.length);
    }

    @Test
    void rowsArriveInBlocksThatEndAnywhere() throws Exception {
        Database database = TestPostgres.newDatabase();
        TestPostgres.run(
                database,
                "CREATE TABLE t (\"A b\" text, n int GENERATED ALWAYS AS IDENTITY, twice int"
                        + " GENERATED ALWAYS AS (n * 2) STORED)");
        Table table = table("t", "A b", "n");
        try (TableLoader loader = TableLoader.open(database, "test", "UTF8")) {
            try (RowCopy copy = loader.copy(table)) {
                write(copy, "on", StandardCharsets.UTF_8);
                write(copy, "", StandardCharsets.UTF_8);
                write(copy, "e\t1\ntwo\\n\t", StandardCharsets.UTF_8);
                write(copy, "2\n\\N\t3\n", StandardCharsets.UTF_8);
                assertThat(copy.finish()).isEqualTo(3);
            }
        }
        assertThat(TestSql.rows(database, "SELECT \"A b\", n, twice FROM t ORDER BY n"))
                .containsExactly("one|1|2", "two\n|2|4", "null|3|6");
    }

    @Test
    void aCopyThatIsGivenUpLeavesNothing() throws Exception {
        Database database = TestPostgres.newDatabase();
        TestPostgres.run(database, "CREATE TABLE t (a text)");
        try (TableLoader loader = TableLoader.open(database, "test", "UTF8")) {
            try (RowCopy copy = loader.copy(table("t", "a"))) {
                write(copy, "one\n", StandardCharsets.UTF_8);
            }
            try (RowCopy copy = loader.copy(table("t", "a"))) {
                write(copy, "two\n", StandardCharsets.UTF_8);
                copy.finish();
            }
        }
        assertThat(TestSql.rows(database, "SELECT a FROM t")).containsExactly("two");
    }

    @Test
    void rowsInAnotherEncodingAreConvertedByTheServer() throws Exception {
        Database database = TestPostgres.newDatabase();
        TestPostgres.run(database, "CREATE TABLE t (a text)");
        try (TableLoader loader = TableLoader.open(database, "test", "LATIN1");
                RowCopy copy = loader.copy(table("t", "a"))) {
            write(copy, "Straße\n", StandardCharsets.ISO_8859_1);
            copy.finish();
        }
        assertThat(TestSql.rows(database, "SELECT a FROM t")).containsExactly("Straße");
    }

    @Test
    void bytesOfAnSqlAsciiDatabaseComeBackAsTheyAre() throws Exception {
        Database database =
                TestPostgres.newDatabase("ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0");
        TestPostgres.run(database, "CREATE TABLE t (a text)");
        try (TableLoader loader = TableLoader.open(database, "test", "SQL_ASCII");
                RowCopy copy = loader.copy(table("t", "a"))) {
            write(copy, "\u00e9\u00ff\n", StandardCharsets.ISO_8859_1);
            copy.finish();
        }
        assertThat(TestSql.rows(database, "SELECT encode(a::bytea, 'hex') FROM t"))
                .containsExactly("e9ff");
    }

    @Test
    void aTableWithoutColumnsGetsItsRows() throws Exception {
        Database database = TestPostgres.newDatabase();
        TestPostgres.run(database, "CREATE TABLE t ()");
        try (TableLoader loader = TableLoader.open(database, "test", "UTF8");
                RowCopy copy = loader.copy(table("t"))) {
            write(copy, "\n\n\n", StandardCharsets.UTF_8);
            assertThat(copy.finish()).isEqualTo(3);
        }
        assertThat(TestSql.rows(database, "SELECT count(*) FROM t")).containsExactly("3");
    }

    @Test
    void rowsLoadedThroughTheRootFindTheirPartition() throws Exception {
        Database database = TestPostgres.newDatabase();
        TestPostgres.run(
                database,
                "CREATE TABLE root (a text) PARTITION BY LIST (a)",
                "CREATE TABLE x PARTITION OF root FOR VALUES IN ('x')",
                "CREATE TABLE y PARTITION OF root FOR VALUES IN ('y')");
        Table x = table("x", "a");
        Table through = new Table(
                1,
                "public",
                "x",
                TableKind.PARTITION,
                x.columns(),
                0,
                0,
                false,
                true,
                Optional.empty(),
                Optional.of(new TableName("public", "root")),
                0,
                Optional.empty());
        try (TableLoader loader = TableLoader.open(database, "test", "UTF8");
                RowCopy copy = loader.copy(through)) {
            write(copy, "x\ny\n", StandardCharsets.UTF_8);
            copy.finish();
        }
        assertThat(TestSql.rows(database, "SELECT * FROM y")).containsExactly("y");
    }

    @Test
    void frozenRowsAreAllVisibleAtOnce() throws Exception {
        Database database = TestPostgres.newDatabase();
        TestPostgres.run(database, "CREATE TABLE t (a text)", "INSERT INTO t VALUES ('left over')");
        Table table = table("t", "a");
        try (TableLoader loader = TableLoader.open(database, "test", "UTF8")) {
            loader.beginAnew(table);
            for (String row : List.of("one\n", "two\n")) {
                try (RowCopy copy = loader.copyFrozen(table)) {
                    write(copy, row, StandardCharsets.UTF_8);
                    copy.finish();
                }
            }
            loader.commit();
        }
        assertThat(TestSql.rows(database, "SELECT a FROM t")).containsExactly("one", "two");
        TestPostgres.run(database, "CREATE EXTENSION pageinspect");
        assertThat(TestSql.rows(
                        database,
                        "SELECT DISTINCT (t_infomask & 768) = 768 FROM heap_page_items(get_raw_page('t', 0))"))
                .containsExactly("t");
    }

    @Test
    void whatTheServerRefusesIsToldWithTheTable() throws Exception {
        Database database = TestPostgres.newDatabase();
        TestPostgres.run(database, "CREATE TABLE t (a int)");
        try (TableLoader loader = TableLoader.open(database, "test", "UTF8")) {
            assertThatThrownBy(() -> {
                        try (RowCopy copy = loader.copy(table("t", "a"))) {
                            write(copy, "no number\n", StandardCharsets.UTF_8);
                            copy.finish();
                        }
                    })
                    .isInstanceOf(DatabaseException.class)
                    .hasMessageContaining("loading public.t");
        }
    }

    @Test
    @Timeout(20)
    void anInterruptEndsALoadThatWaitsForALock() throws Exception {
        Database database = TestPostgres.newDatabase();
        TestPostgres.run(database, "CREATE TABLE t (a text)");
        try (var other = database.open("other");
                var lock = other.createStatement()) {
            other.setAutoCommit(false);
            lock.execute("LOCK TABLE public.t IN ACCESS EXCLUSIVE MODE");
            Thread test = Thread.currentThread();
            Thread interrupter = new Thread(() -> {
                try {
                    TimeUnit.SECONDS.sleep(1);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                test.interrupt();
            });
            interrupter.start();
            try (TableLoader loader = TableLoader.open(database, "test", "UTF8")) {
                assertThatThrownBy(() -> loader.copy(table("t", "a")))
                        .isInstanceOf(DatabaseException.class)
                        .hasMessageContaining("Interrupted");
            }
            assertThat(Thread.interrupted()).isTrue();
        }
    }
}
