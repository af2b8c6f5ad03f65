package io.jenkins.plugins.postgresqlbackup.engine.storage;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/** Creates files (0600) and directories (0700) that only their owner may read, and makes directories durable. */
final class PrivateFiles {
    private static final FileAttribute<?>[] NONE = {};

    private final FileAttribute<?>[] ofFile;
    private final FileAttribute<?>[] ofDirectory;
    private final boolean posix;

    private PrivateFiles(boolean posix) {
        this.posix = posix;
        this.ofFile = posix ? mode("rw-------") : NONE;
        this.ofDirectory = posix ? mode("rwx------") : NONE;
    }

    static PrivateFiles in(Path root) {
        return new PrivateFiles(
                root.getFileSystem().supportedFileAttributeViews().contains("posix"));
    }

    private static FileAttribute<?>[] mode(String permissions) {
        return new FileAttribute<?>[] {
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        };
    }

    Path createFile(Path file) throws IOException {
        return Files.createFile(file, ofFile);
    }

    /**
     * Creates what is missing of the path; each new directory is durable when this returns.
     *
     * @throws java.nio.file.NoSuchFileException when somebody else removes a directory of it meanwhile
     */
    void createDirectories(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            return;
        }
        Path parent = directory.getParent();
        if (parent != null) {
            createDirectories(parent);
        }
        try {
            Files.createDirectory(directory, ofDirectory);
        } catch (FileAlreadyExistsException e) {
            // Looked up once, since it may be gone by now: then this throws NoSuchFileException, as if the parent were.
            if (!Files.readAttributes(directory, BasicFileAttributes.class).isDirectory()) {
                throw e;
            }
            return;
        }
        if (parent != null) {
            sync(parent);
        }
    }

    /** Makes the entries of a directory durable, also in an interrupted thread. */
    void sync(Path directory) throws IOException {
        if (!posix) {
            return; // Windows cannot open a directory; its file systems journal the entries.
        }
        boolean interrupted = Thread.interrupted();
        try {
            while (!synced(directory)) {
                interrupted |= Thread.interrupted();
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static boolean synced(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
            return true;
        } catch (ClosedByInterruptException e) {
            return false;
        }
    }
}
