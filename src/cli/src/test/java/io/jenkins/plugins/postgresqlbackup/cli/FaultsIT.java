package io.jenkins.plugins.postgresqlbackup.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens to a running process: signals, a full disk, a server that hangs up, a pooler in between. */
class FaultsIT {
    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");

    @TempDir
    Path directory;

    private Database source;
    private Session session;
    private JarRun run;

    @BeforeEach
    void aDatabase() throws Exception {
        source = TestPostgres.newDatabase();
        TestPostgres.run(
                source, "CREATE TABLE orders (id int)", "INSERT INTO orders VALUES (1)", "CREATE TABLE other (id int)");
        session = Session.on(source, directory);
        run = new JarRun(JAVA, directory)
                .with("BACKUP_ENCRYPTION_KEY", session.key())
                .with("PGBACKUP_REPOSITORY", "file:" + session.repository())
                .with("PGPASSWORD", session.password());
    }

    private String[] full() {
        return new String[] {"full", "--database", source.url().toString()};
    }

    /** Something to do while a backup waits for a table that somebody else holds. */
    private interface Blow {
        void strike(JarRun.Started backup) throws Exception;
    }

    private Shell.Result whileWaiting(Blow blow) throws Exception {
        try (Connection blocker = source.open("test");
                Statement statement = blocker.createStatement()) {
            blocker.setAutoCommit(false);
            statement.execute("LOCK TABLE public.orders IN ACCESS EXCLUSIVE MODE");
            JarRun.Started backup = run.start(run.command(full()));
            session.awaitSessions(true);
            Instant struck = Instant.now();
            blow.strike(backup);
            Shell.Result result = JarRun.finish(backup);
            assertThat(Duration.between(struck, Instant.now())).isLessThan(Duration.ofSeconds(10));
            blocker.rollback();
            return result;
        }
    }

    private void assertNothingIsLeft() throws Exception {
        session.awaitSessions(false);
        assertThat(session.shell().run("list", "--json").json()).isEmpty();
        assertThat(session.full().code()).isZero();
    }

    private static void signal(String name, JarRun.Started backup) throws IOException, InterruptedException {
        new ProcessBuilder("kill", name, Long.toString(backup.process().pid()))
                .start()
                .waitFor();
    }

    @Test
    void controlCEndsABackupCleanly() throws Exception {
        Shell.Result result = whileWaiting(backup -> signal("-INT", backup));
        assertThat(result.code()).isEqualTo(ExitCodes.INTERRUPTED);
        assertThat(result.complaints())
                .singleElement()
                .asString()
                .startsWith("pgbackup: ")
                .contains("nterrupted");
        assertNothingIsLeft();
    }

    @Test
    void aTerminatedBackupEndsCleanlyToo() throws Exception {
        Shell.Result result = whileWaiting(backup -> signal("-TERM", backup));
        assertThat(result.code()).isEqualTo(143);
        assertThat(result.complaints()).singleElement().asString().contains("nterrupted");
        assertNothingIsLeft();
    }

    @Test
    void aConnectionThatIsKilledIsOneSentence() throws Exception {
        Shell.Result result = whileWaiting(backup -> {
            try (Connection killer = source.open("test");
                    Statement statement = killer.createStatement()) {
                statement.execute(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                                + " AND application_name LIKE 'pgbackup%' AND application_name <> 'pgbackup test'");
            }
        });
        assertThat(result.code()).isEqualTo(ExitCodes.FAILED);
        assertThat(result.complaints())
                .singleElement()
                .asString()
                .contains("connection")
                .doesNotContain("Exception");
        assertNothingIsLeft();
    }

    @Test
    void aDiskThatIsFullIsNamedAndLeavesNoBackup() throws Exception {
        assumeTrue(canMount(), "skipped: a small file system cannot be mounted here (unshare -rm)");
        TestPostgres.run(
                source,
                "CREATE TABLE noise AS SELECT n, gen_random_uuid() AS u, gen_random_uuid() AS v FROM generate_series(1, 100000) n");
        Path small = Files.createDirectory(directory.resolve("small disk"));
        run.with("PGBACKUP_REPOSITORY", "file:" + small.resolve("repository"));
        String script =
                "mount -t tmpfs -o size=1m tmpfs \"$0\" && { \"$@\"; code=$?; ls \"$0/repository/manifests\" 2>/dev/null; exit $code; }";
        Shell.Result result = JarRun.finish(run.start(command("unshare", "-rm", "sh", "-c", script, small.toString())));
        assertThat(result.code()).isEqualTo(ExitCodes.FAILED);
        assertThat(result.complaints())
                .singleElement()
                .asString()
                .contains("No space is left")
                .contains("small disk");
        assertThat(result.out())
                .contains("RECOVERY KEY")
                .doesNotContain("is complete")
                .doesNotContainPattern("\n[0-9]{8}T");
    }

    private List<String> command(String... before) {
        List<String> command = new ArrayList<>(List.of(before));
        command.addAll(run.command(full()));
        return command;
    }

    private static boolean canMount() throws IOException, InterruptedException {
        return new ProcessBuilder("unshare", "-rm", "sh", "-c", "mount -t tmpfs tmpfs /mnt")
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }

    @Test
    void aTransactionPoolerIsRefused() throws Exception {
        Path program = Stream.of("/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/usr/local/bin/pgbouncer")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
        assumeTrue(program != null, "skipped: there is no pgbouncer");
        int port = freePort();
        Path settings = Files.writeString(directory.resolve("pgbouncer.ini"), """
                [databases]
                %s = host=127.0.0.1 port=%d user=postgres password=%s
                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = %d
                unix_socket_dir =
                pool_mode = transaction
                auth_type = any
                """.formatted(
                        source.url().database(), source.url().port(), session.password(), port));
        Files.setPosixFilePermissions(settings, PosixFilePermissions.fromString("rw-------"));
        boolean root = "root".equals(System.getProperty("user.name"));
        List<String> command = root
                ? List.of("unshare", "-U", program.toString(), settings.toString())
                : List.of(program.toString(), settings.toString());
        Process pooler = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("pgbouncer.log").toFile())
                .start();
        try {
            awaitPort(port, pooler);
            String url = "postgresql://postgres@127.0.0.1:" + port + "/"
                    + source.url().database();
            Shell.Result result = run.run("full", "--database", url);
            assertThat(result.code()).isEqualTo(ExitCodes.FAILED);
            assertThat(result.complaints()).singleElement().asString().contains("pooler");
        } finally {
            pooler.destroy();
            pooler.waitFor();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void awaitPort(int port, Process pooler) throws Exception {
        for (int i = 0; i < 100; i++) {
            assumeTrue(pooler.isAlive(), () -> "skipped: pgbouncer does not start: " + log());
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
                return;
            } catch (IOException e) {
                Thread.sleep(100);
            }
        }
        throw new AssertionError("pgbouncer does not answer: " + log());
    }

    private String log() {
        try {
            return Files.readString(directory.resolve("pgbouncer.log"));
        } catch (IOException e) {
            return e.getMessage();
        }
    }
}
