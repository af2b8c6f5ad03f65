package io.jenkins.plugins.postgresqlbackup.engine.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.jenkins.plugins.postgresqlbackup.engine.operation.Crowd.Manners;
import io.jenkins.plugins.postgresqlbackup.engine.operation.MadeUpBackup.Care;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Grace;
import io.jenkins.plugins.postgresqlbackup.engine.storage.Turns;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * In whatever order backups, verifications and prunes on one repository call its store, and however long each of them is kept from going on: each
 * manifest that is there at the end verifies. A failure names its seed; {@code -Dinterleavings.seed=N} runs that one.
 */
final class InterleavingsTest {
    private static final int MOST_UNTIL_CAUGHT = 1_000;

    @Test
    void hundredsOfOrdersLoseNothing() throws Exception {
        requireNothingWrong(LongStream.range(0, 300));
    }

    @Test
    @Tag("nightly")
    void tenThousandOrdersLoseNothing() throws Exception {
        requireNothingWrong(LongStream.range(1_000, 11_000));
    }

    @Test
    void theSameSeedGivesTheSameOrder() throws Exception {
        for (long seed = 0; seed < 5; seed++) {
            assertThat(trace(seed)).isEqualTo(trace(seed)).hasSizeGreaterThan(100);
        }
    }

    @Test
    void aPruneThatWaitsForNoGraceTimeIsCaught() throws Exception {
        requireCaught(new Manners(Care.FULL, Duration.ofNanos(1)));
    }

    @Test
    void aBackupThatDoesNotLookAgainAfterItsManifestWasWrittenIsCaught() throws Exception {
        requireCaught(new Manners(Care.NO_SECOND_LOOK, Grace.TIME));
    }

    @Test
    void aBackupThatTakesAsLongAsItWantsIsCaught() throws Exception {
        requireCaught(new Manners(Care.NO_LIMIT, Grace.TIME));
    }

    private static void requireNothingWrong(LongStream seeds) throws Exception {
        Long one = Long.getLong("interleavings.seed");
        for (long seed : one == null ? seeds.toArray() : new long[] {one}) {
            List<String> trace = new ArrayList<>();
            List<String> findings = findings(seed, Manners.GOOD, trace);
            if (!findings.isEmpty()) {
                fail("Seed " + seed + ": " + findings + "\nafter\n" + String.join("\n", trace));
            }
        }
    }

    private static void requireCaught(Manners bad) throws Exception {
        OptionalLong caught = OptionalLong.empty();
        for (long seed = 0; seed < MOST_UNTIL_CAUGHT && caught.isEmpty(); seed++) {
            if (!findings(seed, bad, new ArrayList<>()).isEmpty()) {
                caught = OptionalLong.of(seed);
            }
        }
        assertThat(caught).isPresent();
    }

    private static List<String> trace(long seed) throws Exception {
        List<String> trace = new ArrayList<>();
        findings(seed, Manners.GOOD, trace);
        // Leases and key slots have names that nothing else has ever had.
        return trace.stream()
                .map(line -> line.replaceAll("(leases|keys)/[0-9a-f-]+", "$1/…"))
                .toList();
    }

    private static List<String> findings(long seed, Manners manners, List<String> trace) throws Exception {
        try (Crowd crowd = new Crowd(seed, manners)) {
            crowd.backups("first", 2);
            crowd.backups("second", 2);
            crowd.prunes("prune", 2);
            crowd.prunes("another prune", 2);
            crowd.verifications("verification", 2);
            Turns.Choice whim = new Whim(seed, crowd.clock);
            try {
                return crowd.run((ready, step) -> {
                    Turns.Actor actor = whim.next(ready, step);
                    crowd.turns.trace().add(crowd.clock.instant().toString());
                    return actor;
                });
            } finally {
                trace.addAll(crowd.turns.trace());
            }
        }
    }
}
