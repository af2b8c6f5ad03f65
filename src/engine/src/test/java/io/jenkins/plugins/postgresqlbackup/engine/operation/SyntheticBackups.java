package io.jenkins.plugins.postgresqlbackup.engine.operation;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.jenkins.plugins.postgresqlbackup.engine.archive.BlobOutput;
import io.jenkins.plugins.postgresqlbackup.engine.archive.BlobRef;
import io.jenkins.plugins.postgresqlbackup.engine.archive.Compression;
import io.jenkins.plugins.postgresqlbackup.engine.archive.DataKey;
import io.jenkins.plugins.postgresqlbackup.engine.archive.PackNumbers;
import io.jenkins.plugins.postgresqlbackup.engine.archive.PackWriter;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.DatabaseProperties;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.RowAddresses;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.RowDigest;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.RowHash;
import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupKind;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import io.jenkins.plugins.postgresqlbackup.engine.repository.VerificationMark;
import io.jenkins.plugins.postgresqlbackup.engine.repository.VerificationMarks;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Backups of databases that never were: real sealed packs and real manifests, made in milliseconds without PostgreSQL. Incremental ones reuse block
 * ranges of their parent as real ones do, with deltas; all verify at level content. Times are the store's. For one thread.
 */
final class SyntheticBackups {
    /** Of a block range as it is first stored. */
    private static final int ROWS = 20;

    static final long TABLE = 16384;

    private static final int PACK_BYTES = 3_000;
    private static final SecureRandom SECURE = new SecureRandom();

    private final Repository repository;
    private final Random random;

    SyntheticBackups(Repository repository, long seed) {
        this.repository = repository;
        this.random = new Random(seed);
    }

    /** A full backup of one table with so many block ranges. */
    Manifest full(String database, int ranges) throws IOException {
        Instant begunAt = repository.store().now();
        try (Draft draft = new Draft(begunAt)) {
            return draft.write(database, null, draft.readAll(ranges));
        }
    }

    /** An incremental backup for which so many of the parent's block ranges have changed: some get a delta, some are read anew. */
    Manifest incremental(Manifest parent, int changed) throws IOException {
        Instant begunAt = repository.store().now();
        try (Draft draft = new Draft(begunAt)) {
            return draft.write(parent.database().name(), parent, draft.readChanged(parent, changed));
        }
    }

    /** Marks a backup as verified, as {@link VerifyBackup} does. */
    void verified(Manifest manifest) throws IOException {
        new VerificationMarks(repository)
                .write(new VerificationMark(
                        manifest.id(),
                        repository.sha256(manifest.id()),
                        VerificationMark.CONTENT,
                        repository.store().now(),
                        "a test"));
    }

    /** What a backup leaves that died before it wrote its manifest: the names of its packs. */
    List<String> abandoned(int ranges) throws IOException {
        try (Draft draft = new Draft(repository.store().now())) {
            draft.readAll(ranges);
            return draft.finishPacks().stream().map(Manifest.Pack::name).toList();
        }
    }

    /** One backup on its way. */
    private final class Draft implements AutoCloseable {
        private final Instant begunAt;
        private final Optional<Repository.Linked> newest;
        private final BackupId id;
        private final DataKey key = DataKey.generate(SECURE);
        private final PackWriter packs;

        Draft(Instant begunAt) throws IOException {
            this.begunAt = begunAt;
            List<BackupId> ids = repository.ids();
            newest = ids.isEmpty() ? Optional.empty() : Optional.of(repository.readLinked(ids.get(ids.size() - 1)));
            id = newest.map(linked -> BackupId.createAfter(linked.link().id(), begunAt, random))
                    .orElseGet(() -> BackupId.create(begunAt, random));
            packs = new PackWriter(
                    repository.store(),
                    repository.id(),
                    id.value(),
                    new PackNumbers(),
                    key.sealer(),
                    Compression.NONE,
                    PACK_BYTES);
        }

        List<Manifest.Range> readAll(int ranges) throws IOException {
            List<Manifest.Range> read = new ArrayList<>();
            for (int i = 0; i < ranges; i++) {
                read.add(read(i));
            }
            return read;
        }

        List<Manifest.Range> readChanged(Manifest parent, int changed) throws IOException {
            List<Manifest.Range> old = parent.tables().get(0).ranges();
            Set<Integer> chosen =
                    random.ints(0, old.size()).distinct().limit(changed).boxed().collect(Collectors.toSet());
            List<Manifest.Range> ranges = new ArrayList<>();
            for (int i = 0; i < old.size(); i++) {
                ranges.add(!chosen.contains(i) ? old.get(i) : random.nextInt(3) == 0 ? read(i) : change(i, old.get(i)));
            }
            return ranges;
        }

        private Manifest.Range read(int number) throws IOException {
            return new Manifest.Range(
                    number,
                    number + 1L,
                    digest(rows(id, number, row -> true)),
                    begunAt,
                    store("rows", number, rows(id, number, row -> true)),
                    ROWS,
                    5L,
                    store("addresses", number, addresses(number, row -> true)),
                    null);
        }

        /** Some of the base's rows are gone, others have come. */
        private Manifest.Range change(int number, Manifest.Range old) throws IOException {
            int every = 2 + random.nextInt(ROWS);
            byte[] alive = rows(old.base().backup(), number, row -> row % every != 0);
            byte[] fresh = rows(id, number, row -> row % every == 0);
            RowDigest digest = Digests.parse(digest(alive)).plus(Digests.parse(digest(fresh)));
            return new Manifest.Range(
                    old.first(),
                    old.end(),
                    Digests.text(digest),
                    begunAt,
                    old.base(),
                    old.baseRows(),
                    old.horizon(),
                    old.addresses(),
                    new Manifest.Delta(
                            store("alive", number, addresses(number, row -> row % every != 0)),
                            store("rows", number, fresh)));
        }

        private Manifest.Blob store(String role, int number, byte[] content) throws IOException {
            String place = "public.t/" + number + (role.equals("rows") ? "" : "/" + role);
            try (BlobOutput blob = packs.begin(role, place)) {
                blob.write(content);
                BlobRef ref = blob.finish();
                return new Manifest.Blob(
                        id, ref.pack(), ref.offset(), ref.length(), ref.sha256(), ref.rawBytes(), role, place);
            }
        }

        List<Manifest.Pack> finishPacks() throws IOException {
            packs.finish();
            return packs.packs().stream()
                    .map(pack -> new Manifest.Pack(
                            pack.name(), pack.size(), pack.version().orElse(null)))
                    .toList();
        }

        Manifest write(String database, Manifest parent, List<Manifest.Range> ranges) throws IOException {
            Manifest.Blob schema = store("schema", 0, ("PGDMP of " + id).getBytes(UTF_8));
            Manifest.Blob globals = store("globals", 0, globals(database));
            List<Manifest.Pack> written = finishPacks();
            Set<String> named = new HashSet<>();
            Map<BackupId, Manifest.WrappedKey> keys = new HashMap<>();
            keys.put(id, repository.wrapDataKey(id, key.bytes()));
            ranges.stream().flatMap(Manifest.Range::blobs).forEach(blob -> {
                named.add(blob.pack());
                keys.computeIfAbsent(blob.backup(), writer -> parent.dataKeys().get(writer));
            });
            List<Manifest.Pack> needed = new ArrayList<>(written);
            if (parent != null) {
                parent.packs().stream()
                        .filter(pack -> named.contains(pack.name()))
                        .forEach(needed::add);
            }
            RowDigest digest = ranges.stream()
                    .map(range -> Digests.parse(range.digest()))
                    .reduce(RowDigest.EMPTY, RowDigest::plus);
            long stored = written.stream().mapToLong(Manifest.Pack::size).sum();
            long raw = ranges.stream().mapToLong(Manifest.Range::rawBytes).sum();
            Manifest manifest = new Manifest(
                    Manifest.FORMAT,
                    id,
                    parent == null ? BackupKind.FULL : BackupKind.INCREMENTAL,
                    newest.map(linked -> linked.manifest().counter() + 1).orElse(1L),
                    newest.map(Repository.Linked::link).orElse(null),
                    parent == null ? null : parent.id(),
                    repository.keys().newest(),
                    begunAt,
                    begunAt,
                    repository.store().now(),
                    source(database),
                    new Manifest.SnapshotFacts(begunAt, 5L, null, "0/1000000"),
                    schema,
                    globals,
                    new Manifest.LargeObjects(0, 0, Digests.text(RowDigest.EMPTY), List.of()),
                    List.of(table(ranges, digest)),
                    List.of(),
                    null,
                    new Manifest.Totals(1, digest.count(), raw, stored, 0),
                    needed,
                    keys,
                    Map.of(),
                    "a test");
            repository.write(manifest);
            return manifest;
        }

        @Override
        public void close() throws IOException {
            try (key) {
                packs.close();
            }
        }
    }

    static Manifest.TableEntry table(List<Manifest.Range> ranges, RowDigest digest) {
        return new Manifest.TableEntry(
                TABLE,
                "public",
                "t",
                "table",
                List.of(new Manifest.Column(1, "text", "text")),
                null,
                null,
                16384L,
                ranges.size(),
                "00",
                digest.count(),
                Digests.text(digest),
                ranges);
    }

    static Manifest.Source source(String database) {
        return new Manifest.Source(
                database,
                "db.example.com",
                5432,
                "7000000000000000001",
                1,
                5,
                180001,
                "18.1",
                "UTF8",
                Instant.parse("2026-01-01T00:00:00Z"));
    }

    static byte[] globals(String database) throws IOException {
        return new Globals(
                        new DatabaseProperties(
                                database,
                                "owner",
                                "UTF8",
                                "libc",
                                "C",
                                "C",
                                null,
                                null,
                                "pg_default",
                                -1,
                                null,
                                null,
                                List.of()),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of())
                .encode();
    }

    /** They tell which backup has stored them, so nothing need be remembered. */
    static byte[] rows(BackupId writer, int range, IntPredicate which) {
        return IntStream.range(0, ROWS)
                .filter(which)
                .mapToObj(row -> writer + " range " + range + " row " + row + "\n")
                .collect(Collectors.joining())
                .getBytes(UTF_8);
    }

    static byte[] addresses(int range, IntPredicate which) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        IntStream.range(0, ROWS)
                .filter(which)
                .forEach(row ->
                        out.writeBytes(new byte[] {0, 0, (byte) (range >> 8), (byte) range, 0, (byte) (row + 1)}));
        return RowAddresses.pack(out.toByteArray());
    }

    static Manifest.Digest digest(byte[] rows) {
        long sum = 0;
        long count = 0;
        int begin = 0;
        for (int i = 0; i < rows.length; i++) {
            if (rows[i] == '\n') {
                sum += RowHash.hash(rows, begin, i - begin);
                count++;
                begin = i + 1;
            }
        }
        return Digests.text(new RowDigest(count, sum));
    }
}
