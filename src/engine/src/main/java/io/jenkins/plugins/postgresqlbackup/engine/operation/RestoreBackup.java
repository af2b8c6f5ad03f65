package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.ClientPrograms;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.ServerInfo;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TargetDatabase;
import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Restores a backup into a database.
 *
 * <p>Row counts and digests are compared with the manifest while loading; rows that do not agree are not kept. Nothing
 * that was there before is lost unless the settings allow it. For one thread; run once.
 */
public final class RestoreBackup {
    private final Repository repository;
    private final BackupId backup;
    private final Database database;
    private final RestoreSettings settings;

    /** @param database where to restore to; for a new database its name does not exist yet */
    public RestoreBackup(Repository repository, BackupId backup, Database database, RestoreSettings settings) {
        this.repository = repository;
        this.backup = backup;
        this.database = database;
        this.settings = settings;
    }

    /**
     * Restores.
     *
     * @throws RefusedException when it would destroy something, or cannot come to a good end; nothing was changed
     * @throws RestoreFailedException when it began and did not reach its end, or not with everything
     * @throws IOException when it could not begin; nothing was changed
     * @throws InterruptedException when the thread was interrupted; the message says what is there
     */
    public RestoreResult run(Progress progress) throws IOException, InterruptedException {
        long began = System.nanoTime();
        progress.phase("Looking at backup and target", 0);
        Restoration restoration = begin(progress);
        Extent extent;
        try {
            extent = seenByOthers(restoration);
        } catch (InterruptedException e) {
            throw interrupted(restoration, e);
        } catch (IOException | RuntimeException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw interrupted(restoration, e);
            }
            if (restoration.standing().untouched()) {
                throw e;
            }
            throw failed(restoration, List.of(String.valueOf(e.getMessage())), e);
        }
        if (!restoration.failures().isEmpty()) {
            throw failed(restoration, restoration.failures(), null);
        }
        return result(restoration, extent, Duration.ofNanos(System.nanoTime() - began));
    }

    private Restoration begin(Progress progress) throws IOException {
        Manifest manifest = repository.read(backup);
        Globals globals;
        try (InputStream content = repository.open(manifest, manifest.globals())) {
            globals = Globals.decode(content);
        }
        TargetDatabase target = TargetDatabase.of(database);
        ServerInfo server = target.maintenance().server();
        int source = manifest.database().serverVersion() / 10000;
        ClientPrograms programs = ClientPrograms.find(settings.programs(), Math.max(source, server.major()));
        return Restoration.begin(repository, manifest, globals, target, server, programs, settings, progress);
    }

    /** What was restored, and whether the database was created for it. */
    private record Extent(List<Manifest.TableEntry> tables, long largeObjects, boolean created) {}

    /** A restore from a store that may only be read is as good, but nobody sees it. */
    private Extent seenByOthers(Restoration restoration) throws IOException, InterruptedException {
        Presence presence = Presence.begin(repository, "restore", database.url(), backup, Map.of());
        try {
            return restore(restoration);
        } finally {
            presence.close();
        }
    }

    private Extent restore(Restoration restoration) throws IOException, InterruptedException {
        Manifest manifest = restoration.manifest();
        if (settings.into() instanceof RestoreInto.Tables some) {
            return new Extent(new TablesRestore(restoration).run(some.patterns()), 0, false);
        }
        if (settings.into() instanceof RestoreInto.Platform) {
            return new Extent(
                    new PlatformRestore(restoration).run(),
                    manifest.largeObjects().count(),
                    false);
        }
        boolean create = settings.into() instanceof RestoreInto.NewDatabase;
        boolean created = new WholeRestore(restoration, create).run();
        return new Extent(manifest.tables(), manifest.largeObjects().count(), created);
    }

    private static InterruptedException interrupted(Restoration restoration, Exception cause) {
        Thread.interrupted();
        InterruptedException interrupted = new InterruptedException("The restore was stopped. "
                + String.join(" ", restoration.standing().lines()));
        interrupted.initCause(cause);
        return interrupted;
    }

    private static RestoreFailedException failed(Restoration restoration, List<String> problems, Exception cause) {
        List<String> standing = restoration.standing().lines();
        String first = problems.get(0) + (problems.size() > 1 ? " (and " + (problems.size() - 1) + " more)" : "");
        return new RestoreFailedException(
                "The restore failed: " + first + "\n" + String.join("\n", standing), problems, standing, cause);
    }

    private RestoreResult result(Restoration restoration, Extent extent, Duration took) {
        List<String> leftOut = new ArrayList<>();
        restoration.manifest().leftOut().forEach(omission -> leftOut.add(omission.what() + ": " + omission.why()));
        leftOut.addAll(restoration.leftOut());
        return new RestoreResult(
                backup,
                restoration.target().name(),
                extent.created(),
                extent.tables().size(),
                extent.tables().stream().mapToLong(Manifest.TableEntry::rows).sum(),
                extent.tables().stream()
                        .mapToLong(Manifest.TableEntry::rawBytes)
                        .sum(),
                extent.largeObjects(),
                restoration.rolesCreated(),
                restoration.tolerated(),
                leftOut,
                restoration.warnings(),
                took);
    }
}
