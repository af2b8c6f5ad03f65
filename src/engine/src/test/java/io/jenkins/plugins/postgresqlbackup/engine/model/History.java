package io.jenkins.plugins.postgresqlbackup.engine.model;

import io.jenkins.plugins.postgresqlbackup.engine.operation.BackupResult;
import io.jenkins.plugins.postgresqlbackup.engine.operation.BackupRows;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.ClientPrograms;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestPostgres;
import io.jenkins.plugins.postgresqlbackup.engine.testing.PlainDump;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/**
 * A random history of one database: a full backup, then rounds of operations with an incremental backup after each. Every
 * backup must be what the source is. The same seed makes the same history, but for what other processes do at the same time.
 */
final class History {
    private static final int MOST_OPERATIONS = 7;
    private static final int SHOWN = 60;

    /** Those of every build are short, so that they come to an end soon; their seeds are the first. */
    static final int SHORT = 50;

    private static final int RESTORED = 5;

    private final long seed;
    private final World world;
    private final ClusterHolder holder;
    private final Chain chain;
    private final Random random;

    private History(long seed, ClusterHolder holder, World world, Chain chain, Random random) {
        this.seed = seed;
        this.holder = holder;
        this.world = world;
        this.chain = chain;
        this.random = random;
    }

    /** Plays it in a database of its own, which goes afterwards. */
    static Tally play(long seed, ClusterHolder holder, Path directory) throws Exception {
        Random random = new Random(seed);
        String database = "h" + seed;
        holder.create(database);
        try (Chain chain = Chain.begin(directory, holder.home(), random);
                World world = new World(holder, database, random)) {
            History history = new History(seed, holder, world, chain, random);
            Tally tally;
            try {
                tally = history.play();
            } catch (Exception | AssertionError e) {
                AssertionError told = new AssertionError(history.told(e), e);
                try {
                    history.endPrepared();
                } catch (Exception alsoWrong) {
                    told.addSuppressed(alsoWrong);
                }
                throw told;
            }
            history.endPrepared();
            return tally;
        } finally {
            holder.remove(database);
        }
    }

    private String told(Throwable problem) {
        List<String> log = world.log();
        return "The history with the seed " + seed + " failed (repeat it with -Dpgbackup.history.seed=" + seed + "): "
                + problem.getMessage() + "\nWhat happened, at the end of " + log.size() + " steps:\n  "
                + String.join("\n  ", log.subList(Math.max(0, log.size() - SHOWN), log.size()));
    }

    private Tally play() throws Exception {
        world.run(ModelSchema.filled(world));
        takeAndCompare();
        int rounds = seed <= SHORT ? 1 + random.nextInt(3) : 3 + random.nextInt(5);
        for (int round = 0; round < rounds; round++) {
            // Now and then nothing happens.
            for (int i = random.nextInt(MOST_OPERATIONS); i > 0; i--) {
                happen();
            }
            if (random.nextInt(4) == 0) {
                happenToTheServer();
            }
            if (random.nextInt(5) == 0) {
                world.note("-- a backup that is interrupted");
                chain.takeAndStop(world.source(), 1 + random.nextInt(60));
                happen();
            }
            if (random.nextInt(6) == 0) {
                takeWhileMoneyMoves();
            } else {
                takeAndCompare();
            }
        }
        happen();
        restoreAndCompare(take(), PlainDump.take(world.source(), programs()));
        chain.verify();
        return chain.tally();
    }

    private void happen() throws Exception {
        while (true) {
            Operation operation = Operations.draw(world);
            if (operation.action().happen(world)) {
                return;
            }
        }
    }

    private void happenToTheServer() throws Exception {
        switch (random.nextInt(6)) {
            case 0 -> ClusterOperations.restart(world);
            case 1, 2 -> ClusterOperations.crashAfterAsynchronousCommits(world, this::takeAndCompare);
            case 3 -> ClusterOperations.crashAfterRollback(world, this::takeAndCompare);
            case 4 -> ClusterOperations.copyDataDirectory(world, this::takeAndCompare);
            default -> ClusterOperations.failover(world, this::takeAndCompare);
        }
    }

    private void takeAndCompare() throws Exception {
        BackupResult result = take();
        compare(result, PlainDump.take(world.source(), programs()));
    }

    /** The moment of the snapshot is not known from outside, so of the writer's tables only what always holds is compared. */
    private void takeWhileMoneyMoves() throws Exception {
        world.note("-- a writer goes on during the next backup");
        BackupResult result;
        try (MoneyMover mover = MoneyMover.start(world.source(), random.nextLong())) {
            mover.awaitTransfers(5);
            result = take();
        }
        String[] without = {"--exclude-table-data=public.accounts", "--exclude-table-data=public.ledger"};
        compare(result, PlainDump.take(world.source(), programs(), without), without);
    }

    private BackupResult take() throws Exception {
        BackupResult result = chain.take(world.source());
        world.note("-- backup " + result.manifest().kind() + " "
                + result.manifest().id() + " " + Tally.of(result.manifest()) + " " + result.warnings());
        return result;
    }

    /** What a restore would load must be the source's rows; now and then, and at the end, a database is really restored. */
    private void compare(BackupResult result, PlainDump source, String... without) throws Exception {
        if (without.length == 0) {
            PlainDump stored = PlainDump.ofRows(BackupRows.read(chain.repository(), result.manifest()));
            requireSame(result, source.rowsOnly().differences(stored));
        }
        if (without.length > 0 || random.nextInt(RESTORED) == 0) {
            restoreAndCompare(result, source, without);
        }
    }

    private void restoreAndCompare(BackupResult result, PlainDump source, String... without) throws Exception {
        Database copy = world.source().withDatabase(world.database() + "_copy");
        chain.restore(result.manifest().id(), copy);
        List<String> differences = source.differences(PlainDump.take(copy, programs(), without));
        if (without.length > 0) {
            differences.addAll(MoneyMover.violations(copy));
        }
        TestPostgres.run(holder.maintenance(), "DROP DATABASE " + copy.url().database());
        requireSame(result, differences);
    }

    private static void requireSame(BackupResult result, List<String> differences) {
        if (!differences.isEmpty()) {
            throw new AssertionError("The backup " + result.manifest().id()
                    + " is not what the source was (-: only in the source, +: only in the backup):\n  "
                    + String.join("\n  ", differences));
        }
    }

    private ClientPrograms programs() throws IOException, InterruptedException {
        return ClientPrograms.find(
                List.of(holder.home()), holder.maintenance().server().major());
    }

    /** They would keep the database from being dropped. */
    private void endPrepared() throws Exception {
        for (String prepared : SessionOperations.prepared(world)) {
            world.run("ROLLBACK PREPARED '" + prepared + "'");
        }
    }
}
