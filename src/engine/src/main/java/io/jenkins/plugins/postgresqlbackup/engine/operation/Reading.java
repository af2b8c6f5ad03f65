package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.archive.BlobOutput;
import io.jenkins.plugins.postgresqlbackup.engine.archive.BlobSealer;
import io.jenkins.plugins.postgresqlbackup.engine.archive.DataKey;
import io.jenkins.plugins.postgresqlbackup.engine.archive.PackNumbers;
import io.jenkins.plugins.postgresqlbackup.engine.archive.PackWriter;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.ClientPrograms;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.LargeObjectStream;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.LargeObjects;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.OidRange;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.RowDigest;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.SchemaDump;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.ServerInfo;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Snapshot;
import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Journal;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * Reads one snapshot into packs, but for what earlier runs hold of it: block ranges by several workers, and beside them, by one, the schema, what
 * belongs to the database as a whole, and the large objects.
 */
final class Reading {
    private static final String SCHEMA = "schema";
    private static final String GLOBALS = "globals";
    private static final String LARGE_OBJECTS = "large-objects";
    private static final int LARGE_OBJECTS_TOGETHER = 10_000;

    private final Repository repository;
    private final Snapshot snapshot;
    private final ClientPrograms programs;
    private final BackupSettings settings;
    private final BackupFrame frame;
    private final BlobSealer sealer;
    private final Manifest.WrappedKey wrappedKey;
    private final Clock clock;
    private final RandomGenerator random;
    private final PackNumbers numbers = new PackNumbers();
    private final BackupDraft draft;
    private final JournalKeeper journal;

    private List<Manifest.Fallback> fallbacks = List.of();
    private Manifest.Blob schema;
    private Manifest.Blob globals;
    private Manifest.LargeObjects largeObjects;
    private List<String> warnings = List.of();

    Reading(
            Repository repository,
            Snapshot snapshot,
            ClientPrograms programs,
            BackupSettings settings,
            BackupFrame frame,
            DataKey dataKey,
            Manifest.WrappedKey wrappedKey,
            Clock clock,
            RandomGenerator random) {
        this.repository = repository;
        this.snapshot = snapshot;
        this.programs = programs;
        this.settings = settings;
        this.frame = frame;
        this.sealer = dataKey.sealer();
        this.wrappedKey = wrappedKey;
        this.clock = clock;
        this.random = random;
        this.draft = new BackupDraft(frame.id(), snapshot.takenAt());
        this.journal = new JournalKeeper(
                repository.journals(),
                this::journal,
                clock::instant,
                settings.sizes().journalEvery());
    }

    void run(Progress progress) throws IOException, InterruptedException {
        Standpoint standpoint = standpoint();
        ParallelRead read = new ParallelRead(snapshot, settings.jobs(), plan(standpoint));
        progress.phase("Reading rows", read.expectedBytes());
        DigestHope hope = new DigestHope();
        ChangeHabit habit = new ChangeHabit();
        List<Callable<Void>> parts = new ArrayList<>();
        parts.add(() -> {
            readTheRest();
            return null;
        });
        parts.addAll(read.parts(() -> new RangeBackup(
                new RangeWriter(packs(), draft, settings.sizes().smallestBase()),
                draft,
                standpoint,
                hope,
                habit,
                journal,
                progress)));
        Workers.run("backup", parts, snapshot::close);
    }

    private Standpoint standpoint() throws IOException {
        // Nothing needs the server's digests where there is nothing to compare with.
        boolean agree = !frame.origins().all().isEmpty() && snapshot.digestsAgree();
        return new Standpoint(snapshot.server(), snapshot.takenAt(), snapshot.lsn(), snapshot.nextTransaction(), agree);
    }

    private List<ParallelRead.Task> plan(Standpoint standpoint) {
        RangePlan plan =
                new RangePlan(frame.origins(), standpoint, settings.sizes().range());
        List<ParallelRead.Task> tasks = plan.tasks(snapshot.inventory().tables());
        fallbacks = plan.fallbacks();
        return frame.parent().isPresent() && standpoint.digestsAgree()
                ? new Proofs(settings.proveWithin(), random)
                        .choose(tasks, frame.parent().get().snapshot().takenAt(), snapshot.takenAt())
                : tasks;
    }

    /** Writes down what was stored so far, for the next run. */
    void keepJournal() {
        journal.write();
    }

    /** The backup needs no journal any more, be it there or given up. */
    void forgetJournals(List<BackupId> others) {
        Stream.concat(Stream.of(frame.id()), others.stream()).forEach(backup -> {
            try {
                repository.journals().deleteAll(backup);
            } catch (IOException e) {
                System.getLogger(Reading.class.getName())
                        .log(System.Logger.Level.DEBUG, "A prune will delete the journals of " + backup, e);
            }
        });
    }

    private Optional<Journal> journal() throws IOException {
        List<Manifest.TableEntry> tables =
                draft.storedTables(snapshot.inventory().tables(), horizon());
        if (tables.isEmpty()) {
            return Optional.empty();
        }
        List<Manifest.Blob> blobs = tables.stream()
                .flatMap(table -> table.ranges().stream())
                .flatMap(Manifest.Range::blobs)
                .toList();
        return Optional.of(new Journal(
                Manifest.FORMAT,
                frame.id(),
                frame.kind(),
                frame.begunAt(),
                source(),
                facts(),
                tables,
                packsOf(blobs.stream()),
                keysOf(blobs.stream())));
    }

    private Long horizon() throws IOException {
        OptionalLong horizon = snapshot.horizon().xid();
        return horizon.isPresent() ? horizon.getAsLong() : null;
    }

    private List<Manifest.Pack> packsOf(Stream<Manifest.Blob> blobs) {
        Map<String, Manifest.Pack> known = new HashMap<>(frame.origins().packs());
        draft.packs().forEach(pack -> known.put(pack.name(), pack));
        return blobs.map(Manifest.Blob::pack)
                .distinct()
                .sorted()
                .map(known::get)
                .toList();
    }

    private Map<BackupId, Manifest.WrappedKey> keysOf(Stream<Manifest.Blob> blobs) {
        Map<BackupId, Manifest.WrappedKey> known = new HashMap<>(frame.origins().dataKeys());
        known.put(frame.id(), wrappedKey);
        Map<BackupId, Manifest.WrappedKey> keys = new HashMap<>();
        blobs.map(Manifest.Blob::backup).distinct().forEach(backup -> keys.put(backup, known.get(backup)));
        return keys;
    }

    /** pg_dump goes first: it should have its locks before somebody queues behind ours. */
    private void readTheRest() throws IOException {
        try (PackWriter packs = packs()) {
            BlobOutput blob = packs.begin(SCHEMA, SCHEMA);
            warnings = SchemaDump.run(snapshot, programs, blob);
            schema = draft.finish(blob, SCHEMA, SCHEMA);
            // By now it is mostly settled, and a journal may need it when the connection is lost.
            snapshot.horizon();
            largeObjects = readLargeObjects(packs);
            blob = packs.begin(GLOBALS, GLOBALS);
            blob.write(Globals.read(snapshot).encode());
            globals = draft.finish(blob, GLOBALS, GLOBALS);
            packs.finish();
            draft.committed(packs.packs());
        }
    }

    private Manifest.LargeObjects readLargeObjects(PackWriter packs) throws IOException {
        List<Manifest.Blob> blobs = new ArrayList<>();
        RowDigest digest = RowDigest.EMPTY;
        long bytes = 0;
        for (OidRange range : LargeObjects.plan(snapshot, LARGE_OBJECTS_TOGETHER)) {
            String place = Integer.toString(blobs.size());
            BlobOutput blob = packs.begin(LARGE_OBJECTS, place);
            digest = digest.plus(LargeObjects.read(snapshot.leader(), range, new LargeObjectStream(blob)));
            bytes += blob.rawBytes();
            blobs.add(draft.finish(blob, LARGE_OBJECTS, place));
        }
        return new Manifest.LargeObjects(digest.count(), bytes, Digests.text(digest), blobs);
    }

    private PackWriter packs() {
        return new PackWriter(
                repository.store(),
                repository.id(),
                frame.id().value(),
                numbers,
                sealer,
                settings.compression(),
                settings.sizes().pack());
    }

    /** What pg_dump and the workers warned of; complete after {@link #run}. */
    List<String> warnings() {
        return Stream.concat(warnings.stream(), draft.warnings().stream()).toList();
    }

    Manifest manifest(Instant finishedAt) throws IOException {
        List<Manifest.TableEntry> tables = draft.tables(snapshot.inventory().tables(), horizon());
        long rows = tables.stream().mapToLong(Manifest.TableEntry::rows).sum();
        long raw = tables.stream().mapToLong(Manifest.TableEntry::rawBytes).sum()
                + schema.rawBytes()
                + globals.rawBytes()
                + largeObjects.bytes();
        long stored = draft.packs().stream().mapToLong(Manifest.Pack::size).sum();
        List<Manifest.Blob> blobs = Stream.concat(
                        Stream.concat(Stream.of(schema, globals), largeObjects.blobs().stream()),
                        tables.stream()
                                .flatMap(table -> table.ranges().stream())
                                .flatMap(Manifest.Range::blobs))
                .toList();
        return new Manifest(
                Manifest.FORMAT,
                frame.id(),
                frame.kind(),
                frame.previous().counter(),
                frame.previous().link(),
                frame.parent().map(Manifest::id).orElse(null),
                repository.keys().newest(),
                frame.begunAt(),
                frame.startedAt(),
                finishedAt,
                source(),
                facts(),
                schema,
                globals,
                largeObjects,
                tables,
                snapshot.inventory().leftOut().stream()
                        .map(out -> new Manifest.Omission(out.what(), out.why()))
                        .toList(),
                fallbacks,
                new Manifest.Totals(tables.size(), rows, raw, stored, largeObjects.count()),
                packsOf(blobs.stream()),
                keysOf(blobs.stream()),
                settings.labels(),
                Version.text());
    }

    private Manifest.Source source() {
        ServerInfo server = snapshot.server();
        OptionalInt timeline = server.timeline();
        return new Manifest.Source(
                server.databaseName(),
                snapshot.url().host(),
                snapshot.url().port(),
                server.systemIdentifier().orElse(null),
                timeline.isPresent() ? timeline.getAsInt() : null,
                server.databaseOid(),
                server.versionNumber(),
                server.versionText(),
                server.encoding(),
                server.postmasterStart());
    }

    private Manifest.SnapshotFacts facts() throws IOException {
        return new Manifest.SnapshotFacts(
                snapshot.takenAt(),
                snapshot.horizon().xid().isPresent() ? snapshot.horizon().xid().getAsLong() : null,
                snapshot.horizon().voidBecause().orElse(null),
                snapshot.horizon().lsn());
    }
}
