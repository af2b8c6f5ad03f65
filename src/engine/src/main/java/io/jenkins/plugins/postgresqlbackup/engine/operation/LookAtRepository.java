package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.health.BackupFacts;
import io.jenkins.plugins.postgresqlbackup.engine.health.RepositoryFacts;
import io.jenkins.plugins.postgresqlbackup.engine.health.RepositoryFacts.LeaseFacts;
import io.jenkins.plugins.postgresqlbackup.engine.health.RepositoryFacts.MarkFacts;
import io.jenkins.plugins.postgresqlbackup.engine.health.RepositoryFacts.PackFacts;
import io.jenkins.plugins.postgresqlbackup.engine.health.RepositoryFacts.SlotFacts;
import io.jenkins.plugins.postgresqlbackup.engine.keys.KeySlot;
import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Contents;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Lease;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Leases;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Pin;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Pins;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import io.jenkins.plugins.postgresqlbackup.engine.repository.RepositoryException;
import io.jenkins.plugins.postgresqlbackup.engine.repository.SlotChanges;
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
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
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
        FactsReading reading = new FactsReading(repository, contents, before);
        List<BackupFacts> backups = reading.backups(progress);
        List<MarkFacts> marks = reading.marks(backups);
        damage.addAll(reading.damage());
        List<KeySlot> slots = repository.slots();
        Optional<DiskSpace> disk = store.disk();
        return new RepositoryFacts(
                store.describe(),
                repository.id(),
                storeTime.orElse(null),
                clockTime,
                backups,
                reading.unreadable(),
                reading.deleted(),
                latest(marks, mark -> true),
                latest(marks, mark -> mark.level().equals(VerificationMark.RESTORE)),
                marks,
                !new VerificationMarks(repository).canBeChecked(),
                pinned(contents),
                packs(contents, backups, reading),
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

    /** A store may show late what it has: that something is gone is only believed when it was asked for alone. */
    private List<PackFacts> packs(Contents contents, List<BackupFacts> backups, FactsReading reading)
            throws IOException, InterruptedException {
        List<PackFacts> packs = new ArrayList<>();
        Set<String> there = new HashSet<>();
        for (StoredObject object : contents.packs()) {
            packs.add(pack(object, reading));
            there.add(object.name());
        }
        int asked = 0;
        for (BackupFacts backup : backups) {
            for (String name : backup.packs()) {
                if (there.add(name) && asked++ < MOST_ASKED) {
                    requireGoing();
                    repository.store().find(name).ifPresent(object -> packs.add(pack(object, reading)));
                }
            }
        }
        return packs;
    }

    private static PackFacts pack(StoredObject object, FactsReading reading) {
        return new PackFacts(reading.same(object.name()), object.size(), object.modified());
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
