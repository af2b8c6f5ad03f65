package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.DatabaseContents;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.ExistingTables;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.PlatformSubset;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.SchemaRestore;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.SchemaRestore.Pass;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Sequences;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TableKind;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TableName;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TableRelations;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TargetDatabase;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TriggerRest;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.UserObjects;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Restores into a project of a managed platform: what the platform owns stays as it is, the user's schemas come back,
 * and the platform's tables get the user's rows.
 */
final class PlatformRestore {
    private final Restoration restoration;
    private final TargetDatabase target;
    private final List<Manifest.TableEntry> ours = new ArrayList<>();
    private final List<Manifest.TableEntry> platform = new ArrayList<>();
    private final List<Manifest.TableEntry> configuration = new ArrayList<>();

    PlatformRestore(Restoration restoration) {
        this.restoration = restoration;
        this.target = restoration.target();
    }

    /** @return the tables that were restored */
    List<Manifest.TableEntry> run() throws IOException, InterruptedException {
        RestoreChecks checks = new RestoreChecks(restoration);
        checks.writable();
        checks.version();
        if (!target.exists()) {
            throw new RefusedException("There is no database " + target.name()
                    + " on the target server; name the project's database, which is mostly postgres.");
        }
        ExistingTables there = ExistingTables.of(target.database());
        if (!PlatformSubset.looksLikeAProject(there.schemas())) {
            throw new RefusedException("The database " + target.name()
                    + " is not a Supabase project: it lacks the schemas auth and storage. Restore into a new database"
                    + " (--create).");
        }
        sort(there);
        RowReplacement replacement = new RowReplacement(restoration, there, TableRelations.of(target.database()));
        DatabaseContents contents = target.contents().outside(PlatformSubset::owns);
        refuseToDestroy(contents);
        replacement.check(platform, tables -> target.contents().ofTables(tables).toString());
        try (SchemaRestore schema = restoration.schema()) {
            PlatformSubset.narrow(schema, target.database());
            checks.extensions(schema);
        }
        restoration.createRoles(checks.missingRoles(PlatformSubset::ownsRole));
        restoration.standing().changing(target.name());
        if (!contents.isEmpty()) {
            UserObjects.drop(target.database(), contents, name -> !PlatformSubset.owns(name));
        }
        // Looked at again: a trigger of the user's on a platform's table has gone with its function.
        try (SchemaRestore schema = restoration.schema()) {
            restoration.leftOut().addAll(PlatformSubset.narrow(schema, target.database()));
            restoration.leftOut().add("owner, grants and settings of the database: the platform's own");
            fill(schema, replacement);
        }
        List<Manifest.TableEntry> restored = new ArrayList<>(ours);
        restored.addAll(platform);
        restored.addAll(configuration);
        return restored;
    }

    private void refuseToDestroy(DatabaseContents contents) throws RefusedException {
        if (!contents.isEmpty() && !restoration.settings().overwrite()) {
            throw new RefusedException("The project is not fresh; restoring would lose " + contents
                    + ". Restore into a fresh project, or allow that (--overwrite).");
        }
    }

    /** Whose tables they are, and which of the platform's cannot be written to. */
    private void sort(ExistingTables there) {
        for (Manifest.TableEntry table : restoration.manifest().tables()) {
            TableName name = StoredRows.name(table);
            boolean config = StoredRows.kind(table) == TableKind.EXTENSION_CONFIGURATION;
            if (!config && !PlatformSubset.owns(name, there.has(name))) {
                ours.add(table);
                continue;
            }
            Optional<String> forbidden = there.forbidden(name);
            if (!PlatformSubset.takesRows(name)) {
                restoration.leftOut().add("rows of " + name + ": the platform's own");
            } else if (forbidden.isPresent() && table.rows() > 0) {
                restoration.leftOut().add(table.rows() + " rows of " + name + ": " + forbidden.get());
            } else if (forbidden.isEmpty() && (config || table.rows() > 0 || there.has(name))) {
                (config ? configuration : platform).add(table);
            }
        }
    }

    private void fill(SchemaRestore schema, RowReplacement replacement) throws IOException, InterruptedException {
        Definitions definitions = new Definitions(restoration, schema, PlatformSubset.rules());
        Completion completion = new Completion(restoration);
        restoration.standing().expect("sequences");
        completion.expect();

        restoration.create(name -> !PlatformSubset.owns(name), false, () -> {
            definitions.beforeRows();
            load(replacement);
            restoration.progress().phase("Building indexes and constraints", 0);
            definitions.afterRows(Pass.POST_DATA);
            definitions.afterRows(Pass.GRANTS);
        });
        completion.refresh(restoration.globals().materializedViews());
        completion.analyse(ours.stream().map(StoredRows::name).toList());
        definitions.afterRows(Pass.EVENT_TRIGGERS);
    }

    private void load(RowReplacement replacement) throws IOException, InterruptedException {
        restoration.progress().phase("Loading rows", restoration.expectedBytes());
        replacement.run(platform);
        if (!configuration.isEmpty()) {
            TableRelations relations = TableRelations.of(target.database());
            new ExistingTablesLoad(restoration, relations, TriggerRest.FIRING).configuration(configuration);
        }
        new FreshLoad(restoration).run(ours);
        setSequences();
        replacement.checkForeignKeys(platform);
    }

    /** Ours as they were; the platform's never go back. */
    private void setSequences() throws IOException {
        List<TableName> names = platform.stream().map(StoredRows::name).toList();
        Sequences.set(
                target.database(),
                Sequences.ofTables(
                        target.database(), names, restoration.globals().sequences()));
        Sequences.set(
                target.database(),
                restoration.globals().sequences().stream()
                        .filter(value -> !PlatformSubset.owns(value.schema()))
                        .toList());
        restoration.standing().done("sequences");
    }
}
