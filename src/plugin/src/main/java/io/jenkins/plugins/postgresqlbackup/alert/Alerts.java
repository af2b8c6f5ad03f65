package io.jenkins.plugins.postgresqlbackup.alert;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.model.Computer;
import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.engine.health.Finding;
import io.jenkins.plugins.postgresqlbackup.engine.health.Rule;
import io.jenkins.plugins.postgresqlbackup.monitor.BackupMonitor;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import jenkins.model.Jenkins;

/**
 * The alerts of this Jenkins, kept in {@code postgresql-backup/alerts.json} below its home. Thread-safe; who reads them waits for no file. What cannot be
 * written is told in Jenkins's log and stays in memory: a full disk silences no alert.
 */
@Extension
public final class Alerts {
    private static final Logger LOGGER = Logger.getLogger(Alerts.class.getName());
    private static final ObjectMapper MAPPER = JsonMapper.builder().build();

    /** How long a way may take to tell. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Guarded by this object; null until the file was read. */
    private KeptAlerts kept;

    /** The ways that are telling. Guarded by this object. */
    private final Set<String> telling = new HashSet<>();

    private volatile List<Alert> open;
    private volatile List<Alert> recent;

    public static Alerts get() {
        return ExtensionList.lookupSingleton(Alerts.class);
    }

    private static Path directory() {
        return Jenkins.get().getRootDir().toPath().resolve("postgresql-backup");
    }

    private static Path file() {
        return directory().resolve("alerts.json");
    }

    /** Those that are not over, the worst first. */
    public List<Alert> open() {
        List<Alert> known = open;
        return known == null ? readOpen() : known;
    }

    /** Those that are open and some of the past, the newest first. */
    public List<Alert> recent() {
        List<Alert> known = recent;
        return known == null ? readRecent() : known;
    }

    private synchronized List<Alert> readOpen() {
        return kept().book().open();
    }

    private synchronized List<Alert> readRecent() {
        return kept().book().recent();
    }

    /** Takes note that somebody looks after an alert; one that is not open any more needs nobody. */
    public synchronized void acknowledge(String id, String user) {
        Instant now = Instant.now();
        kept().book().acknowledge(id, user, now).ifPresent(alert -> {
            save();
            MonitoringLog.acknowledged(alert, now);
        });
    }

    /** Takes over what a check found, and has it told. */
    public synchronized void update(List<Finding> findings, Instant now) {
        List<AlertEvent> events = kept().book().update(findings, now);
        MonitoringLog.checked(findings, now);
        events.forEach(event -> MonitoringLog.happened(event, now));
        Map<String, Outbox> outboxes = kept().outboxes();
        for (AlertWay way : enabled()) {
            outboxes.computeIfAbsent(way.getName(), name -> new Outbox())
                    .add(events.stream()
                            .filter(event -> !isAbout(event.alert(), way))
                            .toList());
        }
        save();
        deliver(now);
    }

    /** Nobody is told by a way that it does not work. */
    private static boolean isAbout(Alert alert, AlertWay way) {
        return alert.getRule().equals(Rule.ALERT_UNDELIVERED.code())
                && alert.getSubject().equals(way.getName());
    }

    private static List<AlertWay> enabled() {
        return AlertWay.all().stream().filter(AlertWay::isEnabled).toList();
    }

    /** Tries again what is due and was not told yet; waits for nothing. What a way was to tell that is no longer set up is forgotten. */
    public synchronized void deliver(Instant now) {
        List<AlertWay> ways = enabled();
        Set<String> names = ways.stream().map(AlertWay::getName).collect(Collectors.toSet());
        if (kept().outboxes().keySet().retainAll(names)) {
            save();
        }
        for (AlertWay way : ways) {
            Outbox outbox = kept().outboxes().get(way.getName());
            List<AlertEvent> due = outbox == null ? List.of() : outbox.due(now);
            if (!due.isEmpty()) {
                tell(way, due);
            }
        }
    }

    /** What came of the last time must be noted before the next, or the same would be told twice. */
    private void tell(AlertWay way, List<AlertEvent> events) {
        if (telling.contains(way.getName())) {
            return;
        }
        Errands.start("alerts by " + way.getName(), PATIENCE, () -> {
                    way.tell(events);
                    return null;
                })
                .ifPresent(told -> {
                    telling.add(way.getName());
                    // Not on the timer's thread, which says that it takes too long.
                    told.whenCompleteAsync(
                            (nothing, failure) -> ended(way.getName(), events, failure),
                            Computer.threadPoolForRemoting);
                });
    }

    private void ended(String way, List<AlertEvent> events, @CheckForNull Throwable failure) {
        boolean isNew = false;
        synchronized (this) {
            telling.remove(way);
            Outbox outbox = kept().outboxes().get(way);
            if (outbox == null) {
                return; // it was turned off meanwhile
            }
            if (failure == null) {
                outbox.told(events);
            } else {
                LOGGER.log(Level.WARNING, "Alerts could not be told by way of " + way, failure);
                isNew = outbox.failed(reason(failure), Instant.now());
            }
            save();
        }
        if (isNew) {
            BackupMonitor.get().checkSoon(); // that it fails is to be told by the other ways
        } else if (failure == null) {
            deliver(Instant.now()); // what came in meanwhile
        }
    }

    private static String reason(Throwable failure) {
        if (failure instanceof TimeoutException) {
            return Messages.Alerts_tooSlow(PATIENCE.toSeconds());
        }
        return failure instanceof IOException && failure.getMessage() != null
                ? failure.getMessage()
                : Messages.Alerts_unexpected(failure.getClass().getSimpleName());
    }

    /** The ways that fail, for the next check. */
    public synchronized List<Finding> findings(Instant now) {
        return kept().outboxes().entrySet().stream()
                .flatMap(each -> each.getValue().finding(each.getKey(), now).stream())
                .toList();
    }

    private KeptAlerts kept() {
        if (kept == null) {
            kept = read();
            show();
        }
        return kept;
    }

    private void show() {
        open = kept.book().open();
        recent = kept.book().recent();
    }

    private static KeptAlerts read() {
        Path file = file();
        if (!Files.exists(file)) {
            return KeptAlerts.none();
        }
        try {
            KeptAlerts read = MAPPER.readValue(Files.readAllBytes(file), KeptAlerts.class);
            if (read == null || !read.isComplete()) {
                throw new InvalidObjectException("It does not hold what it should: " + file);
            }
            return read;
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, "The alerts that were open cannot be read and are told again: " + file, e);
            putAside(file);
            return KeptAlerts.none();
        }
    }

    /** For somebody who can make sense of it. */
    private static void putAside(Path file) {
        try {
            Files.move(file, file.resolveSibling("alerts.json.unreadable"), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, "It stays until it is written over: " + file, e);
        }
    }

    private void save() {
        show();
        Path file = file();
        try {
            Files.createDirectories(directory());
            Path fresh = file.resolveSibling("alerts.json.new");
            Files.writeString(fresh, MAPPER.writeValueAsString(kept), StandardCharsets.UTF_8);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, "The alerts cannot be written to " + file, e);
        }
    }
}
