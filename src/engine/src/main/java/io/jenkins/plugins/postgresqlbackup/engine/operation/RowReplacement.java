package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.ExistingTables;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.ForeignKey;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TableName;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TableRelations;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TriggerRest;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Gives tables that are there the rows of a backup: empty ones at once, filled ones only if they may be overwritten.
 * Says what their triggers and foreign keys do meanwhile.
 */
final class RowReplacement {
    private final Restoration restoration;
    private final ExistingTables there;
    private final TableRelations relations;
    private final TriggerRest triggers;
    private List<TableName> filled = List.of();

    /** How filled tables are named to a person who must not lose them. */
    interface Description {
        String of(List<TableName> tables) throws IOException;
    }

    RowReplacement(Restoration restoration, ExistingTables there, TableRelations relations) {
        this.restoration = restoration;
        this.there = there;
        this.relations = relations;
        this.triggers = there.mayRestTriggers() ? TriggerRest.AT_REST : TriggerRest.FIRING;
    }

    /** Refuses what would lose rows or cannot be loaded; changes nothing. */
    void check(List<Manifest.TableEntry> tables, Description description) throws IOException {
        if (tables.isEmpty()) {
            return;
        }
        List<String> obstacles = tables.stream()
                .filter(table -> table.rows() > 0)
                .flatMap(table -> there.obstacle(StoredRows.table(table)).stream())
                .toList();
        if (!obstacles.isEmpty()) {
            throw new RefusedException("The rows cannot be loaded: " + String.join("; ", obstacles) + ".");
        }
        List<TableName> names = tables.stream().map(StoredRows::name).toList();
        filled = ExistingTables.filled(restoration.target().database(), names);
        if (!filled.isEmpty() && !restoration.settings().overwrite()) {
            throw new RefusedException("Replacing their rows would lose what is in " + description.of(filled)
                    + "; allow that (--overwrite), or restore into a database of its own.");
        }
        List<ForeignKey> outside = relations.referringFromOutside(filled);
        if (triggers == TriggerRest.FIRING && !outside.isEmpty()) {
            throw new RefusedException("Rows that are referred to cannot be replaced: " + list(outside)
                    + "; restore those tables too, or do it as a role that may set session_replication_role.");
        }
        tell(names);
    }

    private void tell(List<TableName> names) {
        List<TableRelations.InsertTrigger> all = relations.triggers(names);
        if (triggers == TriggerRest.AT_REST) {
            List<TableRelations.InsertTrigger> firing =
                    all.stream().filter(TableRelations.InsertTrigger::always).toList();
            if (!firing.isEmpty()) {
                restoration.warn("Triggers and foreign keys are at rest while rows are loaded, except for triggers that"
                        + " fire always: " + list(firing) + ".");
            } else if (!all.isEmpty() || !relations.touching(names).isEmpty()) {
                restoration.warn(
                        "Triggers and foreign keys of the tables are at rest while rows are loaded; foreign keys"
                                + " are checked afterwards.");
            }
            return;
        }
        if (!all.isEmpty()) {
            restoration.warn("These triggers fire for each row that is loaded, because the role may not set"
                    + " session_replication_role: " + list(all) + ".");
        }
        List<ForeignKey> cycles = relations.order(names).cycles();
        if (!cycles.isEmpty()) {
            restoration.warn(
                    "These foreign keys refer to each other in a circle, so no order of loading satisfies them;"
                            + " those that are not deferrable will refuse the rows: " + list(cycles) + ".");
        }
    }

    /** Replaces the rows of all these tables in one transaction. */
    void run(List<Manifest.TableEntry> tables) throws IOException, InterruptedException {
        if (tables.isEmpty()) {
            return;
        }
        ExistingTablesLoad load = new ExistingTablesLoad(restoration, relations, triggers);
        List<Manifest.TableEntry> ordered = load.inOrder(tables);
        List<String> emptying = new ArrayList<>();
        if (triggers == TriggerRest.FIRING) {
            emptying.add("SET CONSTRAINTS ALL DEFERRED");
        }
        if (!filled.isEmpty() && relations.referringFromOutside(filled).isEmpty()) {
            emptying.add("TRUNCATE TABLE "
                    + filled.stream().map(table -> "ONLY " + table.quoted()).collect(Collectors.joining(", ")));
        } else {
            List<TableName> backwards =
                    new ArrayList<>(ordered.stream().map(StoredRows::name).toList());
            backwards.retainAll(filled);
            Collections.reverse(backwards);
            backwards.forEach(table -> emptying.add("DELETE FROM ONLY " + table.quoted()));
        }
        load.run(ordered, emptying);
    }

    /** Foreign keys that were at rest are checked now. */
    void checkForeignKeys(List<Manifest.TableEntry> tables) throws IOException {
        if (tables.isEmpty() || triggers == TriggerRest.FIRING) {
            return;
        }
        List<TableName> names = tables.stream().map(StoredRows::name).toList();
        TableRelations.violations(restoration.target().database(), relations.touching(names))
                .forEach((key, rows) -> restoration.warn(
                        "%,d rows of %s refer to rows that are not there (%s); the database does not notice by itself."
                                .formatted(rows, key.from(), key)));
    }

    private static String list(List<?> things) {
        return things.stream().map(Object::toString).collect(Collectors.joining(", "));
    }
}
