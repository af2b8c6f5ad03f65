package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.archive.Compression;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Selection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * How to take a backup.
 *
 * @param selection what to save
 * @param jobs how many block ranges are read at once, at least 1
 * @param labels free text about this backup, e.g. who took it
 * @param lockWait how long to wait for a table that somebody has locked
 * @param rangeBytes about how many bytes on disk one block range spans
 * @param packBytes about how large a pack becomes
 * @param programs directories to look for {@code pg_dump} in, before the usual ones
 */
public record FullBackupSettings(
        Selection selection,
        int jobs,
        Compression compression,
        Map<String, String> labels,
        Duration lockWait,
        long rangeBytes,
        long packBytes,
        List<Path> programs) {
    public FullBackupSettings {
        if (jobs < 1) {
            throw new IllegalArgumentException("A backup needs at least one job.");
        }
        labels = Map.copyOf(labels);
        programs = List.copyOf(programs);
    }

    /** Everything, two jobs, the default compression. */
    public static FullBackupSettings defaults() {
        return new FullBackupSettings(
                Selection.everything(),
                2,
                Compression.best(),
                Map.of(),
                Duration.ofSeconds(60),
                32L << 20,
                256L << 20,
                List.of());
    }

    public FullBackupSettings withSelection(Selection chosen) {
        return new FullBackupSettings(chosen, jobs, compression, labels, lockWait, rangeBytes, packBytes, programs);
    }

    public FullBackupSettings withJobs(int number) {
        return new FullBackupSettings(
                selection, number, compression, labels, lockWait, rangeBytes, packBytes, programs);
    }

    public FullBackupSettings withCompression(Compression chosen) {
        return new FullBackupSettings(selection, jobs, chosen, labels, lockWait, rangeBytes, packBytes, programs);
    }

    public FullBackupSettings withLabels(Map<String, String> texts) {
        return new FullBackupSettings(selection, jobs, compression, texts, lockWait, rangeBytes, packBytes, programs);
    }

    public FullBackupSettings withRangeBytes(long bytes) {
        return new FullBackupSettings(selection, jobs, compression, labels, lockWait, bytes, packBytes, programs);
    }

    public FullBackupSettings withPrograms(List<Path> directories) {
        return new FullBackupSettings(
                selection, jobs, compression, labels, lockWait, rangeBytes, packBytes, directories);
    }
}
