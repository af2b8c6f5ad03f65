package io.jenkins.plugins.postgresqlbackup.engine.operation;

import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupKind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a prune did, or with {@code dryRun} what it would have done.
 *
 * @param now the store's time by which all was judged
 * @param backups all backups that were judged, by database and time, each with its reasons to stay or go
 * @param deleted the backups that are gone now, oldest first
 * @param packs how many packs were deleted
 * @param others how many other objects were deleted, manifests and tombstones too
 * @param bytes how much room was freed, as far as the store frees it at once
 * @param waiting what nothing needs any more and goes later
 * @param locked what should go and is kept by a rule or a hold of the store, a sentence each; no failure
 * @param findings what somebody should look at, a sentence each: manifests that cannot be read, packs that are missing
 * @param failures what should have gone and could not be deleted, a sentence each; another prune will try again
 */
public record PruneResult(
        boolean dryRun,
        Instant now,
        List<Backup> backups,
        List<BackupId> deleted,
        long packs,
        long others,
        long bytes,
        Waiting waiting,
        List<String> locked,
        List<String> findings,
        List<String> failures,
        Duration took) {
    public PruneResult {
        backups = List.copyOf(backups);
        deleted = List.copyOf(deleted);
        locked = List.copyOf(locked);
        findings = List.copyOf(findings);
        failures = List.copyOf(failures);
    }

    /**
     * One backup and what becomes of it.
     *
     * @param database its name; empty if the manifest cannot be read
     * @param server {@code host:port}, as the backup was taken; empty if the manifest cannot be read
     * @param time the moment it stands for, by the store's clock
     * @param kind empty if the manifest cannot be read
     * @param bytes of the packs that it names, whoever else names them
     * @param verified whether a verification has proven it as it is now
     * @param keep whether the policy keeps it, or the database that was asked for is another one
     * @param reasons why, a sentence each
     */
    public record Backup(
            BackupId id,
            String database,
            String server,
            Instant time,
            Optional<BackupKind> kind,
            long bytes,
            boolean verified,
            boolean keep,
            List<String> reasons) {
        public Backup {
            reasons = List.copyOf(reasons);
        }
    }

    /**
     * Packs that nothing names any more and whose grace time is not over.
     *
     * @param until when the last of them may go, by the store's clock; empty if there are none
     */
    public record Waiting(long packs, long bytes, Optional<Instant> until) {}

    /** Whether all that should go is gone, but for what is locked. */
    public boolean complete() {
        return failures.isEmpty();
    }
}
