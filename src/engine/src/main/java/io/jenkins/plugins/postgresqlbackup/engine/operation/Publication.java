package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Grace;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Manifest;
import io.jenkins.plugins.postgresqlbackup.engine.repository.Repository;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Makes one backup appear in a repository, or not at all, whatever prunes do meanwhile.
 *
 * <p>It begins before anything of the repository is looked at. When the manifest is written, all packs that it names are looked for once more; if
 * one is gone, or if the store's clock says that more time has passed than a backup may take, the manifest is withdrawn. A prune deletes only what
 * nothing has named for longer than that. So no manifest that stays names a pack that goes. Whoever finds a manifest that was written too late
 * knows that its writer is about to withdraw it. For one thread.
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

    static Publication begin(Repository repository) throws IOException {
        return begin(repository, Grace.BACKUP_LIMIT);
    }

    /** Visible for testing: with another limit. */
    static Publication begin(Repository repository, Duration limit) throws IOException {
        return new Publication(repository, limit, repository.store().now());
    }

    /** By the store's clock. */
    Instant begunAt() {
        return begunAt;
    }

    /** Whether something that was written then may be built upon: it is not so old that a prune may be about to take it. */
    boolean fresh(Instant modified) {
        return modified.isAfter(begunAt.minus(limit.dividedBy(2)));
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
            Long size = sizes.get(pack.name());
            if (size == null || size != pack.size()) {
                missing.put(
                        pack.name(),
                        size == null ? "not there" : "there with " + size + " bytes instead of " + pack.size());
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
        try {
            repository.write(manifest);
            confirm(manifest);
        } catch (IOException e) {
            withdraw(manifest.id(), e);
            throw e;
        }
    }

    private void confirm(Manifest manifest) throws IOException {
        // Not the time that the manifest bears: it may have begun to be written long before it was there.
        if (Duration.between(begunAt, repository.store().now()).compareTo(limit) > 0) {
            throw new IOException("The backup took longer than the " + limit.toHours()
                    + " hours that one may take, so that a prune may have deleted what it was built on; no backup was"
                    + " made. Save fewer tables in one backup, or use more jobs.");
        }
        Map<String, String> gone = missing(manifest.packs());
        if (!gone.isEmpty()) {
            Map.Entry<String, String> one = gone.entrySet().iterator().next();
            throw new IOException("The pack " + one.getKey() + ", which this backup was to use, is " + one.getValue()
                    + ": somebody deleted it meanwhile; no backup was made. Run it again.");
        }
    }

    /** Also when writing it failed: the store may have kept it and the answer have been lost. */
    private void withdraw(BackupId backup, IOException reason) throws IOException {
        try {
            repository.withdraw(backup);
        } catch (IOException e) {
            e.addSuppressed(reason);
            throw new IOException(
                    reason.getMessage() + " Should there be an object manifests/" + backup
                            + " later, delete it: nobody could make sure that it is a backup.",
                    e);
        }
    }
}
