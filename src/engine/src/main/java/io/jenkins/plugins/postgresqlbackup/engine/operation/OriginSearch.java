package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.DatabaseUrl;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.ServerInfo;
import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Journal;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import io.jenkins.plugins.postgresqlbackup.engine.repository.RepositoryException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Looks through a repository for what a new backup may build on: a parent, and runs that were interrupted since. For one thread. */
final class OriginSearch {
    /** Reading a manifest takes a moment; a database whose latest backup lies behind so many others begins anew. */
    private static final int MOST_READ = 500;

    private final Repository repository;
    private final Publication publication;
    private final ServerInfo server;
    private final DatabaseUrl url;
    private final Map<BackupId, Optional<Manifest>> known;
    private final List<String> warnings = new ArrayList<>();
    private String noParent;

    /** @param known manifests that were read already, and those that cannot be */
    OriginSearch(
            Repository repository,
            Publication publication,
            ServerInfo server,
            DatabaseUrl url,
            Map<BackupId, Optional<Manifest>> known) {
        this.repository = repository;
        this.publication = publication;
        this.server = server;
        this.url = url;
        this.known = known;
    }

    /** What a person should know, complete after {@link #origins}. */
    List<String> warnings() {
        return List.copyOf(warnings);
    }

    /** Why there is no parent; empty if there is one. */
    Optional<String> noParent() {
        return Optional.ofNullable(noParent);
    }

    /**
     * The parent to build on.
     *
     * @param named the one that somebody wants
     * @throws IOException when the one that somebody wants cannot be one
     */
    Optional<Manifest> parent(Optional<BackupId> named) throws IOException {
        return named.isPresent() ? Optional.of(namedParent(named.get())) : latest();
    }

    private Manifest namedParent(BackupId named) throws IOException {
        Manifest manifest = repository.read(named);
        if (!Origin.same(manifest.database(), server) && !Origin.sameAddress(manifest.database(), url)) {
            throw new IOException("The backup " + named + " is of the database "
                    + manifest.database().name() + " on " + manifest.database().host()
                    + ", not of this one: name a backup of this one as the parent, or none.");
        }
        Optional<String> reason = reasonAgainst(manifest);
        if (reason.isPresent()) {
            throw new IOException("The backup " + named + " cannot be a parent: " + reason.get() + ".");
        }
        return manifest;
    }

    private Optional<Manifest> latest() throws IOException {
        List<BackupId> ids = repository.ids();
        Manifest elsewhere = null;
        int read = 0;
        noParent = "there is no backup of this database in the repository yet";
        for (int i = ids.size() - 1; i >= 0 && read < MOST_READ; i--, read++) {
            Optional<Manifest> manifest = readIfPossible(ids.get(i));
            if (manifest.isEmpty()) {
                continue;
            }
            boolean same = Origin.same(manifest.get().database(), server);
            if (!same
                    && (elsewhere != null || !Origin.sameAddress(manifest.get().database(), url))) {
                continue;
            }
            Optional<String> reason = reasonAgainst(manifest.get());
            if (reason.isPresent()) {
                noParent = reason.get();
                continue;
            }
            if (same) {
                noParent = null;
                return manifest;
            }
            elsewhere = manifest.get();
        }
        if (elsewhere != null) {
            noParent = null;
        } else if (read == MOST_READ) {
            noParent = "none of the latest " + MOST_READ + " backups in the repository is of this database";
        }
        return Optional.ofNullable(elsewhere);
    }

    private Optional<Manifest> readIfPossible(BackupId id) throws IOException {
        if (known.containsKey(id)) {
            return known.get(id);
        }
        try {
            return Optional.of(repository.read(id));
        } catch (RepositoryException e) {
            warnings.add("An earlier backup cannot be read: " + e.getMessage());
            return Optional.empty();
        }
    }

    private Optional<String> reasonAgainst(Manifest manifest) throws IOException {
        if (manifest.generation() != repository.keys().newest()) {
            return Optional.of("the repository's keys were rotated since " + manifest.id()
                    + ", and nothing sealed to the old ones is built upon");
        }
        if (!publication.settled(manifest)) {
            return Optional.of(manifest.id() + " took longer than a backup may take");
        }
        return Optional.empty();
    }

    /** The parent and what was stored since by runs that did not come to their end. */
    Origins origins(Optional<Manifest> parent) throws IOException {
        List<Origin> origins = new ArrayList<>();
        interrupted(parent.map(manifest -> manifest.snapshot().takenAt()))
                .forEach(journal -> origins.add(Origin.of(parent.isPresent() ? journal : ownOnly(journal))));
        parent.map(Origin::of).ifPresent(origins::add);
        Map<String, Manifest.Pack> packs = new HashMap<>();
        origins.forEach(origin -> origin.packs().forEach(pack -> packs.put(pack.name(), pack)));
        Map<String, String> missing = publication.missing(packs.values());
        if (!missing.isEmpty()) {
            Map.Entry<String, String> one = missing.entrySet().iterator().next();
            warnings.add(
                    "The pack " + one.getKey() + " of an earlier backup is " + one.getValue()
                            + (missing.size() > 1 ? ", and so are " + (missing.size() - 1) + " more" : "")
                            + "; what was in it was read anew. Verify the earlier backups: they cannot be restored as a whole.");
        }
        Set<String> usable = new HashSet<>(packs.keySet());
        usable.removeAll(missing.keySet());
        parent.map(Origins::mostlyDead).ifPresent(usable::removeAll);
        return new Origins(origins, usable);
    }

    /** A full backup depends on no other. */
    private static Journal ownOnly(Journal journal) {
        List<Manifest.TableEntry> tables = journal.tables().stream()
                .map(table -> table.withRanges(table.ranges().stream()
                        .filter(range ->
                                range.blobs().allMatch(blob -> blob.backup().equals(journal.id())))
                        .toList()))
                .toList();
        return new Journal(
                journal.format(),
                journal.id(),
                journal.kind(),
                journal.begunAt(),
                journal.database(),
                journal.snapshot(),
                tables,
                journal.packs(),
                journal.dataKeys());
    }

    /** Journals of this database that are younger than the parent, the latest first. */
    private List<Journal> interrupted(Optional<Instant> since) throws IOException {
        return repository.journals().readable().stream()
                .filter(stored -> stored.generation() == repository.keys().newest())
                .filter(stored -> stored.journal().begunAt() != null)
                .filter(stored -> publication.fresh(stored.journal().begunAt()))
                .map(Journal.Stored::journal)
                .filter(journal -> Origin.same(journal.database(), server))
                .filter(journal ->
                        since.isEmpty() || journal.snapshot().takenAt().isAfter(since.get()))
                .sorted(Comparator.comparing(
                                (Journal journal) -> journal.snapshot().takenAt())
                        .reversed())
                .toList();
    }
}
