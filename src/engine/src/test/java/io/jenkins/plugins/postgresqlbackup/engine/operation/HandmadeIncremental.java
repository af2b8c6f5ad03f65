package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.archive.BlobOutput;
import io.jenkins.plugins.postgresqlbackup.engine.archive.BlobRef;
import io.jenkins.plugins.postgresqlbackup.engine.archive.Compression;
import io.jenkins.plugins.postgresqlbackup.engine.archive.DataKey;
import io.jenkins.plugins.postgresqlbackup.engine.archive.PackNumbers;
import io.jenkins.plugins.postgresqlbackup.engine.archive.PackWriter;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.RowAddresses;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.RowDigest;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.RowHash;
import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupKind;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * An incremental backup made from two full ones without asking the database: tables that had the same file before are told by delta, from the rows'
 * addresses. It holds as long as nothing was vacuumed between the two, and lets a test write what no backup would.
 */
final class HandmadeIncremental {
    /** What is written of a range's delta; a test may spoil it. */
    record Draft(List<Long> base, List<Long> alive, List<byte[]> rows, long baseRows) {
        Draft withBase(List<Long> other) {
            return new Draft(other, alive, rows, baseRows);
        }

        Draft withAlive(List<Long> other) {
            return new Draft(base, other, rows, baseRows);
        }

        Draft withRows(List<byte[]> other) {
            return new Draft(base, alive, other, baseRows);
        }

        Draft withBaseRows(long other) {
            return new Draft(base, alive, rows, other);
        }
    }

    interface Spoiler {
        Draft spoil(Draft draft);
    }

    private final Repository repository;
    private final Manifest before;
    private final Manifest after;
    private final BackupId id;
    private final Spoiler spoiler;

    private HandmadeIncremental(Repository repository, Manifest before, Manifest after, Spoiler spoiler) {
        this.repository = repository;
        this.before = before;
        this.after = after;
        this.id = BackupId.createAfter(after.id(), after.startedAt(), TestRepository.RANDOM);
        this.spoiler = spoiler;
    }

    static Manifest write(Repository repository, Manifest before, Manifest after)
            throws IOException, InterruptedException {
        return write(repository, before, after, draft -> draft);
    }

    static Manifest write(Repository repository, Manifest before, Manifest after, Spoiler spoiler)
            throws IOException, InterruptedException {
        Manifest manifest = new HandmadeIncremental(repository, before, after, spoiler).make();
        repository.write(manifest);
        return manifest;
    }

    private Manifest make() throws IOException, InterruptedException {
        try (DataKey key = DataKey.generate(TestRepository.RANDOM)) {
            PackWriter packs = new PackWriter(
                    repository.store(),
                    repository.id(),
                    id.value(),
                    new PackNumbers(),
                    key.sealer(),
                    Compression.parse("zstd:3"),
                    1 << 20);
            List<Manifest.TableEntry> tables = new ArrayList<>();
            for (Manifest.TableEntry now : after.tables()) {
                Manifest.TableEntry then = before.tables().stream()
                        .filter(table -> table.tableName().equals(now.tableName())
                                && table.ranges().stream().allMatch(range -> range.addresses() != null)
                                && now.ranges().stream().allMatch(range -> range.addresses() != null))
                        .findFirst()
                        .orElse(null);
                tables.add(then == null ? now : table(packs, then, now));
            }
            packs.finish();
            return manifest(tables, packs, key);
        }
    }

    private Manifest manifest(List<Manifest.TableEntry> tables, PackWriter packs, DataKey key) throws IOException {
        List<Manifest.Pack> named = new ArrayList<>();
        packs.packs()
                .forEach(pack -> named.add(new Manifest.Pack(
                        pack.name(), pack.size(), pack.version().orElse(null))));
        Manifest all = with(tables, List.of(), Map.of());
        Set<String> needed = new HashSet<>();
        all.blobs().forEach(blob -> needed.add(blob.pack()));
        Stream.concat(before.packs().stream(), after.packs().stream())
                .filter(pack -> needed.contains(pack.name()))
                .forEach(named::add);
        Map<BackupId, Manifest.WrappedKey> keys = new HashMap<>(before.dataKeys());
        keys.putAll(after.dataKeys());
        keys.put(id, repository.wrapDataKey(id, key.bytes()));
        return with(tables, named, keys);
    }

    private Manifest with(
            List<Manifest.TableEntry> tables, List<Manifest.Pack> packs, Map<BackupId, Manifest.WrappedKey> keys)
            throws IOException {
        return new Manifest(
                after.format(),
                id,
                BackupKind.INCREMENTAL,
                after.counter() + 1,
                new Manifest.Previous(after.id(), repository.sha256(after.id())),
                before.id(),
                after.generation(),
                after.begunAt(),
                after.startedAt(),
                after.finishedAt(),
                after.database(),
                after.snapshot(),
                after.schema(),
                after.globals(),
                after.largeObjects(),
                tables,
                after.leftOut(),
                after.fallbacks(),
                after.totals(),
                packs,
                keys,
                after.labels(),
                after.madeBy());
    }

    private Manifest.TableEntry table(PackWriter packs, Manifest.TableEntry then, Manifest.TableEntry now)
            throws IOException, InterruptedException {
        TreeMap<Long, byte[]> rows = new TreeMap<>();
        for (Manifest.Range range : now.ranges()) {
            rows.putAll(rows(after, range));
        }
        List<Manifest.Range> ranges = new ArrayList<>();
        for (Manifest.Range range : then.ranges()) {
            long end = range.end() == null ? Long.MAX_VALUE >> 16 : range.end();
            Map<Long, byte[]> there = rows.subMap(range.first() << 16, end << 16);
            ranges.add(range(packs, now, range, rows(before, range), there));
        }
        return new Manifest.TableEntry(
                now.oid(),
                now.schema(),
                now.name(),
                now.kind(),
                now.columns(),
                now.loadVia(),
                now.extensionCondition(),
                now.filenode(),
                now.pages(),
                now.fingerprint(),
                now.rows(),
                now.digest(),
                ranges);
    }

    private Manifest.Range range(
            PackWriter packs,
            Manifest.TableEntry table,
            Manifest.Range range,
            Map<Long, byte[]> then,
            Map<Long, byte[]> now)
            throws IOException {
        List<Long> alive = now.keySet().stream().filter(then::containsKey).toList();
        List<byte[]> young = now.entrySet().stream()
                .filter(row -> !then.containsKey(row.getKey()))
                .map(Map.Entry::getValue)
                .toList();
        RowDigest digest = RowDigest.EMPTY;
        for (byte[] row : now.values()) {
            digest = digest.plus(new RowDigest(1, RowHash.hash(row, 0, row.length - 1)));
        }
        Draft honest = new Draft(List.copyOf(then.keySet()), alive, young, then.size());
        Draft draft = spoiler.spoil(honest);
        String place = table.oid() + "/" + range.first();
        Manifest.Blob addresses = draft.base().equals(honest.base())
                ? range.addresses()
                : blob(packs, "addresses", place, packed(draft.base()));
        Manifest.Blob rows = draft.rows().isEmpty() ? null : blob(packs, "rows", place, joined(draft.rows()));
        return new Manifest.Range(
                range.first(),
                range.end(),
                Digests.text(digest),
                after.startedAt(),
                range.base(),
                draft.baseRows(),
                range.horizon(),
                addresses,
                new Manifest.Delta(blob(packs, "alive", place, packed(draft.alive())), rows));
    }

    private Manifest.Blob blob(PackWriter packs, String role, String place, byte[] content) throws IOException {
        BlobOutput output = packs.begin(role, place);
        output.write(content);
        BlobRef ref = output.finish();
        return new Manifest.Blob(id, ref.pack(), ref.offset(), ref.length(), ref.sha256(), ref.rawBytes(), role, place);
    }

    /** A range's rows as they were stored, by address. */
    private Map<Long, byte[]> rows(Manifest manifest, Manifest.Range range) throws IOException {
        Map<Long, byte[]> rows = new LinkedHashMap<>();
        byte[] base = content(manifest, range.base());
        int begin = 0;
        for (long address : RowAddresses.unpack(content(manifest, range.addresses()))) {
            int end = begin;
            while (base[end] != '\n') {
                end++;
            }
            rows.put(address, Arrays.copyOfRange(base, begin, end + 1));
            begin = end + 1;
        }
        return rows;
    }

    private byte[] content(Manifest manifest, Manifest.Blob blob) throws IOException {
        try (InputStream content = repository.open(manifest, blob)) {
            return content.readAllBytes();
        }
    }

    /** As a list of addresses is packed, but those that do not grow are not refused. */
    private static byte[] packed(List<Long> addresses) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        long before = 0;
        for (long address : addresses) {
            if (address > before) {
                byte[] difference = RowAddresses.pack(Arrays.copyOfRange(
                        ByteBuffer.allocate(Long.BYTES)
                                .putLong(address - before)
                                .array(),
                        2,
                        Long.BYTES));
                packed.writeBytes(difference);
            } else {
                packed.write(0);
            }
            before = address;
        }
        return packed.toByteArray();
    }

    private static byte[] joined(List<byte[]> rows) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        rows.forEach(joined::writeBytes);
        return joined.toByteArray();
    }
}
