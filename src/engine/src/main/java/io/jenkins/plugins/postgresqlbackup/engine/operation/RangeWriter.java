package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.archive.BlobOutput;
import io.jenkins.plugins.postgresqlbackup.engine.archive.PackWriter;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.RowAddresses;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.RowDigest;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.SnapshotWorker;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Table;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import java.io.IOException;

/** One worker of a backup: reads block ranges and stores each as a blob of rows and, where a delta may be worth it later, one of row addresses. */
final class RangeWriter implements ParallelRead.RangeReader {
    /** Below this a range is always stored anew when it changes, so nobody will need its rows' addresses. */
    private static final long SMALLEST_BASE = 128 * 1024;

    private static final int GATHERED = 128 * 1024;

    private final PackWriter packs;
    private final BackupDraft draft;
    private final Progress progress;

    private final byte[] gathered = new byte[GATHERED];
    private int filled;
    private String place;
    private BlobOutput rows;

    RangeWriter(PackWriter packs, BackupDraft draft, Progress progress) {
        this.packs = packs;
        this.draft = draft;
        this.progress = progress;
    }

    @Override
    public void read(SnapshotWorker session, ParallelRead.Task task) throws IOException, InterruptedException {
        Table table = task.table();
        place = table.oid() + "/" + task.range().first();
        filled = 0;
        rows = null;
        RowDigest digest = session.readRows(table, task.range(), this::add);
        progress.advance(digest.count(), task.bytes());
        if (digest.count() == 0) {
            return;
        }
        flush();
        Manifest.Blob base = draft.finish(rows, "rows", place);
        Manifest.Blob addresses = table.blockRanges() && base.rawBytes() >= SMALLEST_BASE
                ? addresses(session.readAddresses(table, task.range(), digest.count()))
                : null;
        draft.add(table, task.range(), digest, base, addresses);
    }

    private Manifest.Blob addresses(byte[] tids) throws IOException {
        BlobOutput blob = packs.begin("addresses", place);
        blob.write(RowAddresses.pack(tids));
        return draft.finish(blob, "addresses", place);
    }

    private void add(byte[] row, int offset, int length) throws IOException {
        if (length >= gathered.length - filled) {
            flush();
            if (length >= gathered.length) {
                rows.write(row, offset, length);
                rows.write('\n');
                return;
            }
        }
        System.arraycopy(row, offset, gathered, filled, length);
        filled += length;
        gathered[filled++] = '\n';
    }

    /** The blob is begun with its first bytes, so that a range without rows leaves nothing in the pack. */
    private void flush() throws IOException {
        if (rows == null) {
            rows = packs.begin("rows", place);
        }
        rows.write(gathered, 0, filled);
        filled = 0;
    }

    @Override
    public void finish() throws IOException {
        packs.finish();
        draft.add(packs.packs());
    }

    @Override
    public void close() throws IOException {
        packs.close();
    }
}
