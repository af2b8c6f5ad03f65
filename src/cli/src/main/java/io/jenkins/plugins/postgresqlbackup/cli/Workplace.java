package io.jenkins.plugins.postgresqlbackup.cli;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/**
 * Directories for a demonstration. The server's lie beside each other in the system's temporary directory, where also the ordinary user may go as
 * whom a server runs that root starts. All are gone after {@link #close}, what is to be kept aside.
 */
record Workplace(Path programs, Path server, Path kept, boolean keep) implements AutoCloseable {
    static Workplace create(Optional<Path> keep) throws IOException {
        Path programs = Files.createTempDirectory("pgbackup-demo-programs-");
        Files.setPosixFilePermissions(programs, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path server = Files.createTempDirectory("pgbackup-demo-server-");
        return new Workplace(
                programs,
                server,
                keep.isPresent() ? Files.createDirectories(keep.get()) : Files.createTempDirectory("pgbackup-demo-"),
                keep.isPresent());
    }

    /** Where the repository lies. */
    Path repository() {
        return kept.resolve("repository");
    }

    /** The file with the repository's key. */
    Path key() {
        return kept.resolve("backup.key");
    }

    @Override
    public void close() throws IOException {
        delete(programs);
        delete(server);
        if (!keep) {
            delete(kept);
        }
    }

    private static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return; // the server removed its own
        }
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
