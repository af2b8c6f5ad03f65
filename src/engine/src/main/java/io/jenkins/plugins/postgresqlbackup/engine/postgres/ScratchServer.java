package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * A throw-away PostgreSQL server on 127.0.0.1 with a random password. It goes, and its directory with it, when it is
 * closed, when the JVM ends and even when the JVM is killed. It is fast because it does not survive a crash of the
 * machine. Works as root too, though PostgreSQL refuses to. Thread-safe.
 */
public final class ScratchServer implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration STOP = Duration.ofSeconds(20);
    private static final int PORTS_TO_TRY = 5;

    private final Path binaries;
    private final Path directory;
    private final Map<String, String> settings;
    private final String password;
    private final OrdinaryUser user;
    private final Thread atExit = new Thread(this::closeAtExit, "stop scratch server");

    private int port;
    private Process server;
    private Process watch;

    private ScratchServer(Path binaries, Path directory, Map<String, String> settings, OrdinaryUser user) {
        this.binaries = binaries;
        this.directory = directory;
        this.settings = Map.copyOf(settings);
        this.user = user;
        this.password = UUID.randomUUID().toString();
    }

    /**
     * Makes a cluster (UTF8, locale C, superuser {@code postgres}) and starts its server.
     *
     * @param binaries PostgreSQL's {@code bin} directory or the one above it; needs {@code initdb} and {@code postgres}
     * @param directory one that is empty or not there yet; it belongs to the server from now on
     * @param settings server settings besides
     */
    public static ScratchServer start(Path binaries, Path directory, Map<String, String> settings)
            throws IOException, InterruptedException {
        Files.createDirectories(directory);
        return start(binaries, directory, settings, OrdinaryUser.find(directory));
    }

    static ScratchServer start(Path binaries, Path directory, Map<String, String> settings, OrdinaryUser user)
            throws IOException, InterruptedException {
        Path bin = Files.isExecutable(binaries.resolve("initdb")) ? binaries : binaries.resolve("bin");
        if (!Files.isExecutable(bin.resolve("initdb")) || !Files.isExecutable(bin.resolve("postgres"))) {
            throw new DatabaseException("There is no PostgreSQL server in " + binaries
                    + " (initdb and postgres); name the directory of its binaries.");
        }
        ScratchServer server = new ScratchServer(bin, directory.toAbsolutePath(), settings, user);
        try {
            server.initialise();
            Runtime.getRuntime().addShutdownHook(server.atExit);
            server.restart();
            return server;
        } catch (IOException | InterruptedException | RuntimeException e) {
            try {
                server.close();
            } catch (IOException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
    }

    private Path data() {
        return directory.resolve("data");
    }

    private Path log() {
        return directory.resolve("server.log");
    }

    private void initialise() throws IOException, InterruptedException {
        Path passwordFile = Files.createFile(
                directory.resolve("password"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            Files.writeString(passwordFile, password);
            user.own(directory);
            user.own(passwordFile);
            run(List.of(
                    binaries.resolve("initdb").toString(),
                    "--pgdata=" + data(),
                    "--username=postgres",
                    "--pwfile=" + passwordFile,
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    "--no-locale",
                    "--no-sync"));
        } finally {
            Files.deleteIfExists(passwordFile);
        }
    }

    private void run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(user.wrap(command))
                .redirectErrorStream(true)
                .redirectOutput(log().toFile())
                .start();
        try {
            if (process.waitFor() != 0) {
                throw new DatabaseException("A scratch server could not be made: " + lastWords());
            }
        } finally {
            process.destroyForcibly();
        }
    }

    /** Starts the server again after {@link #stop} or {@link #crash}, maybe on another port. */
    public synchronized void restart() throws IOException, InterruptedException {
        for (int attempt = 1; server == null; attempt++) {
            port = freePort();
            launch();
            if (!answers()) {
                kill("KILL");
                if (attempt == PORTS_TO_TRY || !lastWords().contains("could not bind")) {
                    throw new DatabaseException("A scratch server could not be started: " + lastWords());
                }
            }
        }
    }

    private void launch() throws IOException {
        List<String> command =
                new ArrayList<>(List.of(binaries.resolve("postgres").toString(), "-D", data().toString()));
        Map<String, String> all = new java.util.LinkedHashMap<>(Map.of(
                "listen_addresses", "127.0.0.1",
                "unix_socket_directories", "",
                "fsync", "off",
                "synchronous_commit", "off",
                "full_page_writes", "off",
                "max_wal_size", "2GB"));
        all.putAll(settings);
        all.put("port", Integer.toString(port));
        all.forEach((name, value) -> {
            command.add("-c");
            command.add(name + '=' + value);
        });
        ProcessBuilder builder = new ProcessBuilder(user.wrap(command))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
        builder.environment().keySet().removeIf(name -> name.startsWith("PG") || name.startsWith("LC_"));
        builder.environment().put("LC_ALL", "C");
        server = builder.start();
        // Its standard input ends when this JVM ends, however that happens.
        watch = new ProcessBuilder(
                        "sh",
                        "-c",
                        "read -r x; kill -QUIT \"$1\"; while kill -0 \"$1\"; do sleep 0.1; done; rm -rf \"$2\"",
                        "sh",
                        Long.toString(server.pid()),
                        directory.toAbsolutePath().toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private boolean answers() throws IOException, InterruptedException {
        long end = System.nanoTime() + START.toNanos();
        while (true) {
            try {
                database("postgres").server();
                return true;
            } catch (DatabaseException e) {
                if (Thread.interrupted()) {
                    throw new InterruptedException("Interrupted while a scratch server starts");
                }
                if (!server.isAlive()) {
                    return false;
                }
                boolean notYet = e.sqlState()
                        .filter(state -> state.startsWith("08") || state.equals("57P03"))
                        .isPresent();
                if (!notYet || System.nanoTime() > end) {
                    throw new DatabaseException("A scratch server does not answer: " + lastWords(), e);
                }
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private String lastWords() throws IOException {
        List<String> lines = Files.exists(log())
                ? new String(Files.readAllBytes(log()), StandardCharsets.UTF_8)
                        .lines()
                        .toList()
                : List.of();
        return String.join(" ", lines.subList(Math.max(0, lines.size() - 5), lines.size()));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** One of its databases, as superuser. */
    public synchronized Database database(String name) {
        return new Database(
                new DatabaseUrl("127.0.0.1", port, name, "postgres", Map.of()),
                PasswordSource.fixed(password.toCharArray()));
    }

    /** The password of its superuser, {@code postgres}. */
    public String password() {
        return password;
    }

    /** The directory of its programs. */
    public Path binaries() {
        return binaries;
    }

    /** Its data directory. */
    public Path dataDirectory() {
        return data();
    }

    /** Shuts the server down in order; open connections are ended. */
    public synchronized void stop() throws IOException {
        kill("INT");
    }

    /** Ends the server at once, as a crash would. */
    public synchronized void crash() throws IOException {
        kill("QUIT");
    }

    private void kill(String signal) throws IOException {
        if (server == null) {
            return;
        }
        if (server.isAlive()) {
            new ProcessBuilder("kill", "-" + signal, Long.toString(server.pid())).start();
        }
        boolean interrupted = Thread.interrupted();
        try {
            if (!server.waitFor(STOP.toSeconds(), TimeUnit.SECONDS)) {
                server.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            interrupted = true;
            server.destroyForcibly();
        }
        watch.destroyForcibly();
        server = null;
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the server at once and removes its directory. */
    @Override
    public synchronized void close() throws IOException {
        crash();
        DirectoryTree.delete(directory);
        if (Thread.currentThread() != atExit) {
            removeHook();
        }
    }

    private void removeHook() {
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            // The JVM is ending: the hook runs, or has run, and finds nothing left to do.
            System.getLogger(ScratchServer.class.getName()).log(System.Logger.Level.TRACE, "At the JVM's end", e);
        }
    }

    private void closeAtExit() {
        try {
            close();
        } catch (IOException e) {
            System.getLogger(ScratchServer.class.getName())
                    .log(System.Logger.Level.WARNING, "The scratch server's directory could not be removed", e);
        }
    }
}
