package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.archive.DataKey;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.ClientPrograms;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Database;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.LockedOutException;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.ServerInfo;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.Snapshot;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.SnapshotSettings;
import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupKind;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Grace;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import io.jenkins.plugins.postgresqlbackup.engine.repository.RepositoryException;
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
 * Takes a backup, full or incremental: every row of a database, its schema, and what belongs to it, in one snapshot; what earlier runs hold unchanged
 * is not stored again.
 *
 * <p>The manifest is written last. A run that fails or is interrupted leaves no backup, but a journal of what it has stored. For one thread; run once.
 */
final class BackupRun {
    private static final int ATTEMPTS = 10;
    private static final Duration FLUSH_WAIT = Duration.ofSeconds(10);
    private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(5);
    private static final int SNAPSHOT_ATTEMPTS = 10;

    private final Repository repository;
    private final Database database;
    private final BackupSettings settings;
    private final Clock clock;
    private final SecureRandom random;
    private final BackupKind wanted;
    private final Duration limit;
    private final List<String> warnings = new ArrayList<>();
    private final Map<BackupId, Optional<Manifest>> known = new HashMap<>();
    private Optional<String> fullBecause = Optional.empty();

    BackupRun(
            BackupKind wanted,
            Repository repository,
            Database database,
            BackupSettings settings,
            Clock clock,
            SecureRandom random) {
        this(wanted, repository, database, settings, clock, random, Grace.BACKUP_LIMIT);
    }

    /** Visible for testing: with another limit to how long it may take. */
    BackupRun(
            BackupKind wanted,
            Repository repository,
            Database database,
            BackupSettings settings,
            Clock clock,
            SecureRandom random,
            Duration limit) {
        this.wanted = wanted;
        this.repository = repository;
        this.database = database;
        this.settings = settings;
        this.clock = clock;
        this.random = random;
        this.limit = limit;
    }

    BackupResult run(Progress progress) throws IOException, InterruptedException {
        progress.phase("Connecting", 0);
        Instant startedAt = clock.instant();
        Publication publication = Publication.begin(repository, limit);
        repository.requireNewestGeneration();
        Optional<Repository.Linked> newest = newest();
        Optional<BackupId> newestId = newest.map(linked -> linked.link().id());
        warnOfTheClock(progress, newestId);
        try (Presence presence =
                Presence.begin(repository, wanted + " backup", database.url(), null, settings.labels())) {
            presence.others().forEach(other -> warn(progress, other));
            Manifest manifest = attempts(progress, startedAt, publication, newest);
            presence.problems().forEach(problem -> warn(progress, problem));
            return new BackupResult(manifest, fullBecause, warnings);
        }
    }

    private Manifest attempts(
            Progress progress, Instant startedAt, Publication publication, Optional<Repository.Linked> newest)
            throws IOException, InterruptedException {
        Optional<BackupId> newestId = newest.map(linked -> linked.link().id());
        ServerInfo server = database.server();
        ClientPrograms programs = ClientPrograms.find(settings.programs(), server.major());
        OriginSearch search = new OriginSearch(repository, publication, server, database.url(), known);
        Optional<Manifest> parent =
                wanted == BackupKind.INCREMENTAL ? search.parent(settings.parent()) : Optional.empty();
        Origins origins = search.origins(parent);
        search.warnings().forEach(warning -> warn(progress, warning));
        fullBecause = search.noParent();
        fullBecause.ifPresent(why -> warn(progress, "This became a full backup, for " + why + "."));
        for (int attempt = 1; ; attempt++) {
            try (DataKey dataKey = DataKey.generate(random)) {
                // A name of its own: what an attempt before has stored is never overwritten.
                BackupId id = freshId(newestId);
                BackupFrame frame =
                        new BackupFrame(id, startedAt, publication.begunAt(), previous(newest), parent, origins);
                return attempt(progress, frame, publication, programs, dataKey);
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
        InterruptedException interrupted =
                new InterruptedException("The backup was stopped; the next one takes over what it has stored.");
        interrupted.initCause(cause);
        return interrupted;
    }

    private Manifest attempt(
            Progress progress, BackupFrame frame, Publication publication, ClientPrograms programs, DataKey dataKey)
            throws IOException, InterruptedException {
        progress.phase("Taking a snapshot", 0);
        SnapshotSettings patience = new SnapshotSettings(settings.lockWait(), FLUSH_WAIT, SNAPSHOT_ATTEMPTS);
        try (Snapshot snapshot = Snapshot.take(database, settings.selection(), patience)) {
            Reading reading = new Reading(
                    repository, snapshot, programs, settings, frame, dataKey, wrap(frame.id(), dataKey), clock, random);
            try {
                reading.run(progress);
                reading.warnings().forEach(warning -> warn(progress, warning));
                progress.phase("Writing the manifest", 0);
                snapshot.requireSameTypes();
                snapshot.horizon()
                        .voidBecause()
                        .ifPresent(why -> warn(progress, "An incremental backup cannot build on this one: " + why));
                Manifest manifest = reading.manifest(clock.instant());
                publication.publish(manifest);
                reading.forgetJournals(frame.origins().interrupted());
                return manifest;
            } catch (LockedOutException e) {
                reading.forgetJournals(List.of());
                throw e;
            } catch (IOException | InterruptedException | RuntimeException e) {
                reading.keepJournal();
                throw e;
            }
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
                Repository.Linked linked = repository.readLinked(ids.get(i));
                known.put(ids.get(i), Optional.of(linked.manifest()));
                return Optional.of(linked);
            } catch (RepositoryException e) {
                known.put(ids.get(i), Optional.empty());
                warnings.add("An earlier backup cannot be read: " + e.getMessage());
            }
        }
        return Optional.empty();
    }

    private static BackupFrame.Previous previous(Optional<Repository.Linked> newest) {
        return newest.map(linked -> new BackupFrame.Previous(linked.manifest().counter() + 1, linked.link()))
                .orElseGet(() -> new BackupFrame.Previous(1, null));
    }

    private void warn(Progress progress, String message) {
        warnings.add(message);
        progress.warn(message);
    }
}
