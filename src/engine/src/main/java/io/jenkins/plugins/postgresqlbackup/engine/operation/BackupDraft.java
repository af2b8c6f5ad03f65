package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.archive.BlobOutput;
import io.jenkins.plugins.postgresqlbackup.engine.archive.BlobRef;
import io.jenkins.plugins.postgresqlbackup.engine.archive.PackRef;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.BlockRange;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.RowDigest;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Table;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TableName;
import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a backup has stored so far, gathered from its workers. Thread-safe. */
final class BackupDraft {
    private final BackupId id;
    private final Instant takenAt;
    private final Map<Long, List<Manifest.Range>> ranges = new HashMap<>();
    private final Map<Long, RowDigest> digests = new HashMap<>();
    private final List<Manifest.Pack> packs = new ArrayList<>();

    /** @param takenAt when the snapshot was taken that is read */
    BackupDraft(BackupId id, Instant takenAt) {
        this.id = id;
        this.takenAt = takenAt;
    }

    /** Completes a blob of this backup and describes it as manifests do. */
    Manifest.Blob finish(BlobOutput output, String role, String place) throws IOException {
        BlobRef ref = output.finish();
        return new Manifest.Blob(id, ref.pack(), ref.offset(), ref.length(), ref.sha256(), ref.rawBytes(), role, place);
    }

    /** @param addresses null: none were kept */
    synchronized void add(
            Table table, BlockRange range, RowDigest digest, Manifest.Blob base, Manifest.Blob addresses) {
        ranges.computeIfAbsent(table.oid(), oid -> new ArrayList<>())
                .add(new Manifest.Range(
                        range.first(),
                        range.open() ? null : range.end(),
                        Digests.text(digest),
                        takenAt,
                        base,
                        digest.count(),
                        null,
                        addresses,
                        null));
        digests.merge(table.oid(), digest, RowDigest::plus);
    }

    synchronized void add(List<PackRef> written) {
        for (PackRef pack : written) {
            packs.add(new Manifest.Pack(pack.name(), pack.size(), pack.version().orElse(null)));
        }
    }

    /** @param horizon of the snapshot that was read; null: it is void */
    synchronized List<Manifest.TableEntry> tables(List<Table> inventory, Long horizon) {
        return inventory.stream()
                .map(table -> entry(table, horizon))
                .sorted(Comparator.comparing(Manifest.TableEntry::tableName))
                .toList();
    }

    synchronized List<Manifest.Pack> packs() {
        return packs.stream().sorted(Comparator.comparing(Manifest.Pack::name)).toList();
    }

    private Manifest.TableEntry entry(Table table, Long horizon) {
        RowDigest digest = digests.getOrDefault(table.oid(), RowDigest.EMPTY);
        List<Manifest.Range> sorted = ranges.getOrDefault(table.oid(), List.of()).stream()
                .map(range -> range.base().backup().equals(id) ? withHorizon(range, horizon) : range)
                .sorted(Comparator.comparingLong(Manifest.Range::first))
                .toList();
        return new Manifest.TableEntry(
                table.oid(),
                table.schema(),
                table.name(),
                table.kind().name().toLowerCase(java.util.Locale.ROOT),
                table.columns().stream()
                        .map(column -> new Manifest.Column(column.number(), column.name(), column.type()))
                        .toList(),
                table.loadThrough().map(BackupDraft::name).orElse(null),
                table.condition().orElse(null),
                table.filenode() == 0 ? null : table.filenode(),
                table.pages(),
                table.fingerprint().orElse(null),
                digest.count(),
                Digests.text(digest),
                sorted);
    }

    /** It is settled last. */
    private static Manifest.Range withHorizon(Manifest.Range range, Long horizon) {
        return new Manifest.Range(
                range.first(),
                range.end(),
                range.digest(),
                range.provenAt(),
                range.base(),
                range.baseRows(),
                range.addresses() == null ? null : horizon,
                range.addresses(),
                range.delta());
    }

    private static Manifest.TableName name(TableName name) {
        return new Manifest.TableName(name.schema(), name.name());
    }
}
