package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.jenkins.plugins.postgresqlbackup.engine.testing.Fixtures;
import io.jenkins.plugins.postgresqlbackup.engine.testing.RegressionDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerDigestTest {
    private static final List<String> PREPARED = List.of(
            "CREATE TYPE pair AS (a int, b text)",
            "CREATE TYPE mood AS ENUM ('fine', 'so\nso', 'back\\slash')",
            "CREATE DOMAIN short AS character(4)",
            "CREATE DOMAIN pairs AS pair",
            "CREATE TYPE textrange AS RANGE (subtype = text, collation = \"C\")");

    /** A type and values of it. */
    private record Values(String type, List<String> literals) {}

    private static Values values(String type, String... literals) {
        return new Values(type, List.of(literals));
    }

    private static List<Values> valuesOfAllTypes() {
        String awkward = "E'\\x01\\\\ \\b \\t \\n \\x0b \\f \\r \\\\N \\\\. \"''{},()'";
        return List.of(
                values("text", "''", "' '", "'a'", "'\\N'", "'\\.'", "'ü€😀'", awkward, "repeat('x', 3000000)"),
                values("text", "repeat(E'\\x02', 2000000)", "repeat('\\', 999999)", "repeat('\"', 1000001)"),
                values("character varying(40)", "''", "'trailing  '", awkward),
                values("character(40)", "''", "'a'", "'a  '", awkward),
                values("short", "''", "'a'", "E'a\\tb'"),
                values("bpchar", "'a  '", awkward),
                values("\"char\"", "'a'", "E'\\\\'", "E'\\t'", "''", "'\\303'"),
                values("name", "'n'", awkward),
                values("json", "'{\"a\" : 1}'", "E'[1,\\n\\t\\r2]'", "'\"\\t\\u0041\\\\\"'"),
                values("jsonb", "'{\"a\" : 1}'", "'\"\\t\\u0041\\\\\\u000b\"'", "'{\"k\\\\\": \"\\b\\f\"}'", "'null'"),
                values("xml", "''", "'<a>1</a>'", "E'<a>\\t\\n\\\\</a>'", "'<?xml version=\"1.0\"?><a/>'", "'text'"),
                values("xml", "'<?xml version=\"1.0\" encoding=\"latin1\" standalone=\"yes\"?><b>ü</b>'"),
                values("boolean", "true", "false"),
                values("smallint", "-32768", "32767"),
                values("integer", "-2147483648", "0", "2147483647"),
                values("bigint", "-9223372036854775808", "9223372036854775807"),
                values("numeric", "0.00", "-1e-30", "1e100", "'NaN'", "'Infinity'", "'-Infinity'"),
                values("numeric(6,2)", "1.005", "9999.99"),
                values("real", "0", "'-0'", "1.1", "1e-45", "3.4028235e38", "'NaN'", "'Infinity'", "'-Infinity'"),
                values("double precision", "0.1", "5e-324", "1.7976931348623157e308", "'-0'", "1e15", "1e16", "'NaN'"),
                values("money", "'-1234567.89'", "0", "'0.01'"),
                values("bytea", "''", "'\\x00'", "'\\x5c090a0dff'", "'a\\\\b'"),
                values("date", "'2024-02-29'", "'infinity'", "'-infinity'", "'0044-03-15 BC'", "'5874897-12-31'"),
                values("time", "'24:00'", "'00:00:00.000001'"),
                values("time(0) with time zone", "'12:00+15:59'", "'00:00:00.6-08'"),
                values("timestamp", "'infinity'", "'-infinity'", "'4713-01-01 BC'", "'2024-01-01 00:00:00.5'"),
                values("timestamp(3) with time zone", "'infinity'", "'2024-07-01 12:00 Europe/Berlin'", "'0001-01-01'"),
                values("interval", "'1 year -2 days 03:04:05.6'", "'0'", "'-178000000 years'"),
                values("interval day to second(2)", "'1 12:34:56.789'"),
                values("uuid", "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'"),
                values("inet", "'10.0.0.1'", "'10.0.0.1/8'", "'::1'", "'2001:db8::/32'", "'1.2.3.4/32'"),
                values("cidr", "'10.0.0.0/8'", "'10.0.0.1'", "'::/0'", "'::1/128'"),
                values("macaddr", "'08:00:2b:01:02:03'"),
                values("macaddr8", "'08:00:2b:01:02:03:04:05'"),
                values("bit(5)", "B'10101'"),
                values("bit varying(9)", "B''", "B'1'", "B'000000001'"),
                values("point", "'(1.5,-2e300)'"),
                values("line", "'{1,2,3}'"),
                values("lseg", "'[(0,0),(1,1)]'"),
                values("box", "'(2,2),(1,1)'"),
                values("path", "'[(0,0),(1,1)]'", "'((0,0),(1,1))'"),
                values("polygon", "'((0,0),(1,1),(1,0))'"),
                values("circle", "'<(1,2),3>'"),
                values("tsvector", "''", "'a:1A b:2,3'", "$$'it''s' 'back\\\\slash' E'tab'$$", "E'''a\\tb'''"),
                values("tsquery", "''", "'a & !b | ''c d'':*A'", "$$'back\\\\slash'$$"),
                values("int4range", "'empty'", "'[1,5)'", "'(,)'", "'[1,]'"),
                values("numrange", "'[1.10,2.00]'"),
                values("tstzrange", "'[2024-01-01,infinity]'", "'[2024-01-01,)'"),
                values("textrange", "textrange(E'a\\tb', E'c\\\\d')", "'[\"\",\" \")'"),
                values("int4multirange", "'{}'", "'{[1,2),[5,9)}'"),
                values("datemultirange", "'{[2024-01-01,2024-02-01)}'"),
                values("integer[]", "'{}'", "'{1,NULL,3}'", "'{{1,2},{3,4}}'", "'[0:1]={7,8}'"),
                values("numeric(5,1)[]", "'{1.25,NULL}'"),
                values("timestamp(0) with time zone[]", "'{2024-01-01,infinity}'"),
                values("bytea[]", "ARRAY['\\x5c09'::bytea, NULL, '']"),
                values("text[]", "'{}'", "ARRAY['', NULL, 'NULL', 'a b', E'\\t\\\\\"{},']", "'{{a},{b}}'"),
                values("character(3)[]", "'{a,NULL}'"),
                values("boolean[]", "'{t,f,NULL}'"),
                values("inet[]", "'{10.0.0.1,::1/64}'"),
                values("mood", "'fine'", "E'so\\nso'", "'back\\slash'"),
                values("mood[]", "ARRAY['fine', E'so\\nso', NULL]::mood[]"),
                values("pair", "ROW(NULL, NULL)", "ROW(1, '')", "ROW(1, E'a\\tb\"\\\\')", "ROW(NULL, 'x')"),
                values("pairs", "ROW(NULL, NULL)", "ROW(1, E'a\\tb\"\\\\')"),
                values("pair[]", "ARRAY[ROW(1, E'\\t')::pair, ROW(NULL, NULL)::pair, NULL]"),
                values("pg_lsn", "'16/B374D848'"),
                values("xid", "'4294967295'"),
                values("xid8", "'18446744073709551615'"),
                values("cid", "'7'"),
                values("tid", "'(4294967295,65535)'"),
                values("oid", "4294967295"),
                values("oidvector", "'1 2 3'"),
                values("int2vector", "'1 2 3'"),
                values("pg_snapshot", "'10:20:10,14,15'"),
                values("txid_snapshot", "'10:20:10,14,15'"),
                values("jsonpath", "'$.\"a\\tb\"[*] ? (@ > 1)'"),
                values("refcursor", awkward),
                values("regclass", "'pg_class'", "1"),
                values("regtype", "'integer'"),
                values("aclitem", "makeaclitem(10, 10, 'SELECT', true)"));
    }

    private static RowDigest read(SnapshotWorker worker, Table table) throws IOException {
        assertThat(worker.tryLock(table)).isTrue();
        return worker.readRows(table, BlockRange.WHOLE, (row, offset, length) -> {});
    }

    private static void assertAgreement(Database database) throws IOException {
        try (Snapshot snapshot = TestSnapshots.take(database);
                SnapshotWorker worker = snapshot.join()) {
            assertThat(snapshot.digestsAgree()).isTrue();
            assertThat(snapshot.inventory().tables()).isNotEmpty();
            for (Table table : snapshot.inventory().tables()) {
                assertThat(worker.serverDigest(table, BlockRange.WHOLE))
                        .as(table + "")
                        .isEqualTo(read(worker, table));
            }
        }
    }

    @Test
    void valuesOfAllBuiltInTypesHaveTheSameDigestAsWhenTheyAreRead() throws Exception {
        Database database = TestPostgres.newDatabase();
        int table = 0;
        List<String> statements = new ArrayList<>(PREPARED);
        for (Values values : valuesOfAllTypes()) {
            String name = "t" + ++table;
            statements.add("CREATE TABLE " + name + " (before int DEFAULT 1, v " + values.type() + ", after text)");
            values.literals().forEach(value -> statements.add("INSERT INTO " + name + " (v) VALUES (" + value + ")"));
            statements.add("INSERT INTO " + name + " VALUES (NULL, NULL, E'\\t')");
        }
        TestPostgres.run(database, statements.toArray(String[]::new));
        assertAgreement(database);
    }

    @ParameterizedTest
    @ValueSource(strings = {"LATIN1", "SQL_ASCII", "EUC_JP"})
    void theServerHashesItsOwnBytes(String encoding) throws Exception {
        Database database = TestPostgres.newDatabase("ENCODING '" + encoding + "' LOCALE 'C' TEMPLATE template0");
        TestPostgres.run(
                database,
                "CREATE TABLE t (a int, v text, w varchar, x char(6))",
                "INSERT INTO t VALUES (1, 'plain', NULL, 'x')");
        switch (encoding) {
            case "LATIN1" ->
                TestPostgres.run(database, "INSERT INTO t VALUES (2, 'Köln' || E'\\t' || chr(255), chr(160), 'ü')");
            case "SQL_ASCII" ->
                TestPostgres.run(
                        database,
                        "INSERT INTO t SELECT 3, convert_from(b, 'SQL_ASCII'), convert_from(b, 'SQL_ASCII'), ''"
                                + " FROM (VALUES ('\\xe4f65cfc'::bytea), ('\\xc3a4'), ('\\xff80fe09')) x(b)");
            default -> TestPostgres.run(database, "INSERT INTO t VALUES (4, '日本' || E'\\\\', '東京', '都')");
        }
        assertAgreement(database);
    }

    @Test
    void columnsHaveAnyNameAndAnyCollation() throws Exception {
        Database database = TestPostgres.newDatabase();
        TestPostgres.run(
                database,
                "CREATE COLLATION blind (provider = icu, locale = 'und-u-ks-level2', deterministic = false)",
                "CREATE TABLE \"T \"\"1\"\"\" (\"a \"\"b\"\"\" text COLLATE blind, \"c%s\\\" text COLLATE \"C\","
                        + " \"format\" text COLLATE \"POSIX\", \"ü\" varchar)",
                "INSERT INTO \"T \"\"1\"\"\" VALUES ('a', 'b', 'c', 'd'), (E'\\t', NULL, '', E'\\\\')");
        assertAgreement(database);
    }

    @Test
    void rowsWithoutStoredColumnsAreEmptyLines() throws Exception {
        Database database = TestPostgres.newDatabase();
        TestPostgres.run(
                database,
                "CREATE TABLE nothing ()",
                "INSERT INTO nothing DEFAULT VALUES",
                "INSERT INTO nothing DEFAULT VALUES",
                "CREATE TABLE generated (a int GENERATED ALWAYS AS (1 + 1) STORED)",
                "INSERT INTO generated DEFAULT VALUES");
        assertAgreement(database);
    }

    @Test
    void aTableMayHaveAsManyColumnsAsTablesCan() throws Exception {
        Database database = TestPostgres.newDatabase();
        String columns = IntStream.rangeClosed(1, 1600)
                .mapToObj(i -> "c" + i + (i % 3 == 0 ? " text" : " smallint"))
                .collect(Collectors.joining(", "));
        TestPostgres.run(
                database,
                "CREATE TABLE wide (" + columns + ")",
                "INSERT INTO wide (c1, c3, c1599, c1600) VALUES (1, 'x', E'\\t', 2), (1, 'x', 'y', 2)");
        assertAgreement(database);
    }

    @Test
    void itIsOfTheBlockRangeAskedForAndRangesAddUp() throws Exception {
        Database database = TestPostgres.newDatabase();
        TestPostgres.run(
                database,
                "CREATE TABLE parent (a int, b text)",
                "CREATE TABLE child () INHERITS (parent)",
                "INSERT INTO parent SELECT i, repeat('y', i % 50) FROM generate_series(1, 20000) i",
                "INSERT INTO child VALUES (1, 'not the parent''s')");
        try (Snapshot snapshot = TestSnapshots.take(database);
                SnapshotWorker worker = snapshot.join()) {
            Table table = TestSnapshots.table(snapshot, "parent");
            RowDigest sum = RowDigest.EMPTY;
            for (BlockRange range : BlockRanges.plan(table, table.bytes() / 5)) {
                RowDigest digest = worker.serverDigest(table, range);
                assertThat(digest).isEqualTo(worker.readRows(table, range, (row, offset, length) -> {}));
                assertThat(digest.count()).isBetween(1L, 19999L);
                sum = sum.plus(digest);
            }
            assertThat(sum).isEqualTo(worker.serverDigest(table, BlockRange.WHOLE));
            assertThat(sum.count()).isEqualTo(20000);
        }
    }

    @Test
    void everythingInTheKitchenSinkHasTheSameDigest() throws Exception {
        Database database = TestPostgres.newDatabase("ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0");
        Fixtures.load(
                database,
                TestPostgres.clientPrograms(),
                "kitchen-sink",
                Map.of("subscriptions", "off", "large_values", "off"));
        assertAgreement(database);
    }

    @Test
    @Tag("nightly")
    void everythingInTheRegressionDatabaseHasTheSameDigest(@TempDir Path directory) throws Exception {
        assumeTrue(RegressionDatabase.source().isPresent(), "PGBACKUP_REGRESS_SRC names no directory");
        try (ScratchServer server = TestPostgres.startServer(Map.of())) {
            assertAgreement(RegressionDatabase.make(
                    server.database("postgres"),
                    TestPostgres.clientPrograms(),
                    RegressionDatabase.source().orElseThrow(),
                    directory));
        }
    }

    @Test
    void anEmptyTableHasTheEmptyDigest() throws Exception {
        Database database = TestPostgres.newDatabase();
        TestPostgres.run(database, "CREATE TABLE t (a text)");
        try (Snapshot snapshot = TestSnapshots.take(database)) {
            assertThat(snapshot.leader().serverDigest(TestSnapshots.table(snapshot, "t"), BlockRange.WHOLE))
                    .isEqualTo(RowDigest.EMPTY);
        }
    }

    @Test
    void aCastThatSomebodyMadeDoesNotChangeIt() throws Exception {
        Database database = TestPostgres.newDatabase();
        TestPostgres.run(
                database,
                "CREATE FUNCTION wordy(uuid) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT ''a uuid'''",
                "CREATE CAST (uuid AS text) WITH FUNCTION wordy(uuid) AS IMPLICIT",
                "CREATE TABLE t AS SELECT gen_random_uuid() AS id");
        assertAgreement(database);
    }

    @Test
    void whereTheServerMayNotBeAskedDigestsAreNotUsed() throws Exception {
        Database database = TestPostgres.newDatabase();
        TestPostgres.run(database, "CREATE TABLE t AS SELECT 1 AS a", "GRANT SELECT ON t TO PUBLIC");
        try (TestRole reader = TestRole.create()) {
            try (Snapshot snapshot = TestSnapshots.take(reader.login(database))) {
                assertThat(snapshot.digestsAgree()).isTrue();
            }
            TestPostgres.run(database, "REVOKE EXECUTE ON FUNCTION hashtextextended(text, bigint) FROM PUBLIC");
            try (Snapshot snapshot = TestSnapshots.take(reader.login(database))) {
                assertThat(snapshot.digestsAgree()).isFalse();
                Table table = TestSnapshots.table(snapshot, "t");
                assertThat(snapshot.leader().readRows(table, BlockRange.WHOLE, (row, offset, length) -> {}))
                        .isNotEqualTo(RowDigest.EMPTY);
            }
        }
    }
}
