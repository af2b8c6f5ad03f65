package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Grace;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Leases;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Pin;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Pins;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Tombstones;
import io.jenkins.plugins.postgresqlbackup.engine.repository.VerificationMarks;
import io.jenkins.plugins.postgresqlbackup.engine.retention.Candidate;
import io.jenkins.plugins.postgresqlbackup.engine.retention.Decision;
import io.jenkins.plugins.postgresqlbackup.engine.retention.Grade;
import io.jenkins.plugins.postgresqlbackup.engine.retention.RetentionPlan;
import io.jenkins.plugins.postgresqlbackup.engine.storage.StoreTrial;
import io.jenkins.plugins.postgresqlbackup.engine.storage.StoredObject;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** Judges and deletes by one survey, until all is done or the survey has become old. For one thread; run once. */
final class PruneRound {
    private static final String ANOTHER_DATABASE = "Another database was asked for.";

    private final Repository repository;
    private final PruneSettings settings;
    private final Survey survey;
    private final PruneTally tally;
    private final BooleanSupplier old;
    private final PackFates fates;
    private final List<Decision> decisions;
    private final Set<BackupId> going = new HashSet<>();
    private final Set<BackupId> pinnedSince = new HashSet<>();
    private boolean begun;

    PruneRound(Repository repository, PruneSettings settings, Survey survey, PruneTally tally, BooleanSupplier old) {
        this.repository = repository;
        this.settings = settings;
        this.survey = survey;
        this.tally = tally;
        this.old = old;
        this.fates = new PackFates(survey, settings.grace());
        this.decisions =
                RetentionPlan.of(settings.policy(), candidates(), survey.now()).decisions();
    }

    /** The survey has become old. */
    private static final class Old extends Exception {
        private static final long serialVersionUID = 1;
    }

    /** @return false when the survey has become old and there must be another round */
    boolean run(Progress progress) throws IOException, InterruptedException {
        for (Decision decision : decisions) {
            BackupId id = new BackupId(decision.id());
            if (!decision.keep() && asked(survey.backups().get(id))) {
                going.add(id);
            }
        }
        if (settings.dryRun()) {
            return true;
        }
        try {
            finishInterrupted();
            progress.phase("Deleting backups", 0);
            for (Decision decision : decisions) {
                if (going.contains(new BackupId(decision.id()))) {
                    delete(survey.backups().get(new BackupId(decision.id())), decision);
                }
            }
            deleteJournals();
            deletePacks(progress);
            deleteLeftovers();
            return true;
        } catch (Old e) {
            if (!begun) {
                throw new IOException(
                        "Reading what is in " + repository.store().describe()
                                + " took more than a quarter of the grace time, so nothing was deleted: prune with a"
                                + " longer grace time.",
                        e);
            }
            return false;
        }
    }

    private boolean asked(Survey.Known backup) {
        return backup != null && settings.database().map(backup::isOf).orElse(true);
    }

    private List<Candidate> candidates() {
        List<Candidate> candidates = new ArrayList<>();
        survey.unreadable().forEach((id, why) -> candidates.add(Candidate.unreadable(id.value(), why)));
        for (Survey.Known backup : survey.backups().values()) {
            Optional<String> pin = Optional.ofNullable(survey.pins().get(backup.id()))
                    .map(Pin::reason)
                    .or(() -> survey.pins().containsKey(backup.id()) ? Optional.of("") : Optional.empty());
            candidates.add(new Candidate(
                    backup.id().value(), backup.database(), backup.time(), grade(backup), pin, Optional.empty()));
        }
        return candidates;
    }

    private Grade grade(Survey.Known backup) {
        if (!survey.isWhole(backup)) {
            return Grade.DOUBTFUL;
        }
        if (backup.verified()) {
            return Grade.VERIFIED;
        }
        return backup.tookAtMost(limit()) ? Grade.UNVERIFIED : Grade.DOUBTFUL;
    }

    private Duration limit() {
        Duration share = settings.grace().multipliedBy(2).dividedBy(3);
        return share.compareTo(Grace.BACKUP_LIMIT) < 0 ? share : Grace.BACKUP_LIMIT;
    }

    /** Where a prune died between a manifest and its tombstone, the grace time begins now. */
    private void finishInterrupted() throws InterruptedException, Old {
        for (Tombstones.Found tombstone : survey.tombstones()) {
            BackupId id = tombstone.backup();
            boolean there =
                    survey.backups().containsKey(id) || survey.unreadable().containsKey(id);
            if (tombstone.doneAt().isEmpty() && !there) {
                beforeDeleting();
                // If nobody can tell what the manifest named, it may have been anything.
                tally.works(() -> repository
                        .tombstones()
                        .finish(
                                id,
                                survey.now(),
                                tombstone.said().map(said -> said.reason()).orElse("It was deleted."),
                                tombstone
                                        .said()
                                        .map(said -> said.packs())
                                        .orElse(List.copyOf(survey.packs().keySet()))));
            }
        }
    }

    private void delete(Survey.Known backup, Decision decision) throws InterruptedException, Old {
        beforeDeleting();
        BackupId id = backup.id();
        tally.works(() -> {
            boolean deleted = ManifestDeletion.run(
                    repository,
                    id,
                    survey.now(),
                    String.join(" ", decision.reasons()),
                    backup.packs(),
                    () -> tally.backup(judged(decision), backup.manifest().size()));
            if (!deleted) {
                pinnedSince.add(id);
            }
        });
    }

    private void deleteJournals() throws InterruptedException, Old {
        for (Map.Entry<BackupId, Survey.Unfinished> journal : survey.journals().entrySet()) {
            if (fates.isExpired(journal.getValue())) {
                beforeDeleting();
                tally.works(() -> {
                    repository.journals().deleteAll(journal.getKey());
                    tally.other(journal.getValue().newest().size());
                });
            }
        }
    }

    private void deletePacks(Progress progress) throws InterruptedException, Old {
        List<StoredObject> free = fates.free();
        progress.phase(
                "Deleting packs", free.stream().mapToLong(StoredObject::size).sum());
        for (StoredObject pack : free) {
            beforeDeleting();
            tally.works(() -> {
                repository.store().delete(pack.name());
                tally.pack(pack.size());
            });
            progress.advance(0, pack.size());
        }
    }

    private void deleteLeftovers() throws IOException, InterruptedException, Old {
        beforeDeleting();
        tally.works(() -> {
            int swept = Leases.sweep(repository);
            for (int i = 0; i < swept; i++) {
                tally.other(0);
            }
        });
        List<StoredObject> trials = new ArrayList<>();
        repository.store().list(StoreTrial.PREFIX, trials::add);
        for (StoredObject trial : trials) {
            if (fates.isOver(trial.modified().plus(settings.grace()))) {
                tally.works(() -> {
                    repository.store().delete(trial.name());
                    tally.other(trial.size());
                });
            }
        }
        retireTombstones();
    }

    /** Those whose time is over, if no pack is left that they name and no manifest follows theirs in the row. */
    private void retireTombstones() throws InterruptedException, Old {
        Set<BackupId> referred = new HashSet<>();
        survey.backups().values().forEach(backup -> backup.previous().ifPresent(referred::add));
        Set<String> left = new HashSet<>(survey.packs().keySet());
        fates.free().forEach(pack -> left.remove(pack.name()));
        for (Tombstones.Found tombstone : survey.tombstones()) {
            BackupId id = tombstone.backup();
            boolean over = tombstone
                    .doneAt()
                    .filter(done -> fates.isOver(done.plus(settings.grace())))
                    .isPresent();
            boolean there =
                    survey.backups().containsKey(id) || survey.unreadable().containsKey(id);
            boolean needed = referred.contains(id)
                    || !survey.unreadable().isEmpty()
                    || tombstone
                            .said()
                            .filter(said -> said.packs().stream().anyMatch(left::contains))
                            .isPresent();
            if (over && !there && !needed) {
                beforeDeleting();
                tally.works(() -> {
                    new VerificationMarks(repository).delete(id);
                    new Pins(repository).unpin(id);
                    repository.tombstones().retire(id);
                    tally.other(0);
                });
            }
        }
    }

    private void beforeDeleting() throws InterruptedException, Old {
        if (Thread.interrupted()) {
            throw PruneBackups.stopped(null);
        }
        if (old.getAsBoolean()) {
            throw new Old();
        }
        begun = true;
    }

    PruneResult result(Duration took) {
        List<StoredObject> free = settings.dryRun() ? fates.free() : List.of();
        Set<BackupId> gone = settings.dryRun() ? going : tally.deleted().keySet();
        Map<String, Optional<Instant>> waiting = fates.waiting(gone);
        return new PruneResult(
                settings.dryRun(),
                survey.now(),
                Stream.concat(
                                tally.deleted().values().stream()
                                        .filter(backup -> !survey.backups().containsKey(backup.id())),
                                decisions.stream().map(this::judged))
                        .toList(),
                gone.stream().sorted().toList(),
                tally.packs() + free.size(),
                tally.others(),
                tally.bytes() + free.stream().mapToLong(StoredObject::size).sum(),
                new PruneResult.Waiting(
                        waiting.size(),
                        waiting.keySet().stream()
                                .mapToLong(pack -> survey.packs().get(pack).size())
                                .sum(),
                        waiting.values().stream().flatMap(Optional::stream).max(Comparator.naturalOrder())),
                tally.locked(),
                findings(),
                tally.failures(),
                took);
    }

    private PruneResult.Backup judged(Decision decision) {
        BackupId id = new BackupId(decision.id());
        Survey.Known backup = survey.backups().get(id);
        if (backup == null) {
            return new PruneResult.Backup(
                    id,
                    "",
                    "",
                    id.second().orElse(Instant.EPOCH),
                    Optional.empty(),
                    0,
                    false,
                    true,
                    decision.reasons());
        }
        boolean spared = !decision.keep() && !asked(backup);
        boolean pinned = pinnedSince.contains(id);
        return new PruneResult.Backup(
                id,
                backup.source().name(),
                backup.server(),
                backup.time(),
                Optional.of(backup.kind()),
                survey.bytes(backup),
                backup.verified(),
                decision.keep() || spared || pinned,
                spared
                        ? List.of(ANOTHER_DATABASE)
                        : pinned ? List.of("It was pinned at this moment.") : decision.reasons());
    }

    private List<String> findings() {
        List<String> findings = new ArrayList<>();
        survey.unreadable()
                .forEach((id, why) -> findings.add("The manifest of backup " + id
                        + " cannot be read, so nobody knows which packs it needs, and no pack was deleted: " + why));
        survey.missing()
                .forEach((pack, backup) -> findings.add("The pack " + pack + ", which backup " + backup
                        + " needs, is gone: `pgbackup verify " + backup + "` tells what is lost with it."));
        survey.journals().forEach((id, journal) -> {
            if (journal.packs().isEmpty()) {
                findings.add("The journal " + journal.newest().name() + " of a backup that was not finished cannot be"
                        + " read; the packs of that backup stay until it is "
                        + settings.grace().toHours() + " hours old.");
            }
        });
        survey.pins().values().stream()
                .map(Pin::damage)
                .filter(Objects::nonNull)
                .forEach(findings::add);
        survey.tombstones().stream()
                .filter(tombstone -> tombstone.said().isEmpty())
                .forEach(tombstone -> findings.add("What a prune left of the backup " + tombstone.backup()
                        + " is not as it was written, so all packs stay until it is "
                        + settings.grace().toHours() + " hours old."));
        return findings;
    }
}
