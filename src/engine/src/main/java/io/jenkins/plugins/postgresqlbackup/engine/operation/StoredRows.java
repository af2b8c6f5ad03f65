package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.archive.DamagedBlobException;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Column;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.RowCopy;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.RowDigest;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Table;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TableKind;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TableName;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;

/** The rows of a backup on their way into a database; what does not agree with the manifest does not arrive. */
record StoredRows(Repository repository, Manifest manifest) {
    /**
     * Sends a block range's rows into a COPY, which is not finished.
     *
     * @throws IOException if they are not the rows that the manifest says; the COPY must then be given up
     */
    RowDigest send(Manifest.TableEntry table, Manifest.Range range, RowCopy copy)
            throws IOException, InterruptedException {
        RowDigest found;
        try {
            found = new RangeRows(repository, manifest).read(table, range, copy::write);
        } catch (DamagedBlobException e) {
            throw new IOException("The rows of " + table.tableName() + " are damaged. " + e.getMessage(), e);
        }
        requireEqual(manifest, table, range, found);
        return found;
    }

    /** @throws IOException if the rows are not those of the manifest */
    static void requireEqual(Manifest manifest, Manifest.TableEntry table, Manifest.Range range, RowDigest found)
            throws IOException {
        if (!found.equals(Digests.parse(range.digest()))) {
            throw new IOException("The rows of " + RangeRows.name(table, range)
                    + " are not those that the manifest of " + manifest.id() + " describes (" + found + " instead of "
                    + Digests.parse(range.digest()) + "); verify the backup and take another one.");
        }
    }

    /** Whether the server has as many rows as it was sent: a trigger or rule may have kept some away. */
    static void requireTaken(Manifest.TableEntry table, long sent, long taken) throws IOException {
        if (sent != taken) {
            throw new IOException("Of " + sent + " rows that were sent for " + table.tableName() + " the server took "
                    + taken + "; look for a trigger or rule there that keeps rows away.");
        }
    }

    /** The table as the restoring side knows it. */
    static Table table(Manifest.TableEntry entry) {
        return new Table(
                entry.oid(),
                entry.schema(),
                entry.name(),
                kind(entry),
                entry.columns().stream()
                        .map(column -> new Column(column.number(), column.name(), column.type()))
                        .toList(),
                0,
                entry.rawBytes(),
                false,
                true,
                Optional.ofNullable(entry.extensionCondition()),
                Optional.ofNullable(entry.loadVia()).map(StoredRows::name),
                0,
                Optional.empty());
    }

    static TableKind kind(Manifest.TableEntry entry) {
        return TableKind.valueOf(entry.kind().toUpperCase(Locale.ROOT));
    }

    static TableName name(Manifest.TableName name) {
        return new TableName(name.schema(), name.name());
    }

    static TableName name(Manifest.TableEntry entry) {
        return new TableName(entry.schema(), entry.name());
    }
}
