package io.jenkins.plugins.postgresqlbackup.engine.health;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a manifest tells about its backup. A manifest never changes, nor do these facts: who has them need not read it again. Immutable.
 *
 * @param sha256 of the manifest's object, hexadecimal: one of the same name that differs is another
 * @param kind {@code full} or {@code incremental}
 * @param parent the backup that an incremental one was compared with; null for a full one
 * @param previous the newest backup in the repository when this one was begun; null for the first
 * @param counter one more than that one's
 * @param database the database's own name
 * @param server {@code host:port}, as the backup was taken
 * @param systemIdentifier the cluster's; null where the server does not tell
 * @param takenAt the moment it shows
 * @param begunAt when it began, by the store's clock; null where an older version made it
 * @param writtenAt when its manifest was written, by the store's clock
 * @param rawBytes of everything, however much of it earlier backups had stored
 * @param storedBytes what this backup added to the storage
 * @param horizon the 64-bit transaction id below which all was decided; null if it is void
 * @param generation the key generation that it is sealed to
 * @param packs the names of the packs that it needs, those of earlier backups too
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record BackupFacts(
        String id,
        String sha256,
        String kind,
        String parent,
        String previous,
        long counter,
        String database,
        String server,
        String systemIdentifier,
        String serverVersion,
        Instant takenAt,
        Instant startedAt,
        Instant finishedAt,
        Instant begunAt,
        Instant writtenAt,
        long tables,
        long rows,
        long largeObjects,
        long rawBytes,
        long storedBytes,
        Long horizon,
        int generation,
        Map<String, String> labels,

        @JsonSerialize(using = PackRuns.Writer.class) @JsonDeserialize(using = PackRuns.Reader.class)
        List<String> packs) {
    /** The label that says for which entry of a configuration it was taken. */
    public static final String ENTRY_LABEL = "database";

    public BackupFacts {
        Objects.requireNonNull(id);
        Objects.requireNonNull(sha256);
        Objects.requireNonNull(kind);
        Objects.requireNonNull(database);
        Objects.requireNonNull(server);
        Objects.requireNonNull(takenAt);
        Objects.requireNonNull(startedAt);
        Objects.requireNonNull(finishedAt);
        Objects.requireNonNull(writtenAt);
        labels = Map.copyOf(labels);
        packs = List.copyOf(packs);
    }

    /** When it was taken, by the store's clock as far as it tells: those of databases and agents may be wrong. */
    public Instant moment() {
        return begunAt == null ? takenAt : begunAt;
    }

    public Duration duration() {
        return Duration.between(startedAt, finishedAt);
    }

    public boolean full() {
        return parent == null;
    }

    /** Equal for backups of one database: a cluster's name for itself outlives its address. */
    public String source() {
        return (systemIdentifier == null ? server : systemIdentifier) + "/" + database;
    }

    /** Whether this is what people call its database: an entry of a configuration, or its own name, alone or with its server. */
    public boolean isOf(String name) {
        String entry = labels.get(ENTRY_LABEL);
        return entry == null
                ? name.equals(database) || name.equals(server + "/" + database) || name.equals(source())
                : name.equals(entry);
    }
}
