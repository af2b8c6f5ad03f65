package io.jenkins.plugins.postgresqlbackup.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestPostgres;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Incremental backups as somebody types them: what they say, and that they stand by themselves. */
class IncrementalTest {
    private static final int ROWS = 30_000;

    @TempDir
    Path directory;

    private Database source;
    private Session session;

    @BeforeEach
    void aDatabase() throws Exception {
        source = TestPostgres.newDatabase();
        TestPostgres.run(
                source,
                "CREATE TABLE orders AS SELECT n AS id, md5(n::text) AS item FROM generate_series(1, " + ROWS + ") n",
                "CREATE TABLE regions AS SELECT 1 AS id",
                "CREATE TABLE empty (id int)");
        session = Session.on(source, directory);
    }

    private Shell.Result incremental(Shell shell, String... options) {
        return shell.run(Stream.concat(
                        Stream.of("incremental", "--database", source.url().toString()), Stream.of(options))
                .toArray(String[]::new));
    }

    private JsonNode incremental() {
        return incremental(session.shell(), "--json").json();
    }

    @Test
    void theFirstOneCreatesTheRepositoryAndIsAFullOneAndSaysWhy() {
        Shell.Result made = incremental(session.shell());
        assertThat(made.code()).as(made.err()).isZero();
        assertThat(made.out())
                .contains("RECOVERY KEY")
                .contains("is complete")
                .containsPattern("kind +full, for there is no backup of this database");
        assertThat(made.err()).contains("This became a full backup");

        JsonNode next = incremental();
        assertThat(next.get("kind").asText()).isEqualTo("incremental");
        assertThat(next.get("fullBecause").isNull()).isTrue();
        assertThat(next.get("parent").asText()).isEqualTo(session.first());
        assertThat(next.get("warnings")).isEmpty();
    }

    @Test
    void itSaysWhatWasReusedAndReadAndProven() throws Exception {
        session.full();
        TestPostgres.run(
                source, "UPDATE orders SET item = 'another' WHERE id = 7", "INSERT INTO regions VALUES (2), (3)");
        JsonNode made =
                incremental(session.shell(), "--prove-within", "3650", "--json").json();
        JsonNode reuse = made.get("reuse");
        assertThat(reuse.get("deltas").get("ranges").asInt()).isEqualTo(1);
        assertThat(reuse.get("deltas").get("rows").asInt()).isEqualTo(ROWS);
        assertThat(reuse.get("deltas").get("bytes").asInt()).isEqualTo("7\tanother\n".length());
        assertThat(reuse.get("readAnew").get("rows").asInt()).isEqualTo(3);
        assertThat(reuse.get("reused").get("ranges").asInt()).isZero();
        assertThat(made.get("fallbacks")).isEmpty();
        assertThat(made.get("storedBytes").asLong()).isLessThan(60_000);

        Shell.Result nothing = incremental(session.shell(), "--prove-within", "3650");
        assertThat(nothing.out())
                .containsPattern("kind +incremental to " + made.get("id").asText())
                .containsPattern("reused +2 block ranges, 30,003 rows")
                .containsPattern("proven now +nothing; the others since 20")
                .doesNotContain("read anew");
        assertThat(nothing.err()).isEmpty();

        assertThat(session.shell().run("show", made.get("id").asText()).out())
                .containsPattern("TABLE +ROWS +SIZE +REUSED +CHANGED +ANEW +STORED +PROVEN")
                .containsPattern("public.orders +30,000 +.* 0 +1 +0 .* now")
                .containsPattern("public.regions +3 +.* 0 +0 +1 .* now");
        JsonNode tables = session.shell().run("show", "latest", "--json").json().get("tableList");
        assertThat(tables.size()).isEqualTo(3);
        tables.forEach(table ->
                assertThat(table.get("reuse").get("storedBytes").asLong()).isZero());
        assertThat(session.shell().run("list").out()).contains("PARENT").contains("incremental");
    }

    @Test
    void aFallbackIsToldWithItsReason() throws Exception {
        session.full();
        TestPostgres.run(source, "VACUUM FULL orders");
        Shell.Result made = incremental(session.shell());
        assertThat(made.out()).containsPattern("fell back +public.orders: .*rewritten");
        JsonNode shown = session.shell().run("show", "latest", "--json").json();
        assertThat(shown.get("fallbacks").get(0).get("table").asText()).isEqualTo("public.orders");
        assertThat(shown.get("fallbacks").get(0).get("reason").asText()).contains("rewritten");
    }

    @Test
    void aWriteKeyAloneTakesItAndAFullKeyRestoresIt() throws Exception {
        session.full();
        String agent = session.shell().run("key", "generate").out().strip();
        session.shell().with("AGENT", agent).run("key", "add", "--kind", "write", "--holder", "env:AGENT");
        TestPostgres.run(source, "DELETE FROM orders WHERE id <= 10");
        Shell.Result made = incremental(session.shell().with("BACKUP_ENCRYPTION_KEY", agent), "--json");
        assertThat(made.code()).as(made.err()).isZero();
        assertThat(made.json().get("reuse").get("deltas").get("ranges").asInt()).isEqualTo(1);

        assertThat(session.shell().run("verify", "latest", "--level", "content").code())
                .isZero();
        Database copy = source.withDatabase(source.url().database() + "_copy");
        Shell.Result restored =
                session.shell().run("restore", "latest", "--to", copy.url().toString(), "--create");
        assertThat(restored.code()).as(restored.err()).isZero();
        assertThat(Session.count(copy, "public.orders")).isEqualTo(ROWS - 10);
    }

    @Test
    void aParentCanBeNamedAndMustBeOfThisDatabase() throws Exception {
        session.full();
        session.full();
        String first = session.first();
        assertThat(incremental(session.shell(), "--parent", first, "--json")
                        .json()
                        .get("parent")
                        .asText())
                .isEqualTo(first);

        Database other = TestPostgres.newDatabase();
        Shell.Result refused =
                session.shell().run("incremental", "--database", other.url().toString(), "--parent", first);
        assertThat(refused.code()).isEqualTo(ExitCodes.FAILED);
        assertThat(refused.complaints())
                .singleElement()
                .asString()
                .contains(first)
                .contains("not of this one");
    }

    @Test
    void aWrongNumberOfDaysIsRefused() {
        Shell.Result refused = incremental(session.shell(), "--prove-within", "0");
        assertThat(refused.code()).isEqualTo(ExitCodes.USAGE);
        assertThat(refused.complaints())
                .singleElement()
                .asString()
                .contains("--prove-within")
                .contains("1 to 3650");
    }
}
