package io.jenkins.plugins.postgresqlbackup.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.postgresqlbackup.engine.health.BackupFacts;
import io.jenkins.plugins.postgresqlbackup.engine.health.FactsJson;
import io.jenkins.plugins.postgresqlbackup.engine.health.RepositoryFacts;
import io.jenkins.plugins.postgresqlbackup.engine.health.RepositoryFacts.PackFacts;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BareFactsTest {
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
    private final Random random = new Random(7);

    private String hex(int bytes) {
        byte[] some = new byte[bytes];
        random.nextBytes(some);
        return HexFormat.of().formatHex(some);
    }

    private BackupFacts backup(int number) {
        Instant at = BEGIN.plus(Duration.ofHours(number));
        List<String> packs = new ArrayList<>();
        String folder = "packs/" + hex(8) + "/";
        for (int i = 1; i <= 40; i++) {
            packs.add(folder + "%06d".formatted(i));
        }
        return new BackupFacts(
                "2026-%06d".formatted(number),
                hex(32),
                "full",
                null,
                null,
                number,
                "shop",
                "db:5432",
                "7400000000000000000",
                "17.2",
                at,
                at,
                at.plusSeconds(60),
                at,
                at.plusSeconds(61),
                100,
                1_000_000 + number,
                0,
                1_000_000_000L + number,
                300_000_000L + number,
                900_000L + number,
                1,
                Map.of("database", "shop", "job", "nightly", "url", "https://jenkins/job/nightly/" + number + "/"),
                packs);
    }

    private static RepositoryFacts repository(List<BackupFacts> backups) {
        return new RepositoryFacts(
                "/backups",
                "id",
                BEGIN,
                BEGIN,
                backups,
                Map.of("2026-x", "damaged"),
                List.of(),
                Map.of(),
                Map.of(),
                List.of(),
                false,
                Map.of(),
                List.of(new PackFacts("packs/a/000001", 5, BEGIN)),
                List.of(),
                List.of(),
                1,
                List.of(),
                List.of(),
                1,
                1,
                null,
                null,
                List.of("a warning"),
                null);
    }

    @Test
    void whatANodeIsToldAndTellsIsSmallHoweverMuchIsKnown() throws Exception {
        List<BackupFacts> known = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            known.add(backup(i));
        }
        RepositoryFacts before = repository(known);
        CompressedText down = CompressedText.of(FactsJson.write(BareFacts.forNode(before)));
        assertThat(down.size()).isLessThan(known.size() * 100);

        // The node finds all of them again, and one more.
        List<BackupFacts> seen =
                new ArrayList<>(FactsJson.readRepository(down.text()).backups());
        BackupFacts fresh = backup(5_000);
        seen.add(fresh);
        CompressedText up = CompressedText.of(FactsJson.write(BareFacts.forController(repository(seen))));
        assertThat(up.size()).isLessThan(known.size() * 80);

        RepositoryFacts whole = LookRepository.read(up, known);
        known.add(fresh);
        assertThat(whole).isEqualTo(repository(known));
        assertThat(whole.backups().get(7)).isSameAs(known.get(7));
    }

    @Test
    void whatTheNodeWasToldIsEnoughToLookForChanges() throws Exception {
        BackupFacts backup = backup(1);
        BackupFacts bare = FactsJson.readRepository(FactsJson.write(BareFacts.forNode(repository(List.of(backup)))))
                .backups()
                .get(0);
        assertThat(bare.id()).isEqualTo(backup.id());
        assertThat(bare.sha256()).isEqualTo(backup.sha256());
        assertThat(bare.writtenAt()).isEqualTo(backup.writtenAt());
        assertThat(bare.generation()).isEqualTo(backup.generation());
        assertThat(bare.packs()).isEqualTo(backup.packs());
    }

    @Test
    void aBackupThatOnlyTheNodeKnowsIsRefused() throws Exception {
        BackupFacts backup = backup(1);
        CompressedText told = CompressedText.of(FactsJson.write(BareFacts.forNode(repository(List.of(backup)))));
        assertThatThrownBy(() -> LookRepository.read(told, List.of()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(backup.id());
        assertThatThrownBy(() -> LookRepository.read(told, List.of(backup(1))))
                .as("the same id with other contents")
                .isInstanceOf(IOException.class);
    }

    @Test
    void whatIsNoTextOfFactsIsRefused() throws Exception {
        assertThatThrownBy(() -> LookRepository.read(CompressedText.of("[]"), List.of()))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> LookDatabase.read(CompressedText.of("{\"server\":null}")))
                .isInstanceOf(IOException.class);
    }
}
