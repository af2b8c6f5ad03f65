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

    private final Map<String, OperationRecord> records = new LinkedHashMap<>();

    /** What prunes have deleted, each as {@link #key}. */
    private final Set<String> deleted = new HashSet<>();

    private int lines;
    private boolean loaded;

    /** What could not be read is never written over. */
    private boolean unread;

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
        load();
        remember(record);
        try {
            append(record);
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, "The history of backups cannot be written to " + file(), e);
        }
    }

    private void remember(OperationRecord record) {
        records.put(record.getId(), record);
        record.getDeleted().forEach(backup -> deleted.add(key(record.getRepository(), backup)));
    }

    private static String key(String repository, String backup) {
        return repository + "/" + backup;
    }

    /** Whether a prune of this Jenkins has deleted a backup: it is not lost, and not there. */
    public synchronized boolean isDeleted(String repository, String backup) {
        load();
        return deleted.contains(key(repository, backup));
    }

    /** The newest records first. */
    public synchronized List<OperationRecord> newestFirst() {
        load();
        List<OperationRecord> all = new ArrayList<>(records.values());
        Collections.reverse(all);
        return all;
    }

    /** The newest record of this kind. */
    public Optional<OperationRecord> newest(Predicate<OperationRecord> which) {
        return newestFirst().stream().filter(which).findFirst();
    }

    /** The last backup of a database that was neither found bad nor deleted since. */
    public Optional<OperationRecord> lastGoodBackup(String database) {
        return newest(record -> record.getDatabase().equals(database) && isGood(record));
    }

    /** The last backup in a repository that was neither found bad nor deleted since. */
    public Optional<OperationRecord> lastGoodBackupIn(String repository) {
        return newest(record -> record.getRepository().equals(repository) && isGood(record));
    }

    private boolean isGood(OperationRecord record) {
        return record.isGoodBackup()
                && !isDeleted(record.getRepository(), record.getBackup())
                && lastVerification(record.getRepository(), record.getBackup())
                        .filter(check -> check.getState() == OperationState.FAILED)
                        .isEmpty();
    }

    /**
     * The verification that says most about a backup: the last that found it bad or went into its content; if there is none, the last of its structure. One that
     * came to no verdict names no backup and does not count.
     */
    public Optional<OperationRecord> lastVerification(String repository, String backup) {
        List<OperationRecord> verdicts = newestFirst().stream()
                .filter(record -> record.getKind() == OperationKind.VERIFY
                        && (record.getState() == OperationState.SUCCEEDED || record.getState() == OperationState.FAILED)
                        && record.getRepository().equals(repository)
                        && record.getBackup().equals(backup))
                .toList();
        return verdicts.stream()
                .filter(record -> record.getState() == OperationState.FAILED || record.isContentProof())
                .findFirst()
                .or(() -> verdicts.stream().findFirst());
    }

    private void append(OperationRecord record) throws IOException {
        Path file = file();
        if (!unread && (lines >= 4 * MOST || records.size() > MOST + MOST / 10)) {
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

    private void rewrite() throws IOException {
        Set<String> kept = worthKeeping();
        List<String> ids = new ArrayList<>(records.keySet());
        ids.subList(0, Math.max(0, ids.size() - MOST)).stream()
                .filter(id -> !kept.contains(id))
                .forEach(records::remove);
        StringBuilder text = new StringBuilder();
        for (OperationRecord record : records.values()) {
            text.append(MAPPER.writeValueAsString(record)).append('\n');
        }
        Path fresh = file().resolveSibling("operations.jsonl.new");
        Files.createDirectories(directory());
        Files.writeString(fresh, text, StandardCharsets.UTF_8);
        Files.move(fresh, file(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        lines = records.size();
    }

    /** However old: the last good backup of each database, and what proved it. Else one busy job could push out what people need to restore. */
    private Set<String> worthKeeping() {
        Set<String> kept = new HashSet<>();
        Set<String> databases = new HashSet<>();
        for (OperationRecord record : newestFirst()) {
            if (!databases.contains(record.getDatabase()) && isGood(record)) {
                databases.add(record.getDatabase());
                kept.add(record.getId());
                lastVerification(record.getRepository(), record.getBackup())
                        .ifPresent(check -> kept.add(check.getId()));
            }
        }
        return kept;
    }

    private void load() {
        if (loaded) {
            return;
        }
        loaded = true;
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
