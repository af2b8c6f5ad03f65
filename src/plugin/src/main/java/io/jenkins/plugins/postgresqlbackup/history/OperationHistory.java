package io.jenkins.plugins.postgresqlbackup.history;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import hudson.Extension;
import hudson.ExtensionList;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;

/**
 * The operations of the past, the newest {@value #MOST}, in {@code postgresql-backup/operations.jsonl} below Jenkins's home: one JSON object a line, the last
 * line of an operation counts. Thread-safe. A record that cannot be written is told in Jenkins's log and stays in memory: a full disk stops no backup.
 */
@Extension
public final class OperationHistory {
    /** How many are kept. */
    public static final int MOST = 5000;

    private static final Logger LOGGER = Logger.getLogger(OperationHistory.class.getName());
    private static final ObjectMapper MAPPER = JsonMapper.builder().build();

    /** Guarded by itself; what is written to the file is guarded by this history. So who reads never waits for a disk. */
    private final Map<String, OperationRecord> records = new LinkedHashMap<>();

    /** What prunes have deleted, each as {@link PastOperations#key}. Guarded by the records. */
    private final Set<String> deleted = new HashSet<>();

    /** Null: something was put since it was made. Guarded by the records. */
    private PastOperations past;

    private int lines;

    /** What could not be read is never written over. */
    private boolean unread;

    public OperationHistory() {
        load();
    }

    public static OperationHistory get() {
        return ExtensionList.lookupSingleton(OperationHistory.class);
    }

    private static Path directory() {
        return Jenkins.get().getRootDir().toPath().resolve("postgresql-backup");
    }

    private static Path file() {
        return directory().resolve("operations.jsonl");
    }

    /** Keeps a record, in place of an older one of the same operation. */
    public synchronized void put(OperationRecord record) {
        remember(record);
        if (!record.isRunning()) {
            EventLogs.get().ended(record);
        }
        try {
            append(record);
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, "The history of backups cannot be written to " + file(), e);
        }
    }

    private void remember(OperationRecord record) {
        synchronized (records) {
            records.put(record.getId(), record);
            record.getDeleted().forEach(backup -> deleted.add(PastOperations.key(record.getRepository(), backup)));
            past = null;
        }
    }

    /** The operations as they are now. The same object as long as nothing is put. */
    public PastOperations past() {
        synchronized (records) {
            if (past == null) {
                List<OperationRecord> all = new ArrayList<>(records.values());
                Collections.reverse(all);
                past = new PastOperations(all, deleted);
            }
            return past;
        }
    }

    /** Whether a prune of this Jenkins has deleted a backup: it is not lost, and not there. */
    public boolean isDeleted(String repository, String backup) {
        return past().isDeleted(repository, backup);
    }

    /** The newest records first. */
    public List<OperationRecord> newestFirst() {
        return past().newestFirst();
    }

    /** The newest record of this kind. */
    public Optional<OperationRecord> newest(Predicate<OperationRecord> which) {
        return past().newest(which);
    }

    /** The last backup of a database that was neither found bad nor deleted since. */
    public Optional<OperationRecord> lastGoodBackup(String database) {
        return past().lastGoodBackup(database);
    }

    /** The last backup in a repository that was neither found bad nor deleted since. */
    public Optional<OperationRecord> lastGoodBackupIn(String repository) {
        return past().lastGoodBackupIn(repository);
    }

    /** The verification that says most about a backup; see there. */
    public Optional<OperationRecord> lastVerification(String repository, String backup) {
        return past().lastVerification(repository, backup);
    }

    private void append(OperationRecord record) throws IOException {
        Path file = file();
        if (!unread && (lines >= 4 * MOST || count() > MOST + MOST / 10)) {
            rewrite();
            return;
        }
        Files.createDirectories(directory());
        Files.writeString(
                file,
                MAPPER.writeValueAsString(record) + "\n",
                StandardCharsets.UTF_8,
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
        lines++;
    }

    private int count() {
        synchronized (records) {
            return records.size();
        }
    }

    private void rewrite() throws IOException {
        List<OperationRecord> left = forget();
        StringBuilder text = new StringBuilder();
        for (OperationRecord record : left) {
            text.append(MAPPER.writeValueAsString(record)).append('\n');
        }
        Path fresh = file().resolveSibling("operations.jsonl.new");
        Files.createDirectories(directory());
        Files.writeString(fresh, text, StandardCharsets.UTF_8);
        Files.move(fresh, file(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        lines = left.size();
    }

    /** Leaves out the oldest if there are too many. */
    private List<OperationRecord> forget() {
        synchronized (records) {
            Set<String> kept = worthKeeping(past());
            List<String> ids = new ArrayList<>(records.keySet());
            ids.subList(0, Math.max(0, ids.size() - MOST)).stream()
                    .filter(id -> !kept.contains(id))
                    .forEach(records::remove);
            past = null;
            return List.copyOf(records.values());
        }
    }

    /** However old: the last good backup of each database, and what proved it. Else one busy job could push out what people need to restore. */
    private static Set<String> worthKeeping(PastOperations past) {
        Set<String> kept = new HashSet<>();
        past.newestFirst().stream()
                .map(OperationRecord::getDatabase)
                .distinct()
                .map(past::lastGoodBackup)
                .flatMap(Optional::stream)
                .forEach(backup -> {
                    kept.add(backup.getId());
                    past.lastVerification(backup.getRepository(), backup.getBackup())
                            .ifPresent(check -> kept.add(check.getId()));
                });
        return kept;
    }

    private synchronized void load() {
        Path file = file();
        if (!Files.exists(file)) {
            return;
        }
        try {
            String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
            text.lines().filter(line -> !line.isBlank()).forEach(this::read);
            if (!text.isEmpty() && !text.endsWith("\n")) {
                rewrite(); // the last line was cut when Jenkins died: the next must not be glued to it
            }
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, "The history of backups cannot be read from " + file, e);
            unread = true;
        }
    }

    private void read(String line) {
        lines++;
        try {
            OperationRecord record = MAPPER.readValue(line, OperationRecord.class);
            if (record == null || !record.isComplete()) {
                throw new JsonMappingException(null, "It is no operation: " + line);
            }
            remember(record);
        } catch (JsonProcessingException e) {
            LOGGER.log(Level.WARNING, "A line of the history of backups cannot be read and is left out", e);
        }
    }
}
