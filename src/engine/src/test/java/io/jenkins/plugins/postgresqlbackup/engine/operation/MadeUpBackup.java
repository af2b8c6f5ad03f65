package io.jenkins.plugins.postgresqlbackup.engine.operation;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.jenkins.plugins.postgresqlbackup.engine.archive.BlobOutput;
import io.jenkins.plugins.postgresqlbackup.engine.archive.BlobRef;
import io.jenkins.plugins.postgresqlbackup.engine.archive.Compression;
import io.jenkins.plugins.postgresqlbackup.engine.archive.DataKey;
import io.jenkins.plugins.postgresqlbackup.engine.archive.PackNumbers;
import io.jenkins.plugins.postgresqlbackup.engine.archive.PackWriter;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.DatabaseUrl;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.RowDigest;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.ServerInfo;
import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupKind;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Grace;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Journal;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import io.jenkins.plugins.postgresqlbackup.engine.repository.RepositoryException;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A backup that reads no database, and does in the repository what a real one does, by the same classes and in the same order: search of what to build
 * on, packs, journals, publication.
 */
final class MadeUpBackup {
    /** How a backup treats what others may do meanwhile; all but the first are wrong. */
    enum Care {
        FULL,
        /** It does not look again after its manifest was written. */
        NO_SECOND_LOOK,
        /** It may take as long as it wants. */
        NO_LIMIT
    }

    /** It stopped for good, as when its process is killed. */
    static final class Killed extends IOException {
        private static final long serialVersionUID = 1;

        Killed() {
            super("It was killed.");
        }
    }

    static final int RANGES = 3;
    private static final SecureRandom SECURE = new SecureRandom();
    private static final DatabaseUrl URL = DatabaseUrl.parse("postgresql://me@db.example.com:5432/shop");
    private static final ServerInfo SERVER = new ServerInfo(
            180001,
            "18.1",
            "shop",
            5,
            "UTF8",
            Optional.of("7000000000000000001"),
            OptionalInt.of(1),
            Instant.parse("2026-01-01T00:00:00Z"),
            false,
            "me",
            false,
            true,
            Map.of());

    private final Repository repository;
    private final Random random;
    private final Care care;
    private final List<Manifest.Pack> written = new ArrayList<>();
    private final List<Manifest.Range> ranges = new ArrayList<>();
    private int journals;

    MadeUpBackup(Repository repository, Random random, Care care) {
        this.repository = repository;
        this.random = random;
        this.care = care;
    }

    /** @param mortal whether it may be killed on its way */
    Manifest take(boolean incremental, boolean mortal) throws IOException {
        Publication publication =
                Publication.begin(repository, care == Care.NO_LIMIT ? Duration.ofDays(36_500) : Grace.BACKUP_LIMIT);
        repository.requireNewestGeneration();
        Optional<Repository.Linked> newest = newest();
        OriginSearch search = new OriginSearch(repository, publication, SERVER, URL, new HashMap<>());
        Optional<Manifest> parent = incremental ? search.parent(Optional.empty()) : Optional.empty();
        Origins origins = search.origins(parent);
        Instant begunAt = publication.begunAt();
        BackupId id = newest.map(linked -> BackupId.createAfter(linked.link().id(), begunAt, random))
                .orElseGet(() -> BackupId.create(begunAt, random));
        try (DataKey key = DataKey.generate(SECURE)) {
            Draft draft = new Draft(id, begunAt, key, origins, parent, newest);
            for (int number = 0; number < RANGES; number++) {
                ranges.add(draft.range(number));
                if (random.nextInt(4) == 0) {
                    draft.journal();
                }
                if (mortal && random.nextInt(12) == 0) {
                    throw new Killed();
                }
            }
            Manifest manifest = draft.manifest();
            try {
                if (care == Care.NO_SECOND_LOOK) {
                    repository.write(manifest);
                } else {
                    publication.publish(manifest);
                }
            } catch (IOException e) {
                draft.journal();
                throw e;
            }
            repository.journals().deleteAll(id);
            for (BackupId interrupted : origins.interrupted()) {
                repository.journals().deleteAll(interrupted);
            }
            return manifest;
        }
    }

    private Optional<Repository.Linked> newest() throws IOException {
        List<BackupId> ids = repository.ids();
        for (int i = ids.size() - 1; i >= 0; i--) {
            try {
                return Optional.of(repository.readLinked(ids.get(i)));
            } catch (RepositoryException e) {
                continue; // deleted since it was listed
            }
        }
        return Optional.empty();
    }

    private final class Draft {
        private final BackupId id;
        private final Instant begunAt;
        private final DataKey key;
        private final Origins origins;
        private final Optional<Manifest> parent;
        private final Optional<Repository.Linked> newest;
        private final PackNumbers numbers = new PackNumbers();
        private final Manifest.WrappedKey wrapped;

        Draft(
                BackupId id,
                Instant begunAt,
                DataKey key,
                Origins origins,
                Optional<Manifest> parent,
                Optional<Repository.Linked> newest)
                throws IOException {
            this.id = id;
            this.begunAt = begunAt;
            this.key = key;
            this.origins = origins;
            this.parent = parent;
            this.newest = newest;
            this.wrapped = repository.wrapDataKey(id, key.bytes());
        }

        /** Most have not changed, some get a delta, others are read anew. */
        Manifest.Range range(int number) throws IOException {
            for (Origin origin : origins.all()) {
                Optional<Manifest.Range> known = Optional.ofNullable(
                                origin.byOid().get(SyntheticBackups.TABLE))
                        .flatMap(entry -> entry.ranges().stream()
                                .filter(range -> range.first() == number)
                                .findFirst())
                        .filter(range -> origins.there(origin, range));
                if (known.isPresent()) {
                    int fate = random.nextInt(8);
                    return fate < 5 ? known.get() : fate < 7 ? change(number, known.get()) : read(number);
                }
            }
            return read(number);
        }

        private Manifest.Range read(int number) throws IOException {
            byte[] rows = SyntheticBackups.rows(id, number, row -> true);
            List<Manifest.Blob> blobs = store(List.of(
                    new Content("rows", number, rows),
                    new Content("addresses", number, SyntheticBackups.addresses(number, row -> true))));
            Manifest.Digest digest = SyntheticBackups.digest(rows);
            return new Manifest.Range(
                    number, number + 1L, digest, begunAt, blobs.get(0), digest.rows(), 5L, blobs.get(1), null);
        }

        private Manifest.Range change(int number, Manifest.Range old) throws IOException {
            int every = 2 + random.nextInt(10);
            byte[] alive = SyntheticBackups.rows(old.base().backup(), number, row -> row % every != 0);
            byte[] fresh = SyntheticBackups.rows(id, number, row -> row % every == 0);
            List<Manifest.Blob> blobs = store(List.of(
                    new Content("alive", number, SyntheticBackups.addresses(number, row -> row % every != 0)),
                    new Content("rows", number, fresh)));
            RowDigest digest =
                    Digests.parse(SyntheticBackups.digest(alive)).plus(Digests.parse(SyntheticBackups.digest(fresh)));
            return new Manifest.Range(
                    old.first(),
                    old.end(),
                    Digests.text(digest),
                    begunAt,
                    old.base(),
                    old.baseRows(),
                    old.horizon(),
                    old.addresses(),
                    new Manifest.Delta(blobs.get(0), blobs.get(1)));
        }

        private record Content(String role, int number, byte[] bytes) {
            String place() {
                return "public.t/" + number + (role.equals("rows") ? "" : "/" + role);
            }
        }

        /** In a pack of their own. */
        private List<Manifest.Blob> store(List<Content> contents) throws IOException {
            List<Manifest.Blob> blobs = new ArrayList<>();
            try (PackWriter packs = new PackWriter(
                    repository.store(),
                    repository.id(),
                    id.value(),
                    numbers,
                    key.sealer(),
                    Compression.NONE,
                    Long.MAX_VALUE)) {
                for (Content content : contents) {
                    try (BlobOutput blob = packs.begin(content.role(), content.place())) {
                        blob.write(content.bytes());
                        BlobRef ref = blob.finish();
                        blobs.add(new Manifest.Blob(
                                id,
                                ref.pack(),
                                ref.offset(),
                                ref.length(),
                                ref.sha256(),
                                ref.rawBytes(),
                                content.role(),
                                content.place()));
                    }
                }
                packs.finish();
                packs.packs()
                        .forEach(pack -> written.add(new Manifest.Pack(
                                pack.name(), pack.size(), pack.version().orElse(null))));
            }
            return blobs;
        }

        void journal() throws IOException {
            List<Manifest.Range> own = ranges.stream()
                    .filter(range ->
                            range.blobs().anyMatch(blob -> blob.backup().equals(id)))
                    .toList();
            if (own.isEmpty()) {
                return;
            }
            List<Manifest.Blob> blobs =
                    own.stream().flatMap(Manifest.Range::blobs).toList();
            journals++;
            repository
                    .journals()
                    .write(
                            new Journal(
                                    Manifest.FORMAT,
                                    id,
                                    kind(),
                                    begunAt,
                                    SyntheticBackups.source("shop"),
                                    snapshot(),
                                    List.of(table(own)),
                                    packs(blobs),
                                    keys(blobs)),
                            journals);
            if (journals > 1) {
                repository.journals().delete(id, journals - 1);
            }
        }

        Manifest manifest() throws IOException {
            List<Manifest.Blob> frame = store(List.of(
                    new Content("schema", 0, ("PGDMP of " + id).getBytes(UTF_8)),
                    new Content("globals", 0, SyntheticBackups.globals("shop"))));
            List<Manifest.Blob> blobs = new ArrayList<>(frame);
            ranges.stream().flatMap(Manifest.Range::blobs).forEach(blobs::add);
            Manifest.TableEntry table = table(ranges);
            return new Manifest(
                    Manifest.FORMAT,
                    id,
                    kind(),
                    newest.map(linked -> linked.manifest().counter() + 1).orElse(1L),
                    newest.map(Repository.Linked::link).orElse(null),
                    parent.map(Manifest::id).orElse(null),
                    repository.keys().newest(),
                    begunAt,
                    begunAt,
                    begunAt,
                    SyntheticBackups.source("shop"),
                    snapshot(),
                    frame.get(0),
                    frame.get(1),
                    new Manifest.LargeObjects(0, 0, Digests.text(RowDigest.EMPTY), List.of()),
                    List.of(table),
                    List.of(),
                    null,
                    new Manifest.Totals(1, table.rows(), 1, 1, 0),
                    packs(blobs),
                    keys(blobs),
                    Map.of(),
                    "a test");
        }

        private BackupKind kind() {
            return parent.isPresent() ? BackupKind.INCREMENTAL : BackupKind.FULL;
        }

        private Manifest.SnapshotFacts snapshot() {
            return new Manifest.SnapshotFacts(begunAt, 5L, null, "0/1000000");
        }

        private Manifest.TableEntry table(List<Manifest.Range> of) {
            return SyntheticBackups.table(
                    of,
                    of.stream().map(range -> Digests.parse(range.digest())).reduce(RowDigest.EMPTY, RowDigest::plus));
        }

        private List<Manifest.Pack> packs(List<Manifest.Blob> blobs) {
            Set<String> named = blobs.stream().map(Manifest.Blob::pack).collect(Collectors.toSet());
            Map<String, Manifest.Pack> known = origins.packs();
            written.forEach(pack -> known.put(pack.name(), pack));
            return named.stream().sorted().map(known::get).toList();
        }

        private Map<BackupId, Manifest.WrappedKey> keys(List<Manifest.Blob> blobs) {
            Map<BackupId, Manifest.WrappedKey> known = origins.dataKeys();
            known.put(id, wrapped);
            known.keySet()
                    .retainAll(Set.copyOf(
                            Stream.concat(Stream.of(id), blobs.stream().map(Manifest.Blob::backup))
                                    .collect(Collectors.toSet())));
            return known;
        }
    }
}
