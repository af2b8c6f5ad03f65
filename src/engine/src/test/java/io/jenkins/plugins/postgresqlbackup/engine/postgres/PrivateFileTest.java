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

    /** Another process that makes so many private files and ends without removing the last. */
    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[0]);
        for (int i = 1; i < Integer.parseInt(arguments[1]); i++) {
            PrivateFile.create(directory, PrivateFile.PASSWORD, new byte[] {1}).close();
        }
        Path last = PrivateFile.create(directory, PrivateFile.PASSWORD, new byte[] {1})
                .path();
        Runtime.getRuntime().halt(Files.exists(last) ? 0 : 1);
    }

    private Process anotherProcess(int files) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        PrivateFileTest.class.getName(),
                        directory.toString(),
                        Integer.toString(files))
                .inheritIO()
                .start();
    }

    @Test
    void processesThatMakeFilesAtTheSameTimeDoNotTakeEachOthers() throws Exception {
        List<Process> processes = List.of(anotherProcess(2000), anotherProcess(2000), anotherProcess(2000));

        for (Process process : processes) {
            assertThat(process.waitFor()).isZero();
        }
    }

    @Test
    void aFileInUseSurvivesOtherFilesOfThisProcessAndOfOthers() throws Exception {
        try (PrivateFile first = PrivateFile.create(directory, PrivateFile.SCHEMA, new byte[] {42});
                PrivateFile second = PrivateFile.create(directory, PrivateFile.LIST, new byte[] {43})) {
            assertThat(anotherProcess(1).waitFor()).isZero();

            assertThat(first.path()).hasBinaryContent(new byte[] {42});
            assertThat(second.path()).hasBinaryContent(new byte[] {43});
        }
    }

    @Test
    void whatAProcessLeftBehindIsRemovedByTheNext() throws Exception {
        assertThat(anotherProcess(1).waitFor()).isZero();
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
