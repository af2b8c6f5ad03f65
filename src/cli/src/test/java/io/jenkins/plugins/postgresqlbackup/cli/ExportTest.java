package io.jenkins.plugins.postgresqlbackup.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** What somebody who exports a backup sees and gets. */
@TestInstance(Lifecycle.PER_CLASS)
class ExportTest {
    private Path directory;
    private Session session;

    @BeforeAll
    void aDatabaseWithABackup(@TempDir Path place) throws Exception {
        directory = place;
        Database source = TestPostgres.newDatabase();
        TestPostgres.run(
                source,
                "CREATE TABLE orders (id int PRIMARY KEY, item text NOT NULL)",
                "INSERT INTO orders SELECT n, 'item ' || n FROM generate_series(1, 3) n",
                "CREATE UNLOGGED TABLE cache (id int)");
        session = Session.on(source, directory);
        assertThat(session.full().code()).isZero();
    }

    private Shell.Result export(Path to, String... options) throws IOException {
        List<String> command = new java.util.ArrayList<>(List.of(
                "export",
                "latest",
                "--to",
                to.toString(),
                "--programs",
                TestPostgres.home().toString()));
        command.addAll(List.of(options));
        return session.shell().run(command.toArray(String[]::new));
    }

    @Test
    void aPersonReadsWhatWasWrittenAndHowToLoadIt() throws Exception {
        Path to = directory.resolve("for a person");
        Shell.Result result = export(to);
        assertThat(result.err()).isEmpty();
        assertThat(result.code()).isZero();
        assertThat(result.out())
                .contains("is in " + to + ", not encrypted")
                .contains("3 rows", "every digest right", "README.txt", "Writing rows: done");
        assertThat(Files.readString(to.resolve("README.txt"))).contains("psql -X -d", "NOT encrypted");
        assertThat(Files.readAllLines(to.resolve("data").resolve("000001.public.orders.sql")))
                .contains("1\titem 1", "2\titem 2", "3\titem 3", "\\.");
    }

    @Test
    void aMachineReadsOneObject() throws Exception {
        Path to = directory.resolve("for a machine");
        JsonNode object = export(to, "--table", "orders", "--json").json();
        assertThat(object.get("directory").asText()).isEqualTo(to.toString());
        assertThat(object.get("rows").asLong()).isEqualTo(3);
        assertThat(object.get("tables").asLong()).isEqualTo(1);
        assertThat(object.get("files").asLong()).isGreaterThanOrEqualTo(5);
        assertThat(object.get("writtenBytes").asLong()).isPositive();
    }

    @Test
    void aDirectoryThatIsNotEmptyIsRefusedUnlessToldOtherwise() throws Exception {
        Path to = directory.resolve("twice");
        assertThat(export(to, "--quiet")).isEqualTo(new Shell.Result(0, "", ""));
        Shell.Result again = export(to);
        assertThat(again.code()).isEqualTo(ExitCodes.REFUSED);
        assertThat(again.err()).contains(to + " is not empty", "--overwrite");
        assertThat(export(to, "--overwrite").code()).isZero();
    }

    @Test
    void aTableThatIsNotThereIsRefusedAndNothingIsWritten() throws Exception {
        Path to = directory.resolve("nothing");
        Shell.Result result = export(to, "--table", "nowhere");
        assertThat(result.code()).isEqualTo(ExitCodes.REFUSED);
        assertThat(result.err()).contains("no table that nowhere means");
        assertThat(to).doesNotExist();
    }
}
