package io.jenkins.plugins.postgresqlbackup.engine.storage;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/**
 * Gives a finished file its final name, and never to two files.
 *
 * <p>A hard link does that in one step. Where the file system has none (FAT, some network shares), a reservation file keeps
 * other writers away while we look whether the name is free and rename; a writer that dies in between leaves its reservation,
 * and with it the name unusable until {@link DirectoryStore} removes it as abandoned.
 */
final class Naming {
    /** Makes a hard link, as {@link Files#createLink}. */
    @FunctionalInterface
    interface Links {
        Path create(Path link, Path existing) throws IOException;
    }

    private final Path root;
    private final Links links;

    Naming(Path root, Links links) {
        this.root = root;
        this.links = links;
    }

    /** @return false when the name is taken, or another writer is taking it; the file then stays as it is */
    boolean give(Path file, Path target) throws IOException {
        try {
            links.create(target, file);
        } catch (FileAlreadyExistsException e) {
            return false;
        } catch (NoSuchFileException e) {
            throw e;
        } catch (UnsupportedOperationException | FileSystemException e) {
            return renameReserved(file, target);
        }
        Files.delete(file);
        return true;
    }

    private boolean renameReserved(Path file, Path target) throws IOException {
        byte[] name = root.relativize(target).toString().getBytes(StandardCharsets.UTF_8);
        Path reservation = file.resolveSibling(UUID.nameUUIDFromBytes(name) + ".reserved");
        try {
            Files.createFile(reservation);
        } catch (FileAlreadyExistsException e) {
            return false;
        }
        try {
            if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
                return false;
            }
            Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
            return true;
        } finally {
            Files.deleteIfExists(reservation);
        }
    }
}
