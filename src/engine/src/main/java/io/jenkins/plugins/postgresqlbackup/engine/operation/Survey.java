package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupKind;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Journals;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Pin;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Pins;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import io.jenkins.plugins.postgresqlbackup.engine.repository.RepositoryException;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Tombstones;
import io.jenkins.plugins.postgresqlbackup.engine.repository.VerificationMarks;
import io.jenkins.plugins.postgresqlbackup.engine.storage.NoSuchObjectException;
import io.jenkins.plugins.postgresqlbackup.engine.storage.StorageException;
import io.jenkins.plugins.postgresqlbackup.engine.storage.StoredObject;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a prune knows of a repository.
 *
 * <p>The order of looking is what everything rests on. The store's time first: whatever is found later is at least as new. Journals before manifests,
 * for a backup writes its manifest before it ends its journal, so one of both is seen. Manifests before tombstones, for a manifest that is not seen
 * any more has its tombstone already. Packs last.
 *
 * @param now by the store's clock
 * @param unreadable the manifests that cannot be read, and why
 */
record Survey(
        Instant now,
        Map<BackupId, Unfinished> journals,
        SortedMap<BackupId, Known> backups,
        SortedMap<BackupId, String> unreadable,
        List<Tombstones.Found> tombstones,
        SortedMap<String, StoredObject> packs,
        Map<BackupId, Pin> pins) {
    private static final int LOOKS = 10;

    /**
     * A backup whose manifest can be read.
     *
     * @param time the moment it stands for: when it began, by the store's clock where the manifest says so
     * @param begunAt the same, where the manifest says so
     * @param manifest its object
     * @param packs by name
     */
    record Known(
            BackupId id,
            BackupKind kind,
            Manifest.Source source,
            Optional<BackupId> previous,
            Instant time,
            Optional<Instant> begunAt,
            StoredObject manifest,
            Set<String> packs,
            boolean verified) {
        /** Equal for backups of one database: a cluster's name for itself outlives its address. */
        String database() {
            return (source.systemIdentifier() == null ? server() : source.systemIdentifier()) + "/" + source.name();
        }

        /** Whether its manifest was written so soon after it began; one that does not say when it began took no longer. */
        boolean tookAtMost(Duration limit) {
            return begunAt.filter(begun ->
                            Duration.between(begun, manifest.modified()).compareTo(limit) > 0)
                    .isEmpty();
        }

        String server() {
            return source.host() + ":" + source.port();
        }

        /** Whether this is what people call its database. */
        boolean isOf(String name) {
            return name.equals(source.name()) || name.equals(server() + "/" + source.name()) || name.equals(database());
        }
    }

    /**
     * The journals of a backup that has not come to its end.
     *
     * @param newest the newest one
     * @param packs by name; empty: it cannot be read
     */
    record Unfinished(StoredObject newest, Optional<Set<String>> packs) {}

    static Survey take(Repository repository, Progress progress) throws IOException {
        Instant now = repository.store().now();
        Map<String, String> names = new HashMap<>();
        Map<BackupId, Unfinished> journals = journals(repository.journals(), names);
        SortedMap<BackupId, Known> backups = new TreeMap<>();
        SortedMap<BackupId, String> unreadable = new TreeMap<>();
        SortedMap<BackupId, StoredObject> manifests = repository.manifests();
        VerificationMarks marks = new VerificationMarks(repository);
        progress.phase(
                "Reading manifests",
                manifests.values().stream().mapToLong(StoredObject::size).sum());
        for (Map.Entry<BackupId, StoredObject> entry : manifests.entrySet()) {
            BackupId id = entry.getKey();
            StoredObject manifest = entry.getValue();
            try {
                backups.put(id, known(repository.readLinked(id), manifest, marks, names));
            } catch (StorageException e) {
                if (repository.manifests().containsKey(id)) {
                    throw e;
                } // else it was deleted since it was listed
            } catch (IOException e) {
                if (!(e instanceof RepositoryException gone
                        && gone.reason() == RepositoryException.Reason.NO_SUCH_BACKUP)) {
                    unreadable.put(id, e.getMessage());
                }
            }
            progress.advance(0, manifest.size());
        }
        List<Tombstones.Found> tombstones = repository.tombstones().all();
        SortedMap<String, StoredObject> packs = new TreeMap<>();
        repository.packs().forEach(pack -> packs.put(pack.name(), pack));
        return new Survey(now, journals, backups, unreadable, tombstones, packs, new Pins(repository).all());
    }

    private static Known known(
            Repository.Linked linked, StoredObject object, VerificationMarks marks, Map<String, String> names)
            throws IOException {
        Manifest manifest = linked.manifest();
        return new Known(
                manifest.id(),
                manifest.kind(),
                manifest.database(),
                Optional.ofNullable(manifest.previous()).map(Manifest.Previous::id),
                manifest.begunAt() == null ? manifest.startedAt() : manifest.begunAt(),
                Optional.ofNullable(manifest.begunAt()),
                object,
                packs(manifest.packs(), manifest.blobs(), names),
                !marks.of(linked).isEmpty());
    }

    /** Those that are listed and those that blobs lie in, should they differ. Each name is held once, however many name it. */
    private static Set<String> packs(
            List<Manifest.Pack> listed, Stream<Manifest.Blob> blobs, Map<String, String> names) {
        return Stream.concat(listed.stream().map(Manifest.Pack::name), blobs.map(Manifest.Blob::pack))
                .map(name -> names.computeIfAbsent(name, same -> same))
                .collect(Collectors.toSet());
    }

    private static Map<BackupId, Unfinished> journals(Journals journals, Map<String, String> names) throws IOException {
        Map<BackupId, Unfinished> found = new LinkedHashMap<>();
        for (Map.Entry<BackupId, StoredObject> newest : journals.newest().entrySet()) {
            unfinished(journals, newest.getKey(), newest.getValue(), names)
                    .ifPresent(journal -> found.put(newest.getKey(), journal));
        }
        return found;
    }

    /** Empty when the backup has come to its end meanwhile: then its manifest will be seen. */
    private static Optional<Unfinished> unfinished(
            Journals journals, BackupId id, StoredObject seen, Map<String, String> names) throws IOException {
        StoredObject object = seen;
        for (int look = 1; look <= LOOKS; look++) {
            try {
                var journal = journals.read(id, object).journal();
                return Optional.of(new Unfinished(object, Optional.of(packs(journal.packs(), journal.blobs(), names))));
            } catch (NoSuchObjectException replacedOrEnded) {
                object = journals.newest().get(id);
                if (object == null) {
                    return Optional.empty();
                }
            } catch (StorageException e) {
                throw e;
            } catch (IOException e) {
                return Optional.of(new Unfinished(object, Optional.empty()));
            }
        }
        throw new StorageException("The journal of backup " + id + " in " + object.name()
                + " is replaced faster than it can be read; run this again.");
    }

    /** The names of packs that a manifest names although they are not there, with one backup that needs each. */
    Map<String, BackupId> missing() {
        Map<String, BackupId> missing = new TreeMap<>();
        backups.values()
                .forEach(backup -> backup.packs().stream()
                        .filter(pack -> !packs.containsKey(pack))
                        .forEach(pack -> missing.put(pack, backup.id())));
        return missing;
    }

    boolean isWhole(Known backup) {
        return packs.keySet().containsAll(backup.packs());
    }

    long bytes(Known backup) {
        return backup.packs().stream()
                .filter(packs::containsKey)
                .mapToLong(pack -> packs.get(pack).size())
                .sum();
    }

    /** The names of packs that these backups need. */
    Set<String> named(Set<BackupId> some) {
        Set<String> named = new HashSet<>();
        backups.values().stream()
                .filter(backup -> some.contains(backup.id()))
                .forEach(backup -> named.addAll(backup.packs()));
        return named;
    }
}
