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
import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupKind;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.Callable;

/**
 * Reads one snapshot into packs: block ranges by several workers, and beside them, by one, the schema, what belongs to the database as a whole, and
 * the large objects.
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
    private final BackupId id;
    private final BlobSealer sealer;
    private final PackNumbers numbers = new PackNumbers();
    private final BackupDraft draft;

    private Manifest.Blob schema;
    private Manifest.Blob globals;
    private Manifest.LargeObjects largeObjects;
    private List<String> warnings = List.of();

    Reading(
            Repository repository,
            Snapshot snapshot,
            ClientPrograms programs,
            BackupSettings settings,
            BackupId id,
            DataKey dataKey) {
        this.repository = repository;
        this.snapshot = snapshot;
        this.programs = programs;
        this.settings = settings;
        this.id = id;
        this.sealer = dataKey.sealer();
        this.draft = new BackupDraft(id, snapshot.takenAt());
    }

    void run(Progress progress) throws IOException, InterruptedException {
        ParallelRead read =
                new ParallelRead(snapshot, settings.jobs(), settings.sizes().range());
        progress.phase("Reading rows", read.expectedBytes());
        List<Callable<Void>> parts = new ArrayList<>();
        parts.add(() -> {
            readTheRest();
            return null;
        });
        parts.addAll(read.parts(() -> new RangeWriter(packs(), draft, progress)));
        Workers.run("backup", parts, snapshot::close);
    }

    /** pg_dump goes first: it should have its locks before somebody queues behind ours. */
    private void readTheRest() throws IOException {
        try (PackWriter packs = packs()) {
            BlobOutput blob = packs.begin(SCHEMA, SCHEMA);
            warnings = SchemaDump.run(snapshot, programs, blob);
            schema = draft.finish(blob, SCHEMA, SCHEMA);
            largeObjects = readLargeObjects(packs);
            blob = packs.begin(GLOBALS, GLOBALS);
            blob.write(Globals.read(snapshot).encode());
            globals = draft.finish(blob, GLOBALS, GLOBALS);
            packs.finish();
            draft.add(packs.packs());
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
                id.value(),
                numbers,
                sealer,
                settings.compression(),
                settings.sizes().pack());
    }

    /** What pg_dump warned of; complete after {@link #run}. */
    List<String> warnings() {
        return warnings;
    }

    List<Manifest.Pack> storedPacks() {
        return draft.packs();
    }

    Manifest manifest(
            Instant startedAt,
            Instant finishedAt,
            FullBackup.Previous previous,
            Map<BackupId, Manifest.WrappedKey> dataKeys)
            throws IOException {
        OptionalLong horizon = snapshot.horizon().xid();
        List<Manifest.TableEntry> tables =
                draft.tables(snapshot.inventory().tables(), horizon.isPresent() ? horizon.getAsLong() : null);
        List<Manifest.Pack> packs = draft.packs();
        long rows = tables.stream().mapToLong(Manifest.TableEntry::rows).sum();
        long raw = tables.stream().mapToLong(Manifest.TableEntry::rawBytes).sum()
                + schema.rawBytes()
                + globals.rawBytes()
                + largeObjects.bytes();
        long stored = packs.stream().mapToLong(Manifest.Pack::size).sum();
        return new Manifest(
                Manifest.FORMAT,
                id,
                BackupKind.FULL,
                previous.counter(),
                previous.link(),
                null,
                repository.keys().newest(),
                null,
                startedAt,
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
                null,
                new Manifest.Totals(tables.size(), rows, raw, stored, largeObjects.count()),
                packs,
                dataKeys,
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
