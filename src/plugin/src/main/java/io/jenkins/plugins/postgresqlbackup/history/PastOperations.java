package io.jenkins.plugins.postgresqlbackup.history;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The history as it was at a moment: whatever is asked of it is looked up, not searched for. Immutable, so that pages read it while operations go on and files
 * are written.
 */
public final class PastOperations {
    private final List<OperationRecord> newestFirst;
    private final Set<String> deleted;
    private final Map<String, OperationRecord> verdicts = new HashMap<>();
    private final Map<String, OperationRecord> structureVerdicts = new HashMap<>();
    private final Map<String, OperationRecord> lastGoodOfDatabase = new HashMap<>();
    private final Map<String, OperationRecord> lastGoodInRepository = new HashMap<>();
    private final Map<String, OperationRecord> lastAttempts = new HashMap<>();
    private final Map<String, OperationRecord> lastProofs = new HashMap<>();
    private final Map<String, OperationRecord> lastDrills = new HashMap<>();
    private final Map<String, OperationRecord> makers = new HashMap<>();
    private final Set<String> usedRepositories = new HashSet<>();

    /** @param deleted what prunes have deleted, each as {@link #key} */
    PastOperations(List<OperationRecord> newestFirst, Set<String> deleted) {
        this.newestFirst = List.copyOf(newestFirst);
        this.deleted = Set.copyOf(deleted);
        this.newestFirst.forEach(this::noteVerdict);
        this.newestFirst.forEach(this::note);
    }

    static String key(String repository, String backup) {
        return repository + "/" + backup;
    }

    private void noteVerdict(OperationRecord record) {
        if (record.getKind() != OperationKind.VERIFY || !isVerdict(record)) {
            return;
        }
        String backup = key(record.getRepository(), record.getBackup());
        if (record.getState() == OperationState.FAILED || record.isContentProof()) {
            verdicts.putIfAbsent(backup, record);
        } else {
            structureVerdicts.putIfAbsent(backup, record);
        }
    }

    private static boolean isVerdict(OperationRecord record) {
        return record.getState() == OperationState.SUCCEEDED || record.getState() == OperationState.FAILED;
    }

    private void note(OperationRecord record) {
        if (record.getKind().isBackup()) {
            lastAttempts.putIfAbsent(record.getDatabase(), record);
        }
        if (isGood(record)) {
            lastGoodOfDatabase.putIfAbsent(record.getDatabase(), record);
            lastGoodInRepository.putIfAbsent(record.getRepository(), record);
        }
        if (record.isGoodBackup()) {
            makers.putIfAbsent(key(record.getRepository(), record.getBackup()), record);
        }
        if (record.isContentProof()) {
            lastProofs.putIfAbsent(record.getDatabase(), record);
        }
        if (record.isDrill()) {
            lastDrills.putIfAbsent(record.getDatabase(), record);
        }
        if (record.getState() == OperationState.SUCCEEDED) {
            usedRepositories.add(record.getRepository());
        }
    }

    private boolean isGood(OperationRecord record) {
        return record.isGoodBackup()
                && !isDeleted(record.getRepository(), record.getBackup())
                && lastVerification(record.getRepository(), record.getBackup())
                        .filter(check -> check.getState() == OperationState.FAILED)
                        .isEmpty();
    }

    /** All of them. */
    public List<OperationRecord> newestFirst() {
        return newestFirst;
    }

    /** The newest record of this kind. */
    public Optional<OperationRecord> newest(Predicate<OperationRecord> which) {
        return newestFirst.stream().filter(which).findFirst();
    }

    /** Whether a prune of this Jenkins has deleted a backup: it is not lost, and not there. */
    public boolean isDeleted(String repository, String backup) {
        return deleted.contains(key(repository, backup));
    }

    /** The last backup of a database that was neither found bad nor deleted since. */
    public Optional<OperationRecord> lastGoodBackup(String database) {
        return Optional.ofNullable(lastGoodOfDatabase.get(database));
    }

    /** The last backup in a repository that was neither found bad nor deleted since. */
    public Optional<OperationRecord> lastGoodBackupIn(String repository) {
        return Optional.ofNullable(lastGoodInRepository.get(repository));
    }

    /** The last attempt at a backup of a database, good or not. */
    public Optional<OperationRecord> lastAttempt(String database) {
        return Optional.ofNullable(lastAttempts.get(database));
    }

    /** The last verification of content or more that succeeded with a backup of a database. */
    public Optional<OperationRecord> lastProof(String database) {
        return Optional.ofNullable(lastProofs.get(database));
    }

    /** The last drill that succeeded with a backup of a database. */
    public Optional<OperationRecord> lastDrill(String database) {
        return Optional.ofNullable(lastDrills.get(database));
    }

    /** The operation that made a backup. */
    public Optional<OperationRecord> makerOf(String repository, String backup) {
        return Optional.ofNullable(makers.get(key(repository, backup)));
    }

    /** Whether something succeeded in a repository. */
    public boolean isUsed(String repository) {
        return usedRepositories.contains(repository);
    }

    /**
     * The verification that says most about a backup: the last that found it bad or went into its content; if there is none, the last of its structure. One that
     * came to no verdict names no backup and does not count.
     */
    public Optional<OperationRecord> lastVerification(String repository, String backup) {
        String its = key(repository, backup);
        return Optional.ofNullable(verdicts.get(its)).or(() -> Optional.ofNullable(structureVerdicts.get(its)));
    }
}
