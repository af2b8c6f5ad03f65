package io.jenkins.plugins.postgresqlbackup.engine.operation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.RowDigest;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestPostgres;
import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import io.jenkins.plugins.postgresqlbackup.engine.testing.DatabaseComparison;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What reads a backup puts bases and deltas together, and takes no wrong delta. */
final class RangeRowsTest {
    @TempDir
    private Path directory;

    private Database source;
    private Repository repository;
    private Manifest before;
    private Manifest after;

    @BeforeEach
    void twoBackups() throws Exception {
        source = TestPostgres.newDatabase();
        TestPostgres.run(
                source,
                "CREATE TABLE pets (id int PRIMARY KEY, note text) WITH (autovacuum_enabled = off)",
                "INSERT INTO pets SELECT i, repeat(md5(i::text), 1 + i % 9) FROM generate_series(1, 20000) i",
                "CREATE TABLE gone (id int, note text) WITH (autovacuum_enabled = off)",
                "INSERT INTO gone SELECT i, repeat(md5(i::text), 5) FROM generate_series(1, 3000) i",
                "CREATE TABLE calm (id int, note text) WITH (autovacuum_enabled = off)",
                "INSERT INTO calm SELECT i, repeat(md5(i::text), 5) FROM generate_series(1, 3000) i");
        repository = TestRepository.create(directory.resolve("repository"));
        before = backUp();
        TestPostgres.run(
                source,
                "DELETE FROM pets WHERE id % 7 = 0 OR id <= 10 OR id > 19990",
                "INSERT INTO pets SELECT i, 'new ' || i FROM generate_series(30000, 31000) i",
                "DELETE FROM gone");
        after = backUp();
    }

    @AfterEach
    void close() {
        repository.close();
    }

    private Manifest backUp() throws Exception {
        return TestRepository.backUp(
                        repository, source, TestRepository.settings().withRangeBytes(1 << 20))
                .manifest();
    }

    private static List<String> sorted(Repository repository, Manifest manifest, String table) throws Exception {
        ByteArrayOutputStream rows = new ByteArrayOutputStream();
        for (Manifest.TableEntry entry : manifest.tables()) {
            for (Manifest.Range range : entry.name().equals(table) ? entry.ranges() : List.<Manifest.Range>of()) {
                RowDigest digest = new RangeRows(repository, manifest).read(entry, range, rows::write);
                assertThat(digest).isEqualTo(Digests.parse(range.digest()));
            }
        }
        return rows.toString(UTF_8).lines().sorted().toList();
    }

    @Test
    void aBaseAndItsDeltaMakeTheRowsOfTheLaterMoment() throws Exception {
        Manifest incremental = HandmadeIncremental.write(repository, before, after);
        assertThat(incremental.rangeBlobs().map(Manifest.Blob::backup).distinct())
                .containsExactlyInAnyOrder(before.id(), incremental.id());
        assertThat(incremental.tables())
                .filteredOn(table -> table.name().equals("pets"))
                .singleElement()
                .satisfies(table -> assertThat(table.ranges()).hasSizeGreaterThan(2));
        for (String table : List.of("pets", "gone", "calm")) {
            assertThat(sorted(repository, incremental, table)).isEqualTo(sorted(repository, after, table));
        }
        assertThat(sorted(repository, incremental, "pets")).isNotEqualTo(sorted(repository, before, "pets"));
    }

    @Test
    void aBackupWithDeltasVerifiesAndIsRestored() throws Exception {
        BackupId id = HandmadeIncremental.write(repository, before, after).id();
        VerificationResult content = TestRepository.verify(repository, id, VerificationLevel.CONTENT);
        assertThat(content.problems()).isEmpty();
        assertThat(content.rows()).isEqualTo(after.totals().rows());
        assertThat(content.blobs()).isEqualTo(repository.read(id).blobs().count());

        Database copy = source.withDatabase(source.url().database() + "_copy");
        TestRepository.restore(repository, id, copy, RestoreSettings.into(new RestoreInto.NewDatabase()));
        DatabaseComparison.of(source, copy, TestPostgres.clientPrograms()).assertEqual();

        TestPostgres.run(copy, "UPDATE pets SET note = 'spoiled'", "TRUNCATE calm");
        TestRepository.restore(
                repository,
                id,
                copy,
                RestoreSettings.into(new RestoreInto.Tables(List.of("public.*")))
                        .withOverwrite(true));
        DatabaseComparison.of(source, copy, TestPostgres.clientPrograms()).assertEqual();
    }

    static Stream<Arguments> wrongDeltas() {
        return Stream.of(
                wrong("a survivor that the base has not", "where the base has none", draft -> {
                    List<Long> alive = new ArrayList<>(draft.alive());
                    alive.add(Math.max(last(draft.base()), last(alive)) + 1);
                    return draft.withAlive(alive);
                }),
                wrong("a survivor before all of the base", "still there at (0,1), where the base has none", draft -> {
                    List<Long> alive = new ArrayList<>(draft.alive());
                    return draft.withBase(plusOne(draft.base())).withAlive(alive);
                }),
                wrong("survivors that do not grow", "Row addresses do not grow", draft -> {
                    List<Long> alive = new ArrayList<>(draft.alive());
                    if (!alive.isEmpty()) {
                        alive.add(1, alive.get(0));
                    }
                    return draft.withAlive(alive);
                }),
                wrong(
                        "more rows than addresses",
                        "more rows than the",
                        draft -> draft.withBase(
                                draft.base().subList(0, draft.base().size() - 1))),
                wrong("more addresses than rows", "there are addresses of more", draft -> {
                    List<Long> base = new ArrayList<>(draft.base());
                    base.add(last(base) + 1);
                    return draft.withBase(base);
                }),
                wrong(
                        "another number of rows",
                        "that it was written with",
                        draft -> draft.withBaseRows(draft.baseRows() + 1)),
                wrong(
                        "a row that is gone said to be there",
                        "are not those that were read",
                        draft -> draft.withAlive(draft.base())),
                wrong(
                        "a row that is there said to be gone",
                        "are not those that were read",
                        draft -> draft.withAlive(
                                draft.alive().subList(0, draft.alive().size() / 2))),
                wrong("new rows missing", "are not those that were read", draft -> draft.withRows(List.of())));
    }

    private static Arguments wrong(String what, String message, HandmadeIncremental.Spoiler spoiler) {
        return Arguments.of(what, message, spoiler);
    }

    private static long last(List<Long> addresses) {
        return addresses.isEmpty() ? 0 : addresses.get(addresses.size() - 1);
    }

    private static List<Long> plusOne(List<Long> addresses) {
        return addresses.stream().map(address -> address + 1).toList();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrongDeltas")
    void aWrongDeltaIsFoundByVerifyingAndRefusedByRestoring(
            String what, String message, HandmadeIncremental.Spoiler spoiler) throws Exception {
        BackupId id =
                HandmadeIncremental.write(repository, before, after, spoiler).id();
        assertThat(TestRepository.verify(repository, id, VerificationLevel.CONTENT)
                        .problems())
                .isNotEmpty()
                .anySatisfy(problem -> assertThat(problem).contains(message, "public.", "from block"))
                .allSatisfy(problem -> assertThat(problem).startsWith("The rows of public."));
        Database copy = source.withDatabase(source.url().database() + "_copy");
        assertThatThrownBy(() -> TestRepository.restore(
                        repository, id, copy, RestoreSettings.into(new RestoreInto.NewDatabase())))
                .isInstanceOf(RestoreFailedException.class)
                .hasMessageContaining("public.");
    }

    @Test
    void theWordOnAPackThatIsGoneNamesWhoWroteIt() throws Exception {
        Manifest incremental = HandmadeIncremental.write(repository, before, after);
        String pack = incremental.tables().get(0).ranges().get(0).base().pack();
        assertThat(pack).contains(before.id().value());
        Files.delete(directory.resolve("repository").resolve(pack));
        assertThat(TestRepository.verify(repository, incremental.id(), VerificationLevel.STRUCTURE)
                        .problems())
                .containsExactly(
                        "The pack " + pack + ", which backup " + before.id() + " wrote and this one reuses, is gone.");
        assertThat(TestRepository.verify(repository, before.id(), VerificationLevel.STRUCTURE)
                        .problems())
                .containsExactly("The pack " + pack + " is gone.");
    }

    @Test
    void rowsThatAreNotWantedAreLeftOutWhereverChunksEnd() throws Exception {
        StringBuilder all = new StringBuilder();
        StringBuilder wanted = new StringBuilder();
        for (int i = 0; i < 50_000; i++) {
            String row = "row " + i + "x".repeat(i % 40) + "\n";
            all.append(row);
            wanted.append(i % 3 == 1 ? row : "");
        }
        int[] asked = {0};
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        RowDigest digest = RowLines.read(
                new ByteArrayInputStream(all.toString().getBytes(UTF_8)), () -> asked[0]++ % 3 == 1, out::write);
        assertThat(out.toString(UTF_8)).isEqualTo(wanted.toString());
        assertThat(digest).isEqualTo(RowLines.read(new ByteArrayInputStream(out.toByteArray()), RowLines.Sink.NOWHERE));
        assertThat(asked[0]).isEqualTo(50_000);
    }
}
