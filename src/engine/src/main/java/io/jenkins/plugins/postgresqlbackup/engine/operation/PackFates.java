package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Tombstones;
import io.jenkins.plugins.postgresqlbackup.engine.storage.StoredObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Judges packs. One may go when no manifest and no journal names it, and it was written, and the last manifest that named it is known to be gone,
 * longer than the grace time ago, all by the store's clock. Being old is no reason: packs that are reused are old by nature.
 *
 * <p>So a backup that is still being taken loses nothing. Should it be about to name such a pack, then it found the pack in a manifest or a journal,
 * hence began before that manifest was gone, hence longer than the grace time ago; and one that takes so long does not count.
 */
final class PackFates {
    private final Survey survey;
    private final Duration grace;

    /** By pack, when its last tombstone was finished; {@link Instant#MAX} for one that only has begun. */
    private final Map<String, Instant> lastNamed = new HashMap<>();

    /** When the last tombstone was finished that does not tell its packs. */
    private Instant lastOfAny = Instant.MIN;

    PackFates(Survey survey, Duration grace) {
        this.survey = survey;
        this.grace = grace;
        for (Tombstones.Found tombstone : survey.tombstones()) {
            Instant done = tombstone.doneAt().orElse(Instant.MAX);
            if (tombstone.said().isPresent()) {
                tombstone.said().get().packs().forEach(pack -> lastNamed.merge(pack, done, PackFates::later));
            } else {
                lastOfAny = later(lastOfAny, done);
            }
        }
    }

    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }

    /** Those that may go now, the same moment at which the survey began. None while there are manifests of which nobody knows what they name. */
    List<StoredObject> free() {
        if (!survey.unreadable().isEmpty()) {
            return List.of();
        }
        Set<String> named = survey.named(survey.backups().keySet());
        return notNamed(named, survey.journals().keySet()).stream()
                .filter(pack -> freeAt(pack).filter(this::isOver).isPresent())
                .toList();
    }

    /**
     * Those that are of no more use but may not go yet, and when they may, as far as that is known.
     *
     * @param gone backups of which the manifests were just deleted, or would be
     */
    SortedMap<String, Optional<Instant>> waiting(Set<BackupId> gone) {
        Set<BackupId> staying = new HashSet<>(survey.backups().keySet());
        staying.removeAll(gone);
        Set<BackupId> unfinished = new HashSet<>(survey.journals().keySet());
        unfinished.removeIf(id -> isExpired(survey.journals().get(id)));
        Set<String> justGone = survey.named(gone);
        Set<String> free = new HashSet<>();
        free().forEach(pack -> free.add(pack.name()));
        SortedMap<String, Optional<Instant>> waiting = new TreeMap<>();
        for (StoredObject pack : notNamed(survey.named(staying), unfinished)) {
            if (!free.contains(pack.name())) {
                Instant soonest = justGone.contains(pack.name()) ? survey.now().plus(grace) : survey.now();
                waiting.put(pack.name(), freeAt(pack).map(at -> later(at, soonest)));
            }
        }
        return waiting;
    }

    boolean isExpired(Survey.Unfinished journal) {
        return isOver(journal.newest().modified().plus(grace));
    }

    /** Whether a time by the store's clock is past. */
    boolean isOver(Instant time) {
        return time.isBefore(survey.now());
    }

    private List<StoredObject> notNamed(Set<String> byManifests, Set<BackupId> unfinished) {
        Set<String> named = new HashSet<>(byManifests);
        Set<String> folders = new HashSet<>();
        for (BackupId id : unfinished) {
            Survey.Unfinished journal = survey.journals().get(id);
            journal.packs().ifPresent(named::addAll);
            if (journal.packs().isEmpty()) {
                folders.add("packs/" + id + "/");
            }
        }
        List<StoredObject> others = new ArrayList<>();
        for (StoredObject pack : survey.packs().values()) {
            String folder = pack.name().substring(0, pack.name().lastIndexOf('/') + 1);
            if (!named.contains(pack.name()) && !folders.contains(folder)) {
                others.add(pack);
            }
        }
        return others;
    }

    /** When its grace time is over; empty while the deletion of a manifest that may name it is not known to have ended. */
    private Optional<Instant> freeAt(StoredObject pack) {
        Instant last = later(later(pack.modified(), lastNamed.getOrDefault(pack.name(), Instant.MIN)), lastOfAny);
        return last.equals(Instant.MAX) ? Optional.empty() : Optional.of(last.plus(grace));
    }
}
