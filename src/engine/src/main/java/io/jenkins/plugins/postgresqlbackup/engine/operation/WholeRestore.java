package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.DatabaseContents;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.DatabaseProperties;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Handover;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.SchemaRestore;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.SchemaRestore.Pass;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Sequences;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TableKind;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TableRelations;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TargetDatabase;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.ToleranceRule;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TriggerRest;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Restores all of a backup into a database that is created for it, or that is there and empty. */
final class WholeRestore {
    private final Restoration restoration;
    private final TargetDatabase target;
    private final boolean create;

    WholeRestore(Restoration restoration, boolean create) {
        this.restoration = restoration;
        this.target = restoration.target();
        this.create = create;
    }

    /** @return whether the database was created */
    boolean run() throws IOException, InterruptedException {
        RestoreChecks checks = new RestoreChecks(restoration);
        checks.writable();
        checks.version();
        boolean exists = target.exists();
        DatabaseContents contents = exists ? target.contents() : new DatabaseContents(List.of());
        refuseToDestroy(exists, contents);
        try (SchemaRestore schema = restoration.schema()) {
            checks.extensions(schema);
            Set<String> roles = checks.missingRoles();
            boolean anew = create || !contents.isEmpty();
            prepare(roles, exists, anew);
            fill(schema, anew);
            return anew;
        }
    }

    private void refuseToDestroy(boolean exists, DatabaseContents contents) throws RefusedException {
        boolean overwrite = restoration.settings().overwrite();
        if (create && exists && !overwrite) {
            throw new RefusedException(
                    contents.isEmpty()
                            ? "The database " + target.name() + " exists already and is empty; restore into it as it is"
                                    + " (without --create), choose another name, or allow it to be dropped and created"
                                    + " anew (--overwrite)."
                            : "The database " + target.name() + " exists already; dropping it would lose " + contents
                                    + ". Choose another name, or allow that (--overwrite).");
        }
        if (!create && !exists) {
            throw new RefusedException(
                    "There is no database " + target.name() + " on the target server; have it created (--create).");
        }
        if (!create && !contents.isEmpty() && !overwrite) {
            throw new RefusedException("The database " + target.name() + " is not empty; replacing it would lose "
                    + contents + ". Restore into a new database (--create), or allow that (--overwrite).");
        }
    }

    private void prepare(Set<String> roles, boolean exists, boolean anew) throws IOException {
        restoration.createRoles(roles);
        if (!anew) {
            restoration.standing().changing(target.name());
            sayWhatStays();
            return;
        }
        restoration.progress().phase("Creating the database", 0);
        if (exists) {
            target.drop();
        }
        target.create(restoration.globals().database()).ifPresent(restoration::warn);
        restoration.standing().created(target.name(), target.dropCommand());
    }

    private void sayWhatStays() throws IOException {
        DatabaseProperties source = restoration.globals().database();
        if (!source.settings().isEmpty() || source.acl() != null || source.comment() != null) {
            restoration.warn("The database " + target.name() + " keeps its own owner, grants, settings and comment;"
                    + " those of the source come back only into a database that the restore creates (--create).");
        }
        String encoding = target.database().server().encoding();
        if (!encoding.equals(source.encoding())) {
            restoration.warn("The database " + target.name() + " has the encoding " + encoding + " and the source "
                    + source.encoding() + ": the server converts each value, and refuses one that it cannot convert.");
        }
    }

    private void fill(SchemaRestore schema, boolean anew) throws IOException, InterruptedException {
        Standing standing = restoration.standing();
        Definitions definitions = new Definitions(restoration, schema, ToleranceRule.EVERYWHERE);
        Completion completion = new Completion(restoration);
        standing.expect("sequences");
        completion.expect();
        if (anew) {
            standing.expect("owner, grants, settings and comment of the database");
        }

        restoration.create(any -> true, true, () -> {
            definitions.beforeRows();
            load();
            Sequences.set(target.database(), restoration.globals().sequences());
            standing.done("sequences");
            restoration.progress().phase("Building indexes and constraints", 0);
            definitions.afterRows(Pass.POST_DATA);
            definitions.afterRows(Pass.GRANTS);
        });
        if (anew) {
            handOver();
        }
        completion.run(restoration.globals().materializedViews());
        definitions.afterRows(Pass.EVENT_TRIGGERS);
        if (anew) {
            restoration
                    .failures()
                    .addAll(Handover.limitConnections(
                            target, restoration.globals().database()));
        }
    }

    private void load() throws IOException, InterruptedException {
        Manifest manifest = restoration.manifest();
        List<Manifest.TableEntry> fresh = new ArrayList<>();
        List<Manifest.TableEntry> configuration = new ArrayList<>();
        for (Manifest.TableEntry table : manifest.tables()) {
            (StoredRows.kind(table) == TableKind.EXTENSION_CONFIGURATION ? configuration : fresh).add(table);
        }
        restoration.progress().phase("Loading rows", restoration.expectedBytes());
        if (!configuration.isEmpty()) {
            TableRelations relations = TableRelations.of(target.database());
            new ExistingTablesLoad(restoration, relations, TriggerRest.FIRING).configuration(configuration);
        }
        new FreshLoad(restoration).run(fresh);
    }

    private void handOver() throws IOException {
        List<String> failures = Handover.run(
                target,
                restoration.globals().database(),
                restoration.settings().owners(),
                restoration.settings().privileges());
        restoration.failures().addAll(failures);
        if (failures.isEmpty()) {
            restoration.standing().done("owner, grants, settings and comment of the database");
        }
    }
}
