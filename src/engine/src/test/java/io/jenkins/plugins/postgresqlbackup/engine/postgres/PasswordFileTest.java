package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PasswordFileTest {
    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void create() throws IOException {
        file = directory.resolve("pgpass");
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }

    private Optional<String> password(String url) throws IOException {
        return new PasswordFile(file).passwordFor(DatabaseUrl.parse(url)).map(String::new);
    }

    @Test
    void theFirstLineThatMatchesAllFourFieldsCounts() throws Exception {
        Files.writeString(file, """
                # h:5432:db:me:comment
                h:5432:db:you:not mine
                h:5433:db:me:not this port
                h\\:x:5432:db:me:not this host
                h:5432:db:me:p\\:a\\\\s:s
                *:*:*:me:any
                """);
        assertThat(password("postgresql://me@h/db")).contains("p:a\\s:s");
        assertThat(password("postgresql://me@h/other")).contains("any");
        assertThat(password("postgresql://she@h/db")).isEmpty();
    }

    @Test
    void aLineThatWasWrittenIsReadBack() throws Exception {
        DatabaseUrl url = DatabaseUrl.parse("postgresql://a%3Ab%5C@[::1]/x");
        Files.writeString(file, PasswordFile.line(url, "p:\\w".toCharArray()));
        assertThat(new PasswordFile(file).passwordFor(url).map(String::new)).contains("p:\\w");
    }

    @Test
    void aFileThatOthersMayReadIsRefusedOnlyWhenItWouldBeUsed() throws Exception {
        Files.writeString(file, "h:*:*:*:x\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw----r--"));
        assertThat(password("postgresql://me@other/db")).isEmpty();
        assertThatThrownBy(() -> password("postgresql://me@h/db"))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("chmod 600");
    }

    @Test
    void thePlainFileAndTheEnvironmentHaveTheirOrder() throws Exception {
        DatabaseUrl url = DatabaseUrl.parse("postgresql://me@h/db");
        Files.writeString(file, "first line\nsecond\n");
        assertThat(PasswordSource.file(file).passwordFor(url)).map(String::new).contains("first line");
        Files.writeString(file, "");
        assertThatThrownBy(() -> PasswordSource.file(file).passwordFor(url)).hasMessageContaining("is empty");
        Path home = Files.createDirectory(directory.resolve("home"));
        Files.writeString(home.resolve(".pgpass"), "*:*:*:*:from home\n");
        Files.setPosixFilePermissions(home.resolve(".pgpass"), PosixFilePermissions.fromString("rw-------"));
        assertThat(PasswordSource.environment(Map.of("HOME", home.toString())).passwordFor(url))
                .map(String::new)
                .contains("from home");
        assertThat(PasswordSource.environment(Map.of("HOME", home.toString(), "PGPASSWORD", "direct"))
                        .passwordFor(url))
                .map(String::new)
                .contains("direct");
    }

    @Test
    void privateFilesOfTheLivingStayAndThoseOfTheDeadGo() throws Exception {
        Path abandoned = Files.createTempFile(directory, "pgbackup-", ".pgpass");
        Path other = Files.createTempFile(directory, "other-", ".pgpass");
        try (PrivateFile living = PrivateFile.create(directory, PrivateFile.PASSWORD, new byte[] {1});
                PrivateFile second = PrivateFile.create(directory, PrivateFile.PASSWORD, new byte[] {2})) {
            assertThat(abandoned).doesNotExist();
            assertThat(Files.getPosixFilePermissions(second.path()))
                    .isEqualTo(PosixFilePermissions.fromString("rw-------"));
            Files.createFile(abandoned);
            anotherProcessMakesAPrivateFile();
            assertThat(abandoned).doesNotExist();
            assertThat(living.path()).hasBinaryContent(new byte[] {1});
            assertThat(second.path()).hasBinaryContent(new byte[] {2});
        }
        try (var files = Files.list(directory)) {
            assertThat(files.map(Path::getFileName).map(Path::toString))
                    .containsExactlyInAnyOrder("pgpass", other.getFileName().toString());
        }
    }

    private void anotherProcessMakesAPrivateFile() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        AnotherProcess.class.getName(),
                        directory.toString())
                .inheritIO()
                .start();
        assertThat(process.waitFor()).isZero();
    }

    /** Makes a private file and removes it. */
    static final class AnotherProcess {
        private AnotherProcess() {}

        public static void main(String[] arguments) throws IOException {
            PrivateFile.create(Path.of(arguments[0]), PrivateFile.PASSWORD, new byte[0])
                    .close();
        }
    }
}
