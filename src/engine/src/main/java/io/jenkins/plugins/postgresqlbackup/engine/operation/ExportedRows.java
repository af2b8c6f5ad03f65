package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.archive.DamagedBlobException;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.LoadScript;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.RowDigest;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TableKind;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Writes one file of rows for each table, the largest first, with several workers. */
final class ExportedRows {
    private static final int NAME = 60;

    private final RangeRows rows;
    private final ExportDirectory directory;
    private final Progress progress;
    private final List<TableFile> files = new ArrayList<>();
    private final AtomicInteger written = new AtomicInteger();

    /** A table, and the file that its rows go to. */
    record TableFile(Manifest.TableEntry table, String name) {}

    ExportedRows(RangeRows rows, List<Manifest.TableEntry> tables, ExportDirectory directory, Progress progress) {
        this.rows = rows;
        this.directory = directory;
        this.progress = progress;
        for (Manifest.TableEntry table : tables) {
            if (!table.ranges().isEmpty() || StoredRows.kind(table) == TableKind.EXTENSION_CONFIGURATION) {
                files.add(new TableFile(table, name(files.size() + 1, table)));
            }
        }
    }

    private static String name(int number, Manifest.TableEntry table) {
        String readable = table.tableName().toString().replaceAll("[^A-Za-z0-9._-]", "_");
        return "%s/%06d.%s.sql"
                .formatted(ExportDirectory.DATA, number, readable.substring(0, Math.min(NAME, readable.length())));
    }

    /** In the order in which they are loaded. */
    List<TableFile> files() {
        return List.copyOf(files);
    }

    /** How many are whole. */
    int written() {
        return written.get();
    }

    void run(int jobs) throws IOException, InterruptedException {
        Queue<TableFile> queue = new ConcurrentLinkedQueue<>(files.stream()
                .sorted(Comparator.comparingLong(
                                (TableFile file) -> file.table().rawBytes())
                        .reversed())
                .toList());
        List<Callable<Void>> parts = IntStream.range(0, jobs)
                .<Callable<Void>>mapToObj(i -> () -> {
                    for (TableFile file = queue.poll(); file != null; file = queue.poll()) {
                        write(file);
                    }
                    return null;
                })
                .toList();
        Workers.run("export", parts, () -> {});
    }

    private void write(TableFile file) throws IOException, InterruptedException {
        Manifest.TableEntry table = file.table();
        try (OutputStream out = directory.create(file.name())) {
            out.write(LoadScript.beginRows(
                    StoredRows.table(table), rows.manifest().database().encoding()));
            for (Manifest.Range range : table.ranges()) {
                write(table, range, out);
            }
            out.write(LoadScript.END_OF_ROWS.getBytes(StandardCharsets.US_ASCII));
        }
        written.incrementAndGet();
    }

    private void write(Manifest.TableEntry table, Manifest.Range range, OutputStream out)
            throws IOException, InterruptedException {
        RowDigest digest;
        try {
            digest = rows.read(table, range, out::write);
        } catch (DamagedBlobException e) {
            throw new IOException("The rows of " + table.tableName() + " are damaged. " + e.getMessage(), e);
        }
        StoredRows.requireEqual(rows.manifest(), table, range, digest);
        progress.advance(digest.count(), range.rawBytes());
    }
}
