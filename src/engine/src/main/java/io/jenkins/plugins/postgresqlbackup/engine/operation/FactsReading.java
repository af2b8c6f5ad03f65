package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.health.BackupFacts;
import io.jenkins.plugins.postgresqlbackup.engine.health.RepositoryFacts;
import io.jenkins.plugins.postgresqlbackup.engine.health.RepositoryFacts.DeletedFacts;
import io.jenkins.plugins.postgresqlbackup.engine.health.RepositoryFacts.MarkFacts;
import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Contents;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import io.jenkins.plugins.postgresqlbackup.engine.repository.RepositoryException;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Tombstone;
import io.jenkins.plugins.postgresqlbackup.engine.repository.VerificationMark;
import io.jenkins.plugins.postgresqlbackup.engine.repository.VerificationMarks;
import io.jenkins.plugins.postgresqlbackup.engine.storage.StorageException;
import io.jenkins.plugins.postgresqlbackup.engine.storage.StoredObject;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads the objects that never change (manifests, marks of verifications, traces of deletions), several at once, and those that were read before not
 * again. For one thread; run once.
 */
final class FactsReading {
    private static final int READERS = 8;

    /** Larger manifests are read one by one: opened, each may fill much of a small heap. */
    private static final long LARGE = 1 << 20;

    private final Repository repository;
    private final Contents contents;
    private final Map<String, BackupFacts> knownBackups;
    private final Map<String, DeletedFacts> knownDeleted;
    private final Map<String, MarkFacts> knownMarks;
    private final Map<String, String> unreadable = new ConcurrentHashMap<>();
    private final List<String> damage = Collections.synchronizedList(new ArrayList<>());

    /** Each pack's name is held once, however many name it. */
    private final Map<String, String> names = new ConcurrentHashMap<>();

    /** What is done to each of several objects. */
    @FunctionalInterface
    private interface Step<T> {
        void take(T item) throws IOException, InterruptedException;
    }

    FactsReading(Repository repository, Contents contents, Optional<RepositoryFacts> before) {
        this.repository = repository;
        this.contents = contents;
        this.knownBackups = byName(before.map(RepositoryFacts::backups), BackupFacts::id);
        this.knownDeleted = byName(before.map(RepositoryFacts::deleted), DeletedFacts::backup);
        this.knownMarks =
                byName(before.filter(facts -> !facts.marksUnknown()).map(RepositoryFacts::marks), MarkFacts::name);
    }

    private static <T> Map<String, T> byName(Optional<List<T>> all, Function<T, String> name) {
        return all.orElse(List.of()).stream().collect(Collectors.toMap(name, Function.identity(), (a, b) -> a));
    }

    /** The manifests that cannot be read, by backup; complete after {@link #backups}. */
    Map<String, String> unreadable() {
        return unreadable;
    }

    /** What was replaced since it was read before, a sentence each; complete after {@link #backups}. */
    List<String> damage() {
        return damage.stream().sorted().toList();
    }

    /** The backups whose manifests can be read, the oldest first. */
    List<BackupFacts> backups(Progress progress) throws IOException, InterruptedException {
        List<BackupFacts> backups = Collections.synchronizedList(new ArrayList<>());
        List<Map.Entry<BackupId, StoredObject>> small = new ArrayList<>();
        List<Map.Entry<BackupId, StoredObject>> large = new ArrayList<>();
        for (Map.Entry<BackupId, StoredObject> entry : contents.manifests().entrySet()) {
            BackupFacts seen = knownBackups.get(entry.getKey().value());
            if (seen != null && seen.writtenAt().equals(entry.getValue().modified())) {
                backups.add(seen);
            } else {
                (entry.getValue().size() > LARGE ? large : small).add(entry);
            }
        }
        progress.phase(
                "Reading manifests",
                Stream.concat(small.stream(), large.stream())
                        .mapToLong(entry -> entry.getValue().size())
                        .sum());
        Step<Map.Entry<BackupId, StoredObject>> step = entry -> {
            read(entry.getKey(), entry.getValue()).ifPresent(backups::add);
            progress.advance(0, entry.getValue().size());
        };
        sideBySide(small, READERS, step);
        sideBySide(large, 1, step);
        return backups.stream().sorted(Comparator.comparing(BackupFacts::id)).toList();
    }

    private static <T> void sideBySide(Collection<T> items, int readers, Step<T> step)
            throws IOException, InterruptedException {
        Queue<T> queue = new ConcurrentLinkedQueue<>(items);
        Callable<Void> reader = () -> {
            for (T item = queue.poll(); item != null; item = queue.poll()) {
                if (Thread.interrupted()) {
                    throw new InterruptedException("The look at the repository was stopped.");
                }
                step.take(item);
            }
            return null;
        };
        Workers.run("look", Collections.nCopies(Math.min(readers, items.size()), reader), () -> {});
    }

    private Optional<BackupFacts> read(BackupId id, StoredObject object) throws IOException {
        try {
            BackupFacts facts = facts(repository.readLinked(id), object);
            BackupFacts seen = knownBackups.get(facts.id());
            if (seen != null && !seen.sha256().equals(facts.sha256())) {
                damage.add("The manifest of backup " + id + " is not the one that was there before: it was replaced.");
            }
            return Optional.of(facts);
        } catch (StorageException e) {
            if (repository.writtenAt(id).isPresent()) {
                throw e;
            } // else it was deleted since it was listed
        } catch (IOException e) {
            if (!(e instanceof RepositoryException gone
                    && gone.reason() == RepositoryException.Reason.NO_SUCH_BACKUP)) {
                unreadable.put(id.value(), String.valueOf(e.getMessage()));
            }
        }
        return Optional.empty();
    }

    private BackupFacts facts(Repository.Linked linked, StoredObject object) {
        Manifest manifest = linked.manifest();
        Manifest.Source source = manifest.database();
        Manifest.Totals totals = manifest.totals();
        return new BackupFacts(
                manifest.id().value(),
                linked.link().sha256(),
                manifest.kind().toString(),
                manifest.parent() == null ? null : manifest.parent().value(),
                manifest.previous() == null ? null : manifest.previous().id().value(),
                manifest.counter(),
                source.name(),
                source.host() + ":" + source.port(),
                source.systemIdentifier(),
                source.serverVersionText(),
                manifest.snapshot().takenAt() == null
                        ? manifest.startedAt()
                        : manifest.snapshot().takenAt(),
                manifest.startedAt(),
                manifest.finishedAt(),
                manifest.begunAt(),
                object.modified(),
                totals.tables(),
                totals.rows(),
                totals.largeObjects(),
                totals.rawBytes(),
                totals.storedBytes(),
                manifest.snapshot().horizon(),
                manifest.generation(),
                manifest.labels(),
                Stream.concat(
                                manifest.packs().stream().map(Manifest.Pack::name),
                                manifest.blobs().map(Manifest.Blob::pack))
                        .distinct()
                        .sorted()
                        .map(this::same)
                        .toList());
    }

    /** The same text for the same name. */
    String same(String name) {
        return names.computeIfAbsent(name, any -> name);
    }

    /** The traces of deleted backups. */
    List<DeletedFacts> deleted() throws IOException, InterruptedException {
        List<DeletedFacts> deleted = Collections.synchronizedList(new ArrayList<>());
        sideBySide(contents.deleted().entrySet(), READERS, entry -> {
            String id = entry.getKey().value();
            Instant at = entry.getValue().orElse(null);
            DeletedFacts seen = knownDeleted.get(id);
            deleted.add(
                    seen != null && at != null && at.equals(seen.at())
                            ? seen
                            : new DeletedFacts(id, at, packsOf(entry.getKey())));
        });
        return deleted.stream()
                .sorted(Comparator.comparing(DeletedFacts::backup))
                .toList();
    }

    private List<String> packsOf(BackupId deleted) throws IOException {
        return repository
                .tombstones()
                .said(deleted)
                .map(Tombstone::packs)
                .map(packs -> packs.stream().map(this::same).toList())
                .orElse(null);
    }

    /** The marks of these backups; none if the key cannot tell real ones from forged. */
    List<MarkFacts> marks(List<BackupFacts> backups) throws IOException, InterruptedException {
        VerificationMarks reader = new VerificationMarks(repository);
        if (!reader.canBeChecked()) {
            return List.of();
        }
        List<MarkFacts> marks = Collections.synchronizedList(new ArrayList<>());
        List<BackupFacts> marked = backups.stream()
                .filter(backup -> contents.marks().containsKey(new BackupId(backup.id())))
                .toList();
        sideBySide(marked, READERS, backup -> {
            for (StoredObject object : contents.marks().get(new BackupId(backup.id()))) {
                marks.add(mark(reader, backup, object));
            }
        });
        return marks.stream().sorted(Comparator.comparing(MarkFacts::name)).toList();
    }

    /** A mark counts for one manifest, so that of another one must be judged anew. */
    private MarkFacts mark(VerificationMarks reader, BackupFacts backup, StoredObject object) throws IOException {
        MarkFacts seen = knownMarks.get(object.name());
        BackupFacts before = knownBackups.get(backup.id());
        if (seen != null
                && seen.writtenAt().equals(object.modified())
                && before != null
                && before.sha256().equals(backup.sha256())) {
            return seen;
        }
        Optional<VerificationMark> mark =
                reader.read(object.name(), new BackupId(backup.id()), backup.sha256(), backup.generation());
        return new MarkFacts(
                object.name(),
                object.modified(),
                backup.id(),
                mark.map(VerificationMark::level).orElse(null),
                mark.map(VerificationMark::at).orElse(null));
    }
}
