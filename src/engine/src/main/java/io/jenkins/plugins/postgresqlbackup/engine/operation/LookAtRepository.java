package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.health.BackupFacts;
import io.jenkins.plugins.postgresqlbackup.engine.health.RepositoryFacts;
import io.jenkins.plugins.postgresqlbackup.engine.health.RepositoryFacts.DeletedFacts;
import io.jenkins.plugins.postgresqlbackup.engine.health.RepositoryFacts.LeaseFacts;
import io.jenkins.plugins.postgresqlbackup.engine.health.RepositoryFacts.MarkFacts;
import io.jenkins.plugins.postgresqlbackup.engine.health.RepositoryFacts.PackFacts;
import io.jenkins.plugins.postgresqlbackup.engine.health.RepositoryFacts.SlotFacts;
import io.jenkins.plugins.postgresqlbackup.engine.keys.KeySlot;
import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Contents;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Lease;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Leases;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Pin;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Pins;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import io.jenkins.plugins.postgresqlbackup.engine.repository.RepositoryException;
import io.jenkins.plugins.postgresqlbackup.engine.repository.SlotChanges;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Tombstone;
import io.jenkins.plugins.postgresqlbackup.engine.repository.VerificationMark;
import io.jenkins.plugins.postgresqlbackup.engine.repository.VerificationMarks;
import io.jenkins.plugins.postgresqlbackup.engine.storage.DiskSpace;
import io.jenkins.plugins.postgresqlbackup.engine.storage.ObjectStore;
import io.jenkins.plugins.postgresqlbackup.engine.storage.StorageException;
import io.jenkins.plugins.postgresqlbackup.engine.storage.StoredObject;
import io.jenkins.plugins.postgresqlbackup.engine.storage.SupabaseProject;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Gathers what is to be known of a repository's health: with listings, and by reading what is new since it was looked at before. Opens no blob. What the
 * key or the store does not tell is left out. For one thread; run once.
 */
public final class LookAtRepository {
    private static final int MOST_ASKED = 200;

    private final Repository repository;
    private final Optional<RepositoryFacts> before;
    private final Clock clock;
    private final List<String> damage = new ArrayList<>();

    /** Each pack's name is held once, however many name it. */
    private final Map<String, String> names = new HashMap<>();

    /** @param before what was seen the last time: what never changes is taken from there and not read again */
    public LookAtRepository(Repository repository, Optional<RepositoryFacts> before, Clock clock) {
        this.repository = repository;
        this.before = before.filter(facts -> facts.repositoryId().equals(repository.id()));
        this.clock = clock;
    }

    /**
     * Looks.
     *
     * @throws StorageException when the store fails
     * @throws InterruptedException when the thread was interrupted
     */
    public RepositoryFacts run(Progress progress) throws IOException, InterruptedException {
        try {
            return look(progress);
        } catch (IOException e) {
            if (Thread.interrupted()) {
                throw stopped(e);
            }
            throw e;
        }
    }

    private RepositoryFacts look(Progress progress) throws IOException, InterruptedException {
        ObjectStore store = repository.store();
        Instant clockBefore = clock.instant();
        Optional<Instant> storeTime = storeTime();
        Instant clockTime =
                clockBefore.plus(Duration.between(clockBefore, clock.instant()).dividedBy(2));
        repository.damage().forEach(found -> damage.add(found + "."));
        Contents contents = Contents.list(repository);
        Map<String, String> unreadable = new TreeMap<>();
        List<BackupFacts> backups = backups(contents, unreadable, progress);
        List<MarkFacts> marks = marks(contents, backups);
        List<KeySlot> slots = repository.slots();
        Optional<DiskSpace> disk = store.disk();
        return new RepositoryFacts(
                store.describe(),
                repository.id(),
                storeTime.orElse(null),
                clockTime,
                backups,
                unreadable,
                deleted(contents),
                latest(marks, mark -> true),
                latest(marks, mark -> mark.level().equals(VerificationMark.RESTORE)),
                marks,
                !new VerificationMarks(repository).canBeChecked(),
                pinned(contents),
                packs(contents, backups),
                contents.unfinished().stream().map(BackupId::value).toList(),
                slots(slots, contents),
                slots.stream()
                        .mapToInt(KeySlot::generation)
                        .reduce(repository.keys().newest(), Math::max),
                damage,
                leases(),
                contents.use().objects(),
                contents.use().bytes(),
                disk.map(DiskSpace::bytes).orElse(null),
                disk.map(DiskSpace::freeBytes).orElse(null),
                warnings(),
                store.project().map(SupabaseProject::reference).orElse(null));
    }

    private Optional<Instant> storeTime() {
        try {
            return Optional.of(repository.store().now());
        } catch (StorageException e) {
            log("The store does not tell its time", e);
            return Optional.empty();
        }
    }

    private List<BackupFacts> backups(Contents contents, Map<String, String> unreadable, Progress progress)
            throws IOException, InterruptedException {
        Map<String, BackupFacts> known = before.map(RepositoryFacts::backups).orElse(List.of()).stream()
                .collect(Collectors.toMap(BackupFacts::id, Function.identity(), (a, b) -> a));
        Map<BackupId, StoredObject> fresh = new TreeMap<>();
        List<BackupFacts> backups = new ArrayList<>();
        contents.manifests().forEach((id, object) -> {
            BackupFacts seen = known.get(id.value());
            if (seen != null && seen.writtenAt().equals(object.modified())) {
                backups.add(seen);
            } else {
                fresh.put(id, object);
            }
        });
        progress.phase(
                "Reading manifests",
                fresh.values().stream().mapToLong(StoredObject::size).sum());
        for (Map.Entry<BackupId, StoredObject> entry : fresh.entrySet()) {
            requireGoing();
            read(entry.getKey(), entry.getValue(), unreadable).ifPresent(facts -> {
                backups.add(facts);
                BackupFacts seen = known.get(facts.id());
                if (seen != null && !seen.sha256().equals(facts.sha256())) {
                    damage.add("The manifest of backup " + facts.id()
                            + " is not the one that was there before: it was replaced.");
                }
            });
            progress.advance(0, entry.getValue().size());
        }
        backups.sort(Comparator.comparing(BackupFacts::id));
        return backups;
    }

    private Optional<BackupFacts> read(BackupId id, StoredObject object, Map<String, String> unreadable)
            throws IOException {
        try {
            return Optional.of(facts(repository.readLinked(id), object));
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

    private String same(String name) {
        return names.computeIfAbsent(name, any -> name);
    }

    /** A store may show late what it has: that something is gone is only believed when it was asked for alone. */
    private List<PackFacts> packs(Contents contents, List<BackupFacts> backups)
            throws IOException, InterruptedException {
        List<PackFacts> packs = new ArrayList<>();
        Set<String> there = new HashSet<>();
        for (StoredObject object : contents.packs()) {
            packs.add(pack(object));
            there.add(object.name());
        }
        int asked = 0;
        for (BackupFacts backup : backups) {
            for (String name : backup.packs()) {
                if (there.add(name) && asked++ < MOST_ASKED) {
                    requireGoing();
                    repository.store().find(name).ifPresent(object -> packs.add(pack(object)));
                }
            }
        }
        return packs;
    }

    private PackFacts pack(StoredObject object) {
        return new PackFacts(same(object.name()), object.size(), object.modified());
    }

    private List<DeletedFacts> deleted(Contents contents) throws IOException, InterruptedException {
        Map<String, DeletedFacts> known = before.map(RepositoryFacts::deleted).orElse(List.of()).stream()
                .collect(Collectors.toMap(DeletedFacts::backup, Function.identity(), (a, b) -> a));
        List<DeletedFacts> deleted = new ArrayList<>();
        for (Map.Entry<BackupId, Optional<Instant>> entry : contents.deleted().entrySet()) {
            requireGoing();
            String id = entry.getKey().value();
            Instant at = entry.getValue().orElse(null);
            DeletedFacts seen = known.get(id);
            deleted.add(
                    seen != null && at != null && at.equals(seen.at())
                            ? seen
                            : new DeletedFacts(
                                    id,
                                    at,
                                    repository
                                            .tombstones()
                                            .said(entry.getKey())
                                            .map(Tombstone::packs)
                                            .orElse(null)));
        }
        return deleted;
    }

    private List<MarkFacts> marks(Contents contents, List<BackupFacts> backups)
            throws IOException, InterruptedException {
        Map<String, BackupFacts> unchanged = before.map(RepositoryFacts::backups).orElse(List.of()).stream()
                .collect(Collectors.toMap(BackupFacts::id, Function.identity(), (a, b) -> a));
        Map<String, MarkFacts> known =
                before.filter(facts -> !facts.marksUnknown()).map(RepositoryFacts::marks).orElse(List.of()).stream()
                        .collect(Collectors.toMap(MarkFacts::name, Function.identity(), (a, b) -> a));
        VerificationMarks reader = new VerificationMarks(repository);
        List<MarkFacts> marks = new ArrayList<>();
        if (!reader.canBeChecked()) {
            return marks;
        }
        for (BackupFacts backup : backups) {
            BackupId id = new BackupId(backup.id());
            boolean same = Optional.ofNullable(unchanged.get(backup.id()))
                    .filter(seen -> seen.sha256().equals(backup.sha256()))
                    .isPresent();
            for (StoredObject object : contents.marks().getOrDefault(id, List.of())) {
                requireGoing();
                MarkFacts seen = same ? known.get(object.name()) : null;
                if (seen != null && seen.writtenAt().equals(object.modified())) {
                    marks.add(seen);
                } else {
                    Optional<VerificationMark> mark =
                            reader.read(object.name(), id, backup.sha256(), backup.generation());
                    marks.add(new MarkFacts(
                            object.name(),
                            object.modified(),
                            backup.id(),
                            mark.map(VerificationMark::level).orElse(null),
                            mark.map(VerificationMark::at).orElse(null)));
                }
            }
        }
        return marks;
    }

    private static Map<String, Instant> latest(List<MarkFacts> marks, Predicate<MarkFacts> which) {
        Map<String, Instant> latest = new TreeMap<>();
        marks.stream()
                .filter(mark -> mark.level() != null && which.test(mark))
                .forEach(mark -> latest.merge(mark.backup(), mark.at(), (a, b) -> a.isAfter(b) ? a : b));
        return latest;
    }

    private Map<String, String> pinned(Contents contents) throws IOException, InterruptedException {
        Pins pins = new Pins(repository);
        Map<String, String> pinned = new TreeMap<>();
        for (BackupId id : contents.pinned()) {
            requireGoing();
            Optional<Pin> pin = pins.find(id);
            pin.ifPresent(there -> pinned.put(id.value(), there.reason() == null ? "" : there.reason()));
            pin.map(Pin::damage).filter(Objects::nonNull).ifPresent(damage::add);
        }
        return pinned;
    }

    private List<SlotFacts> slots(List<KeySlot> slots, Contents contents) throws IOException {
        SlotChanges changes = new SlotChanges(repository, clock, new SecureRandom());
        List<SlotFacts> facts = new ArrayList<>();
        for (KeySlot slot : slots) {
            Instant proven = null;
            if (contents.proven().contains(slot.id())) {
                try {
                    proven = changes.proven(slot).orElse(null);
                } catch (RepositoryException e) {
                    damage.add(e.getMessage());
                }
            }
            facts.add(new SlotFacts(
                    slot.id(),
                    slot.kind().name().toLowerCase(Locale.ROOT),
                    slot.label(),
                    slot.created(),
                    slot.generation(),
                    proven,
                    slot.id().equals(repository.openedWith().id())));
        }
        return facts;
    }

    private List<LeaseFacts> leases() throws IOException {
        Leases leases = Leases.list(repository, clock);
        leases.damage().forEach(found -> damage.add(found + "."));
        return Stream.concat(
                        leases.atWork().stream().map(held -> lease(held, true)),
                        leases.leftBehind().stream().map(held -> lease(held, false)))
                .toList();
    }

    private static LeaseFacts lease(Lease.Held held, boolean alive) {
        return new LeaseFacts(
                held.id(), held.activity().what(), held.activity().who(), held.began(), held.renewed(), alive);
    }

    private List<String> warnings() {
        try {
            return repository.store().warnings();
        } catch (StorageException e) {
            log("The store does not tell its settings", e);
            return List.of();
        }
    }

    private static void log(String what, Exception e) {
        System.getLogger(LookAtRepository.class.getName()).log(System.Logger.Level.DEBUG, what, e);
    }

    private static void requireGoing() throws InterruptedException {
        if (Thread.interrupted()) {
            throw stopped(null);
        }
    }

    private static InterruptedException stopped(Exception cause) {
        InterruptedException stopped = new InterruptedException("The look at the repository was stopped.");
        if (cause != null) {
            stopped.initCause(cause);
        }
        return stopped;
    }
}
