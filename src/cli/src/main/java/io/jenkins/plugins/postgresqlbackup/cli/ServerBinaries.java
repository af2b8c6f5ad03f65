package io.jenkins.plugins.postgresqlbackup.cli;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.ClientPrograms;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/** PostgreSQL's server programs, for a demonstration: installed ones, or unpacked from the archive that zonky publishes. */
final class ServerBinaries {
    private ServerBinaries() {}

    /**
     * An installed server of the same major version as the client programs.
     *
     * @throws UsageException when there is none
     */
    static Path installed(ClientPrograms clients) {
        List<Path> homes = new ArrayList<>();
        homes.add(clients.directory());
        for (String home :
                List.of("/usr/lib/postgresql/%d/bin", "/usr/pgsql-%d/bin", "/opt/homebrew/opt/postgresql@%d/bin")) {
            homes.add(Path.of(home.formatted(clients.major())));
        }
        return homes.stream()
                .filter(home ->
                        Files.isExecutable(home.resolve("initdb")) && Files.isExecutable(home.resolve("postgres")))
                .findFirst()
                .orElseThrow(
                        () -> new UsageException("The demo needs the server programs of PostgreSQL " + clients.major()
                                + ", and there are none here; start it with bin/run, which fetches them, install the package postgresql-"
                                + clients.major() + ", or name their directory with --server."));
    }

    /** Unpacks an archive of server programs, a jar with a {@code .txz} in it, into a directory. */
    static void unpack(Path archive, Path directory) throws IOException {
        try (ZipInputStream jar = new ZipInputStream(new BufferedInputStream(Files.newInputStream(archive)))) {
            for (ZipEntry entry; (entry = jar.getNextEntry()) != null; ) {
                if (entry.getName().endsWith(".txz")) {
                    untar(new XZCompressorInputStream(jar), directory);
                    return;
                }
            }
        }
        throw new IOException(archive + " holds no PostgreSQL server programs; it should be a jar with a .txz in it.");
    }

    private static void untar(InputStream content, Path directory) throws IOException {
        TarArchiveInputStream tar = new TarArchiveInputStream(content);
        for (TarArchiveEntry entry; (entry = tar.getNextEntry()) != null; ) {
            Path target = directory.resolve(entry.getName()).normalize();
            if (!target.startsWith(directory)) {
                throw new IOException("The archive of server programs has a file outside its own directory, "
                        + entry.getName() + "; it is not used.");
            }
            if (entry.isDirectory()) {
                Files.createDirectories(target);
                continue;
            }
            Files.createDirectories(Objects.requireNonNull(target.getParent()));
            if (entry.isSymbolicLink()) {
                Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
            } else {
                Files.copy(tar, target);
                boolean program = (entry.getMode() & 0100) != 0;
                Files.setPosixFilePermissions(
                        target, PosixFilePermissions.fromString(program ? "rwxr-xr-x" : "rw-r--r--"));
            }
        }
    }
}
