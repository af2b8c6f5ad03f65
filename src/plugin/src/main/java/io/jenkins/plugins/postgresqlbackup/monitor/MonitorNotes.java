package io.jenkins.plugins.postgresqlbackup.monitor;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.TreeMap;
import java.util.logging.Level;
import java.util.logging.Logger;

/** What the monitor must remember over a restart, in one small file: when it checked last, and since when it has known each database. Thread-safe. */
final class MonitorNotes {
    private static final Logger LOGGER = Logger.getLogger(MonitorNotes.class.getName());
    private static final ObjectMapper MAPPER = JsonMapper.builder().build();

    private final Path directory;
    private final Path file;

    /** Null until the file was read. */
    private Notes notes;

    /** Times are milliseconds since 1970, 0 for never. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    private record Notes(long checkedAt, TreeMap<String, Long> since) {
        Notes {
            since = since == null ? new TreeMap<>() : since;
        }

        static Notes none() {
            return new Notes(0, new TreeMap<>());
        }
    }

    MonitorNotes(Path directory) {
        this.directory = directory;
        this.file = directory.resolve("monitor.json");
    }

    /** When the last check ended; empty if there was none. */
    synchronized Optional<Instant> checkedAt() {
        long millis = notes().checkedAt();
        return millis == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    }

    /** Since when a database has been known. */
    synchronized Instant since(String database, Instant now) {
        return Instant.ofEpochMilli(notes().since().getOrDefault(database, now.toEpochMilli()));
    }

    /** A check of these databases ended. */
    synchronized void checked(Instant now, Collection<String> databases) {
        TreeMap<String, Long> since = new TreeMap<>(notes().since());
        since.keySet().retainAll(databases);
        databases.forEach(database -> since.putIfAbsent(database, now.toEpochMilli()));
        notes = new Notes(now.toEpochMilli(), since);
        try {
            Files.createDirectories(directory);
            Path fresh = directory.resolve("monitor.json.new");
            Files.writeString(fresh, MAPPER.writeValueAsString(notes), StandardCharsets.UTF_8);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, "That the backups were checked cannot be written to " + file, e);
        }
    }

    private Notes notes() {
        if (notes == null) {
            notes = read();
        }
        return notes;
    }

    private Notes read() {
        if (Files.exists(file)) {
            try {
                Notes read = MAPPER.readValue(Files.readAllBytes(file), Notes.class);
                if (read != null && !read.since().containsValue(null)) {
                    return read;
                }
            } catch (IOException e) {
                LOGGER.log(Level.WARNING, "When the backups were checked cannot be read from " + file, e);
            }
        }
        return Notes.none();
    }
}
