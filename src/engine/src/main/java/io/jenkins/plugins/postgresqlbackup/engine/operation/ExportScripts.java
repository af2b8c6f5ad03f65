package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.GlobalsScript;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.LargeObjectScript;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.LargeObjectStream;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.LoadScript;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.RoleUse;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Roles;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.RowDigest;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.SchemaRestore;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.SchemaRestore.Pass;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.SequenceValue;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Sql;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Writes the files of an export, in the order in which a restore would do the same: the script that loads them all comes last. */
final class ExportScripts {
    private final Repository repository;
    private final Manifest manifest;
    private final Globals globals;
    private final SchemaRestore schema;
    private final ExportSettings settings;
    private final ExportDirectory directory;
    private final boolean whole;
    private final StringBuilder main = new StringBuilder();

    ExportScripts(
            Repository repository,
            Manifest manifest,
            Globals globals,
            SchemaRestore schema,
            ExportSettings settings,
            ExportDirectory directory) {
        this.repository = repository;
        this.manifest = manifest;
        this.globals = globals;
        this.schema = schema;
        this.settings = settings;
        this.directory = directory;
        this.whole = settings.tables().isEmpty();
    }

    void write(ExportedRows rows, List<Manifest.TableEntry> tables, List<String> leftOut, Progress progress)
            throws IOException, InterruptedException {
        progress.phase("Writing definitions", 0);
        globals();
        begin(tables);
        definitions(Pass.PRE_DATA, "schema-pre.sql");
        progress.phase(
                "Writing rows",
                tables.stream().mapToLong(Manifest.TableEntry::rawBytes).sum());
        rows(rows);
        if (whole && manifest.largeObjects().count() > 0) {
            progress.phase("Writing large objects", manifest.largeObjects().bytes());
            largeObjects(progress);
        }
        progress.phase("Writing indexes", 0);
        file("sequences.sql", LoadScript.sequences(sequences()));
        // What follows is computed under the settings that server, database and role give a session.
        newSession();
        say("Indexes, constraints, triggers, grants");
        definitions(Pass.POST_DATA, "schema-post.sql");
        if (settings.privileges()) {
            definitions(Pass.GRANTS, "grants.sql");
        }
        if (whole) {
            complete();
        }
        say("Done");
        directory.write("README.txt", readMe(leftOut));
        directory.write(ExportBackup.MAIN, main.toString());
    }

    private void globals() throws IOException {
        Set<RoleUse> uses = EnumSet.of(RoleUse.POLICY, RoleUse.USER_MAPPING);
        if (settings.owners()) {
            uses.add(RoleUse.OWNER);
        }
        if (settings.privileges()) {
            uses.add(RoleUse.PRIVILEGE);
            uses.add(RoleUse.SETTING);
        }
        Set<String> needed = Roles.needed(globals.roles(), globals.memberships(), uses);
        directory.write(
                "globals.sql",
                "-- What the database needs on its server; roles that are there stay as they are.\n"
                        + "\\set ON_ERROR_STOP on\n\\set QUIET on\n"
                        + GlobalsScript.roles(needed, globals.roles(), globals.memberships())
                        + GlobalsScript.database(globals.database()));
    }

    private void begin(List<Manifest.TableEntry> tables) {
        main.append("-- Backup ").append(manifest.id()).append(", to be run by psql; see README.txt.\n");
        main.append("\\set ON_ERROR_STOP on\n\\set QUIET on\n");
        main.append("\\pset format unaligned\n\\pset tuples_only on\n");
        settings();
        if (!whole) {
            tables.stream()
                    .map(Manifest.TableEntry::schema)
                    .distinct()
                    .forEach(name -> main.append("CREATE SCHEMA IF NOT EXISTS ")
                            .append(Sql.quote(name))
                            .append(";\n"));
        }
        say("Definitions");
    }

    private void newSession() {
        main.append("\\connect\n");
        settings();
    }

    private void settings() {
        main.append("SET client_encoding = 'UTF8';\nSET default_transaction_read_only = off;\n")
                .append("SET synchronous_commit = off;\n");
    }

    private void rows(ExportedRows rows) throws IOException, InterruptedException {
        rows.run(settings.jobs());
        List<ExportedRows.TableFile> files = rows.files();
        for (int i = 0; i < files.size(); i++) {
            say("Rows of table " + (i + 1) + " of " + files.size());
            include(files.get(i).name());
        }
    }

    private void complete() throws IOException, InterruptedException {
        file(
                "database.sql",
                LoadScript.databaseProperties(globals.database(), settings.owners(), settings.privileges()));
        newSession();
        if (!globals.materializedViews().isEmpty()) {
            say("Materialised views");
            file("materialized-views.sql", LoadScript.materializedViews(globals.materializedViews()));
        }
        say("Statistics");
        main.append(LoadScript.statistics());
        definitions(Pass.EVENT_TRIGGERS, "event-triggers.sql");
        main.append(LoadScript.connectionLimit(globals.database()));
    }

    private void definitions(Pass pass, String name) throws IOException, InterruptedException {
        if (schema.size(pass) == 0) {
            return;
        }
        SchemaRestore.Settings how =
                new SchemaRestore.Settings(settings.owners(), settings.privileges(), false, 1, List.of());
        try (OutputStream file = directory.create(name)) {
            schema.write(pass, how, file);
        }
        include(name);
    }

    private List<SequenceValue> sequences() {
        return whole
                ? globals.sequences()
                : globals.sequences().stream().filter(schema::creates).toList();
    }

    private void largeObjects(Progress progress) throws IOException {
        RowDigest all = RowDigest.EMPTY;
        String name = "large-objects.sql";
        try (OutputStream file = directory.create(name)) {
            LargeObjectScript script = new LargeObjectScript(file, settings.owners(), settings.privileges());
            for (Manifest.Blob blob : manifest.largeObjects().blobs()) {
                try (InputStream content = new StoppableStream(repository.open(manifest, blob))) {
                    all = all.plus(LargeObjectStream.read(content, script));
                }
                progress.advance(0, blob.rawBytes());
            }
            script.finish();
        }
        RowDigest expected = Digests.parse(manifest.largeObjects().digest());
        if (!all.equals(expected)) {
            throw new IOException("The large objects of the backup are not those that its manifest describes (" + all
                    + " instead of " + expected + "); verify the backup and take another one.");
        }
        say("Large objects");
        include(name);
    }

    private void file(String name, String content) throws IOException {
        directory.write(name, content);
        include(name);
    }

    private void include(String name) {
        main.append("\\ir ").append(name).append('\n');
    }

    private void say(String what) {
        main.append("\\echo '").append(what).append("'\n");
    }

    private String readMe(List<String> leftOut) {
        return "This is backup " + manifest.id() + " of a PostgreSQL "
                + manifest.database().serverVersion() / 10000 + " database as it was at "
                + Amounts.second(manifest.snapshot().takenAt()) + "; it is NOT encrypted.\n"
                + "Load it with psql, as a superuser if owners and grants shall come back:\n\n"
                + "    psql -X -d postgres -v database=NEW_NAME -f globals.sql    # roles that are missing, an empty database\n"
                + "    psql -X -d NEW_NAME -f restore.sql                         # everything; stops at the first error\n\n"
                + "Each file in data has one table's rows and can be loaded by itself, into a table that is there.\n"
                + (leftOut.isEmpty() ? "" : "\nNot in here:\n  " + String.join("\n  ", leftOut) + "\n");
    }
}
