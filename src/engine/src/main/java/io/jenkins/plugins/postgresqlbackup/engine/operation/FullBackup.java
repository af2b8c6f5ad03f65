package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.archive.DataKey;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.ClientPrograms;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.LockedOutException;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.ServerInfo;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Snapshot;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.SnapshotSettings;
import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import io.jenkins.plugins.postgresqlbackup.engine.repository.RepositoryException;
import io.jenkins.plugins.postgresqlbackup.engine.storage.StoredObject;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Takes a full backup: every row of a database, its schema, and what belongs to it, in one snapshot.
 *
 * <p>The manifest is written last. A run that fails or is interrupted leaves no backup, only packs that no manifest names. For one thread; run once.
 */
public final class FullBackup {
    private static final int ATTEMPTS = 10;
    private static final Duration FLUSH_WAIT = Duration.ofSeconds(10);
    private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(5);
    private static final int SNAPSHOT_ATTEMPTS = 10;

    private final Repository repository;
    private final Database database;
    private final BackupSettings settings;
    private final Clock clock;
    private final SecureRandom random;
    private final List<String> warnings = new ArrayList<>();

    public FullBackup(
            Repository repository, Database database, BackupSettings settings, Clock clock, SecureRandom random) {
        this.repository = repository;
        this.database = database;
        this.settings = settings;
        this.clock = clock;
        this.random = random;
    }

    /**
     * Takes the backup.
     *
     * @throws io.jenkins.plugins.postgresqlbackup.engine.postgres.DatabaseException when the database cannot be read as a whole
     * @throws io.jenkins.plugins.postgresqlbackup.engine.storage.StorageException when something cannot be stored
     * @throws InterruptedException when the thread was interrupted; no backup was made
     */
    public BackupResult run(Progress progress) throws IOException, InterruptedException {
        progress.phase("Connecting", 0);
        Instant startedAt = clock.instant();
        repository.requireNewestGeneration();
        Optional<Repository.Linked> newest = newest();
        Optional<BackupId> newestId = newest.map(linked -> linked.link().id());
        warnOfTheClock(progress, newestId);
        ServerInfo server = database.server();
        ClientPrograms programs = ClientPrograms.find(settings.programs(), server.major());
        for (int attempt = 1; ; attempt++) {
            try (DataKey dataKey = DataKey.generate(random)) {
                // A name of its own: what an attempt before has stored is never overwritten.
                BackupId id = freshId(newestId);
                return attempt(progress, id, startedAt, previous(newest), programs, dataKey);
            } catch (LockedOutException e) {
                if (attempt == ATTEMPTS) {
                    throw new IOException(
                            "Tables are being changed or locked all the time: after " + ATTEMPTS
                                    + " attempts this is still so: " + e.getMessage()
                                    + " Leave such tables out, or start when there is less going on.",
                            e);
                }
                progress.phase("Beginning again", 0);
            } catch (IOException e) {
                if (Thread.currentThread().isInterrupted()) {
                    throw interrupted(e);
                }
                throw e;
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
        }
    }

    /** It sorts after the newest, which {@code latest} and the row of manifests rely on, also when the clock went back or a second has not passed. */
    private BackupId freshId(Optional<BackupId> newest) {
        Instant now = clock.instant();
        return newest.map(id -> BackupId.createAfter(id, now, random)).orElseGet(() -> BackupId.create(now, random));
    }

    private void warnOfTheClock(Progress progress, Optional<BackupId> newest) {
        Instant now = clock.instant();
        newest.filter(id -> id.second().orElse(Instant.MAX).isAfter(now.plus(CLOCKS_DIFFER)))
                .ifPresent(id -> warn(
                        progress,
                        "The newest backup is named " + id + ", and by this machine's clock it is only "
                                + now
                                + ": the clock here is wrong, or was where that one was made; check it, for names and"
                                + " retention go by it."));
    }

    private static InterruptedException interrupted(Exception cause) {
        Thread.interrupted();
        InterruptedException interrupted = new InterruptedException("The backup was stopped; nothing was kept of it.");
        interrupted.initCause(cause);
        return interrupted;
    }

    private BackupResult attempt(
            Progress progress,
            BackupId id,
            Instant startedAt,
            Previous previous,
            ClientPrograms programs,
            DataKey dataKey)
            throws IOException, InterruptedException {
        progress.phase("Taking a snapshot", 0);
        SnapshotSettings patience = new SnapshotSettings(settings.lockWait(), FLUSH_WAIT, SNAPSHOT_ATTEMPTS);
        try (Snapshot snapshot = Snapshot.take(database, settings.selection(), patience)) {
            Reading reading = new Reading(repository, snapshot, programs, settings, id, dataKey);
            reading.run(progress);
            reading.warnings().forEach(warning -> warn(progress, warning));
            progress.phase("Writing the manifest", 0);
            requireStored(reading.storedPacks());
            snapshot.horizon()
                    .voidBecause()
                    .ifPresent(why -> warn(progress, "An incremental backup cannot build on this one: " + why));
            Manifest manifest = reading.manifest(startedAt, clock.instant(), previous, Map.of(id, wrap(id, dataKey)));
            repository.write(manifest);
            return new BackupResult(manifest, warnings);
        }
    }

    private Manifest.WrappedKey wrap(BackupId id, DataKey dataKey) throws IOException {
        byte[] key = dataKey.bytes();
        try {
            return repository.wrapDataKey(id, key);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    /** The newest backup, whatever its database; one that cannot be read is no reason not to make a new one. */
    private Optional<Repository.Linked> newest() throws IOException {
        List<BackupId> ids = repository.ids();
        for (int i = ids.size() - 1; i >= 0; i--) {
            try {
                return Optional.of(repository.readLinked(ids.get(i)));
            } catch (RepositoryException e) {
                warnings.add("An earlier backup cannot be read: " + e.getMessage());
            }
        }
        return Optional.empty();
    }

    private static Previous previous(Optional<Repository.Linked> newest) {
        return newest.map(linked -> new Previous(linked.manifest().counter() + 1, linked.link()))
                .orElseGet(() -> new Previous(1, null));
    }

    /** The place of a new manifest in the row of all. */
    record Previous(long counter, Manifest.Previous link) {}

    /** A store may have said yes and lost a pack all the same: one listing shows whether all are there. */
    private void requireStored(List<Manifest.Pack> packs) throws IOException {
        Map<String, Long> sizes = new HashMap<>();
        if (!packs.isEmpty()) {
            String first = packs.get(0).name();
            repository
                    .store()
                    .list(
                            first.substring(0, first.lastIndexOf('/') + 1),
                            (StoredObject object) -> sizes.put(object.name(), object.size()));
        }
        for (Manifest.Pack pack : packs) {
            Long size = sizes.get(pack.name());
            if (size == null || size != pack.size()) {
                throw new IOException("The pack " + pack.name() + " was written to "
                        + repository.store().describe() + " but is "
                        + (size == null ? "not there" : "there with " + size + " bytes instead of " + pack.size())
                        + ": the storage does not keep what it accepts; no backup was made.");
            }
        }
    }

    private void warn(Progress progress, String message) {
        warnings.add(message);
        progress.warn(message);
    }
}
