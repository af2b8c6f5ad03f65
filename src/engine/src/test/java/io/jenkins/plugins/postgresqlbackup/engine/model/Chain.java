package io.jenkins.plugins.postgresqlbackup.engine.model;

import io.jenkins.plugins.postgresqlbackup.engine.archive.Compression;
import io.jenkins.plugins.postgresqlbackup.engine.keys.RawKey;
import io.jenkins.plugins.postgresqlbackup.engine.operation.BackupResult;
import io.jenkins.plugins.postgresqlbackup.engine.operation.BackupSettings;
import io.jenkins.plugins.postgresqlbackup.engine.operation.FullBackup;
import io.jenkins.plugins.postgresqlbackup.engine.operation.IncrementalBackup;
import io.jenkins.plugins.postgresqlbackup.engine.operation.Progress;
import io.jenkins.plugins.postgresqlbackup.engine.operation.RestoreBackup;
import io.jenkins.plugins.postgresqlbackup.engine.operation.RestoreInto;
import io.jenkins.plugins.postgresqlbackup.engine.operation.RestoreSettings;
import io.jenkins.plugins.postgresqlbackup.engine.operation.VerificationLevel;
import io.jenkins.plugins.postgresqlbackup.engine.operation.VerificationResult;
import io.jenkins.plugins.postgresqlbackup.engine.operation.VerifyBackup;
import io.jenkins.plugins.postgresqlbackup.engine.operation.VerifySettings;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import io.jenkins.plugins.postgresqlbackup.engine.repository.RepositoryCreation;
import io.jenkins.plugins.postgresqlbackup.engine.storage.ObjectStores;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** One database's backups in a repository of their own: first a full one, then incremental ones. */
final class Chain implements AutoCloseable {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Repository repository;
    private final BackupSettings settings;
    private final Set<BackupId> backups = new HashSet<>();
    private Tally tally = Tally.NONE;
    private BackupId last;

    private Chain(Repository repository, BackupSettings settings) {
        this.repository = repository;
        this.settings = settings;
    }

    /** Ranges of a few blocks, so that small tables have many. */
    static Chain begin(Path directory, Path home, Random random) throws IOException {
        long[] rangeBytes = {8 << 10, 16 << 10, 64 << 10};
        return begin(
                directory,
                home,
                BackupSettings.defaults()
                        .withCompression(Compression.parse("zstd:1"))
                        .withJobs(1 + random.nextInt(2))
                        .withProveWithin(Duration.ofDays(random.nextBoolean() ? 30 : 3650))
                        .withSizes(new BackupSettings.Sizes(
                                rangeBytes[random.nextInt(rangeBytes.length)],
                                256 << 20,
                                random.nextInt(3) == 0 ? 500 : 0,
                                Duration.ofMinutes(1))));
    }

    static Chain begin(Path directory, Path home, BackupSettings settings) throws IOException {
        Repository repository = RepositoryCreation.create(
                        ObjectStores.open(directory.toUri(), true),
                        new RawKey(new byte[32]),
                        "model",
                        Clock.systemUTC(),
                        RANDOM)
                .repository();
        return new Chain(repository, settings.withPrograms(List.of(home)));
    }

    BackupResult take(Database source) throws IOException, InterruptedException {
        return take(source, Progress.silent());
    }

    BackupResult take(Database source, Progress progress) throws IOException, InterruptedException {
        BackupResult result = last == null
                ? new FullBackup(repository, source, settings, Clock.systemUTC(), RANDOM).run(progress)
                : new IncrementalBackup(repository, source, settings, Clock.systemUTC(), RANDOM).run(progress);
        note(result);
        return result;
    }

    private void note(BackupResult result) {
        last = result.manifest().id();
        backups.add(last);
        tally = tally.plus(Tally.of(result.manifest())).plus(Tally.takenOver(result.manifest(), backups));
    }

    /** Begins a backup that is stopped in the middle; it leaves what it has stored to the next. */
    void takeAndStop(Database source, int ranges) throws IOException {
        takeAndStop(source, ranges, () -> {});
    }

    /** @param atReading happens when the snapshot is there, before a row is read */
    void takeAndStop(Database source, int ranges, Runnable atReading) throws IOException {
        try {
            BackupSettings.Sizes sizes = settings.sizes();
            BackupSettings busy = settings.withSizes(
                    new BackupSettings.Sizes(sizes.range(), sizes.pack(), sizes.smallestBase(), Duration.ofMillis(1)));
            BackupResult result = new IncrementalBackup(repository, source, busy, Clock.systemUTC(), RANDOM)
                    .run(new Stop(ranges, atReading));
            // It was too late to stop it.
            note(result);
        } catch (InterruptedException e) {
            if (Thread.interrupted()) {
                throw new IOException("The test itself was interrupted", e);
            }
        }
    }

    /** Interrupts the backup after some block ranges. */
    private static final class Stop implements Progress {
        private final AtomicInteger left;
        private final Runnable atReading;
        private final Thread backup = Thread.currentThread();

        Stop(int ranges, Runnable atReading) {
            left = new AtomicInteger(ranges);
            this.atReading = atReading;
        }

        @Override
        public void phase(String name, long expectedBytes) {
            if (name.equals("Reading rows")) {
                atReading.run();
            }
        }

        @Override
        public void advance(long rows, long bytes) {
            if (left.decrementAndGet() == 0) {
                backup.interrupt();
            }
        }

        @Override
        public void warn(String message) {
            // only ranges count here
        }
    }

    void restore(BackupId backup, Database copy) throws IOException, InterruptedException {
        RestoreSettings how =
                RestoreSettings.into(new RestoreInto.NewDatabase()).withJobs(1).withPrograms(settings.programs());
        new RestoreBackup(repository, backup, copy, how).run(Progress.silent());
    }

    /** The last backup, with all it refers to. */
    void verify() throws IOException, InterruptedException {
        VerificationResult result = new VerifyBackup(
                        repository, last, VerifySettings.of(VerificationLevel.CONTENT, 1), Clock.systemUTC())
                .run(Progress.silent());
        if (!result.problems().isEmpty()) {
            throw new AssertionError("The backup " + last + " does not verify: " + result.problems());
        }
    }

    Tally tally() {
        return tally;
    }

    Repository repository() {
        return repository;
    }

    @Override
    public void close() throws IOException {
        repository.close();
    }
}
