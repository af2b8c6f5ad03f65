package io.jenkins.plugins.postgresqlbackup.engine.operation;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.concurrent.atomic.AtomicLong;

/** The directory that an export fills: its files are for their owner only, and while it is not complete one of them says so. Thread-safe. */
final class ExportDirectory {
    static final String UNFINISHED = "UNFINISHED.txt";
    static final String DATA = "data";

    private final Path path;
    private final AtomicLong files = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();

    ExportDirectory(Path path) {
        this.path = path.toAbsolutePath().normalize();
    }

    Path path() {
        return path;
    }

    /** @throws RefusedException if something is there already that nobody allowed to be replaced */
    void requireUsable(boolean overwrite) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!Files.isDirectory(path)) {
            throw new RefusedException(path + " is no directory; name one that is empty or not there yet.");
        }
        try (DirectoryStream<Path> content = Files.newDirectoryStream(path)) {
            if (!overwrite && content.iterator().hasNext()) {
                throw new RefusedException("The directory " + path
                        + " is not empty; name another one, or allow the files of an earlier export to be replaced"
                        + " (--overwrite).");
            }
        }
    }

    /** Makes the directory, and takes away what makes an earlier export loadable, and its rows. */
    void begin(String unfinished) throws IOException {
        Path data = path.resolve(DATA);
        Files.createDirectories(path, owner("rwx------"));
        Files.createDirectories(data, owner("rwx------"));
        Files.deleteIfExists(path.resolve(ExportBackup.MAIN));
        try (DirectoryStream<Path> earlier = Files.newDirectoryStream(data, "[0-9][0-9][0-9][0-9][0-9][0-9].*.sql")) {
            for (Path file : earlier) {
                Files.delete(file);
            }
        }
        try (OutputStream file = open(UNFINISHED)) {
            file.write(unfinished.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Takes away the file that says that it is not finished. */
    void finish() throws IOException {
        Files.delete(path.resolve(UNFINISHED));
    }

    void write(String name, String text) throws IOException {
        try (OutputStream file = create(name)) {
            file.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** A new file in place of what had its name; it counts. */
    OutputStream create(String name) throws IOException {
        files.incrementAndGet();
        return new FilterOutputStream(new BufferedOutputStream(open(name), 1 << 17)) {
            @Override
            public void write(byte[] content, int offset, int length) throws IOException {
                out.write(content, offset, length);
                bytes.addAndGet(length);
            }

            @Override
            public void write(int one) throws IOException {
                out.write(one);
                bytes.incrementAndGet();
            }
        };
    }

    private OutputStream open(String name) throws IOException {
        Path file = path.resolve(name);
        Files.deleteIfExists(file);
        return java.nio.channels.Channels.newOutputStream(Files.newByteChannel(
                file, EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), owner("rw-------")));
    }

    private static FileAttribute<?>[] owner(String permissions) {
        boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
        return posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    long files() {
        return files.get();
    }

    long bytes() {
        return bytes.get();
    }
}
