package io.jenkins.plugins.postgresqlbackup.agent;

import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.engine.health.BackupFacts;
import io.jenkins.plugins.postgresqlbackup.engine.health.RepositoryFacts;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What is known of a repository, reduced to what a node must be told to look for news only; and the way back, which brings nothing that is known already. So
 * tens of thousands of backups cost little at every look.
 */
final class BareFacts {
    private BareFacts() {}

    /** For the node: of each backup what tells whether it is still the same, and the packs that it needs. */
    static RepositoryFacts forNode(RepositoryFacts known) {
        List<BackupFacts> bare = known.backups().stream()
                .map(backup -> bare(backup, backup.packs()))
                .toList();
        return with(known, bare, List.of());
    }

    /** For the controller: the backups that it knows are only named. */
    static RepositoryFacts forController(RepositoryFacts seen) {
        List<BackupFacts> fresh = seen.backups().stream()
                .map(backup -> isBare(backup) ? bare(backup, List.of()) : backup)
                .toList();
        return with(seen, fresh, seen.packs());
    }

    /**
     * All that was seen, with what was known of backups that did not change.
     *
     * @throws IOException with a sentence when the node names one that nobody knows
     */
    static RepositoryFacts complete(RepositoryFacts seen, List<BackupFacts> known) throws IOException {
        Map<String, BackupFacts> before =
                known.stream().collect(Collectors.toMap(BackupFacts::id, Function.identity(), (a, b) -> a));
        List<BackupFacts> whole = new ArrayList<>();
        for (BackupFacts backup : seen.backups()) {
            BackupFacts same = isBare(backup) ? before.get(backup.id()) : backup;
            if (same == null || !same.sha256().equals(backup.sha256())) {
                throw new IOException(Messages.BareFacts_unknown(backup.id()));
            }
            whole.add(same);
        }
        return with(seen, whole, seen.packs());
    }

    /** No manifest is of no kind. */
    private static boolean isBare(BackupFacts backup) {
        return backup.kind() == null || backup.kind().isEmpty();
    }

    private static BackupFacts bare(BackupFacts backup, List<String> packs) {
        return new BackupFacts(
                backup.id(),
                backup.sha256(),
                "",
                null,
                null,
                0,
                "",
                "",
                null,
                null,
                Instant.EPOCH,
                Instant.EPOCH,
                Instant.EPOCH,
                null,
                backup.writtenAt(),
                0,
                0,
                0,
                0,
                0,
                null,
                backup.generation(),
                Map.of(),
                packs);
    }

    private static RepositoryFacts with(
            RepositoryFacts facts, List<BackupFacts> backups, List<RepositoryFacts.PackFacts> packs) {
        return new RepositoryFacts(
                facts.location(),
                facts.repositoryId(),
                facts.storeTime(),
                facts.clockTime(),
                backups,
                facts.unreadable(),
                facts.deleted(),
                facts.verified(),
                facts.drilled(),
                facts.marks(),
                facts.marksUnknown(),
                facts.pinned(),
                packs,
                facts.unfinished(),
                facts.slots(),
                facts.newestGeneration(),
                facts.damage(),
                facts.leases(),
                facts.objects(),
                facts.bytes(),
                facts.diskBytes(),
                facts.diskFreeBytes(),
                facts.warnings(),
                facts.project());
    }
}
