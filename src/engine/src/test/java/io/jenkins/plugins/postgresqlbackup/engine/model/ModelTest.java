package io.jenkins.plugins.postgresqlbackup.engine.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestPostgres;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever happens to a database between its backups, each of them restores to what the database was at its snapshot.
 *
 * <p>A failing history names its seed; {@code -Dpgbackup.history.seed=N} plays that one alone.
 */
final class ModelTest {
    private static final int AT_ONCE = 2;
    private static final int MOST_FAILURES = 5;

    @TempDir
    private Path directory;

    @Test
    void fiftyHistoriesComeBackAsTheyWere() throws Exception {
        Long seed = Long.getLong("pgbackup.history.seed");
        if (seed != null) {
            play(TestPostgres.home(), List.of(seed));
            return;
        }
        Tally tally = play(
                TestPostgres.home(),
                LongStream.rangeClosed(1, History.SHORT).boxed().toList());
        assertThat(tally.backups()).isGreaterThan(4 * History.SHORT);
        assertThat(tally.reused()).as("ranges reused").isGreaterThan(20 * History.SHORT);
        assertThat(tally.deltas()).as("deltas").isGreaterThan(History.SHORT);
        assertThat(tally.takenOver()).as("ranges of interrupted backups").isPositive();
    }

    /** Other ones each night, so their seeds come from the clock; a failing one is repeated by its seed. */
    @Test
    @Tag("nightly")
    void aThousandHistoriesComeBackAsTheyWere() throws Exception {
        long first = Long.getLong("pgbackup.history.first", System.currentTimeMillis() / 1000 * 1000);
        int count = Integer.getInteger("pgbackup.histories", 1000);
        play(TestPostgres.home(), LongStream.range(first, first + count).boxed().toList());
    }

    /** Those with client programs, for a backup needs them. */
    static Stream<Path> otherHomes() throws IOException {
        String more = System.getProperty("PGBACKUP_TEST_PG_HOMES", System.getenv("PGBACKUP_TEST_PG_HOMES"));
        Stream<Path> named = more == null || more.isEmpty()
                ? Stream.empty()
                : Arrays.stream(more.split(File.pathSeparator)).map(Path::of);
        Path own = TestPostgres.home();
        return Stream.concat(named, TestPostgres.installed().stream())
                .distinct()
                .filter(home -> !home.equals(own));
    }

    /** {@code PGBACKUP_TEST_PG_HOMES} names directories of more installations. */
    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("otherHomes")
    @Tag("nightly")
    void fiftyHistoriesComeBackAsTheyWereOnOtherVersions(Path home) throws Exception {
        play(home, LongStream.rangeClosed(1, History.SHORT).boxed().toList());
    }

    private Tally play(Path home, List<Long> seeds) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
        AtomicLong next = new AtomicLong();
        List<String> failures = new ArrayList<>();
        List<Future<Tally>> futures = new ArrayList<>();
        for (int i = 0; i < Math.min(AT_ONCE, seeds.size()); i++) {
            futures.add(threads.submit((Callable<Tally>) () -> playSome(home, seeds, next, failures)));
        }
        threads.shutdown();
        Tally sum = Tally.NONE;
        for (Future<Tally> future : futures) {
            try {
                sum = sum.plus(future.get());
            } catch (ExecutionException e) {
                failures.add("A thread of histories failed: " + e.getCause());
            }
        }
        assertThat(failures).as("of %s histories, %s", seeds.size(), sum).isEmpty();
        System.getLogger(ModelTest.class.getName()).log(System.Logger.Level.INFO, seeds.size() + " histories: " + sum);
        return sum;
    }

    private Tally playSome(Path home, List<Long> seeds, AtomicLong next, List<String> failures) throws Exception {
        Tally sum = Tally.NONE;
        ClusterHolder holder = ClusterHolder.start(home);
        try {
            for (int i; (i = (int) next.getAndIncrement()) < seeds.size(); ) {
                try {
                    sum = sum.plus(History.play(
                            seeds.get(i), holder, directory.resolve(home.getFileName() + "-" + seeds.get(i))));
                } catch (AssertionError e) {
                    System.getLogger(ModelTest.class.getName()).log(System.Logger.Level.ERROR, e.getMessage(), e);
                    synchronized (failures) {
                        failures.add(e.getMessage());
                        if (failures.size() >= MOST_FAILURES) {
                            return sum;
                        }
                    }
                    // What it left behind is nobody else's trouble.
                    holder.close();
                    holder = ClusterHolder.start(home);
                }
            }
            return sum;
        } finally {
            holder.close();
        }
    }
}
