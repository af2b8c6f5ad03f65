package io.jenkins.plugins.postgresqlbackup.engine.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import software.amazon.awssdk.core.exception.SdkException;

/** A real server that speaks S3, in a process of its own, one of each kind for all tests; it ends with them. */
public final class S3Server {
    public static final String BUCKET = "backups";
    public static final S3Keys KEYS = new S3Keys("test-access-key", "test-secret-access-key", Optional.empty());
    private static final Path JARS = Path.of("target", "servers");

    private static S3Server s3Proxy;
    private static S3Server s3Mock;
    private static S3Server supabase;

    private final URI endpoint;

    private S3Server(URI endpoint) {
        this.endpoint = endpoint;
    }

    /** S3Proxy, which checks signatures. */
    public static synchronized S3Server s3Proxy() {
        if (s3Proxy == null) {
            s3Proxy = s3Proxy("");
        }
        return s3Proxy;
    }

    /** S3Proxy where Supabase has its S3 endpoint: signatures cover the path. */
    public static synchronized S3Server supabase() {
        if (supabase == null) {
            supabase = s3Proxy("/storage/v1/s3");
        }
        return supabase;
    }

    private static S3Server s3Proxy(String path) {
        try {
            Path directory = newDirectory("s3proxy");
            Path data = Files.createDirectory(directory.resolve("data"));
            Files.createDirectory(data.resolve(BUCKET));
            int port = freePort();
            Path configuration = directory.resolve("s3proxy.conf");
            Files.writeString(
                    configuration,
                    String.join(
                            "\n",
                            "s3proxy.endpoint=http://127.0.0.1:" + port,
                            "s3proxy.service-path=" + path,
                            "s3proxy.authorization=aws-v2-or-v4",
                            "s3proxy.identity=" + KEYS.accessKeyId(),
                            "s3proxy.credential=" + KEYS.secretAccessKey(),
                            "jclouds.provider=filesystem-nio2",
                            "jclouds.identity=local",
                            "jclouds.credential=local",
                            "jclouds.filesystem.basedir=" + data));
            return start(
                    port,
                    path,
                    directory,
                    List.of("-jar", jar("s3proxy.jar"), "--properties", configuration.toString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Adobe's S3Mock, which believes every signature. */
    public static synchronized S3Server s3Mock() {
        if (s3Mock == null) {
            try {
                Path directory = newDirectory("s3mock");
                int port = freePort();
                s3Mock = start(
                        port,
                        "",
                        directory,
                        List.of(
                                "-jar",
                                jar("s3mock.jar"),
                                "--server.port=0",
                                "--http.port=" + port,
                                "--com.adobe.testing.s3mock.httpPort=" + port,
                                "--com.adobe.testing.s3mock.store.initialBuckets=" + BUCKET,
                                "--com.adobe.testing.s3mock.store.root=" + directory.resolve("data")));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return s3Mock;
    }

    public URI endpoint() {
        return endpoint;
    }

    /** A place of its own for one test. */
    public URI newLocation(String... parameters) {
        return location(endpoint, parameters);
    }

    /** A place that is reached by way of another address. */
    public static URI location(URI endpoint, String... parameters) {
        StringBuilder url = new StringBuilder("s3://" + BUCKET + "/" + UUID.randomUUID() + "?endpoint=" + endpoint);
        for (String parameter : parameters) {
            url.append('&').append(parameter);
        }
        return URI.create(url.toString());
    }

    private static String jar(String name) {
        return JARS.resolve(name).toAbsolutePath().toString();
    }

    private static Path newDirectory(String name) throws IOException {
        return Files.createTempDirectory(Path.of("target"), name).toAbsolutePath();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static S3Server start(int port, String path, Path directory, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx256m");
        // What it forgets there goes with the build.
        command.add("-Djava.io.tmpdir=" + directory);
        command.addAll(arguments);
        Path log = directory.resolve("log");
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        S3Server server = new S3Server(URI.create("http://127.0.0.1:" + port + path));
        Instant end = Instant.now().plusSeconds(60);
        while (!server.answers(port)) {
            if (!process.isAlive() || Instant.now().isAfter(end)) {
                throw new IOException("The server did not start: " + Files.readString(log));
            }
        }
        return server;
    }

    private boolean answers(int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            S3Store.open(newLocation("attempts=1"), Optional.of(KEYS), System::getenv)
                    .close();
            return socket.isConnected();
        } catch (java.net.ConnectException | StorageException notYet) {
            try {
                Thread.sleep(100);
            } catch (InterruptedException e) {
                throw new IOException("Stopped while a server started.", e);
            }
            return false;
        } catch (SdkException e) {
            throw new IOException(e);
        }
    }
}
