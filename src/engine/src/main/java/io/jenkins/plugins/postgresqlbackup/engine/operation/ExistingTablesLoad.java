package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.RowCopy;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.RowDigest;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TableLoader;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TableName;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TableRelations;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TriggerRest;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Loads tables that were there before, in one transaction: either all of them have their new rows, or all are as they
 * were.
 */
final class ExistingTablesLoad {
    private final Restoration restoration;
    private final TableRelations relations;
    private final TriggerRest triggers;

    /** @param relations of the tables as they are now */
    ExistingTablesLoad(Restoration restoration, TableRelations relations, TriggerRest triggers) {
        this.restoration = restoration;
        this.relations = relations;
        this.triggers = triggers;
    }

    /**
     * Loads extensions' configuration tables. What the extension itself has put there stays; the rows that are its
     * user's, as its registration defines them, become those of the backup.
     */
    void configuration(List<Manifest.TableEntry> tables) throws IOException, InterruptedException {
        List<Manifest.TableEntry> ordered = inOrder(tables);
        List<String> emptying = new ArrayList<>();
        for (Manifest.TableEntry table : ordered) {
            String condition = table.extensionCondition() == null ? "" : " " + table.extensionCondition();
            emptying.add("DELETE FROM ONLY " + StoredRows.name(table).quoted() + condition);
        }
        Collections.reverse(emptying);
        run(ordered, emptying);
    }

    /** The tables, each after those that its foreign keys refer to as far as that can be. */
    List<Manifest.TableEntry> inOrder(List<Manifest.TableEntry> tables) {
        Map<TableName, Manifest.TableEntry> named =
                tables.stream().collect(Collectors.toMap(StoredRows::name, Function.identity()));
        return relations.order(named.keySet().stream().sorted().toList()).tables().stream()
                .map(named::get)
                .toList();
    }

    /**
     * Loads them.
     *
     * @param tables in the order in which they are loaded
     * @param emptying the SQL that takes away what must go first, in the same transaction
     */
    void run(List<Manifest.TableEntry> tables, List<String> emptying) throws IOException, InterruptedException {
        tables.forEach(restoration.standing()::expect);
        String encoding = restoration.manifest().database().encoding();
        try (TableLoader session = TableLoader.open(restoration.target().database(), "loader", encoding, triggers)) {
            session.begin();
            for (String sql : emptying) {
                session.execute(sql, "emptying tables");
            }
            for (Manifest.TableEntry table : tables) {
                load(session, table);
            }
            session.commit();
        }
        tables.forEach(restoration.standing()::complete);
    }

    private void load(TableLoader session, Manifest.TableEntry entry) throws IOException, InterruptedException {
        if (triggers == TriggerRest.FIRING && relations.refersToItself(StoredRows.name(entry))) {
            copy(session, entry, entry.ranges());
            return;
        }
        for (Manifest.Range range : entry.ranges()) {
            copy(session, entry, List.of(range));
        }
    }

    private void copy(TableLoader session, Manifest.TableEntry entry, List<Manifest.Range> ranges)
            throws IOException, InterruptedException {
        if (ranges.isEmpty()) {
            return;
        }
        RowDigest all = RowDigest.EMPTY;
        try (RowCopy copy = session.copy(StoredRows.table(entry))) {
            for (Manifest.Range range : ranges) {
                RowDigest digest = restoration.rows().send(entry, range, copy);
                all = all.plus(digest);
                restoration.progress().advance(digest.count(), range.rawBytes());
            }
            StoredRows.requireTaken(entry, all.count(), copy.finish());
        }
    }
}
