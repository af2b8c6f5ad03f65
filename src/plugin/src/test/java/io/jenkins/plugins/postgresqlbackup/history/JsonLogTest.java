package io.jenkins.plugins.postgresqlbackup.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonLogTest {
    @TempDir
    private Path directory;

    @Test
    void aLineIsOneObjectHoweverManyLinesItsTextsHave() throws Exception {
        Path file = directory.resolve("logs/backup.log");
        JsonLog log = new JsonLog(directory.resolve("logs"), "backup.log", 1000, 2);
        log.write(Map.of("message", "one\ntwo \"three\""));
        log.write(Map.of("rows", 7L));
        log.await();
        assertThat(Files.readAllLines(file))
                .containsExactly("{\"message\":\"one\\ntwo \\\"three\\\"\"}", "{\"rows\":7}");
    }

    @Test
    void largeFilesArePutAsideAndTheOldestGoes() throws Exception {
        Path file = directory.resolve("backup.log");
        JsonLog log = new JsonLog(directory, "backup.log", 100, 2);
        for (int i = 0; i < 60; i++) {
            log.write(Map.of("number", i));
        }
        log.await();
        assertThat(directory.toFile().list()).containsExactlyInAnyOrder("backup.log", "backup.log.1", "backup.log.2");
        assertThat(Files.size(file)).isLessThan(120);
        assertThat(Files.readString(file)).contains("{\"number\":59}");
        String newest = Files.readAllLines(directory.resolve("backup.log.1")).get(0);
        String oldest = Files.readAllLines(directory.resolve("backup.log.2")).get(0);
        assertThat(newest).isNotEqualTo(oldest);
    }

    @Test
    void whatCannotBeWrittenIsMissedAndTheRestGoesOn() throws Exception {
        Path inTheWay = Files.writeString(directory.resolve("logs"), "no directory");
        Path file = inTheWay.resolve("backup.log");
        JsonLog log = new JsonLog(inTheWay, "backup.log", 100, 2);
        log.write(Map.of("number", 1));
        log.await();
        Files.delete(inTheWay);
        log.write(Map.of("number", 2));
        log.await();
        assertThat(Files.readAllLines(file)).containsExactly("{\"number\":2}");
    }
}
