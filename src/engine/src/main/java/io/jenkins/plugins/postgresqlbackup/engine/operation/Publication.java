package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.repository.Grace;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import io.jenkins.plugins.postgresqlbackup.engine.storage.StoredObject;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Makes one backup appear in a repository, or not at all, whatever prunes do meanwhile.
 *
 * <p>It begins before anything of the repository is looked at. When the manifest is written, all packs that it names are looked for once more; if
 * one is gone, or if by the store's clock the manifest was written later than a backup may take, it is withdrawn. A prune deletes only what nothing
 * has named for longer than that. So no manifest that stays names a pack that goes. Whoever finds a manifest that was written too late, or that lacks
 * a pack, knows that its writer is about to withdraw it, and counts on no such backup; one that was written in time is never withdrawn, however long
 * its writer slept then. Objects may be seen later than the time that they bear, by less than the grace time is longer than the limit. For one
 * thread.
 */
final class Publication {
    private final Repository repository;
    private final Duration limit;
    private final Instant begunAt;

    private Publication(Repository repository, Duration limit, Instant begunAt) {
        this.repository = repository;
        this.limit = limit;
        this.begunAt = begunAt;
    }

    /** @param limit how long the backup may take, {@link Grace#BACKUP_LIMIT} but in tests */
    static Publication begin(Repository repository, Duration limit) throws IOException {
        return new Publication(repository, limit, repository.store().now());
    }

    /** By the store's clock. */
    Instant begunAt() {
        return begunAt;
    }

    /**
     * Whether what an unfinished run holds may be built upon that began then. This backup has ended before the grace time of that run's packs can be
     * over, which began no sooner than the run; so whatever prune may think that they are free sees this backup's manifest. When the run's journal was
     * written tells nothing: a prune may have looked before.
     */
    boolean fresh(Instant begun) {
        return begun.isAfter(begunAt.minus(limit.dividedBy(2)));
    }

    /** Whether the backup counts, and is not about to be withdrawn by its writer. */
    boolean settled(Manifest manifest) throws IOException {
        return manifest.begunAt() == null
                || repository
                        .writtenAt(manifest.id())
                        .filter(written ->
                                Duration.between(manifest.begunAt(), written).compareTo(limit) <= 0)
                        .isPresent();
    }

    /** Those of these packs that are not in the store as they should be, each with what is wrong. */
    Map<String, String> missing(Collection<Manifest.Pack> packs) throws IOException {
        Map<String, Long> sizes = new HashMap<>();
        Set<String> folders = new HashSet<>();
        for (Manifest.Pack pack : packs) {
            folders.add(pack.name().substring(0, pack.name().lastIndexOf('/') + 1));
        }
        for (String folder : folders) {
            repository.store().list(folder, object -> sizes.put(object.name(), object.size()));
        }
        Map<String, String> missing = new HashMap<>();
        for (Manifest.Pack pack : packs) {
            if (Objects.equals(sizes.get(pack.name()), pack.size())) {
                continue;
            }
            // A listing may show an object late; only the object itself tells that it is not there.
            Optional<StoredObject> object = repository.store().find(pack.name());
            if (object.isEmpty()) {
                missing.put(pack.name(), "not there");
            } else if (object.get().size() != pack.size()) {
                missing.put(pack.name(), "there with " + object.get().size() + " bytes instead of " + pack.size());
            }
        }
        return missing;
    }

    /**
     * Writes the manifest.
     *
     * @throws IOException when the backup cannot count; there is no manifest then
     */
    void publish(Manifest manifest) throws IOException {
        List<Manifest.Pack> own = manifest.packs().stream()
                .filter(pack -> pack.name().startsWith("packs/" + manifest.id() + "/"))
                .toList();
        Map<String, String> lost = missing(own);
        if (!lost.isEmpty()) {
            Map.Entry<String, String> one = lost.entrySet().iterator().next();
            throw new IOException("The pack " + one.getKey() + " was written to "
                    + repository.store().describe() + " but is " + one.getValue()
                    + ": the storage does not keep what it accepts; no backup was made.");
        }
        requireInTime(repository.store().now());
        try {
            repository.write(manifest);
            confirm(manifest);
        } catch (IOException e) {
            withdraw(manifest, e);
            throw e;
        }
    }

    private void confirm(Manifest manifest) throws IOException {
        // Not the time it is now: if this process has slept since, a prune may count on the backup and have deleted
        // others.
        requireInTime(repository
                .writtenAt(manifest.id())
                .orElseThrow(() -> new IOException("The manifest of " + manifest.id() + " was written to "
                        + repository.store().describe() + " and is gone again; no backup was made.")));
        Map<String, String> gone = missing(manifest.packs());
        if (!gone.isEmpty()) {
            Map.Entry<String, String> one = gone.entrySet().iterator().next();
            throw new IOException("The pack " + one.getKey() + ", which this backup was to use, is " + one.getValue()
                    + " in " + repository.store().describe()
                    + ": somebody deleted it meanwhile; no backup was made. Run it again.");
        }
    }

    private void requireInTime(Instant time) throws IOException {
        if (Duration.between(begunAt, time).compareTo(limit) > 0) {
            throw new IOException("The backup took longer than the " + limit.toHours()
                    + " hours that one may take, so that a prune may have deleted what it was built on; no backup was"
                    + " made. Save fewer tables in one backup, or use more jobs.");
        }
    }

    /** Also when writing it failed: the store may have kept it and the answer have been lost. */
    private void withdraw(Manifest manifest, IOException reason) throws IOException {
        try {
            repository.withdraw(manifest, "It did not count: " + reason.getMessage());
        } catch (IOException e) {
            e.addSuppressed(reason);
            throw new IOException(
                    reason.getMessage() + " Should there be an object manifests/" + manifest.id()
                            + " later, delete it: nobody could make sure that it is a backup.",
                    e);
        }
    }
}
