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

    /** One blob, and how its content is checked. */
    private record Piece(Manifest.Blob blob, Check check) {}

    private interface Check {
        void run(InputStream content) throws IOException, InterruptedException;
    }

    void run(int jobs) throws IOException, InterruptedException {
        List<Piece> pieces = pieces();
        progress.phase(
                "Checking content",
                pieces.stream().mapToLong(piece -> piece.blob().rawBytes()).sum());
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
        try (InputStream content = new StoppableStream(repository.open(manifest, piece.blob()))) {
            piece.check().run(content);
            content.transferTo(java.io.OutputStream.nullOutputStream());
        } catch (KeyException | StorageException | InterruptedIOException e) {
            throw e; // says nothing about the backup: it could not be looked at
        } catch (IOException e) {
            problems.add(e.getMessage());
        }
        blobs.incrementAndGet();
        progress.advance(0, piece.blob().rawBytes());
    }

    private List<Piece> pieces() {
        List<Piece> pieces = new ArrayList<>();
        pieces.add(new Piece(manifest.schema(), this::checkSchema));
        pieces.add(new Piece(manifest.globals(), Globals::decode));
        manifest.largeObjects().blobs().forEach(blob -> pieces.add(new Piece(blob, this::digestLargeObjects)));
        for (Manifest.TableEntry table : manifest.tables()) {
            checkSum(table);
            for (Manifest.Range range : table.ranges()) {
                pieces.add(new Piece(range.base(), content -> checkRows(table, range, content)));
                if (range.addresses() != null) {
                    pieces.add(new Piece(range.addresses(), content -> checkAddresses(table, range, content)));
                }
            }
        }
        pieces.sort(Comparator.comparing((Piece piece) -> piece.blob().pack())
                .thenComparingLong(piece -> piece.blob().offset()));
        return pieces;
    }

    private void checkSum(Manifest.TableEntry table) {
        RowDigest sum = table.ranges().stream()
                .map(range -> Digests.parse(range.digest()))
                .reduce(RowDigest.EMPTY, RowDigest::plus);
        if (!sum.equals(Digests.parse(table.digest())) || sum.count() != table.rows()) {
            problems.add("The digests of the block ranges of " + table.tableName() + " do not add up to the table's.");
        }
    }

    private void checkRows(Manifest.TableEntry table, Manifest.Range range, InputStream content)
            throws IOException, InterruptedException {
        RowDigest found = RowLines.read(content, RowLines.Sink.NOWHERE);
        rows.addAndGet(found.count());
        rawBytes.addAndGet(range.base().rawBytes());
        RowDigest expected = Digests.parse(range.digest());
        if (!found.equals(expected)) {
            problems.add("The rows of " + table.tableName() + " from block " + range.first()
                    + " are not those that were read: "
                    + found.count() + " rows with digest " + Digests.text(found).sum() + " instead of "
                    + expected.count()
                    + " with " + range.digest().sum() + ".");
        }
    }

    private void checkAddresses(Manifest.TableEntry table, Manifest.Range range, InputStream content)
            throws IOException {
        long count;
        try {
            count = RowAddresses.unpack(content.readAllBytes()).length;
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    "The row addresses of " + table.tableName() + " cannot be read: " + e.getMessage(), e);
        }
        if (count != range.digest().rows()) {
            problems.add("There are " + count + " row addresses for the "
                    + range.digest().rows() + " rows of " + table.tableName() + " from block " + range.first() + ".");
        }
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
