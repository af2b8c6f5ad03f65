package io.jenkins.plugins.postgresqlbackup.result;

import io.jenkins.plugins.postgresqlbackup.engine.operation.PruneResult;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.jenkinsci.plugins.scriptsecurity.sandbox.whitelists.Whitelisted;

/** What a prune decided about one backup. Immutable. */
public final class PruneDecision implements Serializable {
    private static final long serialVersionUID = 1;

    private final String id;
    private final String database;
    private final String time;
    private final boolean verified;
    private final boolean kept;
    private final ArrayList<String> reasons;

    PruneDecision(PruneResult.Backup backup) {
        this.id = backup.id().value();
        this.database = Received.line(backup.database());
        this.time = backup.time().toString();
        this.verified = backup.verified();
        this.kept = backup.keep();
        this.reasons = Received.lines(backup.reasons());
    }

    private void readObject(ObjectInputStream stream) throws IOException, ClassNotFoundException {
        stream.defaultReadObject();
        Received.checkId(id);
        Received.checkLine(database);
        Received.checkLine(time);
        Received.checkLines(reasons);
    }

    /** The id of the backup. */
    @Whitelisted
    public String getId() {
        return id;
    }

    /** The database's own name; empty if the manifest cannot be read. */
    @Whitelisted
    public String getDatabase() {
        return database;
    }

    /** The moment that the backup stands for, ISO 8601 in UTC. */
    @Whitelisted
    public String getTime() {
        return time;
    }

    /** Whether a verification has proven it as it is now. */
    @Whitelisted
    public boolean isVerified() {
        return verified;
    }

    /** Whether it stays. */
    @Whitelisted
    public boolean isKept() {
        return kept;
    }

    /** Why it stays or goes, a sentence each. */
    @Whitelisted
    public List<String> getReasons() {
        return new ArrayList<>(reasons);
    }

    @Override
    @Whitelisted
    public String toString() {
        return id + (kept ? " stays: " : " goes: ") + String.join(" ", reasons);
    }
}
