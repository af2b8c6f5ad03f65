package io.jenkins.plugins.postgresqlbackup.engine.storage;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;

/** Says in one sentence what a file system refused to do, to which object, and what helps. */
final class FileFailure {
    /** A file system with less room than this is called full when a write to it fails. */
    private static final long NO_ROOM = 64 * 1024;

    private FileFailure() {}

    static StorageException writing(DirectoryStore store, String name, Path near, IOException e) {
        if (isFull(e, near)) {
            return new StorageException(
                    "No space is left in " + store.describe() + ", so " + name
                            + " was not written; make room there and run this again (complete backups are not harmed).",
                    e);
        }
        return new StorageException(
                name + " could not be written to " + store.describe() + " (" + reason(e)
                        + "); check that the directory is there and that the user who runs this may write to it.",
                e);
    }

    static StorageException reading(DirectoryStore store, String name, IOException e) {
        return new StorageException(
                name + " could not be read from " + store.describe() + " (" + reason(e)
                        + "); check the disk and that the user who runs this may read it.",
                e);
    }

    static StorageException listing(DirectoryStore store, String directory, IOException e) {
        return new StorageException(
                "The directory " + (directory.isEmpty() ? "" : directory + " of ") + store.describe()
                        + " could not be listed (" + reason(e)
                        + "); check the disk and that the user who runs this may read it.",
                e);
    }

    static StorageException deleting(DirectoryStore store, String name, Path file, IOException e) {
        if (isImmutable(file, e)) {
            return new LockedObjectException(
                    name + " could not be deleted from " + store.describe() + " (" + reason(e)
                            + "): the file is immutable, and stays as long as it is (see lsattr).",
                    e);
        }
        return deleting(store, name, e);
    }

    static StorageException deleting(DirectoryStore store, String name, IOException e) {
        return new StorageException(
                name + " could not be deleted from " + store.describe() + " (" + reason(e)
                        + "); check that the user who runs this may write to the directory.",
                e);
    }

    /**
     * An immutable file cannot be deleted although its directory may be written to, nor can anybody write to it, its owner and root not excepted.
     * Anything else that is refused is a matter of the directory.
     */
    private static boolean isImmutable(Path file, IOException e) {
        Path directory = file.getParent();
        return e instanceof FileSystemException
                && !(e instanceof AccessDeniedException)
                && Files.isRegularFile(file)
                && directory != null
                && Files.isWritable(directory)
                && !Files.isWritable(file);
    }

    /** The system's own words without the path that {@link FileSystemException} puts before them. */
    static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (e instanceof NoSuchFileException) {
            return "no such file or directory";
        }
        if (e instanceof FileSystemException failure && failure.getReason() != null) {
            return failure.getReason();
        }
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    /** The system's words may be translated, so the room that is left counts too. */
    private static boolean isFull(IOException e, Path near) {
        String reason = reason(e).toLowerCase(Locale.ROOT);
        if (reason.contains("no space left")
                || reason.contains("quota exceeded")
                || reason.contains("not enough space")) {
            return true;
        }
        try {
            return Files.getFileStore(near).getUsableSpace() < NO_ROOM && Files.isWritable(near);
        } catch (IOException unknown) {
            e.addSuppressed(unknown);
            return false;
        }
    }
}
