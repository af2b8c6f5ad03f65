package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * A server of a test's own that can go through what data directories go through: be stopped, crash, be copied, become a
 * standby, be promoted, be handled by programs while it is stopped. Small log segments make it quick to copy. It ends with
 * the JVM, however that happens. For one thread.
 */
public final class TestCluster implements AutoCloseable {
    private static final String PASSWORD = UUID.randomUUID().toString();
    private static final Map<Path, Path> TEMPLATES = new HashMap<>();
    private static final int START_SECONDS = 60;

    private final Path bin;
    private final Path directory;
    private final Map<String, String> settings;
    private final OrdinaryUser user;

    private int port;
    private Process server;
    private Process watch;

    private TestCluster(Path bin, Path directory, Map<String, String> settings, OrdinaryUser user) {
        this.bin = bin;
        this.directory = directory;
        this.settings = new LinkedHashMap<>(settings);
        this.user = user;
    }

    /** A new cluster whose server runs. */
    public static TestCluster start(Path home, Map<String, String> settings) throws IOException, InterruptedException {
        Path bin = home.resolve("bin");
        TestCluster cluster = new TestCluster(bin, newDirectory(), settings, OrdinaryUser.find(Path.of(".")));
        cluster.user.own(cluster.directory);
        cluster.fill(cluster.template());
        cluster.start();
        return cluster;
    }

    /** The same with a system identifier of its own; all others have the same one, as copies have. */
    public static TestCluster startAnew(Path home, Map<String, String> settings, int port)
            throws IOException, InterruptedException {
        TestCluster cluster =
                new TestCluster(home.resolve("bin"), newDirectory(), settings, OrdinaryUser.find(Path.of(".")));
        cluster.initialise(cluster.directory);
        cluster.start(port);
        return cluster;
    }

    private static Path newDirectory() throws IOException {
        return Files.createTempDirectory("pgbackup-cluster-");
    }

    private Path template() throws IOException, InterruptedException {
        synchronized (TEMPLATES) {
            Path template = TEMPLATES.get(bin);
            if (template == null) {
                template = newDirectory();
                if (TEMPLATES.isEmpty()) {
                    Runtime.getRuntime().addShutdownHook(new Thread(TestCluster::removeTemplates, "remove templates"));
                }
                initialise(template);
                TEMPLATES.put(bin, template);
            }
            return template;
        }
    }

    /** What new clusters are copied from goes when the JVM ends; a class loader that is closed before that must see to it. */
    public static void removeTemplates() {
        synchronized (TEMPLATES) {
            for (Path template : TEMPLATES.values()) {
                try {
                    DirectoryTree.delete(template);
                } catch (IOException e) {
                    System.getLogger(TestCluster.class.getName())
                            .log(System.Logger.Level.WARNING, "A cluster's directory could not be removed", e);
                }
            }
            TEMPLATES.clear();
        }
    }

    private void initialise(Path into) throws IOException, InterruptedException {
        Path passwordFile = Files.createFile(
                into.resolve("password"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(passwordFile, PASSWORD);
        user.own(into);
        user.own(passwordFile);
        run(
                bin.resolve("initdb").toString(),
                "--pgdata=" + into.resolve("data"),
                "--username=postgres",
                "--pwfile=" + passwordFile,
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--no-locale",
                "--wal-segsize=1",
                "--no-sync");
        Files.delete(passwordFile);
    }

    private void fill(Path from) throws IOException, InterruptedException {
        run("cp", "-a", from.resolve("data").toString(), directory.toString());
        Files.deleteIfExists(data().resolve("postmaster.pid"));
    }

    private Path data() {
        return directory.resolve("data");
    }

    /** The data directory; leave it alone while the server runs. */
    public Path dataDirectory() {
        return data();
    }

    private Path log() {
        return directory.resolve("server.log");
    }

    /** Starts the server, on another port than before. */
    public void start() throws IOException, InterruptedException {
        int free;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        start(free);
    }

    /** The same on a port of one's choice. */
    public void start(int onPort) throws IOException, InterruptedException {
        port = onPort;
        Map<String, String> all = new LinkedHashMap<>(Map.of(
                "listen_addresses", "127.0.0.1",
                "unix_socket_directories", "",
                "fsync", "off",
                "full_page_writes", "off",
                "autovacuum", "off"));
        all.putAll(settings);
        all.put("port", Integer.toString(port));
        List<String> command = new ArrayList<>(List.of(bin.resolve("postgres").toString(), "-D", data().toString()));
        all.forEach((name, value) -> command.addAll(List.of("-c", name + '=' + value)));
        ProcessBuilder builder = process(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("PG") || name.startsWith("LC_"));
        builder.environment().put("LC_ALL", "C");
        server = builder.start();
        watch = new ProcessBuilder(
                        "sh",
                        "-c",
                        "read -r x; kill -QUIT \"$1\"; while kill -0 \"$1\"; do sleep 0.1; done; rm -rf \"$2\"",
                        "sh",
                        Long.toString(server.pid()),
                        directory.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        awaitAnswer();
    }

    private void awaitAnswer() throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (true) {
            try {
                database("postgres").server();
                return;
            } catch (DatabaseException e) {
                if (!server.isAlive() || System.nanoTime() > end) {
                    throw new IOException("The server does not come up: " + logEnd(), e);
                }
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private String logEnd() throws IOException {
        List<String> lines =
                Files.exists(log()) ? Files.readAllLines(log(), StandardCharsets.ISO_8859_1) : List.<String>of();
        return String.join(" ", lines.subList(Math.max(0, lines.size() - 8), lines.size()));
    }

    private ProcessBuilder process(List<String> command) {
        return new ProcessBuilder(user.wrap(command))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
    }

    private void run(String... command) throws IOException, InterruptedException {
        Process process = process(List.of(command)).start();
        try {
            if (process.waitFor() != 0) {
                throw new IOException(String.join(" ", command) + " failed: " + logEnd());
            }
        } finally {
            process.destroyForcibly();
        }
    }

    /** Runs one of PostgreSQL's own programs, such as {@code pg_resetwal}, on the data directory of the stopped server. */
    public void runOnData(Path program, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        command.add(data().toString());
        run(command.toArray(String[]::new));
    }

    /** One of its databases, as superuser. */
    public Database database(String name) {
        return new Database(
                new DatabaseUrl("127.0.0.1", port, name, "postgres", Map.of()),
                PasswordSource.fixed(PASSWORD.toCharArray()));
    }

    /** Shuts down in order; open connections are ended. */
    public void stop() throws IOException, InterruptedException {
        kill("INT");
    }

    /** Ends the server at once, as a crash would: what was not flushed is lost. */
    public void crash() throws IOException, InterruptedException {
        kill("QUIT");
    }

    private void kill(String signal) throws IOException, InterruptedException {
        if (server == null) {
            return;
        }
        new ProcessBuilder("kill", "-" + signal, Long.toString(server.pid())).start();
        if (!server.waitFor(START_SECONDS, TimeUnit.SECONDS)) {
            server.destroyForcibly().waitFor();
        }
        watch.destroyForcibly();
        server = null;
    }

    /** A copy of the data directory of the stopped server, as a cluster of its own that is not started yet. */
    public TestCluster copy() throws IOException, InterruptedException {
        TestCluster copy = new TestCluster(bin, newDirectory(), settings, user);
        user.own(copy.directory);
        copy.fill(directory);
        return copy;
    }

    /** Makes this one, a copy that is not started yet, follow the other when it starts. */
    public void follow(TestCluster primary) throws IOException {
        Path signal = Files.createFile(data().resolve("standby.signal"));
        user.own(signal);
        Files.writeString(
                data().resolve("postgresql.auto.conf"),
                "primary_conninfo = 'host=127.0.0.1 port=" + primary.port + " user=postgres password=" + PASSWORD
                        + "'\n",
                StandardOpenOption.APPEND);
    }

    /** Removes all traces. */
    @Override
    public void close() throws IOException {
        try {
            crash();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        DirectoryTree.delete(directory);
    }
}
