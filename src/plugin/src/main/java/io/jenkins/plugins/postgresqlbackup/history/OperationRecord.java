package io.jenkins.plugins.postgresqlbackup.history;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Util;
import hudson.model.Item;
import hudson.model.Run;
import hudson.security.ACL;
import hudson.security.ACLContext;
import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.engine.operation.Amounts;
import io.jenkins.plugins.postgresqlbackup.result.BackupInfo;
import io.jenkins.plugins.postgresqlbackup.result.DeletionInfo;
import io.jenkins.plugins.postgresqlbackup.result.PruneInfo;
import io.jenkins.plugins.postgresqlbackup.result.Received;
import io.jenkins.plugins.postgresqlbackup.result.RestoreInfo;
import io.jenkins.plugins.postgresqlbackup.result.VerificationInfo;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import jenkins.model.Jenkins;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** One operation: what it was to do, where, and what came of it. Times are milliseconds since 1970, sizes bytes. Immutable to others. */
@JsonAutoDetect(
        fieldVisibility = JsonAutoDetect.Visibility.ANY,
        getterVisibility = JsonAutoDetect.Visibility.NONE,
        isGetterVisibility = JsonAutoDetect.Visibility.NONE)
@JsonIgnoreProperties(ignoreUnknown = true)
@ExportedBean(defaultVisibility = 2)
public final class OperationRecord implements Serializable {
    private static final long serialVersionUID = 1;

    /** A history of thousands stays small, whatever nodes send: all of it is in the build's log. */
    private static final int MOST_LINES = 50;

    /** The level of a prune that deletes nothing. */
    public static final String DRY_RUN = "dry run";

    /** The verification level that proves nothing about the rows. */
    private static final String STRUCTURE = "structure";

    /** The verification level of a drill. */
    private static final String DRILL = "restore";

    private String id = "";
    private OperationKind kind = OperationKind.LIST;
    private OperationState state = OperationState.RUNNING;
    private String database = "";
    private String repository = "";
    private String backup = "";
    private String parent = "";
    private String level = "";
    private String target = "";
    private String job = "";
    private int build;
    private String buildUrl = "";
    private String node = "";
    private long startedAt;
    private long finishedAt;
    private String message = "";
    private long tables;
    private long rows;
    private long rawBytes;
    private long reusedBytes;
    private long storedBytes;
    private long freedBytes;
    private boolean abandoned;
    private ArrayList<String> warnings = new ArrayList<>();
    private ArrayList<String> leftOut = new ArrayList<>();
    private ArrayList<String> fallbacks = new ArrayList<>();
    private ArrayList<String> deleted = new ArrayList<>();

    private OperationRecord() {
        // for Jackson, and for those below
    }

    /** Completes one that was kept with a build before there were such fields. */
    private Object readResolve() {
        parent = Util.fixNull(parent);
        fallbacks = fallbacks == null ? new ArrayList<>() : fallbacks;
        deleted = deleted == null ? new ArrayList<>() : deleted;
        return this;
    }

    private OperationRecord(OperationRecord other) {
        id = other.id;
        kind = other.kind;
        state = other.state;
        database = other.database;
        repository = other.repository;
        backup = other.backup;
        parent = other.parent;
        level = other.level;
        target = other.target;
        job = other.job;
        build = other.build;
        buildUrl = other.buildUrl;
        node = other.node;
        startedAt = other.startedAt;
        finishedAt = other.finishedAt;
        message = other.message;
        tables = other.tables;
        rows = other.rows;
        rawBytes = other.rawBytes;
        reusedBytes = other.reusedBytes;
        storedBytes = other.storedBytes;
        freedBytes = other.freedBytes;
        abandoned = other.abandoned;
        warnings = new ArrayList<>(other.warnings);
        leftOut = new ArrayList<>(other.leftOut);
        fallbacks = new ArrayList<>(other.fallbacks);
        deleted = new ArrayList<>(other.deleted);
    }

    /**
     * An operation that begins now.
     *
     * @param database the entry's name; empty if it is not known yet
     */
    public static OperationRecord begin(
            OperationKind kind, String database, String repository, Run<?, ?> build, String node, Instant now) {
        OperationRecord record = new OperationRecord();
        record.id = UUID.randomUUID().toString();
        record.kind = kind;
        record.database = database;
        record.repository = repository;
        record.job = build.getParent().getFullName();
        record.build = build.getNumber();
        record.buildUrl = build.getUrl();
        record.node = node;
        record.startedAt = now.toEpochMilli();
        return record;
    }

    /** The same at this verification level. */
    public OperationRecord atLevel(String verificationLevel) {
        OperationRecord copy = new OperationRecord(this);
        copy.level = verificationLevel;
        return copy;
    }

    /** The same of this backup, into this database. */
    public OperationRecord of(String backupId, String targetDatabase) {
        OperationRecord copy = new OperationRecord(this);
        copy.backup = backupId;
        copy.target = targetDatabase;
        return copy;
    }

    /** It ended. */
    public OperationRecord ended(OperationState how, @CheckForNull String why, Instant now) {
        OperationRecord copy = new OperationRecord(this);
        copy.state = how;
        copy.message = Received.line(Util.fixNull(why));
        copy.finishedAt = now.toEpochMilli();
        return copy;
    }

    /** The same, ended by nobody who would know of it: a deadline passed, or a node was lost. */
    public OperationRecord abandonedByAll() {
        OperationRecord copy = new OperationRecord(this);
        copy.abandoned = true;
        return copy;
    }

    private static ArrayList<String> first(List<String> lines) {
        return new ArrayList<>(lines.subList(0, Math.min(MOST_LINES, lines.size())));
    }

    /** The same with what a backup came to: an incremental one may have become a full one. */
    public OperationRecord with(BackupInfo info) {
        OperationRecord copy = new OperationRecord(this);
        copy.kind = info.getParent().isEmpty() ? OperationKind.FULL : OperationKind.INCREMENTAL;
        copy.parent = info.getParent();
        copy.reusedBytes = info.getReusedBytes();
        copy.fallbacks = first(info.getFallbacks());
        copy.backup = info.getId();
        copy.tables = info.getTables();
        copy.rows = info.getRows();
        copy.rawBytes = info.getRawBytes();
        copy.storedBytes = info.getStoredBytes();
        copy.warnings = first(info.getWarnings());
        copy.leftOut = first(info.getLeftOut());
        return copy;
    }

    /** The same with what a verification found. */
    public OperationRecord with(VerificationInfo info) {
        OperationRecord copy = new OperationRecord(this);
        copy.backup = info.getBackup();
        copy.database = database.isEmpty() ? info.getDatabase() : database;
        copy.tables = info.getTables();
        copy.rows = info.getRows();
        copy.rawBytes = info.getRawBytes();
        copy.warnings = first(info.getWarnings());
        return copy;
    }

    /** The same with what a restore came to. */
    public OperationRecord with(RestoreInfo info) {
        OperationRecord copy = new OperationRecord(this);
        copy.backup = info.getBackup();
        copy.database = database.isEmpty() ? info.getDatabase() : database;
        copy.tables = info.getTables();
        copy.rows = info.getRows();
        copy.rawBytes = info.getRawBytes();
        copy.warnings = first(info.getWarnings());
        copy.leftOut = first(info.getLeftOut());
        return copy;
    }

    /** The same with what a prune did. */
    public OperationRecord with(PruneInfo info) {
        OperationRecord copy = new OperationRecord(this);
        copy.freedBytes = info.isDryRun() ? 0 : info.getFreedBytes();
        copy.deleted = new ArrayList<>(info.getDeleted());
        copy.warnings = first(Stream.concat(info.getLocked().stream(), info.getWarnings().stream())
                .toList());
        return copy;
    }

    /** The same with what a deletion did. */
    public OperationRecord with(DeletionInfo info) {
        OperationRecord copy = new OperationRecord(this);
        copy.backup = info.getBackup();
        copy.deleted = new ArrayList<>(List.of(info.getBackup()));
        return copy;
    }

    @Exported
    public String getId() {
        return id;
    }

    @Exported
    public OperationKind getKind() {
        return kind;
    }

    @Exported
    public OperationState getState() {
        return state;
    }

    /** The name of the database's entry; empty if it is not known. */
    @Exported
    public String getDatabase() {
        return database;
    }

    @Exported
    public String getRepository() {
        return repository;
    }

    /** The id of the backup; empty if there is none. */
    @Exported
    public String getBackup() {
        return backup;
    }

    /** The id of the backup that an incremental one was compared with; empty for other operations. */
    @Exported
    public String getParent() {
        return parent;
    }

    /** The verification level; empty for other operations. */
    @Exported
    public String getLevel() {
        return level;
    }

    /** The entry that was restored into; empty for other operations. */
    @Exported
    public String getTarget() {
        return target;
    }

    /** The job's full name. */
    @Exported
    public String getJob() {
        return job;
    }

    @Exported
    public int getBuild() {
        return build;
    }

    /** Below Jenkins's own URL. */
    @Exported
    public String getBuildUrl() {
        return buildUrl;
    }

    /** Whether who asks may see the job of the build. */
    public boolean isJobVisible() {
        Item item;
        // As SYSTEM: Jenkins refuses the whole page to those who may discover a job and not read it.
        try (ACLContext system = ACL.as2(ACL.SYSTEM2)) {
            item = Jenkins.get().getItemByFullName(job);
        }
        return item != null && item.hasPermission(Item.READ);
    }

    /** Whether it was stopped, and by nobody who would know of it. */
    public boolean isAbandoned() {
        return abandoned;
    }

    /** Where it ran. */
    @Exported
    public String getNode() {
        return node;
    }

    @Exported
    public long getStartedAt() {
        return startedAt;
    }

    /** 0 while it runs. */
    @Exported
    public long getFinishedAt() {
        return finishedAt;
    }

    /** What went wrong; empty if nothing did. */
    @Exported
    public String getMessage() {
        return message;
    }

    @Exported
    public long getTables() {
        return tables;
    }

    @Exported
    public long getRows() {
        return rows;
    }

    @Exported
    public long getRawBytes() {
        return rawBytes;
    }

    @Exported
    public long getReusedBytes() {
        return reusedBytes;
    }

    @Exported
    public long getStoredBytes() {
        return storedBytes;
    }

    @Exported
    public List<String> getWarnings() {
        return List.copyOf(warnings);
    }

    @Exported
    public List<String> getLeftOut() {
        return List.copyOf(leftOut);
    }

    /** What of an incremental backup could not be told from transaction ids. */
    @Exported
    public List<String> getFallbacks() {
        return List.copyOf(fallbacks);
    }

    /** The ids of the backups that a prune has deleted, all of them. */
    @Exported
    public List<String> getDeleted() {
        return List.copyOf(deleted);
    }

    /** Whether nothing is missing that every operation has; in a damaged file it may. */
    boolean isComplete() {
        return !id.isEmpty()
                && Stream.of(
                                kind,
                                state,
                                database,
                                repository,
                                backup,
                                parent,
                                level,
                                target,
                                job,
                                buildUrl,
                                node,
                                message)
                        .allMatch(Objects::nonNull)
                && warnings != null
                && leftOut != null
                && fallbacks != null
                && deleted != null;
    }

    public boolean isRunning() {
        return state == OperationState.RUNNING;
    }

    /** Whether it is a backup that was taken. */
    public boolean isGoodBackup() {
        return kind.isBackup() && state == OperationState.SUCCEEDED;
    }

    /** What it was to do, in a few words. */
    public String getHeadline() {
        return switch (kind) {
            case FULL -> Messages.OperationRecord_full(database);
            case INCREMENTAL -> Messages.OperationRecord_incremental(database);
            case VERIFY -> Messages.OperationRecord_verify(database, getLevelName());
            case RESTORE -> Messages.OperationRecord_restore(database, target);
            case PRUNE ->
                database.isEmpty()
                        ? Messages.OperationRecord_prune(repository)
                        : Messages.OperationRecord_pruneOf(database, repository);
            case DELETE -> Messages.OperationRecord_delete(backup, repository);
            case LIST -> Messages.OperationRecord_list(repository);
        };
    }

    /** The verification level, for people; empty for other operations. */
    public String getLevelName() {
        return switch (level) {
            case STRUCTURE -> Messages.OperationRecord_structure();
            case "content" -> Messages.OperationRecord_content();
            case DRILL -> Messages.OperationRecord_drill();
            case DRY_RUN -> Messages.OperationRecord_dryRun();
            default -> level;
        };
    }

    /** Whether it is a verification that opened every row and found the backup good. */
    public boolean isContentProof() {
        return kind == OperationKind.VERIFY && state == OperationState.SUCCEEDED && !level.equals(STRUCTURE);
    }

    /** Whether it is a drill that found the backup good. */
    public boolean isDrill() {
        return kind == OperationKind.VERIFY && state == OperationState.SUCCEEDED && level.equals(DRILL);
    }

    /** When it began, for people: UTC. */
    public String getStarted() {
        return Amounts.minute(Instant.ofEpochMilli(startedAt));
    }

    /** How long ago it began, for people. */
    public String getAge() {
        return Util.getTimeSpanString(Math.max(0, System.currentTimeMillis() - startedAt));
    }

    /** How long it took, for people; empty while it runs. */
    public String getTook() {
        return finishedAt == 0 ? "" : Amounts.duration(Duration.ofMillis(finishedAt - startedAt));
    }

    /** What it came to, for people, such as {@code 12 tables, 170,100 rows, 3.0 MB stored, in 4.2 s}; empty while it runs. */
    public String getAmounts() {
        List<String> amounts = new ArrayList<>();
        if (tables > 0) {
            amounts.add(Messages.OperationRecord_tables(tables));
        }
        if (rows > 0) {
            amounts.add(Messages.OperationRecord_rows(rows));
        }
        if (reusedBytes > 0) {
            amounts.add(Messages.OperationRecord_reused(getReusedText()));
        }
        if (storedBytes > 0) {
            amounts.add(Messages.OperationRecord_stored(getStoredText()));
        }
        if (!deleted.isEmpty()) {
            amounts.add(Messages.OperationRecord_deleted(deleted.size()));
        }
        if (freedBytes > 0) {
            amounts.add(Messages.OperationRecord_freed(getFreedText()));
        }
        if (finishedAt > 0) {
            amounts.add(Messages.OperationRecord_took(getTook()));
        }
        return String.join(", ", amounts);
    }

    /** How many tables, for people; empty for none. */
    public String getTablesText() {
        return tables == 0 ? "" : Amounts.count(tables);
    }

    /** How many rows, for people; empty for none. */
    public String getRowsText() {
        return rows == 0 ? "" : Amounts.count(rows);
    }

    /** How much was read, for people; empty for nothing. */
    public String getRawText() {
        return rawBytes == 0 ? "" : Amounts.bytes(rawBytes);
    }

    /** How much had not changed and was not stored again, for people; empty for nothing. */
    public String getReusedText() {
        return reusedBytes == 0 ? "" : Amounts.bytes(reusedBytes);
    }

    /** How much was stored, for people; empty for nothing. */
    public String getStoredText() {
        return storedBytes == 0 ? "" : Amounts.bytes(storedBytes);
    }

    /** How much a prune freed, for people; empty for nothing. */
    public String getFreedText() {
        return freedBytes == 0 ? "" : Amounts.bytes(freedBytes);
    }
}
