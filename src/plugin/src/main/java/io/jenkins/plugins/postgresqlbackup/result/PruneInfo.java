package io.jenkins.plugins.postgresqlbackup.result;

import io.jenkins.plugins.postgresqlbackup.Messages;
import io.jenkins.plugins.postgresqlbackup.engine.operation.PruneResult;
import io.jenkins.plugins.postgresqlbackup.engine.repository.BackupId;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jenkinsci.plugins.scriptsecurity.sandbox.whitelists.Whitelisted;

/** What a prune did, or a dry run would have done. Times are ISO 8601 in UTC, sizes in bytes. Immutable. */
public final class PruneInfo implements Serializable {
    private static final long serialVersionUID = 1;

    private final boolean dryRun;
    private final ArrayList<PruneDecision> backups;
    private final ArrayList<String> deleted;
    private final long packs;
    private final long freedBytes;
    private final long waitingBytes;
    private final String waitingUntil;
    private final ArrayList<String> locked;
    private final ArrayList<String> problems;
    private final ArrayList<String> warnings;
    private final long durationMillis;

    public PruneInfo(PruneResult result) {
        this.dryRun = result.dryRun();
        this.backups = new ArrayList<>(
                result.backups().stream().map(PruneDecision::new).toList());
        this.deleted = new ArrayList<>(
                result.dryRun()
                        ? List.of()
                        : result.deleted().stream().map(BackupId::value).toList());
        this.packs = result.packs();
        this.freedBytes = result.bytes();
        this.waitingBytes = result.waiting().bytes();
        this.waitingUntil = result.waiting().until().map(Instant::toString).orElse("");
        this.locked = Received.lines(result.locked());
        this.problems = Received.lines(result.failures());
        this.warnings = Received.lines(result.findings());
        this.durationMillis = result.took().toMillis();
    }

    private void readObject(ObjectInputStream stream) throws IOException, ClassNotFoundException {
        stream.defaultReadObject();
        Received.checkIds(deleted);
        Received.checkLine(waitingUntil);
        Received.checkLines(locked);
        Received.checkLines(problems);
        Received.checkLines(warnings);
        if (backups == null || !backups.stream().allMatch(PruneDecision.class::isInstance)) {
            throw new InvalidObjectException(Messages.Received_badList());
        }
    }

    /** Whether it only says what would be done. */
    @Whitelisted
    public boolean isDryRun() {
        return dryRun;
    }

    /** All backups that were judged, by database and time. */
    @Whitelisted
    public List<PruneDecision> getBackups() {
        return new ArrayList<>(backups);
    }

    /** The ids of the backups that are gone now; none after a dry run. */
    @Whitelisted
    public List<String> getDeleted() {
        return new ArrayList<>(deleted);
    }

    /** How many packs were, or would be, deleted. */
    @Whitelisted
    public long getPacks() {
        return packs;
    }

    /** How much room was, or would be, freed. */
    @Whitelisted
    public long getFreedBytes() {
        return freedBytes;
    }

    /** How much nothing needs any more and goes when its grace time is over. */
    @Whitelisted
    public long getWaitingBytes() {
        return waitingBytes;
    }

    /** When the last of that may go; empty if there is none. */
    @Whitelisted
    public String getWaitingUntil() {
        return waitingUntil;
    }

    /** What should go and is kept by a rule of the storage, one sentence each. */
    @Whitelisted
    public List<String> getLocked() {
        return new ArrayList<>(locked);
    }

    /** What should have gone and could not be deleted, one sentence each. */
    @Whitelisted
    public List<String> getProblems() {
        return new ArrayList<>(problems);
    }

    /** What somebody should look at, one sentence each. */
    @Whitelisted
    public List<String> getWarnings() {
        return new ArrayList<>(warnings);
    }

    @Whitelisted
    public long getDurationMillis() {
        return durationMillis;
    }

    @Override
    @Whitelisted
    public String toString() {
        return (dryRun ? "a dry run, " : "") + deleted.size() + " deleted";
    }
}
