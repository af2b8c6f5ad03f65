package io.jenkins.plugins.postgresqlbackup.engine.repository;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a backup that is not finished has stored so far: should it die, the next one takes that over as if it were a parent's. Sealed under the
 * metadata key like a manifest, and written now and then under a new name; the one before is deleted then. Immutable.
 *
 * @param snapshot as its manifest would have it
 * @param tables those of which block ranges were stored, each with these ranges alone
 * @param packs every committed pack that a blob named here lies in
 * @param dataKeys the wrapped data key of each backup whose blobs are named here
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Journal(
        String format,
        BackupId id,
        BackupKind kind,
        Instant begunAt,
        Manifest.Source database,
        Manifest.SnapshotFacts snapshot,
        List<Manifest.TableEntry> tables,
        List<Manifest.Pack> packs,
        Map<BackupId, Manifest.WrappedKey> dataKeys) {
    public Journal {
        tables = List.copyOf(tables);
        packs = List.copyOf(packs);
        dataKeys = Map.copyOf(dataKeys);
    }

    /** A journal as it lies in the store: the newest of its backup, when it was written by the store's clock, and under which key generation. */
    public record Stored(Journal journal, Instant modified, int generation) {}

    /** Every blob named here. */
    public Stream<Manifest.Blob> blobs() {
        return tables.stream().flatMap(table -> table.ranges().stream()).flatMap(Manifest.Range::blobs);
    }
}
