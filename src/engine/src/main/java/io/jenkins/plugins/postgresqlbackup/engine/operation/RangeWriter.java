package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.archive.BlobOutput;
import io.jenkins.plugins.postgresqlbackup.engine.archive.PackWriter;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.BlockRange;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.DatabaseException;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.RowAddresses;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.RowDigest;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.SnapshotWorker;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Survey;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Table;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import java.io.IOException;
import java.util.Optional;

/** Stores block ranges for one worker of a backup: anew, as a base for later, or as what has changed since their base was stored. */
final class RangeWriter implements AutoCloseable {
    private static final int GATHERED = 128 * 1024;

    private final PackWriter packs;
    private final BackupDraft draft;
    private final long smallestBase;

    private final byte[] gathered = new byte[GATHERED];
    private int filled;
    private String place;
    private BlobOutput rows;

    /** @param smallestBase below this a range is stored anew whenever it changes, so nobody will need its rows' addresses */
    RangeWriter(PackWriter packs, BackupDraft draft, long smallestBase) {
        this.packs = packs;
        this.draft = draft;
        this.smallestBase = smallestBase;
    }

    /**
     * Stores a range's rows and, where a delta may be worth it later, their addresses.
     *
     * @return empty if the range has no rows
     */
    Optional<Manifest.Range> anew(SnapshotWorker session, Table table, BlockRange range)
            throws IOException, InterruptedException {
        begin(table.oid() + "/" + range.first());
        RowDigest digest = session.readRows(table, range, this::add);
        if (digest.count() == 0) {
            return Optional.empty();
        }
        Manifest.Blob base = finishRows();
        Manifest.Blob addresses = table.blockRanges() && base.rawBytes() >= smallestBase
                ? addresses("addresses", session.readAddresses(table, range, digest.count()))
                : null;
        return Optional.of(new Manifest.Range(
                range.first(),
                range.open() ? null : range.end(),
                Digests.text(digest),
                draft.takenAt(),
                base,
                digest.count(),
                null,
                addresses,
                null));
    }

    /**
     * Stores what has changed in a range since its base was stored.
     *
     * @param now the range as it is, surveyed for the base's horizon
     */
    Manifest.Range delta(SnapshotWorker session, Table table, BlockRange range, Manifest.Range base, Survey now)
            throws IOException, InterruptedException {
        begin(table.oid() + "/" + range.first());
        long young = now.young();
        Manifest.Blob aliveBlob = addresses("alive", now.oldAddresses());
        Manifest.Blob rowsBlob = null;
        if (young > 0) {
            requireSame(
                    table,
                    young,
                    session.readYoungRows(table, range, base.horizon(), this::add)
                            .count());
            rowsBlob = finishRows();
        }
        return new Manifest.Range(
                base.first(),
                base.end(),
                Digests.text(now.digest()),
                draft.takenAt(),
                base.base(),
                base.baseRows(),
                base.horizon(),
                base.addresses(),
                new Manifest.Delta(aliveBlob, rowsBlob));
    }

    private static void requireSame(Table table, long counted, long came) throws DatabaseException {
        if (counted != came) {
            throw new DatabaseException("The server counted " + counted + " rows of " + table.tableName()
                    + " and then sent " + came
                    + " in the same snapshot; the table may be damaged: check it with pg_amcheck.");
        }
    }

    private void begin(String where) {
        place = where;
        filled = 0;
        rows = null;
    }

    private Manifest.Blob addresses(String role, byte[] tids) throws IOException {
        BlobOutput blob = packs.begin(role, place);
        blob.write(RowAddresses.pack(tids));
        return draft.finish(blob, role, place);
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

    private Manifest.Blob finishRows() throws IOException {
        flush();
        return draft.finish(rows, "rows", place);
    }

    /** Ends the pack that is open, so that what was stored can be taken over should this backup die. */
    void commit() throws IOException {
        packs.cut();
        draft.committed(packs.packs());
    }

    void finish() throws IOException {
        packs.finish();
        draft.committed(packs.packs());
    }

    /** Discards the pack that is open. */
    @Override
    public void close() throws IOException {
        packs.close();
    }
}
