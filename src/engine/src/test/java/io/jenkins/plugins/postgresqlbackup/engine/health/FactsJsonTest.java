package io.jenkins.plugins.postgresqlbackup.engine.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.postgresqlbackup.engine.health.RepositoryFacts.DeletedFacts;
import io.jenkins.plugins.postgresqlbackup.engine.health.RepositoryFacts.LeaseFacts;
import io.jenkins.plugins.postgresqlbackup.engine.health.RepositoryFacts.MarkFacts;
import io.jenkins.plugins.postgresqlbackup.engine.health.RepositoryFacts.PackFacts;
import io.jenkins.plugins.postgresqlbackup.engine.health.RepositoryFacts.SlotFacts;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FactsJsonTest {
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00.123456789Z");

    private static BackupFacts backup(String... packs) {
        return new BackupFacts(
                "20261122T120000Z-aaaaaa",
                "00ff",
                "full",
                null,
                null,
                1,
                "shop «ü» \"x\"",
                "db:5432",
                null,
                "18.1",
                NOON,
                NOON,
                NOON.plusSeconds(9),
                null,
                NOON.plusSeconds(10),
                3,
                Long.MAX_VALUE,
                0,
                5,
                4,
                null,
                1,
                Map.of("database", "orders"),
                List.of(packs));
    }

    static RepositoryFacts repository(BackupFacts... backups) {
        return new RepositoryFacts(
                "file:/backups",
                "00",
                null,
                NOON,
                List.of(backups),
                Map.of("20261121T120000Z-aaaaaa", "It is cut."),
                List.of(
                        new DeletedFacts("20261120T120000Z-aaaaaa", null, null),
                        new DeletedFacts("20261119T120000Z-aaaaaa", NOON, List.of("packs/a/000001", "packs/a/000002"))),
                Map.of("20261122T120000Z-aaaaaa", NOON),
                Map.of(),
                List.of(new MarkFacts("verifications/a/1", NOON, "a", null, null)),
                false,
                Map.of("20261122T120000Z-aaaaaa", ""),
                List.of(new PackFacts("packs/a/000001", 17, NOON)),
                List.of(),
                List.of(new SlotFacts("s", "recovery", "printed", NOON, 1, null, false)),
                1,
                List.of("Something."),
                List.of(new LeaseFacts("l", "full backup", "ci", NOON, NOON, true)),
                9,
                1_000,
                null,
                null,
                List.of(),
                null);
    }

    @Test
    void whatWasWrittenIsReadBack() throws Exception {
        RepositoryFacts repository = repository(backup("packs/a/000001", "packs/a/000002", "packs/b/7"), backup());
        assertThat(FactsJson.readRepository(FactsJson.write(repository))).isEqualTo(repository);
        assertThat(FactsJson.readBackup(FactsJson.write(backup()))).isEqualTo(backup());
        DatabaseFacts database = new DatabaseFacts(
                "db:5432", "shop", NOON, NOON, "18.1", 18, null, null, 100, 3, 7, -1, 2, 1L << 40, null, "None.", null);
        assertThat(FactsJson.readDatabase(FactsJson.write(database))).isEqualTo(database);
    }

    @Test
    void whatANewerVersionAddsIsIgnored() throws Exception {
        String text = FactsJson.write(backup()).replaceFirst("\\{", "{\"colour\":{\"deep\":[1,2]},");
        assertThat(FactsJson.readBackup(text)).isEqualTo(backup());
    }

    @Test
    void hundredsOfPacksTakeALineAndEachNameIsHeldOnce() throws Exception {
        String[] names = new String[900];
        for (int i = 0; i < names.length; i++) {
            names[i] = String.format("packs/20261122T120000Z-aaaaaa/%06d", i + 1);
        }
        RepositoryFacts facts = repository(backup(names), backup(names));
        String text = FactsJson.write(facts);
        assertThat(text).hasSizeLessThan(3_000).contains("packs/20261122T120000Z-aaaaaa/000001-000900");
        RepositoryFacts read = FactsJson.readRepository(text);
        assertThat(read).isEqualTo(facts);
        assertThat(read.backups().get(0).packs().get(7))
                .isSameAs(read.backups().get(1).packs().get(7));
    }

    @Test
    void anyNamesInAnyOrderComeBackAsTheyWere() throws Exception {
        Random random = new Random(7);
        String[] ends = {"1", "2", "3", "02", "03", "9", "10", "099", "100", "999999999", "x", "", "1x", "4"};
        for (int round = 0; round < 500; round++) {
            String[] names = random.ints(random.nextInt(12), 0, ends.length)
                    .mapToObj(i -> (random.nextBoolean() ? "packs/a/" : "packs/b/") + ends[i])
                    .toArray(String[]::new);
            assertThat(FactsJson.readBackup(FactsJson.write(backup(names))).packs())
                    .containsExactly(names);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{",
                "{}x",
                "\"text\"",
                "{\"id\":\"a\",\"takenAt\":\"yesterday\"}",
                "{\"id\":\"a\",\"rows\":null}",
                "{\"id\":\"a\",\"packs\":[\"packs/a/000001-999999999\"]}",
                "{\"id\":\"a\",\"packs\":[\"packs/a/2-1\"]}",
                "{\"id\":\"a\",\"packs\":\"packs/a/1\"}",
                "{\"id\":\"a\",\"packs\":[[1]]}",
                "{\"x\":[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]}"
            })
    void rubbishIsRefusedWithASentence(String text) {
        assertThatThrownBy(() -> FactsJson.readBackup(text))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("What is known of a backup cannot be read, since ");
    }

    @Test
    void damagedTextIsRefusedOrReadAndNothingElseHappens() {
        String text = FactsJson.write(repository(backup("packs/a/000001", "packs/a/000002")));
        Random random = new Random(1);
        int refused = 0;
        for (int round = 0; round < 3_000; round++) {
            StringBuilder damaged = new StringBuilder(text);
            int at = random.nextInt(text.length());
            switch (random.nextInt(3)) {
                case 0 -> damaged.setLength(at);
                case 1 -> damaged.setCharAt(at, (char) (' ' + random.nextInt(95)));
                default -> damaged.delete(at, Math.min(text.length(), at + 1 + random.nextInt(40)));
            }
            try {
                assertThat(FactsJson.readRepository(damaged.toString())).isNotNull();
            } catch (IOException e) {
                refused++;
                assertThat(e).hasMessageStartingWith("What is known of a repository ");
            }
        }
        assertThat(refused).isGreaterThan(1_500);
    }
}
