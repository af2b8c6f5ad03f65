package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TableFingerprintsTest {
    private Database database;

    @BeforeEach
    void aDatabase() throws Exception {
        database = TestPostgres.newDatabase();
        TestPostgres.run(
                database,
                "CREATE TYPE mood AS ENUM ('fine', 'bad')",
                "CREATE TYPE pair AS (a int, m mood)",
                "CREATE DOMAIN pairs AS pair[]",
                "CREATE TYPE moods AS RANGE (subtype = mood, multirange_type_name = mooods)",
                "CREATE TABLE other (a int, b text)",
                "CREATE TABLE plain (a int, b numeric(10,2), g int GENERATED ALWAYS AS (a + 1) STORED, z text)",
                "CREATE TABLE deep (a int, v pairs)",
                "CREATE TABLE ranges (a int, v mooods[])",
                "CREATE TABLE rowtype (a int, v other)");
    }

    private Optional<String> fingerprint(String table) throws IOException {
        try (Snapshot snapshot = TestSnapshots.take(database)) {
            return TestSnapshots.table(snapshot, table).fingerprint();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "plain | ALTER TABLE plain ADD COLUMN c int",
                "plain | ALTER TABLE plain ADD COLUMN c int DEFAULT 7",
                "plain | ALTER TABLE plain DROP COLUMN z",
                "plain | ALTER TABLE plain DROP COLUMN z, ADD COLUMN z text",
                "plain | ALTER TABLE plain RENAME COLUMN z TO y",
                "plain | ALTER TABLE plain ALTER COLUMN z TYPE varchar",
                "plain | ALTER TABLE plain ALTER COLUMN b TYPE numeric(12,2)",
                "plain | ALTER TABLE plain ALTER COLUMN g DROP EXPRESSION",
                "deep | ALTER TYPE mood RENAME VALUE 'bad' TO 'poor'",
                "deep | ALTER TYPE mood ADD VALUE 'awful'",
                "deep | ALTER TYPE pair ADD ATTRIBUTE c int",
                "deep | ALTER TYPE pair DROP ATTRIBUTE a",
                "ranges | ALTER TYPE mood RENAME VALUE 'bad' TO 'poor'",
                "rowtype | ALTER TABLE other ADD COLUMN c int",
                "rowtype | ALTER TABLE other DROP COLUMN b",
                "plain | DROP EXTENSION plpgsql",
            })
    void itIsAnotherWhenTheSameRowsMayHaveAnotherText(String table, String change) throws Exception {
        Optional<String> before = fingerprint(table);
        assertThat(before).hasValueSatisfying(text -> assertThat(text).matches("[0-9a-f]{64}"));
        assertThat(fingerprint(table)).isEqualTo(before);
        TestPostgres.run(database, change);
        assertThat(fingerprint(table)).isPresent().isNotEqualTo(before);
    }

    @Test
    void labelsThatAreSwappedMakeItAnother() throws Exception {
        Optional<String> before = fingerprint("deep");
        TestPostgres.run(
                database,
                "ALTER TYPE mood RENAME VALUE 'fine' TO 'x'",
                "ALTER TYPE mood RENAME VALUE 'bad' TO 'fine'",
                "ALTER TYPE mood RENAME VALUE 'x' TO 'bad'");
        assertThat(fingerprint("deep")).isPresent().isNotEqualTo(before);
    }

    @Test
    void aLabelThatHadAnotherNameMeanwhileMakesItAnother() throws Exception {
        Optional<String> before = fingerprint("deep");
        TestPostgres.run(database, "VACUUM FREEZE pg_enum", "VACUUM FULL pg_enum");
        assertThat(fingerprint("deep")).isEqualTo(before);
        TestPostgres.run(
                database, "ALTER TYPE mood RENAME VALUE 'fine' TO 'x'", "ALTER TYPE mood RENAME VALUE 'x' TO 'fine'");
        assertThat(fingerprint("deep")).isPresent().isNotEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT INTO plain VALUES (1, 2)",
                "ALTER TABLE plain RENAME TO plane; ALTER TABLE plane RENAME TO plain",
                "ALTER TABLE plain ALTER COLUMN a SET DEFAULT 5, ALTER COLUMN z SET NOT NULL",
                "ALTER TABLE plain ADD PRIMARY KEY (a)",
                "ALTER TYPE mood RENAME VALUE 'bad' TO 'poor'",
                "ALTER TABLE plain ALTER COLUMN z SET STORAGE EXTERNAL",
                "CREATE TABLE another (a regclass)"
            })
    void itStaysWhateverElseChanges(String change) throws Exception {
        Optional<String> before = fingerprint("plain");
        TestPostgres.run(database, change);
        assertThat(fingerprint("plain")).isPresent().isEqualTo(before);
    }

    @Test
    void thereIsNoneWhereRowsShowOtherObjectsNames() throws Exception {
        TestPostgres.run(
                database,
                "CREATE TYPE shown AS (a int, r regtype)",
                "CREATE DOMAIN showns AS shown[]",
                "CREATE TABLE keeper (a int, v showns)");
        List<String> types = List.of(
                "regclass",
                "regproc",
                "regprocedure",
                "regoper",
                "regoperator",
                "regtype",
                "regrole",
                "regnamespace",
                "regconfig",
                "regdictionary",
                "regcollation",
                "aclitem",
                "aclitem[]",
                "shown",
                "shown[]",
                "showns",
                "keeper",
                "pg_catalog.pg_class");
        for (int i = 0; i < types.size(); i++) {
            TestPostgres.run(database, "CREATE TABLE shows_" + i + " (a int, v " + types.get(i) + ")");
        }
        try (Snapshot snapshot = TestSnapshots.take(database)) {
            assertThat(snapshot.inventory().tables())
                    .filteredOn(table -> table.fingerprint().isEmpty())
                    .filteredOn(table -> table.name().startsWith("shows_"))
                    .hasSize(types.size());
            assertThat(TestSnapshots.table(snapshot, "plain").fingerprint()).isPresent();
        }
    }

    @Test
    void aColumnThatShowsNamesButIsNotStoredDoesNoHarm() throws Exception {
        TestPostgres.run(database, "CREATE TABLE t (a int, r regclass)", "ALTER TABLE t DROP COLUMN r");
        assertThat(fingerprint("t")).isPresent();
    }

    private interface Change {
        void make() throws Exception;
    }

    private void duringTheBackup(Change change) throws Exception {
        try (Snapshot snapshot = TestSnapshots.take(database)) {
            snapshot.requireSameTypes();
            change.make();
            snapshot.requireSameTypes();
        }
    }

    @Test
    void aLabelThatIsRenamedWhileRowsAreReadMakesTheBackupBeginAgain() {
        assertThatThrownBy(() -> duringTheBackup(
                        () -> TestPostgres.run(database, "ALTER TYPE mood RENAME VALUE 'bad' TO 'poor'")))
                .isInstanceOf(LockedOutException.class)
                .hasMessage(
                        "A label of the enum type public.mood was renamed while rows that show it were being read.");
    }

    @Test
    void aLabelThatIsRenamedAndGivenBackItsNameIsNoticedToo() {
        assertThatThrownBy(() -> duringTheBackup(() -> TestPostgres.run(
                        database,
                        "ALTER TYPE mood RENAME VALUE 'bad' TO 'poor'",
                        "ALTER TYPE mood RENAME VALUE 'poor' TO 'bad'")))
                .isInstanceOf(LockedOutException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ADD ATTRIBUTE c int", "DROP ATTRIBUTE a"})
    void attributesThatComeOrGoWhileRowsAreReadMakeTheBackupBeginAgain(String change) {
        assertThatThrownBy(() -> duringTheBackup(() -> TestPostgres.run(database, "ALTER TYPE pair " + change)))
                .isInstanceOf(LockedOutException.class)
                .hasMessageContaining("public.pair");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ALTER TYPE mood ADD VALUE 'better' BEFORE 'fine'",
                "ALTER TYPE pair RENAME ATTRIBUTE a TO b",
                "ALTER TYPE unused RENAME VALUE 'x' TO 'y'",
                "DROP TYPE unused",
                "CREATE TYPE later AS ENUM ('z')"
            })
    void whatNoRowShowsMayChangeWhileRowsAreRead(String change) throws Exception {
        TestPostgres.run(database, "CREATE TYPE unused AS ENUM ('x')");
        duringTheBackup(() -> TestPostgres.run(database, change));
    }
}
