package io.jenkins.plugins.postgresqlbackup.engine.repository;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The description of one backup, written last. All a restore needs to know is here or in the blobs named here. Immutable; the JSON form is
 * specified in {@code docs/format.md}.
 *
 * <p>It is sealed under the metadata key: who holds a write slot reads it, so it holds no rows, no definitions, no roles and no large objects.
 *
 * @param format the format version, {@code major.minor}
 * @param counter one more than the newest backup's when this one was begun: a gap shows that manifests are missing
 * @param previous the newest manifest when this one was begun; null for the first
 * @param parent the backup that an incremental one was compared with; null for a full one
 * @param begunAt when this backup began, by the store's own clock, before it looked at anything in the repository; null where an older version made it
 * @param generation the key generation that seals this manifest and wraps the data keys
 * @param fallbacks what could not be told from transaction ids, and why; null: nothing
 * @param packs every pack that a blob named here lies in, those of earlier backups too
 * @param dataKeys the wrapped data key of each backup whose blobs are named here, its own first
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Manifest(
        String format,
        BackupId id,
        BackupKind kind,
        long counter,
        Previous previous,
        BackupId parent,
        int generation,
        Instant begunAt,
        Instant startedAt,
        Instant finishedAt,
        Source database,
        SnapshotFacts snapshot,
        Blob schema,
        Blob globals,
        LargeObjects largeObjects,
        List<TableEntry> tables,
        List<Omission> leftOut,
        List<Fallback> fallbacks,
        Totals totals,
        List<Pack> packs,
        Map<BackupId, WrappedKey> dataKeys,
        Map<String, String> labels,
        String madeBy) {

    /** The format this version writes. A reader refuses another major number and ignores what a newer minor one adds. */
    public static final String FORMAT = "1.0";

    public Manifest {
        leftOut = List.copyOf(leftOut);
        fallbacks = fallbacks == null || fallbacks.isEmpty() ? null : List.copyOf(fallbacks);
        tables = List.copyOf(tables);
        packs = List.copyOf(packs);
        dataKeys = Map.copyOf(dataKeys);
        labels = Map.copyOf(labels);
    }

    /** How long the backup took. */
    @JsonIgnore
    public Duration duration() {
        return Duration.between(startedAt, finishedAt);
    }

    /** Every blob named here that holds rows or row addresses. */
    public Stream<Blob> rangeBlobs() {
        return tables.stream().flatMap(table -> table.ranges().stream()).flatMap(Range::blobs);
    }

    /** Every blob named here. */
    public Stream<Blob> blobs() {
        return Stream.concat(Stream.of(schema, globals), Stream.concat(largeObjects.blobs().stream(), rangeBlobs()));
    }

    /**
     * The manifest before this one.
     *
     * @param sha256 of the object as it was stored, hexadecimal
     */
    public record Previous(BackupId id, String sha256) {}

    /** A data key, wrapped to the public key of a key generation. */
    public record WrappedKey(int generation, byte[] wrapped) {}

    /**
     * The database that was read.
     *
     * @param systemIdentifier of the cluster; null where the server does not tell
     * @param encoding PostgreSQL's name of the server's encoding: rows are stored in it, byte for byte
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Source(
            String name,
            String host,
            int port,
            String systemIdentifier,
            Integer timeline,
            long oid,
            int serverVersion,
            String serverVersionText,
            String encoding,
            Instant serverStartedAt) {}

    /**
     * The moment that the backup shows.
     *
     * @param horizon the 64-bit transaction id below which everything was decided; null if it is void
     * @param horizonVoidBecause why the horizon must not be used; null if it may be
     * @param lsn the write-ahead log's insert position read right after the snapshot; null where the server does not tell
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record SnapshotFacts(Instant takenAt, Long horizon, String horizonVoidBecause, String lsn) {
        /**
         * How many transactions a horizon serves for. Beyond half of what 32 bits tell apart, old and new would be mistaken for each other; this is half
         * of that.
         */
        public static final long HORIZON_REACH = 1L << 30;
    }

    /**
     * One sealed piece of data.
     *
     * @param backup the backup that wrote it and whose data key opens it
     * @param pack the name of the object it lies in
     * @param offset of its first sealed byte in the pack
     * @param length of its sealed bytes
     * @param sha256 of its sealed bytes, hexadecimal
     * @param rawBytes its length once opened and decompressed
     * @param role what it is for, part of the associated data
     * @param place where it belongs, part of the associated data
     */
    public record Blob(
            BackupId backup,
            String pack,
            long offset,
            long length,
            String sha256,
            long rawBytes,
            String role,
            String place) {}

    /**
     * The database's large objects.
     *
     * @param digest over their ids and contents, see {@code docs/format.md}
     */
    public record LargeObjects(long count, long bytes, Digest digest, List<Blob> blobs) {
        public LargeObjects {
            blobs = List.copyOf(blobs);
        }
    }

    /**
     * One table whose rows were saved.
     *
     * @param kind {@code table} or {@code partition}
     * @param columns the stored columns, in the order of the rows' fields
     * @param loadVia the partitioned table that rows are loaded through, because the partition a row belongs to may differ on another server;
     *     null: into the table itself
     * @param extensionCondition for an extension's configuration table: which rows were saved; null: all
     * @param filenode the table's file when it was read; null: not told
     * @param pages the table's size in blocks when it was read
     * @param fingerprint of everything that its rows' text depends on besides the rows, hexadecimal; null: their text depends on more than can be told
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record TableEntry(
            long oid,
            String schema,
            String name,
            String kind,
            List<Column> columns,
            TableName loadVia,
            String extensionCondition,
            Long filenode,
            long pages,
            String fingerprint,
            long rows,
            Digest digest,
            List<Range> ranges) {
        public TableEntry {
            columns = List.copyOf(columns);
            ranges = List.copyOf(ranges);
        }

        /** The same table with other block ranges. */
        public TableEntry withRanges(List<Range> others) {
            return new TableEntry(
                    oid,
                    schema,
                    name,
                    kind,
                    columns,
                    loadVia,
                    extensionCondition,
                    filenode,
                    pages,
                    fingerprint,
                    rows,
                    digest,
                    others);
        }

        /** The table's name with its schema's. */
        public TableName tableName() {
            return new TableName(schema, name);
        }

        /** The table's rows in bytes, as text. */
        public long rawBytes() {
            return ranges.stream().mapToLong(Range::rawBytes).sum();
        }
    }

    /** A table by name, unquoted. */
    public record TableName(String schema, String name) implements Comparable<TableName> {
        @Override
        public int compareTo(TableName other) {
            int bySchema = schema.compareTo(other.schema);
            return bySchema != 0 ? bySchema : name.compareTo(other.name);
        }

        @Override
        public String toString() {
            return schema + "." + name;
        }
    }

    /** A stored column: its number in the catalogue, its name and its type as PostgreSQL writes it. */
    public record Column(int number, String name, String type) {}

    /**
     * A row digest.
     *
     * @param rows the number of rows
     * @param sum the sum of the rows' hashes modulo 2^64, 16 hexadecimal digits
     */
    public record Digest(long rows, String sum) {}

    /**
     * A run of heap blocks with rows in it; ranges without rows are not listed.
     *
     * @param first the first block
     * @param end the block after the last; null: to the table's end
     * @param digest of the rows as they were at this backup: the base's, or what the delta makes of them
     * @param provenAt when this digest was last computed from the database itself
     * @param base the rows, as COPY text
     * @param baseRows how many rows the base has
     * @param horizon of the backup that read the base; null: it was void, or the rows have been moved since; no further delta can be told from this base
     * @param addresses the base's rows' ctids when it was read, in the same order; null: not kept, there is no delta
     * @param delta what has changed since the base was read; null: nothing
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Range(
            long first,
            Long end,
            Digest digest,
            Instant provenAt,
            Blob base,
            long baseRows,
            Long horizon,
            Blob addresses,
            Delta delta) {
        /** The blobs of this range. */
        public Stream<Blob> blobs() {
            return Stream.of(base, addresses, delta == null ? null : delta.alive(), delta == null ? null : delta.rows())
                    .filter(Objects::nonNull);
        }

        /** The same range, ended before that block. */
        public Range endingAt(long block) {
            return new Range(first, block, digest, provenAt, base, baseRows, horizon, addresses, delta);
        }

        /** The same rows, seen by the database itself at that moment to be right. */
        public Range provenAt(Instant moment) {
            return new Range(first, end, digest, moment, base, baseRows, horizon, addresses, delta);
        }

        /** The same rows, but where they lie now is not where they lay: no further delta can be told from this base. */
        public Range moved() {
            return new Range(first, end, digest, provenAt, base, baseRows, null, addresses, delta);
        }

        /** How many bytes of rows, as text, are read to restore it. */
        @JsonIgnore
        public long rawBytes() {
            return base.rawBytes()
                    + (delta == null || delta.rows() == null ? 0 : delta.rows().rawBytes());
        }
    }

    /**
     * What makes of a base the rows of a later moment.
     *
     * @param alive the ctids of those of the base's rows that are still there
     * @param rows the rows that came since, as COPY text; null: none
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Delta(Blob alive, Blob rows) {}

    /**
     * Something for which transaction ids were not trusted.
     *
     * @param table the one that it is about; null: the whole database
     * @param reason a sentence
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Fallback(TableName table, String reason) {}

    /** Something that is not in the backup, and why. */
    public record Omission(String what, String why) {}

    /**
     * The sums.
     *
     * @param rawBytes of everything, before compression, however much of it was stored by earlier backups
     * @param storedBytes written to storage by this backup, its manifest left out
     */
    public record Totals(long tables, long rows, long rawBytes, long storedBytes, long largeObjects) {}

    /** A stored object that this backup wrote or reads from; {@code version} where the store keeps versions. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Pack(String name, long size, String version) {}
}
