package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A temporary file that only its owner may read. It is locked while it is in use: one whose lock is free was left by a
 * process that is no more (also one in another container with the same directory) and is removed by the next.
 */
final class PrivateFile implements AutoCloseable {
    static final String PASSWORD = ".pgpass";
    static final String SCHEMA = ".schema";
    static final String LIST = ".list";

    private static final String PREFIX = "pgbackup-";
    private static final String ALL = PREFIX + "*{" + PASSWORD + "," + SCHEMA + "," + LIST + "}";

    /**
     * Those of this process. Opening one again, only to look at its lock, and closing it would end that lock: so it is
     * with POSIX locks, which belong to processes and not to whoever opened the file.
     */
    private static final Set<Path> OURS = ConcurrentHashMap.newKeySet();

    private final Path path;
    private final FileChannel channel;

    private PrivateFile(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    static PrivateFile create(Path directory, String suffix, byte[] content) throws IOException {
        return create(directory, suffix, new ByteArrayInputStream(content));
    }

    /** Reads the content to its end; whoever opened it closes it. */
    static PrivateFile create(Path directory, String suffix, InputStream content) throws IOException {
        while (true) {
            Path path = name(directory, suffix);
            FileChannel channel;
            try {
                channel = FileChannel.open(path, StandardOpenOption.WRITE);
            } catch (NoSuchFileException e) {
                // Another run took the new file for an abandoned one before we opened it.
                OURS.remove(path);
                continue;
            }
            try {
                if (channel.tryLock() != null && Files.exists(path)) {
                    content.transferTo(Channels.newOutputStream(channel));
                    return new PrivateFile(path, channel);
                }
            } catch (IOException | RuntimeException e) {
                discard(path, channel);
                throw e;
            }
            // Another run took the new file for an abandoned one before we locked it.
            discard(path, channel);
        }
    }

    /** One thread at a time, so that none takes another's new file for an abandoned one. */
    private static synchronized Path name(Path directory, String suffix) throws IOException {
        removeAbandoned(directory);
        // Files.createTempFile makes it 0600 from the start.
        Path path = Files.createTempFile(directory, PREFIX, suffix);
        OURS.add(path);
        return path;
    }

    private static void discard(Path path, FileChannel channel) throws IOException {
        try (channel) {
            Files.deleteIfExists(path);
        } finally {
            OURS.remove(path);
        }
    }

    Path path() {
        return path;
    }

    private static void removeAbandoned(Path directory) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, ALL)) {
            for (Path file : files) {
                if (!OURS.contains(file) && Files.isWritable(file)) {
                    removeIfAbandoned(file);
                }
            }
        }
    }

    private static void removeIfAbandoned(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock != null) {
                Files.deleteIfExists(file);
            }
        } catch (OverlappingFileLockException | NoSuchFileException e) {
            // In use by this very process, or just removed by its owner: both are as they should be.
            System.getLogger(PrivateFile.class.getName())
                    .log(System.Logger.Level.TRACE, "The file is in use or gone", e);
        }
    }

    @Override
    public void close() throws IOException {
        discard(path, channel);
    }
}
