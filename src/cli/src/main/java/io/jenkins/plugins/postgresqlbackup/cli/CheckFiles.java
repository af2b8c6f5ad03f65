package io.jenkins.plugins.postgresqlbackup.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/** The files that checks leave for others to read. */
final class CheckFiles {
    private static final long LONGEST_LOG = 10_000_000;
    private static final int OLD_LOGS = 5;

    private CheckFiles() {}

    /** Replaces a file as a whole, so that nobody reads a part of it; everybody may read it, for a collector runs as somebody else. */
    static void replace(Path file, String text) throws IOException {
        Path directory = file.toAbsolutePath().resolveSibling("");
        Files.createDirectories(directory);
        // A collector reads every file that ends with .prom.
        Path fresh = Files.createTempFile(directory, "." + file.getFileName() + ".", ".tmp");
        try {
            Files.writeString(fresh, text, StandardCharsets.UTF_8);
            Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-r--r--"));
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    /** Adds a line to a log, and begins a new one when it has become long. */
    static void append(Path log, Map<String, Object> line) throws IOException {
        Files.createDirectories(log.toAbsolutePath().resolveSibling(""));
        if (Files.exists(log) && Files.size(log) >= LONGEST_LOG) {
            rotate(log);
        }
        Files.write(
                log,
                (json(line) + "\n").getBytes(StandardCharsets.UTF_8),
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    private static void rotate(Path log) throws IOException {
        for (int number = OLD_LOGS - 1; number >= 1; number--) {
            if (Files.exists(old(log, number))) {
                Files.move(old(log, number), old(log, number + 1), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        Files.move(log, old(log, 1), StandardCopyOption.REPLACE_EXISTING);
    }

    private static Path old(Path log, int number) {
        return log.resolveSibling(log.getFileName() + "." + number);
    }

    private static String json(Map<String, Object> line) {
        try {
            return JsonMapper.builder().build().writeValueAsString(line);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The line cannot be written as JSON.", e);
        }
    }
}
