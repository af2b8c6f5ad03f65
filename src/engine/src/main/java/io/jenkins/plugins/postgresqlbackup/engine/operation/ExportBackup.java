package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.ClientPrograms;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.SchemaRestore;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TableSubset;
import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Writes a backup as plain files that psql alone loads: for whoever wants to leave, or to look.
 *
 * <p>Each table's rows are counted and compared with the manifest's digest while they are written. The script that loads all is written last:
 * without it the export is not complete. The files are not encrypted, and for their owner only. For one thread; run once.
 */
public final class ExportBackup {
    /** The script that loads everything. */
    static final String MAIN = "restore.sql";

    private final Repository repository;
    private final BackupId backup;
    private final ExportSettings settings;

    public ExportBackup(Repository repository, BackupId backup, ExportSettings settings) {
        this.repository = repository;
        this.backup = backup;
        this.settings = settings;
    }

    /**
     * Exports.
     *
     * @throws RefusedException when it would replace files that nobody allowed it to, or no table is meant; nothing was written
     * @throws IOException when it could not begin, or was not completed; the message says which, and what is there
     * @throws InterruptedException when the thread was interrupted; the message says what is there
     */
    public ExportResult run(Progress progress) throws IOException, InterruptedException {
        try {
            return export(progress);
        } catch (IOException e) {
            if (Thread.interrupted()) {
                InterruptedException interrupted =
                        new InterruptedException("The export was stopped before it wrote anything.");
                interrupted.initCause(e);
                throw interrupted;
            }
            throw e;
        }
    }

    private ExportResult export(Progress progress) throws IOException, InterruptedException {
        long began = System.nanoTime();
        progress.phase("Looking at the backup", 0);
        ExportDirectory directory = new ExportDirectory(settings.directory());
        directory.requireUsable(settings.overwrite());
        Manifest manifest = repository.read(backup);
        Globals globals;
        try (InputStream content = repository.open(manifest, manifest.globals())) {
            globals = Globals.decode(content);
        }
        ClientPrograms programs =
                ClientPrograms.find(settings.programs(), manifest.database().serverVersion() / 10000);
        List<String> leftOut = new ArrayList<>();
        manifest.leftOut().forEach(omission -> leftOut.add(omission.what() + ": " + omission.why()));
        try (InputStream archive = repository.open(manifest, manifest.schema());
                SchemaRestore schema = SchemaRestore.open(programs, archive)) {
            List<Manifest.TableEntry> tables = tables(manifest, schema, leftOut);
            ExportedRows rows = new ExportedRows(new RangeRows(repository, manifest), tables, directory, progress);
            ExportScripts scripts = new ExportScripts(repository, manifest, globals, schema, settings, directory);
            try (Presence presence = Presence.begin(repository, "export", manifest)) {
                write(scripts, rows, tables, leftOut, directory, progress);
                presence.problems().forEach(progress::warn);
            }
            return result(manifest, tables, directory, leftOut, Duration.ofNanos(System.nanoTime() - began));
        }
    }

    private void write(
            ExportScripts scripts,
            ExportedRows rows,
            List<Manifest.TableEntry> tables,
            List<String> leftOut,
            ExportDirectory directory,
            Progress progress)
            throws IOException, InterruptedException {
        try {
            directory.begin("An export of backup " + backup + " began here and has not ended well.\n"
                    + "What is here cannot be loaded as a whole; export again.\n");
            scripts.write(rows, tables, leftOut, progress);
            directory.finish();
        } catch (InterruptedException e) {
            throw interrupted(directory, rows, e);
        } catch (IOException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw interrupted(directory, rows, e);
            }
            throw new IOException("The export failed: " + e.getMessage() + " " + standing(directory, rows), e);
        }
    }

    private List<Manifest.TableEntry> tables(Manifest manifest, SchemaRestore schema, List<String> leftOut)
            throws RefusedException {
        if (settings.tables().isEmpty()) {
            return manifest.tables();
        }
        List<Manifest.TableEntry> tables = ChosenTables.of(manifest, schema, settings.tables());
        // The script creates a schema only where it is missing, which pg_restore's does not.
        Set<String> schemas = tables.stream().map(Manifest.TableEntry::schema).collect(Collectors.toSet());
        leftOut.addAll(TableSubset.narrow(
                schema,
                tables.stream().collect(Collectors.toMap(Manifest.TableEntry::oid, StoredRows::name)),
                Set.of(),
                schemas));
        return tables;
    }

    private static String standing(ExportDirectory directory, ExportedRows rows) {
        return "In " + directory.path() + " are the rows of " + rows.written() + " of "
                + Amounts.count(rows.files().size(), "table", "tables") + " and no " + MAIN
                + ", so it cannot be loaded as a whole: remove it, or export again with --overwrite.";
    }

    private static InterruptedException interrupted(ExportDirectory directory, ExportedRows rows, Exception cause) {
        Thread.interrupted();
        InterruptedException interrupted =
                new InterruptedException("The export was stopped. " + standing(directory, rows));
        interrupted.initCause(cause);
        return interrupted;
    }

    private ExportResult result(
            Manifest manifest,
            List<Manifest.TableEntry> tables,
            ExportDirectory directory,
            List<String> leftOut,
            Duration took) {
        return new ExportResult(
                backup,
                directory.path(),
                tables.size(),
                tables.stream().mapToLong(Manifest.TableEntry::rows).sum(),
                tables.stream().mapToLong(Manifest.TableEntry::rawBytes).sum(),
                settings.tables().isEmpty() ? manifest.largeObjects().count() : 0,
                directory.files(),
                directory.bytes(),
                leftOut,
                took);
    }
}
