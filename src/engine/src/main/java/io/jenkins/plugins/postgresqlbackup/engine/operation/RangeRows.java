package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.RowDigest;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import java.io.IOException;
import java.io.InputStream;

/**
 * The rows of block ranges as they were at a backup: a base, or what a delta makes of it. Each blob is opened once; in memory are no more than packed
 * addresses and the longest row. Thread-safe.
 */
record RangeRows(Repository repository, Manifest manifest) {
    /**
     * Reads a range's rows to the end, first those of the base.
     *
     * @return the digest of what went to the sink; who calls compares it with the range's
     * @throws io.jenkins.plugins.postgresqlbackup.engine.archive.DamagedBlobException if a blob is not what was written
     * @throws IOException if base and delta do not belong together
     */
    RowDigest read(Manifest.TableEntry table, Manifest.Range range, RowLines.Sink sink)
            throws IOException, InterruptedException {
        Manifest.Delta delta = range.delta();
        if (delta == null) {
            return lines(range.base(), RowLines.Filter.ALL, sink);
        }
        Survivors survivors = new Survivors(name(table, range), content(range.addresses()), content(delta.alive()));
        RowDigest old = lines(range.base(), survivors, sink);
        survivors.requireEnd(range.baseRows());
        return delta.rows() == null ? old : old.plus(lines(delta.rows(), RowLines.Filter.ALL, sink));
    }

    /** How messages name a block range. */
    static String name(Manifest.TableEntry table, Manifest.Range range) {
        return table.tableName() + " from block " + range.first();
    }

    private RowDigest lines(Manifest.Blob blob, RowLines.Filter filter, RowLines.Sink sink)
            throws IOException, InterruptedException {
        try (InputStream rows = open(blob)) {
            return RowLines.read(rows, filter, sink);
        }
    }

    private byte[] content(Manifest.Blob blob) throws IOException {
        try (InputStream content = open(blob)) {
            return content.readAllBytes();
        }
    }

    private InputStream open(Manifest.Blob blob) throws IOException {
        return new StoppableStream(repository.open(manifest, blob));
    }
}
