package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.DatabaseUrl;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.ServerInfo;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Table;
import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Journal;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an earlier run holds of the database: a backup's manifest, or the journal of one that was interrupted. Immutable.
 *
 * @param interrupted whether it is a journal
 */
record Origin(
        BackupId id,
        boolean interrupted,
        Manifest.Source database,
        Manifest.SnapshotFacts snapshot,
        Map<Long, Manifest.TableEntry> byOid,
        Map<Manifest.TableName, Manifest.TableEntry> byName,
        List<Manifest.Pack> packs,
        Map<BackupId, Manifest.WrappedKey> dataKeys) {

    static Origin of(Manifest manifest) {
        return of(
                manifest.id(),
                false,
                manifest.database(),
                manifest.snapshot(),
                manifest.tables(),
                manifest.packs(),
                manifest.dataKeys());
    }

    static Origin of(Journal journal) {
        return of(
                journal.id(),
                true,
                journal.database(),
                journal.snapshot(),
                journal.tables(),
                journal.packs(),
                journal.dataKeys());
    }

    private static Origin of(
            BackupId id,
            boolean interrupted,
            Manifest.Source database,
            Manifest.SnapshotFacts snapshot,
            Collection<Manifest.TableEntry> tables,
            List<Manifest.Pack> packs,
            Map<BackupId, Manifest.WrappedKey> dataKeys) {
        Map<Long, Manifest.TableEntry> byOid = new HashMap<>();
        Map<Manifest.TableName, Manifest.TableEntry> byName = new HashMap<>();
        for (Manifest.TableEntry table : tables) {
            byOid.put(table.oid(), table);
            byName.put(table.tableName(), table);
        }
        return new Origin(id, interrupted, database, snapshot, byOid, byName, packs, dataKeys);
    }

    /** Whether it is of this very database: of the same cluster, with the same oid. */
    static boolean same(Manifest.Source known, ServerInfo server) {
        return known.systemIdentifier() != null
                && server.systemIdentifier()
                        .filter(known.systemIdentifier()::equals)
                        .isPresent()
                && known.oid() == server.databaseOid();
    }

    /** Whether it was found under the same name at the same address; another cluster may be there now. */
    static boolean sameAddress(Manifest.Source known, DatabaseUrl url) {
        return known.name().equals(url.database()) && known.host().equals(url.host()) && known.port() == url.port();
    }

    /** The same table as it was: by its oid in the same database, by its name in another. */
    Optional<Manifest.TableEntry> entry(Table table, ServerInfo server) {
        return Optional.ofNullable(
                same(database, server)
                        ? byOid.get(table.oid())
                        : byName.get(new Manifest.TableName(table.schema(), table.name())));
    }

    /** The interrupted run or the backup, for sentences. */
    String described() {
        return (interrupted ? "the interrupted backup " : "the backup ") + id;
    }
}
