package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.archive.Compression;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Selection;
import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How to take a backup.
 *
 * @param selection what to save
 * @param jobs how many block ranges are read at once, at least 1
 * @param labels free text about this backup, e.g. who took it
 * @param lockWait how long to wait for a table that somebody has locked
 * @param sizes of what is stored
 * @param programs directories to look for {@code pg_dump} in, before the usual ones
 * @param parent what an incremental backup is compared with; empty: the latest good one of the same database
 * @param proveWithin within this time the digest of every reused block range is computed anew by the database, a share of them by each incremental
 */
public record BackupSettings(
        Selection selection,
        int jobs,
        Compression compression,
        Map<String, String> labels,
        Duration lockWait,
        Sizes sizes,
        List<Path> programs,
        Optional<BackupId> parent,
        Duration proveWithin) {
    public BackupSettings {
        if (jobs < 1) {
            throw new IllegalArgumentException("A backup needs at least one job.");
        }
        labels = Map.copyOf(labels);
        programs = List.copyOf(programs);
    }

    /**
     * How large the pieces are.
     *
     * @param range about how many bytes on disk one block range spans
     * @param pack about how large a pack becomes
     * @param smallestBase a range with fewer bytes of rows is stored anew whenever it changes
     * @param journalEvery how much time may pass until what was stored is written down, for the next run to take over should this one die
     */
    public record Sizes(long range, long pack, long smallestBase, Duration journalEvery) {
        public static Sizes defaults() {
            return new Sizes(32L << 20, 256L << 20, 128L << 10, Duration.ofSeconds(30));
        }
    }

    /** Everything, two jobs, the default compression. */
    public static BackupSettings defaults() {
        return new BackupSettings(
                Selection.everything(),
                2,
                Compression.best(),
                Map.of(),
                Duration.ofSeconds(60),
                Sizes.defaults(),
                List.of(),
                Optional.empty(),
                Duration.ofDays(30));
    }

    public BackupSettings withSelection(Selection chosen) {
        return new BackupSettings(chosen, jobs, compression, labels, lockWait, sizes, programs, parent, proveWithin);
    }

    public BackupSettings withJobs(int number) {
        return new BackupSettings(
                selection, number, compression, labels, lockWait, sizes, programs, parent, proveWithin);
    }

    public BackupSettings withCompression(Compression chosen) {
        return new BackupSettings(selection, jobs, chosen, labels, lockWait, sizes, programs, parent, proveWithin);
    }

    public BackupSettings withLabels(Map<String, String> texts) {
        return new BackupSettings(selection, jobs, compression, texts, lockWait, sizes, programs, parent, proveWithin);
    }

    public BackupSettings withSizes(Sizes chosen) {
        return new BackupSettings(
                selection, jobs, compression, labels, lockWait, chosen, programs, parent, proveWithin);
    }

    public BackupSettings withPrograms(List<Path> directories) {
        return new BackupSettings(
                selection, jobs, compression, labels, lockWait, sizes, directories, parent, proveWithin);
    }

    public BackupSettings withParent(Optional<BackupId> chosen) {
        return new BackupSettings(selection, jobs, compression, labels, lockWait, sizes, programs, chosen, proveWithin);
    }

    public BackupSettings withProveWithin(Duration time) {
        return new BackupSettings(selection, jobs, compression, labels, lockWait, sizes, programs, parent, time);
    }

    /** The same with block ranges of another size. */
    public BackupSettings withRangeBytes(long bytes) {
        return withSizes(new Sizes(bytes, sizes.pack(), sizes.smallestBase(), sizes.journalEvery()));
    }
}
