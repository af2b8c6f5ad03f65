package io.jenkins.plugins.postgresqlbackup.alert;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import hudson.Extension;
import hudson.ExtensionList;
import io.jenkins.plugins.postgresqlbackup.engine.health.Finding;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;

/**
 * The alerts of this Jenkins, kept in {@code postgresql-backup/alerts.json} below its home. Thread-safe. What cannot be written is told in Jenkins's log and
 * stays in memory: a full disk silences no alert.
 */
@Extension
public final class Alerts {
    private static final Logger LOGGER = Logger.getLogger(Alerts.class.getName());
    private static final ObjectMapper MAPPER = JsonMapper.builder().build();

    /** Guarded by this object; null until the file was read. */
    private AlertBook book;

    public static Alerts get() {
        return ExtensionList.lookupSingleton(Alerts.class);
    }

    private static Path file() {
        return Jenkins.get().getRootDir().toPath().resolve("postgresql-backup").resolve("alerts.json");
    }

    /** Those that are not over, the worst first. */
    public synchronized List<Alert> open() {
        return book().open();
    }

    /** Those that are open and some of the past, the newest first. */
    public synchronized List<Alert> recent() {
        return book().recent();
    }

    /** Takes note that somebody looks after an alert; one that is not open any more needs nobody. */
    public synchronized void acknowledge(String id, String user) {
        book().acknowledge(id, user, Instant.now());
        save();
    }

    /** What a check found. */
    public synchronized void update(List<Finding> findings, Instant now) {
        List<AlertEvent> events = book().update(findings, now);
        save();
        if (!events.isEmpty()) {
            AlertWay.all().stream().filter(AlertWay::isEnabled).forEach(way -> tell(way, events));
        }
    }

    private static void tell(AlertWay way, List<AlertEvent> events) {
        Errands.start("alerts by " + way.getName(), Duration.ofSeconds(30), () -> {
                    way.tell(events);
                    return null;
                })
                .ifPresent(told -> told.whenComplete((nothing, failure) -> {
                    if (failure != null) {
                        LOGGER.log(Level.WARNING, "Alerts could not be told: " + way.getName(), failure);
                    }
                }));
    }

    private AlertBook book() {
        if (book == null) {
            book = read();
        }
        return book;
    }

    /** A file that cannot be read is put aside, so that the next does not take its place. */
    private static AlertBook read() {
        Path file = file();
        if (!Files.exists(file)) {
            return new AlertBook();
        }
        try {
            AlertBook read = MAPPER.readValue(Files.readAllBytes(file), AlertBook.class);
            if (read == null || !read.isComplete()) {
                throw new InvalidObjectException(file + " does not hold what it should");
            }
            return read;
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, "The alerts that were open cannot be read and will be told again", e);
            return new AlertBook();
        }
    }

    private void save() {
        Path file = file();
        try {
            Files.createDirectories(file.getParent());
            Path fresh = file.resolveSibling("alerts.json.new");
            Files.writeString(fresh, MAPPER.writeValueAsString(book), StandardCharsets.UTF_8);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, "The alerts cannot be written to " + file, e);
        }
    }
}
