package io.jenkins.plugins.postgresqlbackup.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** The commands one after another, as somebody types them, against a real server. */
@TestInstance(Lifecycle.PER_CLASS)
class BackupAndRestoreTest {
    private static final int ROWS = 5_000;

    private Path directory;

    private Database source;
    private Session session;

    @BeforeAll
    void aDatabaseWithTwoBackups(@TempDir Path place) throws Exception {
        directory = place;
        source = TestPostgres.newDatabase();
        TestPostgres.run(
                source,
                "CREATE TABLE orders (id int PRIMARY KEY, item text NOT NULL)",
                "INSERT INTO orders SELECT n, 'item ' || n FROM generate_series(1, " + ROWS + ") n",
                "CREATE TABLE empty (id int)",
                "CREATE UNLOGGED TABLE cache (id int)",
                "INSERT INTO cache VALUES (1)");
        session = Session.on(source, directory);
        assertThat(session.full("--label", "build=17", "--json").code()).isZero();
        TestPostgres.run(source, "INSERT INTO orders VALUES (0, 'the last one')");
        assertThat(session.full().code()).isZero();
    }

    private String target(String database) {
        return source.url().withDatabase(database).toString();
    }

    @Test
    void fullCreatesTheRepositoryAsInitWouldAndShowsTheRecoveryKeyAtOnce() {
        Path other = directory.resolve("created by full");
        Shell.Result made =
                session.shell().run("full", "--database", source.url().toString(), "--repository", "file:" + other);
        assertThat(made.code()).isZero();
        assertThat(made.out()).contains("RECOVERY KEY").contains("is created").contains("is complete");
        assertThat(made.out().indexOf("RECOVERY KEY")).isLessThan(made.out().indexOf("is complete"));
        assertThat(made.err()).isEmpty();
    }

    @Test
    void withJsonTheRecoveryKeyComesAsideAndTheResultIsOneObject() {
        Path other = directory.resolve("created for a machine");
        Shell.Result made = session.shell()
                .run("full", "--database", source.url().toString(), "--repository", "file:" + other, "--json");
        assertThat(made.json().get("repository").asText()).contains("created for a machine");
        assertThat(made.out()).doesNotContain("PGB-RECOVERY");
        assertThat(made.err()).contains("PGB-RECOVERY");
    }

    @Test
    void fullSaysWhatItSavedAndWhatItLeftOut() {
        Shell.Result made = session.full();
        assertThat(made.out())
                .contains("is complete")
                .contains(source.url().database() + " at 127.0.0.1:"
                        + source.url().port())
                .contains("stored")
                .contains("left out");
    }

    @Test
    void quietSaysNothing() {
        Shell.Result made = session.full("--quiet");
        assertThat(made).isEqualTo(new Shell.Result(0, "", ""));
    }

    @Test
    void aLogGetsPlainLinesAndAMachineNone() {
        assertThat(session.full().out())
                .contains("Reading rows: done")
                .doesNotContain("\r")
                .doesNotContain("\u001b");
        assertThat(session.full("--json").out()).doesNotContain("Reading rows");
    }

    @Test
    void aTerminalGetsABarAndColours() {
        Shell.Result made = session.shell()
                .on(new Terminal(true, true, true, true, 80))
                .run("full", "--database", source.url().toString());
        assertThat(made.err()).contains("\r").contains("✓").contains("Reading rows");
        assertThat(made.out()).contains("\u001b[");
    }

    @Test
    void theListIsAnArrayForMachinesWithWhatThePluginNeeds() {
        JsonNode list = session.shell().run("list", "--json").json();
        assertThat(list.isArray()).isTrue();
        assertThat(list.size()).isGreaterThanOrEqualTo(2);
        JsonNode first = list.get(0);
        assertThat(first.get("id").asText()).matches("[0-9]{8}T[0-9]{6}Z-[0-9a-z]{6}");
        assertThat(first.get("kind").asText()).isEqualTo("full");
        assertThat(first.get("database").asText()).isEqualTo(source.url().database());
        assertThat(Instant.parse(first.get("startedAt").asText())).isBefore(Instant.now());
        assertThat(first.get("storedBytes").asLong()).isPositive();
        assertThat(first.get("rows").asLong()).isEqualTo(ROWS + 1L);
        assertThat(first.get("labels").get("build").asText()).isEqualTo("17");
        List<String> ids = new ArrayList<>();
        list.forEach(backup -> ids.add(backup.get("id").asText()));
        assertThat(ids).isSorted();
    }

    @Test
    void theListLinesUpForPeople() {
        List<String> all = session.shell().run("list").out().lines().toList();
        assertThat(all.get(all.size() - 1)).matches("In all [0-9.]+ .?B in [0-9]+ objects in file:.*\\.");
        assertThat(all.get(all.size() - 2)).isEmpty();
        List<String> lines = all.subList(0, all.size() - 2);
        assertThat(lines.get(0)).startsWith("ID").contains("DATABASE").contains("STORED");
        assertThat(lines)
                .allSatisfy(
                        line -> assertThat(line.length()).isEqualTo(lines.get(0).length()));
    }

    @Test
    void showNamesEveryTableWithItsRows() {
        Shell.Result shown = session.shell().run("show", session.first(), "--json");
        JsonNode tables = shown.json().get("tableList");
        List<String> names = new ArrayList<>();
        tables.forEach(table ->
                names.add(table.get("name").asText() + " " + table.get("rows").asLong()));
        assertThat(names).contains("orders " + ROWS, "empty 0");
        assertThat(session.shell().run("show", session.first()).out())
                .contains("public.orders")
                .contains("5,000");
    }

    @Test
    void aBackupIsNamedByTheStartOfItsIdToo() {
        String id = session.first();
        assertThat(session.shell()
                        .run("show", id.substring(0, id.length() - 2), "--json")
                        .json()
                        .get("id")
                        .asText())
                .isEqualTo(id);
    }

    @Test
    void aGoodBackupVerifiesAtEachLevel() {
        for (String level : List.of("structure", "content")) {
            JsonNode verified = session.shell()
                    .run("verify", session.first(), "--level", level, "--json")
                    .json();
            assertThat(verified.get("good").asBoolean()).isTrue();
            assertThat(verified.get("level").asText()).isEqualTo(level);
            assertThat(verified.get("problems")).isEmpty();
        }
        assertThat(session.shell().run("verify").out()).contains("is good").contains("every digest right");
    }

    @Test
    void aDamagedPackFailsVerificationAndIsNamed() throws IOException {
        Session other = Session.on(source, Files.createDirectory(directory.resolve("damaged")));
        other.full();
        Path pack;
        try (Stream<Path> packs = Files.walk(other.repository().resolve("packs"))) {
            pack = packs.filter(Files::isRegularFile).findFirst().orElseThrow();
        }
        byte[] content = Files.readAllBytes(pack);
        content[content.length / 2] ^= 1;
        Files.setPosixFilePermissions(pack, java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
        Files.write(pack, content);
        Shell.Result verified = other.shell().run("verify", "latest");
        assertThat(verified.code()).isEqualTo(ExitCodes.FAILED);
        assertThat(verified.out()).contains("is not good");
        assertThat(verified.complaints())
                .singleElement()
                .asString()
                .contains("packs/")
                .contains("not good");
        JsonNode json = other.shell().run("verify", "latest", "--json").json();
        assertThat(json.get("good").asBoolean()).isFalse();
        assertThat(json.get("problems")).isNotEmpty();
    }

    @Test
    void aDrillComparesARestoredCopyAndAsksTheQuestionsGiven() {
        Shell.Result good = session.shell()
                .run(
                        "verify",
                        session.first(),
                        "--level",
                        "restore",
                        "--scratch",
                        target("postgres"),
                        "--assert",
                        "SELECT count(*) = " + ROWS + " FROM public.orders",
                        "--json");
        assertThat(good.code()).as(good.err()).isZero();
        assertThat(good.json().get("level").asText()).isEqualTo("restore");

        Shell.Result wrong = session.shell()
                .run(
                        "verify",
                        session.first(),
                        "--level",
                        "restore",
                        "--scratch",
                        target("postgres"),
                        "--assert",
                        "SELECT count(*) = 7 FROM public.orders");
        assertThat(wrong.code()).isEqualTo(ExitCodes.FAILED);
        assertThat(wrong.out()).contains("count(*) = 7");
    }

    @Test
    void aBackupComesBackInANewDatabase() {
        Shell.Result restored =
                session.shell().run("restore", session.first(), "--to", target("shop_again"), "--create");
        assertThat(restored.code()).as(restored.err()).isZero();
        assertThat(restored.out())
                .contains("shop_again")
                .contains("which was created")
                .contains("5,001 rows");
        assertThat(Session.count(source.withDatabase("shop_again"), "public.orders"))
                .isEqualTo(ROWS);
    }

    @Test
    void aTableComesBackIntoADatabaseThatLostIt() throws Exception {
        Database damaged = TestPostgres.newDatabase();
        Shell.Result restored = session.shell()
                .run(
                        "restore",
                        session.first(),
                        "--to",
                        damaged.url().toString(),
                        "--table",
                        "public.orders",
                        "--json");
        assertThat(restored.code()).as(restored.err()).isZero();
        assertThat(restored.json().get("tables").asInt()).isEqualTo(1);
        assertThat(restored.json().get("created").asBoolean()).isFalse();
        assertThat(Session.count(damaged, "public.orders")).isEqualTo(ROWS);
    }

    @Test
    void aWriteKeyBacksUpAndCannotRestore() {
        String agent = session.shell().run("key", "generate").out().strip();
        session.shell().with("AGENT", agent).run("key", "add", "--kind", "write", "--holder", "env:AGENT");
        Shell asAgent = session.shell().with("BACKUP_ENCRYPTION_KEY", agent);
        assertThat(asAgent.run("full", "--database", source.url().toString()).code())
                .isZero();
        assertThat(asAgent.run("verify", "latest", "--level", "structure").code())
                .isZero();
        Shell.Result restored = asAgent.run("restore", "latest", "--to", target("stolen"), "--create");
        assertThat(restored.code()).isEqualTo(ExitCodes.FAILED);
        assertThat(restored.complaints()).singleElement().asString().contains("write slot");
    }
}
