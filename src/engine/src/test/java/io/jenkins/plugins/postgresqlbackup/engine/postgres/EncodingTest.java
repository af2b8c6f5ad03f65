package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EncodingTest {
    private record Read(byte[] bytes, RowDigest digest) {}

    private static Read read(Database database, String name) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (Snapshot snapshot = TestSnapshots.take(database);
                SnapshotWorker worker = snapshot.join()) {
            Table table = TestSnapshots.table(snapshot, name);
            RowDigest digest = worker.readRows(table, BlockRange.WHOLE, (row, offset, length) -> {
                bytes.write(row, offset, length);
                bytes.write('\n');
            });
            return new Read(bytes.toByteArray(), digest);
        }
    }

    /** The digest of the one column of a table whose values need no escapes. */
    private static RowDigest serverDigest(Database database, String column) throws IOException, SQLException {
        try (Connection connection = database.open("test");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*), sum(hashtextextended(format('%s', " + column
                        + ") COLLATE \"C\", 0)::numeric) FROM public.t")) {
            row.next();
            return new RowDigest(
                    row.getLong(1), row.getBigDecimal(2).toBigInteger().longValue());
        }
    }

    @Test
    void bytesOfALatin1DatabaseComeUnconverted() throws Exception {
        Database database = TestPostgres.newDatabase("ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
        TestPostgres.run(
                database, "CREATE TABLE t (v text)", "INSERT INTO t VALUES ('Köln für 5'), (chr(160) || chr(255))");
        Read read = read(database, "t");
        assertThat(new String(read.bytes(), StandardCharsets.ISO_8859_1)).isEqualTo("Köln für 5\n\u00a0\u00ff\n");
        assertThat(read.digest()).isEqualTo(serverDigest(database, "v"));
    }

    @Test
    void bytesOfASqlAsciiDatabaseComeUnconvertedThoughTheyAreNoText() throws Exception {
        Database database = TestPostgres.newDatabase("ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0");
        TestPostgres.run(
                database,
                "CREATE TABLE t (v text)",
                "INSERT INTO t SELECT convert_from(b, 'SQL_ASCII')"
                        + " FROM (VALUES ('\\xe4f6fc'::bytea), ('\\xc3a4'), ('\\xff80fe')) x(b)");
        Read read = read(database, "t");
        assertThat(read.bytes()).isEqualTo(new byte[] {
            (byte) 0xe4,
            (byte) 0xf6,
            (byte) 0xfc,
            '\n',
            (byte) 0xc3,
            (byte) 0xa4,
            '\n',
            (byte) 0xff,
            (byte) 0x80,
            (byte) 0xfe,
            '\n'
        });
        assertThat(read.digest()).isEqualTo(serverDigest(database, "v"));
    }

    @Test
    void namesInASqlAsciiDatabaseMayBeUtf8AndOthersAreNamed() throws Exception {
        Database database = TestPostgres.newDatabase("ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0");
        TestPostgres.run(
                database,
                "CREATE TABLE \"t\u00e4\" (\"\u00e9\" int)",
                "INSERT INTO \"t\u00e4\" VALUES (1)",
                "COMMENT ON DATABASE " + database.url().database() + " IS 'gr\u00fcn'");
        assertThat(read(database, "t\u00e4").bytes()).asString().isEqualTo("1\n");
        try (Snapshot snapshot = TestSnapshots.take(database)) {
            assertThat(GlobalObjects.read(snapshot).database().comment()).isEqualTo("gr\u00fcn");
        }
        TestPostgres.run(
                database,
                "DO $$ BEGIN EXECUTE 'CREATE TABLE odd (' || convert_from('\\xe9', 'SQL_ASCII') || ' int)';"
                        + " EXECUTE 'CREATE SCHEMA sch' || convert_from('\\xe9', 'SQL_ASCII') || 'ma'; END $$");
        assertThatThrownBy(() -> TestSnapshots.take(database))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("2 names")
                .hasMessageContaining("column public.odd.\\351")
                .hasMessageContaining("schema sch\\351ma");
    }

    /** What a role or database has set must not change how a value is written. */
    @ParameterizedTest
    @ValueSource(strings = {"1", "2"})
    void valuesHaveOneTextWhateverTheDatabasesSettingsAre(String which) throws Exception {
        Database database = TestPostgres.newDatabase();
        String name = database.url().database();
        TestPostgres.run(
                database,
                "CREATE TABLE t (d date, i interval, f float8, b bytea, m money, z timestamptz, x xml, r regclass)",
                "INSERT INTO t VALUES ('2020-02-01', '1 year 2 mons -3 days 04:05:06', 0.1::float8 + 0.2, '\\x00ff',"
                        + " 12.34::numeric::money, '2020-01-01 12:00+05', 'a<b/>', 't')");
        if (which.equals("2")) {
            for (String setting : new String[] {
                "datestyle = 'SQL, DMY'",
                "intervalstyle = 'iso_8601'",
                "extra_float_digits = -5",
                "bytea_output = 'escape'",
                "timezone = 'Asia/Tokyo'",
                "xmloption = 'document'",
                "quote_all_identifiers = on",
                "search_path = public",
                "statement_timeout = '1ms'",
                "synchronize_seqscans = on",
                "enable_tidscan = off",
                "idle_in_transaction_session_timeout = '1ms'",
                "default_transaction_isolation = 'serializable'",
                "row_security = on",
                "lock_timeout = '1ms'"
            }) {
                TestPostgres.run(
                        TestPostgres.server().database("postgres"), "ALTER DATABASE " + name + " SET " + setting);
            }
        }
        String row = new String(read(database, "t").bytes(), StandardCharsets.UTF_8);
        assertThat(row)
                .isEqualTo("2020-02-01\t1 year 2 mons -3 days +04:05:06\t0.30000000000000004\t\\\\x00ff\t$12.34\t"
                        + "2020-01-01 07:00:00+00\ta<b/>\tpublic.t\n");
    }
}
