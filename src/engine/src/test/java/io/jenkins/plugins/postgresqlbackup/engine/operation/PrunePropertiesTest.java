package io.jenkins.plugins.postgresqlbackup.engine.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Grace;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Pins;
import io.jenkins.plugins.postgresqlbackup.engine.retention.RetentionPolicy;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random lives of repositories: backups of two databases, verifications, pins and prunes. A failure names the seed. */
final class PrunePropertiesTest {
    static LongStream seeds() {
        return LongStream.rangeClosed(1, 25);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whatIsKeptIsWholeAndThePolicyIsHonoured(long seed) throws Exception {
        Random random = new Random(seed);
        RetentionPolicy policy = policy(random);
        Map<BackupId, Manifest> pinned = new TreeMap<>();
        try (PruneScene scene = PruneScene.create(seed)) {
            Map<String, List<Manifest>> taken = new TreeMap<>();
            for (int step = 0; step < 30; step++) {
                scene.clock.pass(Duration.ofMinutes(random.nextInt(3 * 24 * 60)));
                switch (random.nextInt(8)) {
                    case 0 -> scene.backups.abandoned(1 + random.nextInt(3));
                    case 1 -> randomOne(taken, random, scene).ifPresent(manifest -> pin(scene, manifest, pinned));
                    case 2, 3 -> prune(scene, policy, pinned);
                    default -> backUp(scene, taken, random);
                }
            }
            prune(scene, policy, pinned);
            PruneResult again = scene.prune(policy);
            assertThat(again.deleted()).as("idempotent").isEmpty();
            assertThat(again.packs()).as("idempotent").isZero();
            scene.clock.pass(Grace.TIME.plusSeconds(1));
            scene.prune(policy);
            scene.clock.pass(Grace.TIME.plusSeconds(1));
            // The time that passes may let another backup go; nothing else is left but its packs.
            PruneResult last = scene.prune(policy);
            List<String> waiting = new ArrayList<>(scene.names("packs/"));
            waiting.removeAll(scene.needed());
            assertThat(waiting).hasSize((int) last.waiting().packs());
            assertThat(last.waiting()
                            .until()
                            .map(until -> until.isAfter(last.now()))
                            .orElse(true))
                    .isTrue();
            assertThat(new TreeSet<>(scene.names("packs/"))).containsAll(scene.needed());
            scene.requireAllGood(VerificationLevel.CONTENT);
        }
    }

    private static RetentionPolicy policy(Random random) {
        return new RetentionPolicy(
                random.nextInt(2) * random.nextInt(20),
                random.nextInt(3),
                random.nextInt(4),
                random.nextInt(3),
                random.nextInt(3),
                0,
                1 + random.nextInt(3),
                ZoneOffset.UTC);
    }

    private static void backUp(PruneScene scene, Map<String, List<Manifest>> taken, Random random) throws Exception {
        List<Manifest> line = taken.computeIfAbsent(random.nextBoolean() ? "shop" : "till", any -> new ArrayList<>());
        List<BackupId> there = scene.repository.ids();
        line.removeIf(manifest -> !there.contains(manifest.id()));
        String database = line == taken.get("shop") ? "shop" : "till";
        Manifest made = line.isEmpty() || random.nextInt(4) == 0
                ? scene.backups.full(database, 3 + random.nextInt(5))
                : scene.backups.incremental(line.get(line.size() - 1), 1 + random.nextInt(3));
        line.add(made);
        if (random.nextBoolean()) {
            scene.backups.verified(made);
        }
    }

    private static java.util.Optional<Manifest> randomOne(
            Map<String, List<Manifest>> taken, Random random, PruneScene scene) throws Exception {
        List<BackupId> there = scene.repository.ids();
        List<Manifest> all = taken.values().stream()
                .flatMap(List::stream)
                .filter(manifest -> there.contains(manifest.id()))
                .toList();
        return all.isEmpty() ? java.util.Optional.empty() : java.util.Optional.of(all.get(random.nextInt(all.size())));
    }

    private static void pin(PruneScene scene, Manifest manifest, Map<BackupId, Manifest> pinned) {
        try {
            if (pinned.put(manifest.id(), manifest) == null) {
                new Pins(scene.repository).pin(manifest.id(), null, null, scene.clock.instant());
            }
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void prune(PruneScene scene, RetentionPolicy policy, Map<BackupId, Manifest> pinned)
            throws Exception {
        List<BackupId> before = scene.repository.ids();
        PruneResult planned = scene.prune(PruneSettings.of(policy).withDryRun(true));
        PruneResult result = scene.prune(policy);
        assertThat(result.deleted()).isEqualTo(planned.deleted());
        List<BackupId> expected = result.backups().stream()
                .filter(PruneResult.Backup::keep)
                .map(PruneResult.Backup::id)
                .sorted()
                .toList();
        assertThat(scene.repository.ids()).isEqualTo(expected);
        assertThat(result.backups()).hasSize(before.size());
        assertThat(scene.repository.ids()).containsAll(pinned.keySet());
        for (String database : List.of("shop", "till")) {
            List<PruneResult.Backup> its = result.backups().stream()
                    .filter(backup -> backup.database().equals(database))
                    .toList();
            List<PruneResult.Backup> verified =
                    its.stream().filter(PruneResult.Backup::verified).toList();
            for (List<PruneResult.Backup> some : List.of(its, verified)) {
                assertThat(some.stream().filter(PruneResult.Backup::keep).count())
                        .as("the minimum")
                        .isGreaterThanOrEqualTo(Math.min(policy.minimum(), some.size()));
            }
        }
        scene.requireAllGood(VerificationLevel.STRUCTURE);
    }
}
