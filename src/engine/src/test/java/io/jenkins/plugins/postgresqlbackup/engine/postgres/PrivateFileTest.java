package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateFileTest {
    @TempDir
    private Path directory;

    /** Another process that makes a private file and ends without removing it. */
    public static void main(String[] arguments) throws IOException {
        Runtime.getRuntime()
                .halt(
                        Files.exists(PrivateFile.create(Path.of(arguments[0]), PrivateFile.PASSWORD, new byte[] {1})
                                        .path())
                                ? 0
                                : 1);
    }

    private void anotherProcess() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        PrivateFileTest.class.getName(),
                        directory.toString())
                .inheritIO()
                .start();
        assertThat(process.waitFor()).isZero();
    }

    @Test
    void aFileInUseSurvivesOtherFilesOfThisProcessAndOfOthers() throws Exception {
        try (PrivateFile first = PrivateFile.create(directory, PrivateFile.SCHEMA, new byte[] {42});
                PrivateFile second = PrivateFile.create(directory, PrivateFile.LIST, new byte[] {43})) {
            anotherProcess();

            assertThat(first.path()).hasBinaryContent(new byte[] {42});
            assertThat(second.path()).hasBinaryContent(new byte[] {43});
        }
    }

    @Test
    void whatAProcessLeftBehindIsRemovedByTheNext() throws Exception {
        anotherProcess();
        assertThat(directory).isNotEmptyDirectory();

        PrivateFile.create(directory, PrivateFile.PASSWORD, new byte[0]).close();

        try (var files = Files.list(directory)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void onlyItsOwnerMayReadIt() throws Exception {
        try (PrivateFile file = PrivateFile.create(directory, PrivateFile.SCHEMA, new byte[] {42})) {
            assertThat(Files.getPosixFilePermissions(file.path()))
                    .extracting(Enum::name)
                    .containsExactlyInAnyOrderElementsOf(List.of("OWNER_READ", "OWNER_WRITE"));
        }
    }
}
