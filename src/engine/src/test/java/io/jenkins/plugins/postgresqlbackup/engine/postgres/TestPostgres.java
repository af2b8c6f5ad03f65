package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/**
 * Real PostgreSQL for tests: one server for all tests of a run, a database for each.
 *
 * <p>The server comes from {@code PGBACKUP_TEST_PG_HOME} (a system property or variable, such as {@code /opt/pg18}),
 * else from a server package under {@code /usr/lib/postgresql}, else (or if that is {@code dependency}) from the binaries
 * among the test dependencies.
 */
public final class TestPostgres {
    private static final AtomicInteger DATABASES = new AtomicInteger();
    private static ScratchServer shared;

    private TestPostgres() {}

    /** The server that all tests share. Leave its settings as they are. */
    public static synchronized ScratchServer server() throws IOException, InterruptedException {
        if (shared == null) {
            shared = startServer(Map.of());
        }
        return shared;
    }

    /** A server of the test's own, for what would disturb others. The test closes it. */
    public static ScratchServer startServer(Map<String, String> settings) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("pgbackup-test-");
        return ScratchServer.start(home(), directory, settings);
    }

    /** A new, empty database on the shared server. */
    public static Database newDatabase() throws IOException, InterruptedException {
        return newDatabase("");
    }

    /** The same with options for CREATE DATABASE, such as {@code ENCODING 'LATIN1' TEMPLATE template0}. */
    public static Database newDatabase(String options) throws IOException, InterruptedException {
        String name = "test_" + DATABASES.incrementAndGet();
        run(server().database("postgres"), "CREATE DATABASE " + name + ' ' + options);
        return server().database(name);
    }

    /** Runs statements one after another, each in a transaction of its own; {@code public} is the search path. */
    public static void run(Database database, String... statements) throws IOException {
        try (Connection connection = database.open("test");
                Statement statement = connection.createStatement()) {
            statement.execute("SET search_path = public");
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw DatabaseException.of(e, "a test's statement");
        }
    }

    /** The client programs that belong to the server. */
    public static ClientPrograms clientPrograms() throws IOException, InterruptedException {
        return ClientPrograms.find(
                List.of(home()), server().database("postgres").server().major());
    }

    /** The directory whose {@code bin} has the server's programs. */
    public static Path home() throws IOException {
        String named = System.getProperty("PGBACKUP_TEST_PG_HOME", System.getenv("PGBACKUP_TEST_PG_HOME"));
        if ("dependency".equals(named)) {
            return unpacked();
        }
        if (named != null && !named.isEmpty()) {
            return Path.of(named);
        }
        List<Path> installed = installed();
        return installed.isEmpty() ? unpacked() : installed.get(installed.size() - 1);
    }

    /** The installations of server packages, the newest last. */
    public static List<Path> installed() throws IOException {
        Path parent = Path.of("/usr/lib/postgresql");
        if (!Files.isDirectory(parent)) {
            return List.of();
        }
        try (Stream<Path> homes = Files.list(parent)) {
            return homes.filter(home -> Files.isExecutable(home.resolve("bin/initdb"))
                            && Files.isExecutable(home.resolve("bin/pg_dump")))
                    .sorted(Comparator.comparing(
                            home -> Integer.valueOf(home.getFileName().toString())))
                    .toList();
        }
    }

    /** Other versions' servers, as the build has put them by: without client programs. */
    public static Path serverOnly(int major) throws IOException {
        Path jar = Path.of("target", "servers", "postgresql-" + major + ".jar");
        try (ZipFile zip = new ZipFile(jar.toFile());
                InputStream archive = zip.getInputStream(zip.getEntry(archive()))) {
            return unpacked(archive.readAllBytes());
        }
    }

    private static String archive() {
        return System.getProperty("os.arch").equals("aarch64")
                ? "postgres-linux-arm_64.txz"
                : "postgres-linux-x86_64.txz";
    }

    private static Path unpacked() throws IOException {
        try (InputStream archive = TestPostgres.class.getResourceAsStream('/' + archive())) {
            if (archive == null) {
                throw new IOException("The test dependencies have no " + archive());
            }
            return unpacked(archive.readAllBytes());
        }
    }

    private static Path unpacked(byte[] content) throws IOException {
        Path target = Path.of("target", "postgresql-" + Integer.toHexString(java.util.Arrays.hashCode(content)))
                .toAbsolutePath();
        if (!Files.isDirectory(target)) {
            unpack(content, target);
        }
        return target;
    }

    private static void unpack(byte[] archive, Path target) throws IOException {
        Files.createDirectories(target.getParent());
        Path partial = Files.createTempDirectory(target.getParent(), "postgresql-");
        try (TarArchiveInputStream entries =
                new TarArchiveInputStream(new XZCompressorInputStream(new java.io.ByteArrayInputStream(archive)))) {
            for (TarArchiveEntry entry; (entry = entries.getNextEntry()) != null; ) {
                Path file = partial.resolve(entry.getName()).normalize();
                if (entry.isDirectory()) {
                    Files.createDirectories(file);
                } else if (entry.isSymbolicLink()) {
                    Files.createDirectories(file.getParent());
                    Files.createSymbolicLink(file, Path.of(entry.getLinkName()));
                } else {
                    Files.createDirectories(file.getParent());
                    Files.copy(entries, file);
                    if ((entry.getMode() & 0100) != 0) {
                        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
                    }
                }
            }
        }
        Files.setPosixFilePermissions(partial, PosixFilePermissions.fromString("rwxr-xr-x"));
        try {
            Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException | java.nio.file.DirectoryNotEmptyException e) {
            // Another run was faster; its copy is as good.
            DirectoryTree.delete(partial);
        }
    }
}
