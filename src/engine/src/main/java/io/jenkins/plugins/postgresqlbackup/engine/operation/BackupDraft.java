package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.archive.BlobOutput;
import io.jenkins.plugins.postgresqlbackup.engine.archive.BlobRef;
import io.jenkins.plugins.postgresqlbackup.engine.archive.PackRef;
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
import java.util.function.Predicate;

/** What a backup has stored so far, gathered from its workers. Thread-safe. */
final class BackupDraft {
    private final BackupId id;
    private final Instant takenAt;
    private final Map<Long, List<Manifest.Range>> ranges = new HashMap<>();
    private final Map<String, Manifest.Pack> packs = new HashMap<>();
    private final List<String> warnings = new ArrayList<>();

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

    Instant takenAt() {
        return takenAt;
    }

    /** One more block range is done, stored or reused. */
    synchronized void add(Table table, Manifest.Range range) {
        ranges.computeIfAbsent(table.oid(), oid -> new ArrayList<>()).add(range);
    }

    /** @param written all packs that a worker has completed so far */
    synchronized void committed(List<PackRef> written) {
        for (PackRef pack : written) {
            packs.put(
                    pack.name(),
                    new Manifest.Pack(pack.name(), pack.size(), pack.version().orElse(null)));
        }
    }

    synchronized void warn(String warning) {
        warnings.add(warning);
    }

    synchronized List<String> warnings() {
        return List.copyOf(warnings);
    }

    /** @param horizon of the snapshot that was read; null: it is void */
    synchronized List<Manifest.TableEntry> tables(List<Table> inventory, Long horizon) {
        return inventory.stream()
                .map(table -> entry(table, horizon, range -> true))
                .sorted(Comparator.comparing(Manifest.TableEntry::tableName))
                .toList();
    }

    /** The same of what this backup itself has stored for good, for a journal; tables without any are left out. */
    synchronized List<Manifest.TableEntry> storedTables(List<Table> inventory, Long horizon) {
        return inventory.stream()
                .filter(table -> ranges.containsKey(table.oid()))
                .map(table -> entry(table, horizon, this::storedForGood))
                .filter(table -> !table.ranges().isEmpty())
                .toList();
    }

    private boolean storedForGood(Manifest.Range range) {
        List<Manifest.Blob> own =
                range.blobs().filter(blob -> blob.backup().equals(id)).toList();
        return !own.isEmpty() && own.stream().allMatch(blob -> packs.containsKey(blob.pack()));
    }

    /** Those that this backup has completed. */
    synchronized List<Manifest.Pack> packs() {
        return packs.values().stream()
                .sorted(Comparator.comparing(Manifest.Pack::name))
                .toList();
    }

    private Manifest.TableEntry entry(Table table, Long horizon, Predicate<Manifest.Range> wanted) {
        List<Manifest.Range> sorted = ranges.getOrDefault(table.oid(), List.of()).stream()
                .filter(wanted)
                .map(range -> range.base().backup().equals(id) ? withHorizon(range, horizon) : range)
                .sorted(Comparator.comparingLong(Manifest.Range::first))
                .toList();
        RowDigest digest =
                sorted.stream().map(range -> Digests.parse(range.digest())).reduce(RowDigest.EMPTY, RowDigest::plus);
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
