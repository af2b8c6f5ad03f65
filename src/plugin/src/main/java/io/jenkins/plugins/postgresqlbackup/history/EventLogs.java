package io.jenkins.plugins.postgresqlbackup.history;

import hudson.Extension;
import hudson.ExtensionList;
import hudson.Util;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import jenkins.model.Jenkins;

/**
 * The two logs below Jenkins's home that log collectors read: {@code logs/backup-operations.log} with the end of each operation, and {@code
 * logs/backup-monitoring.log} with each check and what became of alerts. Nothing secret is in them. Thread-safe; never makes anybody wait.
 */
@Extension
public final class EventLogs {
    private static final long MOST_BYTES = 10_000_000;
    private static final int OLDER_FILES = 4;

    private final JsonLog operations = log("backup-operations.log");
    private final JsonLog monitoring = log("backup-monitoring.log");

    public static EventLogs get() {
        return ExtensionList.lookupSingleton(EventLogs.class);
    }

    private static JsonLog log(String name) {
        Path directory = Jenkins.get().getRootDir().toPath().resolve("logs");
        return new JsonLog(directory, name, MOST_BYTES, OLDER_FILES);
    }

    /** An operation has ended. */
    public void ended(OperationRecord record) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("time", Instant.ofEpochMilli(record.getFinishedAt()).toString());
        line.put("operation", code(record.getKind()));
        line.put("state", code(record.getState()));
        put(line, "level", record.getLevel());
        put(line, "database", record.getDatabase());
        put(line, "repository", record.getRepository());
        put(line, "backup", record.getBackup());
        put(line, "parent", record.getParent());
        put(line, "target", record.getTarget());
        line.put("startedAt", Instant.ofEpochMilli(record.getStartedAt()).toString());
        line.put("seconds", (record.getFinishedAt() - record.getStartedAt()) / 1000.0);
        line.put("tables", record.getTables());
        line.put("rows", record.getRows());
        line.put("rawBytes", record.getRawBytes());
        line.put("reusedBytes", record.getReusedBytes());
        line.put("storedBytes", record.getStoredBytes());
        line.put("deleted", record.getDeleted().size());
        put(line, "message", record.getMessage());
        line.put("warnings", record.getWarnings());
        put(line, "job", record.getJob());
        line.put("build", record.getBuild());
        put(line, "url", Util.fixNull(Jenkins.get().getRootUrl()) + record.getBuildUrl());
        put(line, "node", record.getNode());
        operations.write(line);
    }

    /** Something happened that the monitor tells. */
    public void monitored(Map<String, ?> event) {
        monitoring.write(event);
    }

    private static void put(Map<String, Object> line, String name, String value) {
        if (!value.isEmpty()) {
            line.put(name, value);
        }
    }

    private static String code(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /** Waits until all is written that was to be so far. Visible for testing. */
    public void await() throws InterruptedException, ExecutionException {
        operations.await();
        monitoring.await();
    }
}
