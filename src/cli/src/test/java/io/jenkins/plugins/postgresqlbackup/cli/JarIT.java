package io.jenkins.plugins.postgresqlbackup.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TestPostgres;
import io.jenkins.plugins.postgresqlbackup.engine.storage.GcsServer;
import io.jenkins.plugins.postgresqlbackup.engine.storage.S3Server;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The shaded jar does all of it by itself: nothing that it needs was left out, and no JDK has anything to complain of. */
class JarIT {
    private static final Path THIS_JAVA = Path.of(System.getProperty("java.home"), "bin", "java");
    private static final long LARGEST = 27_000_000;

    @TempDir
    Path directory;

    static Stream<Path> everyJava() throws IOException {
        return JarRun.everyJava();
    }

    @Test
    void theJarIsSmall() throws IOException {
        assertThat(Files.size(JarRun.jar())).isLessThan(LARGEST);
    }

    @ParameterizedTest
    @MethodSource("everyJava")
    void everyJdkRunsAWholeRoundWithoutAWarning(Path java) throws Exception {
        Database source = TestPostgres.newDatabase();
        TestPostgres.run(
                source,
                "CREATE TABLE orders (id int PRIMARY KEY, item text)",
                "INSERT INTO orders SELECT n, repeat(n::text, 20) FROM generate_series(1, 20000) n",
                "SELECT lo_from_bytea(0, 'a large object')");
        Session session = Session.on(source, directory);
        String copy = source.url().database() + "_copy";
        JarRun run = new JarRun(java, directory)
                .with("BACKUP_ENCRYPTION_KEY", session.key())
                .with("PGBACKUP_REPOSITORY", "file:" + session.repository())
                .with("PGPASSWORD", session.password());

        assertSilent(run.run("--version"), "pgbackup 1.");
        assertSilent(run.run("full", "--help"), "Examples:");
        assertSilent(run.run("full", "--database", source.url().toString()), "is complete");
        assertSilent(run.run("list", "--json"), "\"rows\" : 20000");
        assertSilent(run.run("verify", "latest"), "is good");
        assertSilent(run.run("key", "list"), "recovery");
        assertSilent(
                run.with("PASS", "a passphrase").run("key", "add", "--kind", "write", "--holder", "env:PASS"),
                "write slot");
        assertSilent(
                run.run(
                        "restore",
                        "latest",
                        "--to",
                        source.url().withDatabase(copy).toString(),
                        "--create"),
                "20,000 rows");
        assertThat(Session.count(source.withDatabase(copy), "public.orders")).isEqualTo(20_000);
    }

    @Test
    void theKeysOfABucketComeFromTheUsualVariables() throws Exception {
        Database source = TestPostgres.newDatabase();
        TestPostgres.run(source, "CREATE TABLE orders AS SELECT n AS id FROM generate_series(1, 1000) n");
        Session session = Session.on(source, directory);
        JarRun run = new JarRun(THIS_JAVA, directory)
                .with("BACKUP_ENCRYPTION_KEY", session.key())
                .with("PGBACKUP_REPOSITORY", S3Server.s3Proxy().newLocation().toString())
                .with("AWS_ACCESS_KEY_ID", S3Server.KEYS.accessKeyId())
                .with("AWS_SECRET_ACCESS_KEY", S3Server.KEYS.secretAccessKey())
                .with("PGPASSWORD", session.password());
        assertSilent(run.run("full", "--database", source.url().toString()), "is complete");
        assertSilent(run.run("verify", "latest"), "is good");
    }

    @Test
    void theKeyOfAGoogleBucketComesFromTheFileThatTheUsualVariableNames() throws Exception {
        Database source = TestPostgres.newDatabase();
        TestPostgres.run(
                source, "CREATE TABLE orders AS SELECT n AS id, md5(n::text) FROM generate_series(1, 100000) n");
        Session session = Session.on(source, directory);
        Path key = Files.writeString(
                directory.resolve("google.json"), GcsServer.shared().key().json());
        JarRun run = new JarRun(THIS_JAVA, directory)
                .with("BACKUP_ENCRYPTION_KEY", session.key())
                .with(
                        "PGBACKUP_REPOSITORY",
                        GcsServer.shared().newLocation("chunkSize=256K").toString())
                .with("GOOGLE_APPLICATION_CREDENTIALS", key.toString())
                .with("PGPASSWORD", session.password());
        assertSilent(run.run("full", "--database", source.url().toString()), "is complete");
        assertSilent(run.run("verify", "latest"), "is good");
        Files.writeString(key, "{}");
        assertThat(run.run("list").err()).contains("there are no credentials in the file " + key);
    }

    private static void assertSilent(Shell.Result result, String shown) {
        assertThat(result.err()).isEmpty();
        assertThat(result.code()).isZero();
        assertThat(result.out()).contains(shown);
    }

    @ParameterizedTest
    @MethodSource("everyJava")
    void itUsesZstandardWhereThatCanBeLoaded(Path java) throws Exception {
        JarRun run = new JarRun(java, directory).with("PGBACKUP_REPOSITORY", "file:" + directory.resolve("none"));
        Shell.Result refused = run.with("BACKUP_ENCRYPTION_KEY", "a passphrase").run("list", "--debug");
        assertThat(refused.code()).isEqualTo(ExitCodes.FAILED);
        Shell.Result parsed = run.run("full", "--database", "postgresql://me@127.0.0.1:1/x", "--compression", "zstd:3");
        assertThat(parsed.err())
                .startsWith("pgbackup: Nothing answers at 127.0.0.1 port 1")
                .doesNotContain("zstd");
    }

    @Test
    void aRawKeyInAVariableIsTakenByteForByte() throws Exception {
        String hex = "80ff01fe027f03c30a28fffe8182838485868788898a8b8c8d8e8f9091929394";
        JarRun run =
                new JarRun(THIS_JAVA, directory).with("PGBACKUP_REPOSITORY", "file:" + directory.resolve("repository"));
        Path key = Files.writeString(directory.resolve("key"), hex);
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        assertThat(run.run("init", "--key", "file:" + key, "--quiet").code()).isZero();

        String bytes = hex.replaceAll("(..)", "\\\\x$1");
        String script = "export BACKUP_ENCRYPTION_KEY=$'" + bytes + "'; exec \"$0\" \"$@\"";
        List<String> command = Stream.concat(Stream.of("bash", "-c", script), run.command("key", "check").stream())
                .toList();
        Shell.Result checked = JarRun.finish(run.start(command));
        assertThat(checked.err()).isEmpty();
        assertThat(checked.out()).contains("full slot");
    }

    @Test
    void theDemoProvesItselfAndLeavesNothingBehind() throws Exception {
        Path temporary = Files.createTempDirectory("pgbackup-test-");
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxrwxrwx"));
        JarRun run = new JarRun(THIS_JAVA, directory);
        List<String> command = List.of(
                THIS_JAVA.toString(),
                "-Xmx256m",
                "-Djava.io.tmpdir=" + temporary,
                "-jar",
                JarRun.jar().toString(),
                "demo",
                "--server",
                TestPostgres.home().toString(),
                "--json");
        Shell.Result demo = JarRun.finish(run.start(command));
        assertThat(demo.err()).isEmpty();
        assertThat(demo.code()).isZero();
        assertThat(demo.json().get("proven").asBoolean()).isTrue();
        assertThat(demo.json().get("rows").asLong()).isGreaterThan(900_000);
        assertThat(demo.json().get("steps")).hasSizeGreaterThanOrEqualTo(7);
        assertThat(temporary).isEmptyDirectory();
        Files.delete(temporary);
    }

    @Test
    void theShopStaysOpenForAnotherProgramUntilItsInputEnds() throws Exception {
        Path served = directory.resolve("served");
        Process demo = new ProcessBuilder(
                        THIS_JAVA.toString(),
                        "-Xmx256m",
                        "-jar",
                        JarRun.jar().toString(),
                        "demo",
                        "--server",
                        TestPostgres.home().toString(),
                        "--serve",
                        served.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader told = demo.inputReader()) {
            assertThat(told.readLine()).endsWith(served.toString());
            for (String secret : List.of("server", "password", "backup.key")) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(served.resolve(secret))))
                        .isEqualTo("rw-------");
            }
            String url = Files.readString(served.resolve("server")).strip();
            JarRun run = new JarRun(THIS_JAVA, directory)
                    .with(
                            "PGPASSWORD",
                            Files.readString(served.resolve("password")).strip())
                    .with("PGBACKUP_REPOSITORY", "file:" + served.resolve("repository"))
                    .with(
                            "BACKUP_ENCRYPTION_KEY",
                            Files.readString(served.resolve("backup.key")).strip());
            assertSilent(run.run("full", "--database", url.replace("//", "//postgres@") + "/shop"), "is complete");

            demo.getOutputStream().close();
            assertThat(demo.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(demo.exitValue()).isZero();
            assertThat(run.run("full", "--database", url.replace("//", "//postgres@") + "/shop")
                            .err())
                    .contains("Nothing answers");
        } finally {
            demo.destroyForcibly();
        }
    }
}
