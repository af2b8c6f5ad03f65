package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.DatabaseContents;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.ExistingTables;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.SchemaRestore;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.SchemaRestore.Pass;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Sequences;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TableName;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TableRelations;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TableSubset;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TargetDatabase;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.ToleranceRule;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Restores some tables into a database that has others. Those that are there get their rows in one transaction, those
 * that are not are created first.
 */
final class TablesRestore {
    private final Restoration restoration;
    private final TargetDatabase target;
    private final List<Manifest.TableEntry> existing = new ArrayList<>();
    private final List<Manifest.TableEntry> absent = new ArrayList<>();

    TablesRestore(Restoration restoration) {
        this.restoration = restoration;
        this.target = restoration.target();
    }

    /** @return the tables that were restored */
    List<Manifest.TableEntry> run(List<String> patterns) throws IOException, InterruptedException {
        RestoreChecks checks = new RestoreChecks(restoration);
        checks.writable();
        checks.version();
        if (!target.exists()) {
            throw new RefusedException("There is no database " + target.name()
                    + " on the target server; tables are restored into one that is there.");
        }
        ExistingTables there = ExistingTables.of(target.database());
        choose(patterns, there);
        RowReplacement replacement = new RowReplacement(restoration, there, TableRelations.of(target.database()));
        replacement.check(existing, this::describe);
        restoration.standing().expect("sequences");
        if (absent.isEmpty()) {
            restoration.standing().changing(target.name());
            load(replacement);
        } else {
            create(replacement, there);
        }
        List<Manifest.TableEntry> restored = restored();
        new Completion(restoration)
                .analyse(restored.stream().map(StoredRows::name).toList());
        return restored;
    }

    private List<Manifest.TableEntry> restored() {
        List<Manifest.TableEntry> all = new ArrayList<>(existing);
        all.addAll(absent);
        return all;
    }

    private void choose(List<String> patterns, ExistingTables there) throws IOException, InterruptedException {
        try (SchemaRestore schema = restoration.schema()) {
            for (Manifest.TableEntry table : ChosenTables.of(restoration.manifest(), schema, patterns)) {
                (there.has(StoredRows.name(table)) ? existing : absent).add(table);
            }
        }
    }

    /** The tables as they are in the target, with their sizes. */
    private String describe(List<TableName> tables) throws IOException {
        DatabaseContents contents = target.contents();
        return contents.ofTables(tables).toString();
    }

    private void create(RowReplacement replacement, ExistingTables there) throws IOException, InterruptedException {
        try (SchemaRestore schema = restoration.schema()) {
            restoration
                    .leftOut()
                    .addAll(TableSubset.narrow(
                            schema,
                            absent.stream().collect(Collectors.toMap(Manifest.TableEntry::oid, StoredRows::name)),
                            there.relations(),
                            there.schemas()));
            restoration.standing().changing(target.name());
            Definitions definitions = new Definitions(restoration, schema, ToleranceRule.EVERYWHERE);
            restoration.create(any -> true, true, () -> {
                definitions.beforeRows();
                load(replacement);
                restoration.progress().phase("Building indexes and constraints", 0);
                definitions.afterRows(Pass.POST_DATA);
                definitions.afterRows(Pass.GRANTS);
            });
        }
    }

    private void load(RowReplacement replacement) throws IOException, InterruptedException {
        long bytes =
                restored().stream().mapToLong(Manifest.TableEntry::rawBytes).sum();
        restoration.progress().phase("Loading rows", bytes);
        replacement.run(existing);
        Workers.run(
                "restore",
                new ParallelLoad(
                                restoration.rows(),
                                absent,
                                restoration.settings().jobs(),
                                restoration.standing(),
                                restoration.progress())
                        .parts(target.database()),
                () -> {});
        List<TableName> names = restored().stream().map(StoredRows::name).toList();
        Sequences.set(
                target.database(),
                Sequences.ofTables(
                        target.database(), names, restoration.globals().sequences()));
        restoration.standing().done("sequences");
        replacement.checkForeignKeys(existing);
    }
}
