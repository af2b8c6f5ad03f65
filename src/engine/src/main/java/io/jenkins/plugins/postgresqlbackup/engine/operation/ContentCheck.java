package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.keys.KeyException;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.LargeObjectSink;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.LargeObjectStream;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.RowAddresses;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.RowDigest;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import io.jenkins.plugins.postgresqlbackup.engine.storage.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

/** Opens every blob of a backup and checks what is in it against the manifest; what is wrong is gathered, not thrown. */
final class ContentCheck {
    private static final byte[] SCHEMA_MAGIC = "PGDMP".getBytes(StandardCharsets.US_ASCII);

    private final Repository repository;
    private final Manifest manifest;
    private final Progress progress;
    private final List<String> problems = Collections.synchronizedList(new ArrayList<>());
    private final AtomicLong blobs = new AtomicLong();
    private final AtomicLong rows = new AtomicLong();
    private final AtomicLong rawBytes = new AtomicLong();
    private final AtomicReference<RowDigest> largeObjects = new AtomicReference<>(RowDigest.EMPTY);

    ContentCheck(Repository repository, Manifest manifest, Progress progress) {
        this.repository = repository;
        this.manifest = manifest;
        this.progress = progress;
    }

    /** Blobs that are read together, and how their content is checked. */
    private record Piece(List<Manifest.Blob> blobs, Check check) {
        long rawBytes() {
            return blobs.stream().mapToLong(Manifest.Blob::rawBytes).sum();
        }
    }

    private interface Check {
        void run() throws IOException, InterruptedException;
    }

    private interface Content {
        void check(InputStream content) throws IOException, InterruptedException;
    }

    void run(int jobs) throws IOException, InterruptedException {
        List<Piece> pieces = pieces();
        progress.phase(
                "Checking content", pieces.stream().mapToLong(Piece::rawBytes).sum());
        Queue<Piece> queue = new ConcurrentLinkedQueue<>(pieces);
        List<Callable<Void>> parts = IntStream.range(0, Math.max(1, jobs))
                .<Callable<Void>>mapToObj(i -> () -> {
                    for (Piece piece = queue.poll(); piece != null; piece = queue.poll()) {
                        check(piece);
                    }
                    return null;
                })
                .toList();
        Workers.run("verify", parts, () -> {});
        if (!largeObjects.get().equals(Digests.parse(manifest.largeObjects().digest()))) {
            problems.add("The large objects are not those that were read: "
                    + largeObjects.get().count() + " with digest "
                    + Digests.text(largeObjects.get()).sum() + " instead of "
                    + manifest.largeObjects().count() + " with "
                    + manifest.largeObjects().digest().sum() + ".");
        }
    }

    List<String> problems() {
        return List.copyOf(problems);
    }

    long blobs() {
        return blobs.get();
    }

    long rows() {
        return rows.get();
    }

    long rawBytes() {
        return rawBytes.get();
    }

    private void check(Piece piece) throws IOException, InterruptedException {
        try {
            piece.check().run();
        } catch (KeyException | StorageException | InterruptedIOException e) {
            throw e; // says nothing about the backup: it could not be looked at
        } catch (IOException e) {
            problems.add(e.getMessage());
        }
        blobs.addAndGet(piece.blobs().size());
        progress.advance(0, piece.rawBytes());
    }

    private List<Piece> pieces() {
        List<Piece> pieces = new ArrayList<>();
        pieces.add(piece(manifest.schema(), this::checkSchema));
        pieces.add(piece(manifest.globals(), Globals::decode));
        manifest.largeObjects().blobs().forEach(blob -> pieces.add(piece(blob, this::digestLargeObjects)));
        for (Manifest.TableEntry table : manifest.tables()) {
            checkSum(table);
            for (Manifest.Range range : table.ranges()) {
                if (range.delta() == null && range.addresses() != null) {
                    pieces.add(piece(range.addresses(), content -> checkAddresses(table, range, content)));
                }
                List<Manifest.Blob> needed = range.delta() == null
                        ? List.of(range.base())
                        : range.blobs().toList();
                pieces.add(new Piece(needed, () -> checkRows(table, range)));
            }
        }
        pieces.sort(Comparator.comparing((Piece piece) -> piece.blobs().get(0).pack())
                .thenComparingLong(piece -> piece.blobs().get(0).offset()));
        return pieces;
    }

    private Piece piece(Manifest.Blob blob, Content check) {
        return new Piece(List.of(blob), () -> {
            try (InputStream content = new StoppableStream(repository.open(manifest, blob))) {
                check.check(content);
                content.transferTo(OutputStream.nullOutputStream());
            }
        });
    }

    private void checkSum(Manifest.TableEntry table) {
        RowDigest sum = table.ranges().stream()
                .map(range -> Digests.parse(range.digest()))
                .reduce(RowDigest.EMPTY, RowDigest::plus);
        if (!sum.equals(Digests.parse(table.digest())) || sum.count() != table.rows()) {
            problems.add("The digests of the block ranges of " + table.tableName() + " do not add up to the table's.");
        }
    }

    private void checkRows(Manifest.TableEntry table, Manifest.Range range) throws IOException, InterruptedException {
        RowDigest found = new RangeRows(repository, manifest).read(table, range, RowLines.Sink.NOWHERE);
        rows.addAndGet(found.count());
        rawBytes.addAndGet(range.rawBytes());
        RowDigest expected = Digests.parse(range.digest());
        if (range.delta() == null && baseRows(range) != expected.count()) {
            problems.add("The manifest says that " + RangeRows.name(table, range) + " has " + expected.count()
                    + " rows, and that they are " + baseRows(range) + " as they were stored.");
        }
        if (!found.equals(expected)) {
            problems.add("The rows of " + RangeRows.name(table, range) + " are not those that were read: "
                    + found.count() + " rows with digest " + Digests.text(found).sum() + " instead of "
                    + expected.count()
                    + " with " + range.digest().sum() + ".");
        }
    }

    /** Without a delta the base's rows are the range's. */
    private void checkAddresses(Manifest.TableEntry table, Manifest.Range range, InputStream content)
            throws IOException {
        long count;
        try {
            count = RowAddresses.count(content.readAllBytes());
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    "The row addresses of " + RangeRows.name(table, range) + " cannot be read: " + e.getMessage(), e);
        }
        if (count != baseRows(range)) {
            problems.add("There are " + count + " row addresses for the " + baseRows(range) + " rows of "
                    + RangeRows.name(table, range) + ".");
        }
    }

    /** Older versions did not say it. */
    private static long baseRows(Manifest.Range range) {
        return range.baseRows() == 0 ? range.digest().rows() : range.baseRows();
    }

    private void checkSchema(InputStream content) throws IOException {
        byte[] start = content.readNBytes(SCHEMA_MAGIC.length);
        if (!java.util.Arrays.equals(start, SCHEMA_MAGIC)) {
            problems.add("The schema of backup " + manifest.id() + " is not an archive of pg_dump.");
        }
    }

    private void digestLargeObjects(InputStream content) throws IOException {
        RowDigest some = LargeObjectStream.read(content, LargeObjectSink.NOWHERE);
        largeObjects.accumulateAndGet(some, RowDigest::plus);
    }
}
