package io.jenkins.plugins.postgresqlbackup.result;

import hudson.Util;
import io.jenkins.plugins.postgresqlbackup.engine.operation.Reuse;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jenkinsci.plugins.scriptsecurity.sandbox.whitelists.Whitelisted;

/** One backup. Times are ISO 8601 in UTC, sizes in bytes. Immutable. */
public final class BackupInfo implements Serializable {
    private static final long serialVersionUID = 1;

    /** The label under which a backup carries the name of its database's entry. */
    public static final String DATABASE_LABEL = "database";

    private final String id;
    private final String kind;
    private final String parent;
    private final String database;
    private final String source;
    private final String serverVersion;
    private final String startedAt;
    private final String finishedAt;
    private final long durationMillis;
    private final long tables;
    private final long rows;
    private final long largeObjects;
    private final long rawBytes;
    private final long reusedBytes;
    private final long readBytes;
    private final long storedBytes;
    private final String provenSince;
    private final ArrayList<String> fallbacks;
    private final ArrayList<String> warnings;
    private final ArrayList<String> leftOut;

    /** @param warnings what a person should know about the run that took it; none for one that is only listed */
    public BackupInfo(Manifest manifest, List<String> warnings) {
        this.id = manifest.id().value();
        this.kind = manifest.kind().toString();
        this.parent = manifest.parent() == null ? "" : manifest.parent().value();
        this.database = Received.line(manifest.labels().getOrDefault(DATABASE_LABEL, ""));
        this.source = Received.line(manifest.database().name() + " at "
                + manifest.database().host() + ":" + manifest.database().port());
        this.serverVersion = Received.line(manifest.database().serverVersionText());
        this.startedAt = manifest.startedAt().toString();
        this.finishedAt = manifest.finishedAt().toString();
        this.durationMillis = manifest.duration().toMillis();
        this.tables = manifest.totals().tables();
        this.rows = manifest.totals().rows();
        this.largeObjects = manifest.totals().largeObjects();
        this.rawBytes = manifest.totals().rawBytes();
        Reuse reuse = Reuse.of(manifest);
        this.reusedBytes = reuse.reused().bytes();
        this.readBytes = reuse.readBytes();
        this.storedBytes = manifest.totals().storedBytes();
        this.provenSince = reuse.oldestProof().map(Instant::toString).orElse("");
        this.fallbacks = Received.lines(fallbacks(manifest));
        this.warnings = Received.lines(warnings);
        this.leftOut = Received.lines(manifest.leftOut().stream()
                .map(omission -> omission.what() + ": " + omission.why())
                .toList());
    }

    private static List<String> fallbacks(Manifest manifest) {
        return manifest.fallbacks() == null
                ? List.of()
                : manifest.fallbacks().stream()
                        .map(fallback -> fallback.table() == null
                                ? fallback.reason()
                                : fallback.table() + ": " + fallback.reason())
                        .toList();
    }

    private void readObject(ObjectInputStream stream) throws IOException, ClassNotFoundException {
        stream.defaultReadObject();
        Received.checkId(id);
        for (String text : new String[] {kind, database, source, serverVersion, startedAt, finishedAt}) {
            Received.checkLine(text);
        }
        // A Pipeline that was suspended by an older version of the plugin has none of these.
        if (!getParent().isEmpty()) {
            Received.checkId(parent);
        }
        Received.checkLine(getProvenSince());
        Received.checkLines(getFallbacks());
        Received.checkLines(warnings);
        Received.checkLines(leftOut);
    }

    @Whitelisted
    public String getId() {
        return id;
    }

    /** {@code full} or {@code incremental}. */
    @Whitelisted
    public String getKind() {
        return kind;
    }

    /** The id of the backup that this one was compared with; empty if it is a full one. */
    @Whitelisted
    public String getParent() {
        return Util.fixNull(parent);
    }

    /** The name of the database's entry in Jenkins; empty if it was taken elsewhere. */
    @Whitelisted
    public String getDatabase() {
        return database;
    }

    /** The database's own name and where it was, such as {@code shop at db.example.com:5432}. */
    @Whitelisted
    public String getSource() {
        return source;
    }

    @Whitelisted
    public String getServerVersion() {
        return serverVersion;
    }

    @Whitelisted
    public String getStartedAt() {
        return startedAt;
    }

    @Whitelisted
    public String getFinishedAt() {
        return finishedAt;
    }

    @Whitelisted
    public long getDurationMillis() {
        return durationMillis;
    }

    @Whitelisted
    public long getTables() {
        return tables;
    }

    @Whitelisted
    public long getRows() {
        return rows;
    }

    @Whitelisted
    public long getLargeObjects() {
        return largeObjects;
    }

    /** All that a restore loads, before compression. */
    @Whitelisted
    public long getRawBytes() {
        return rawBytes;
    }

    /** What of the rows was not stored again, because it had not changed. */
    @Whitelisted
    public long getReusedBytes() {
        return reusedBytes;
    }

    /** What of the rows the database sent. */
    @Whitelisted
    public long getReadBytes() {
        return readBytes;
    }

    /** Written to storage by this backup. */
    @Whitelisted
    public long getStoredBytes() {
        return storedBytes;
    }

    /** Since when the digest of every row has been computed from the database itself at least once; empty if that is not known. */
    @Whitelisted
    public String getProvenSince() {
        return Util.fixNull(provenSince);
    }

    /** What could not be told from transaction ids and was compared or read anew, each with the reason. */
    @Whitelisted
    public List<String> getFallbacks() {
        return fallbacks == null ? List.of() : new ArrayList<>(fallbacks);
    }

    /** What a person should know, one sentence each. */
    @Whitelisted
    public List<String> getWarnings() {
        return new ArrayList<>(warnings);
    }

    /** What is not in the backup, each with the reason. */
    @Whitelisted
    public List<String> getLeftOut() {
        return new ArrayList<>(leftOut);
    }

    @Override
    @Whitelisted
    public String toString() {
        return id;
    }
}
